import { lazy, memo, Suspense, useState } from "react";
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from "react-aria-components";
import {
  asErrorView,
  exportInventory,
  useListSettings,
  type Filter,
  type InventoryFormat,
  type ListColumn,
  type ListLayout,
  type SavedFilter,
} from "../../backend";
import { i18n } from "../../i18n";
import field from "../../parts/Field.module.css";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import styles from "./Credentials.module.css";
import { allColumns } from "./columns";
import { formats } from "./formats";

// A form is not part of the first picture.
const NameFilter = lazy(() => import("./NameFilter"));

const layouts = (): { id: ListLayout; name: string }[] => [
  { id: "comfortable", name: i18n._("Table") },
  { id: "compact", name: i18n._("Compact table") },
  { id: "cards", name: i18n._("Cards") },
];

/** What is set for the list as a whole: its look, its columns, searches with a name, and its export. */
export const ListOptions = memo(function ListOptions(props: {
  scope: string | null;
  /** What the list is narrowed to just now: it changes with every letter, and nothing here is drawn again for one. */
  filter: () => Filter;
  onFilter: (filter: Filter) => void;
  /** The saved filter that is in use. */
  current: SavedFilter | undefined;
  /** The ids of the columns that are shown now. */
  shown: string;
  /** Null where nothing may be done with several at once. */
  onChooseSeveral: (() => void) | null;
}) {
  const [settings, change] = useListSettings();
  const [naming, setNaming] = useState(false);
  const notify = useNotify();
  const { filter, current } = props;

  const shownColumns = props.shown.split(" ");
  function setColumn(id: ListColumn) {
    const chosen = settings.columns.find((one) => one.id === id);
    const shown = !shownColumns.includes(id);
    const rest = settings.columns.filter((one) => one.id !== id);
    change({ columns: [...rest, { id, shown, width: chosen?.width ?? null }] });
  }
  async function write(format: InventoryFormat) {
    try {
      const written = await exportInventory(props.scope, filter(), format);
      if (written) {
        notify(
          i18n._(
            "{count, plural, one {# credential} other {# credentials}} written to {path}, without values.",
            { count: written.credentials, path: written.path },
          ),
        );
      }
    } catch (thrown) {
      notify(asErrorView(thrown).message, true);
    }
  }
  return (
    <div className={styles.options}>
      {props.onChooseSeveral && (
        <AriaButton className={`${styles.chip}`} onPress={props.onChooseSeveral}>
          {i18n._("Choose several")}
        </AriaButton>
      )}
      <MenuTrigger>
        <AriaButton className={`${styles.chip} ${current ? styles.chipOn : ""}`}>
          <bdi>{current?.name ?? i18n._("Saved filters")}</bdi>
          <Icon name="down" size={12} />
        </AriaButton>
        <Popover className={`${field.popover}`} placement="bottom end">
          <Menu
            aria-label={i18n._("Saved filters")}
            onAction={(key) => {
              if (key === "save") setNaming(true);
              else if (key === "forget") change({ saved: settings.saved.filter((one) => one !== current) });
              else {
                const saved = settings.saved[Number(key)];
                if (saved) props.onFilter({ ...filter(), search: saved.search, type: saved.type });
              }
            }}
          >
            {settings.saved.map((saved, at) => (
              <MenuItem key={saved.name} id={at} textValue={saved.name} className={`${field.option}`}>
                <bdi>{saved.name}</bdi>
              </MenuItem>
            ))}
            {current ? (
              <MenuItem id="forget" className={`${field.option}`}>
                {i18n._("Forget “{name}”", { name: current.name })}
              </MenuItem>
            ) : (
              <MenuItem id="save" className={`${field.option}`}>
                {i18n._("Save this filter…")}
              </MenuItem>
            )}
          </Menu>
        </Popover>
      </MenuTrigger>
      <MenuTrigger>
        <AriaButton className={`${styles.chip}`}>
          {i18n._("View")}
          <Icon name="down" size={12} />
        </AriaButton>
        <Popover className={`${field.popover}`} placement="bottom end">
          <Menu aria-label={i18n._("View")}>
            <MenuSection
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[settings.layout]}
              onSelectionChange={(keys) => {
                for (const key of keys) change({ layout: key as ListLayout });
              }}
            >
              <Header className={`${styles.menuHead}`}>{i18n._("Look")}</Header>
              {layouts().map((layout) => (
                <Choice key={layout.id} id={layout.id} name={layout.name} />
              ))}
            </MenuSection>
            <MenuSection
              selectionMode="multiple"
              selectedKeys={shownColumns}
              onSelectionChange={(keys) => {
                const now = keys === "all" ? shownColumns : [...keys].map(String);
                const changed = allColumns().find(
                  (column) => now.includes(column.id) !== shownColumns.includes(column.id),
                );
                if (changed) setColumn(changed.id);
              }}
            >
              <Header className={`${styles.menuHead}`}>{i18n._("Columns")}</Header>
              {allColumns()
                .filter((column) => column.id !== "name")
                .map((column) => (
                  <Choice key={column.id} id={column.id} name={column.name} />
                ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
      <MenuTrigger>
        <AriaButton className={`${styles.chip}`}>
          {i18n._("Export")}
          <Icon name="down" size={12} />
        </AriaButton>
        <Popover className={`${field.popover}`} placement="bottom end">
          <Menu
            aria-label={i18n._("Export without values")}
            onAction={(key) => void write(key as InventoryFormat)}
          >
            {formats().map(({ id, name }) => (
              <MenuItem key={id} id={id} className={`${field.option}`}>
                {name}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      {naming && (
        <Suspense fallback={null}>
          <NameFilter
            taken={settings.saved.map((saved) => saved.name)}
            onClose={() => setNaming(false)}
            onName={(name) => {
              const { search, type } = filter();
              change({ saved: [...settings.saved, { name, search, type }] });
              setNaming(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
});

/** A line that can be chosen; that it is shows by weight and mark. */
function Choice({ id, name }: { id: string; name: string }) {
  return (
    <MenuItem id={id} textValue={name} className={`${field.option} ${styles.choice}`}>
      {({ isSelected }) => (
        <>
          {name}
          {isSelected && <Icon name="check" size={14} />}
        </>
      )}
    </MenuItem>
  );
}
