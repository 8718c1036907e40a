import { useCallback, useRef, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import {
  asErrorView,
  exportAudit,
  noAuditFilter,
  useAudit,
  useAuditOverview,
  useVerifyAudit,
  type AuditFilter,
  type AuditFormat,
  type AuditOverviewView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import field from "../../parts/Field.module.css";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import { number } from "../../parts/time";
import { useShortcuts } from "../../parts/useShortcuts";
import list from "../credentials/Credentials.module.css";
import { SearchInput } from "../../parts/SearchInput";
import { Chip, ChipMenu } from "../credentials/Filters";
import styles from "./Activity.module.css";
import { EntryPane } from "./EntryPane";
import { EntryTable } from "./EntryTable";
import { Result } from "./Result";
import { Retention } from "./Retention";
import { groups, groupWord, spans } from "./words";

/** Who did what, when; whether the log is whole; and how long it is kept. */
export default function Activity({ startup }: { startup: StartupView }) {
  const [filter, setFilter] = useState<AuditFilter>(noAuditFilter);
  const [selected, setSelected] = useState<number | null>(null);
  const [keeping, setKeeping] = useState(false);
  const entries = useAudit(filter);
  const overview = useAuditOverview().data;
  const verify = useVerifyAudit();
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLDivElement>(null);
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const entry = rows.find((row) => row.sequence === selected);
  const close = useCallback(() => {
    const row = table.current?.querySelector<HTMLElement>(`[data-key="${selected}"]`);
    setSelected(null);
    // Focus goes back to the row from which the pane was opened.
    (row ?? table.current)?.focus();
  }, [selected]);
  useShortcuts({ "/": () => search.current?.focus(), Escape: entry ? close : null });
  return (
    <>
      <div className={list.bar}>
        <h1>{i18n._("Activity")}</h1>
        <span className={list.spacer} />
        <SearchInput
          label={i18n._("Search activity")}
          placeholder={i18n._("Name, person, program…")}
          inputRef={search}
          value={filter.search}
          onChange={(text) => setFilter({ ...filter, search: text })}
          shortcut="/"
        />
        <Export filter={filter} />
        {overview?.may_manage && (
          <>
            <Button onPress={() => setKeeping(true)}>{i18n._("Keep entries…")}</Button>
            <Button look="primary" isPending={verify.isPending} onPress={() => verify.mutate(false)}>
              <Icon name="check" />
              {i18n._("Verify")}
            </Button>
          </>
        )}
      </div>
      <div className={list.tools}>
        <Filters startup={startup} overview={overview} filter={filter} onChange={setFilter} />
      </div>
      {verify.isError && (
        <div className={styles.result}>
          <Problem error={asErrorView(verify.error)} />
        </div>
      )}
      {verify.data && (
        <Result
          found={verify.data}
          pending={verify.isPending}
          onAccept={() => verify.mutate(true)}
          onClose={() => verify.reset()}
        />
      )}
      <div className={`${list.split} ${entry ? list.withPane : ""}`}>
        <div className={list.list}>
          {entries.isError ? (
            <div className={list.problem}>
              <Problem error={asErrorView(entries.error)} />
            </div>
          ) : entries.isSuccess && rows.length === 0 ? (
            <p className={list.message} role="status">
              {i18n._("No entry matches.")}
            </p>
          ) : (
            <EntryTable
              rows={rows}
              selected={selected}
              onSelect={setSelected}
              tableRef={table}
              onMore={
                entries.hasNextPage && !entries.isFetchingNextPage ? () => void entries.fetchNextPage() : null
              }
            />
          )}
        </div>
        {entry && (
          <aside className={list.pane} aria-label={i18n._("Entry details")}>
            <EntryPane
              entry={entry}
              onClose={close}
              onNarrow={(narrower) => setFilter({ ...noAuditFilter, ...narrower })}
            />
          </aside>
        )}
      </div>
      {keeping && overview && <Retention days={overview.retention_days} onClose={() => setKeeping(false)} />}
    </>
  );
}

function Filters(props: {
  startup: StartupView;
  overview: AuditOverviewView | undefined;
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}) {
  const { filter, onChange, startup } = props;
  const one = (id: string | null) => (id === null ? [] : [id]);
  const other = <T,>(now: T, chosen: T): T | null => (now === chosen ? null : chosen);
  const scopes = startup.organisations.map((organisation) => ({
    id: organisation.id,
    name: organisation.name,
  }));
  if (startup.person?.role === "super_admin") scopes.push({ id: "system", name: i18n._("System-wide") });
  return (
    <div className={list.chips} role="group" aria-label={i18n._("Filters")}>
      {groups.map((group) => (
        <Chip
          key={group}
          word={groupWord(group).word}
          on={filter.group === group}
          onPress={() => onChange({ ...filter, group: other(filter.group, group) })}
        />
      ))}
      <ChipMenu
        single
        label={i18n._("Person")}
        chosen={one(filter.person)}
        choices={props.overview?.people ?? []}
        onToggle={(id) => onChange({ ...filter, person: other(filter.person, id) })}
      />
      <ChipMenu
        single
        label={i18n._("Organisation")}
        chosen={one(filter.scope)}
        choices={scopes}
        onToggle={(id) => onChange({ ...filter, scope: other(filter.scope, id) })}
      />
      <ChipMenu
        single
        label={i18n._("Time")}
        chosen={one(filter.days === null ? null : String(filter.days))}
        choices={spans()}
        onToggle={(id) => onChange({ ...filter, days: other(filter.days, Number(id)) })}
      />
      {filter.object !== null && (
        <Chip word={i18n._("One object")} on onPress={() => onChange({ ...filter, object: null })} />
      )}
    </div>
  );
}

const formats = (): { id: AuditFormat; name: string }[] => [
  { id: "csv", name: i18n._("Spreadsheet (CSV)") },
  { id: "json", name: i18n._("JSON, with the result of a verification") },
  { id: "jsonl", name: i18n._("JSON, one entry to a line") },
];

/** Writes what the filters leave to a file. */
function Export({ filter }: { filter: AuditFilter }) {
  const notify = useNotify();
  async function write(format: AuditFormat) {
    try {
      const written = await exportAudit(filter, format);
      if (!written) return;
      notify(
        i18n._("{count} entries written to {path}.", {
          count: number(written.entries),
          path: written.path,
        }),
      );
    } catch (thrown) {
      notify(asErrorView(thrown).message, true);
    }
  }
  return (
    <MenuTrigger>
      <Button>
        {i18n._("Export")}
        <Icon name="down" size={12} />
      </Button>
      <Popover className={`${field.popover}`} placement="bottom end">
        <Menu aria-label={i18n._("Export")} onAction={(key) => void write(key as AuditFormat)}>
          {formats().map(({ id, name }) => (
            <MenuItem key={id} id={id} className={`${field.option}`}>
              {name}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
