import type { Ref } from "react";
import {
  Button,
  Input,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  SearchField,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { useProviders, type CountsView, type Filter, type ProviderType } from "../../backend";
import { i18n } from "../../i18n";
import { Icon } from "../../parts/icons";
import { Kbd } from "../../parts/Button";
import { number } from "../../parts/time";
import { aiTypes, integrationTypes, statusFilters, typeName } from "../../parts/words";
import field from "../../parts/Field.module.css";
import styles from "./Credentials.module.css";

/** Words in name, provider, lookup key or plain fields. */
export function SearchBox({
  value,
  onChange,
  inputRef,
}: {
  value: string;
  onChange: (text: string) => void;
  inputRef: Ref<HTMLInputElement>;
}) {
  return (
    <SearchField
      className={`${styles.search}`}
      aria-label={i18n._("Search credentials")}
      value={value}
      onChange={onChange}
    >
      <Icon name="search" />
      <Input
        ref={inputRef}
        placeholder={i18n._("Name, provider, key…")}
        spellCheck="false"
        autoComplete="off"
      />
      {value === "" ? (
        <Kbd>/</Kbd>
      ) : (
        <Button className={`${styles.clear}`} aria-label={i18n._("Clear search")}>
          <Icon name="x" size={12} />
        </Button>
      )}
    </SearchField>
  );
}

const EVERY = "every";

/** Two rows of types with counts; one is chosen. */
export function TypeTabs(props: {
  counts: CountsView | undefined;
  value: ProviderType | null;
  onChange: (type: ProviderType | null) => void;
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
      selectedKeys={[props.value ?? EVERY]}
      onSelectionChange={(keys) => {
        for (const key of keys) props.onChange(key === EVERY ? null : (key as ProviderType));
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
}

/** Narrows the list by status and by provider. */
export function StatusChips({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const providers = useProviders();
  const { usual, other } = statusFilters();
  const otherOn = other.find((status) => status.id === filter.status);
  const provider = providers.data?.find((p) => p.id === filter.provider);
  return (
    <div className={styles.chips}>
      <ToggleButtonGroup
        className={`${styles.chipGroup}`}
        aria-label={i18n._("Status")}
        selectionMode="single"
        selectedKeys={filter.status === null ? [] : [filter.status]}
        onSelectionChange={(keys) => {
          const [key] = keys;
          onChange({ ...filter, status: key === undefined ? null : String(key) });
        }}
      >
        {usual.map((status) => (
          <ToggleButton key={status.id} id={status.id} className={`${styles.chip}`}>
            {status.word}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <ChipMenu
        label={i18n._("Other status")}
        anything={i18n._("Any status")}
        chosen={otherOn?.word}
        value={otherOn?.id ?? null}
        choices={other.map((status) => ({ id: status.id, name: status.word }))}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <ChipMenu
        label={i18n._("Provider")}
        anything={i18n._("Any provider")}
        chosen={provider?.name}
        value={filter.provider}
        choices={(providers.data ?? []).map((p) => ({ id: p.id, name: p.name }))}
        onChange={(id) => onChange({ ...filter, provider: id })}
      />
    </div>
  );
}

function ChipMenu(props: {
  label: string;
  anything: string;
  chosen: string | undefined;
  value: string | null;
  choices: { id: string; name: string }[];
  onChange: (id: string | null) => void;
}) {
  return (
    <MenuTrigger>
      <Button
        className={`${styles.chip} ${props.chosen === undefined ? "" : styles.chipOn}`}
        aria-label={props.chosen === undefined ? props.label : `${props.label}: ${props.chosen}`}
      >
        <span>{props.chosen ?? props.label}</span>
        <Icon name="down" size={12} />
      </Button>
      <Popover className={`${field.popover}`} placement="bottom start">
        <Menu
          aria-label={props.label}
          selectionMode="single"
          selectedKeys={[props.value ?? EVERY]}
          onAction={(key) => props.onChange(key === EVERY ? null : String(key))}
        >
          <MenuItem id={EVERY} className={`${field.option}`}>
            {props.anything}
          </MenuItem>
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
