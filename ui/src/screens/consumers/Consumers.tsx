import { useDeferredValue, useRef, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import {
  asErrorView,
  useConsumers,
  type ConsumerFilter,
  type ConsumerKind,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button, Kbd } from "../../parts/Button";
import { consumerKinds, kindName } from "../../parts/consumer-words";
import { Icon } from "../../parts/icons";
import { mayAdd } from "../../parts/permissions";
import { SearchInput } from "../../parts/SearchInput";
import { Problem } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { useShortcuts } from "../../parts/useShortcuts";
import { useNavigation } from "../../shell/navigation";
import chips from "../credentials/Credentials.module.css";
import { AddConsumer } from "./AddConsumer";
import styles from "./Consumers.module.css";
import { ConsumerTable } from "./ConsumerTable";

const EVERY = "every";
const everything: ConsumerFilter = { kind: null, search: "" };

/** Everything that uses credentials, by name. */
export default function Consumers({ startup, adding }: { startup: StartupView; adding: boolean }) {
  const [filter, setFilter] = useState(everything);
  const [asking, setAsking] = useState(adding);
  const scope = startup.organisation;
  const list = useConsumers(scope, useDeferredValue(filter));
  const { go } = useNavigation();
  const now = useNow();
  const search = useRef<HTMLInputElement>(null);
  const may = mayAdd(startup.person);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const filtered = filter.kind !== null || filter.search.trim() !== "";
  const empty = list.isSuccess && !list.isPlaceholderData && total === 0;
  useShortcuts({
    n: may ? () => setAsking(true) : null,
    "/": () => search.current?.focus(),
  });
  const add = (
    <Button look="primary" aria-keyshortcuts="n" onPress={() => setAsking(true)}>
      <Icon name="plus" />
      {i18n._("Add consumer")}
      <Kbd>N</Kbd>
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <h1>{i18n._("Agents & consumers")}</h1>
        <span className={styles.spacer} />
        {(filtered || !empty) && (
          <>
            <SearchInput
              label={i18n._("Search consumers")}
              placeholder={i18n._("Name or note…")}
              value={filter.search}
              onChange={(text) => setFilter({ ...filter, search: text })}
              inputRef={search}
              shortcut="/"
            />
            {may && add}
          </>
        )}
      </div>
      {(filtered || !empty) && (
        <ToggleButtonGroup
          className={`${styles.kinds}`}
          aria-label={i18n._("Kind")}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[filter.kind ?? EVERY]}
          onSelectionChange={(keys) => {
            for (const key of keys) {
              setFilter({ ...filter, kind: key === EVERY ? null : (key as ConsumerKind) });
            }
          }}
        >
          <ToggleButton id={EVERY} className={`${chips.chip}`}>
            {i18n._("All")}
          </ToggleButton>
          {consumerKinds.map((kind) => (
            <ToggleButton key={kind} id={kind} className={`${chips.chip}`}>
              {kindName(kind)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      <div className={styles.list}>
        {list.isError && (
          <div className={styles.problem}>
            <Problem error={asErrorView(list.error)}>
              <p>
                <Button onPress={() => void list.refetch()}>{i18n._("Try again")}</Button>
              </p>
            </Problem>
          </div>
        )}
        {empty && filtered && (
          <div className={styles.empty} role="status">
            <p>{i18n._("No consumer matches.")}</p>
            <Button onPress={() => setFilter(everything)}>{i18n._("Show all consumers")}</Button>
          </div>
        )}
        {empty && !filtered && (
          <div className={styles.empty}>
            <h2>{i18n._("Nothing uses credentials yet")}</h2>
            <p>
              {i18n._(
                "A consumer is whatever uses credentials: an agent, a skill, a runtime, a CRM integration. Choose once what it uses, and one command starts its program with exactly these, and nothing else.",
              )}
            </p>
            {may ? add : <p>{i18n._("An admin of the organisation can add one.")}</p>}
          </div>
        )}
        {rows.length > 0 && (
          <ConsumerTable
            rows={rows}
            total={total}
            organisation={scope === null}
            now={now}
            onOpen={(id) => go({ screen: "consumer", id })}
            onMore={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : null}
          />
        )}
      </div>
      {asking && may && <AddConsumer startup={startup} onClose={() => setAsking(false)} />}
    </>
  );
}
