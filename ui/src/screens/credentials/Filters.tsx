import { memo } from "react";
import {
  Button,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { useProviders, type CountsView, type ProviderType } from "../../backend";
import { i18n } from "../../i18n";
import { Icon } from "../../parts/icons";
import { number } from "../../parts/time";
import { aiTypes, integrationTypes, statusFilters, typeName } from "../../parts/words";
import field from "../../parts/Field.module.css";
import styles from "./Credentials.module.css";
import { toggled, valuesOf, withValues } from "./operators";

const EVERY = "every";

/** Two rows of types with counts; one is chosen. */
export const TypeTabs = memo(function TypeTabs(props: {
  counts: CountsView | undefined;
  type: ProviderType | null;
  onType: (type: ProviderType | null) => void;
}) {
  const { counts } = props;
  const tab = (type: ProviderType) => (
    <ToggleButton key={type} id={type} className={`${styles.type}`}>
      {typeName(type)} <em>{counts ? number(counts.by_type[type] ?? 0) : ""}</em>
    </ToggleButton>
  );
  return (
    <ToggleButtonGroup
      className={`${styles.types}`}
      aria-label={i18n._("Provider type")}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.type ?? EVERY]}
      onSelectionChange={(keys) => {
        for (const key of keys) props.onType(key === EVERY ? null : (key as ProviderType));
      }}
    >
      <b aria-hidden="true">{i18n._("AI services")}</b>
      <div>
        <ToggleButton id={EVERY} className={`${styles.type}`}>
          {i18n._("All")} <em>{counts ? number(counts.all) : ""}</em>
        </ToggleButton>
        {aiTypes.map(tab)}
      </div>
      <b aria-hidden="true">{i18n._("Function integrations")}</b>
      <div>{integrationTypes.map(tab)}</div>
    </ToggleButtonGroup>
  );
});

/** Chips write the operators that a person could type, and show those that stand there. They are not drawn again for a
 * letter of a word. */
export const Chips = memo(function Chips(props: {
  /** The operators of the search. */
  operators: string;
  /** Changes the search as it is then. */
  onChange: (change: (search: string) => string) => void;
}) {
  const { operators } = props;
  const providers = useProviders();
  const { usual, other } = statusFilters();
  const toggle = (operator: string, value: string) =>
    props.onChange((search) => toggled(search, operator, value));
  const statuses = valuesOf(operators, "status");
  const more = [
    { operator: "expires", value: "<30d", word: i18n._("Expires ≤ 30 days") },
    { operator: "used", value: "0", word: i18n._("Unused") },
    { operator: "duplicate", value: "yes", word: i18n._("Duplicate value") },
  ];
  return (
    <div className={styles.chips} role="group" aria-label={i18n._("Filters")}>
      {usual.map((status) => (
        <Chip
          key={status.id}
          word={status.word}
          on={statuses.includes(status.id)}
          onPress={() => toggle("status", status.id)}
        />
      ))}
      <ChipMenu
        label={i18n._("Other status")}
        chosen={statuses.filter((id) => other.some((status) => status.id === id))}
        choices={other.map((status) => ({ id: status.id, name: status.word }))}
        onToggle={(id) => toggle("status", id)}
      />
      <ChipMenu
        label={i18n._("Provider")}
        chosen={valuesOf(operators, "provider")}
        choices={(providers.data ?? []).map((p) => ({ id: p.id, name: p.name }))}
        onToggle={(id) => toggle("provider", id)}
      />
      {more.map(({ operator, value, word }) => {
        const on = valuesOf(operators, operator).includes(value);
        return (
          <Chip
            key={operator}
            word={word}
            on={on}
            onPress={() => props.onChange((search) => withValues(search, operator, on ? [] : [value]))}
          />
        );
      })}
    </div>
  );
});

/** Something that the list is narrowed to, or not. */
export function Chip(props: { word: string; on: boolean; onPress: () => void }) {
  return (
    <ToggleButton className={`${styles.chip}`} isSelected={props.on} onChange={props.onPress}>
      {props.word}
    </ToggleButton>
  );
}

/** Several such things behind one chip; of a single choice, the chosen one again takes it away. */
export function ChipMenu(props: {
  label: string;
  single?: boolean;
  chosen: string[];
  choices: { id: string; name: string }[];
  onToggle: (id: string) => void;
}) {
  const names = props.choices.filter((choice) => props.chosen.includes(choice.id)).map(({ name }) => name);
  const said = names.join(", ");
  return (
    <MenuTrigger>
      <Button
        className={`${styles.chip} ${names.length === 0 ? "" : styles.chipOn}`}
        aria-label={names.length === 0 ? props.label : `${props.label}: ${said}`}
      >
        <span>{names.length === 0 ? props.label : said}</span>
        <Icon name="down" size={12} />
      </Button>
      <Popover className={`${field.popover}`} placement="bottom start">
        <Menu
          aria-label={props.label}
          selectionMode={props.single ? "single" : "multiple"}
          selectedKeys={props.chosen}
          onAction={(key) => props.onToggle(String(key))}
        >
          {props.choices.map((choice) => (
            <MenuItem key={choice.id} id={choice.id} className={`${field.option}`}>
              {choice.name}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
