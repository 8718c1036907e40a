import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { asErrorView, noFilter, useCounts, useCredentials, type StartupView } from "../../backend";
import { i18n } from "../../i18n";
import { Button, Kbd } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { mayAdd, mayChange } from "../../parts/permissions";
import { Problem } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { useNavigation } from "../../shell/navigation";
import { CheckAllButton } from "./CheckAllButton";
import { useChecking } from "./checking";
import styles from "./Credentials.module.css";
import { FirstRows } from "./FirstRows";
import { SearchBox, StatusChips, TypeTabs } from "./Filters";
import { useShortcuts } from "../../parts/useShortcuts";
import { lateModule, later } from "../../backend/first-picture";

const Gallery = lazy(() => import("../add/Gallery"));
// What is not part of the first picture is read after it.
const CheckPanel = later(() => import("./CheckPanel"));
const DetailPane = later(() => import("./DetailPane"));
const useTable = lateModule(() => import("./CredentialTable"));

/** The inventory: tabs, filters, table, and the chosen credential beside it. */
export function Credentials(props: {
  startup: StartupView;
  selected: string | null;
  cancelled: boolean;
  ready: () => void;
}) {
  const { startup, selected, ready } = props;
  const { filter, setFilter, go } = useNavigation();
  const scope = startup.organisation;
  const settled = useDeferredValue(filter);
  const list = useCredentials(scope, settled);
  const counts = useCounts(scope);
  const now = useNow();
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLDivElement>(null);
  const checkAll = useRef<HTMLSpanElement>(null);
  const { open, setOpen } = useChecking();
  const [arrivedAt] = useState(selected);
  const may = mayAdd(startup.person);
  const CredentialTable = useTable()?.CredentialTable;

  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const filtered =
    filter.type !== null || filter.status !== null || filter.provider !== null || filter.search !== "";
  const empty = list.isSuccess && !list.isPlaceholderData && total === 0 && !filtered && selected === null;

  useEffect(() => {
    if (list.isSuccess || list.isError) ready();
  }, [list.isSuccess, list.isError, ready]);

  const select = useCallback(
    (id: string | null) => {
      // One pane at a time; the results stay and can be shown again.
      if (id !== null) setOpen(false);
      go({ screen: "credentials", selected: id });
    },
    [go, setOpen],
  );
  const closeResults = useCallback(() => {
    setOpen(false);
    checkAll.current?.querySelector("button")?.focus();
  }, [setOpen]);
  const close = useCallback(() => {
    const back = selected;
    select(null);
    // Focus goes back to the row from which the pane was opened.
    const row = table.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(back ?? "")}"]`);
    (row ?? table.current)?.focus();
  }, [select, selected]);
  useShortcuts({
    n: may ? () => go({ screen: "gallery" }) : null,
    "/": () => search.current?.focus(),
    Escape: open ? closeResults : selected === null ? null : close,
  });

  if (empty && may) return <Gallery first />;
  return (
    <>
      <div className={styles.bar}>
        <h1>{i18n._("Credentials")}</h1>
        <span className={styles.spacer} />
        <SearchBox
          inputRef={search}
          value={filter.search}
          onChange={(text) => setFilter({ ...filter, search: text })}
        />
        {may && (
          <span ref={checkAll} className={styles.checkAll}>
            <CheckAllButton scope={scope} filter={filter} disabled={total === 0} />
          </span>
        )}
        {may && (
          <Button
            look="primary"
            aria-keyshortcuts="n"
            // Back from a cancelled form: the focus is where it was.
            autoFocus={props.cancelled}
            onPress={() => go({ screen: "gallery" })}
          >
            <Icon name="plus" />
            {i18n._("Add credential")}
            <Kbd>N</Kbd>
          </Button>
        )}
      </div>
      <TypeTabs
        counts={counts.data}
        value={filter.type}
        onChange={(type) => setFilter({ ...filter, type })}
      />
      <StatusChips filter={filter} onChange={setFilter} />
      <div className={`${styles.split} ${selected === null && !open ? "" : styles.withPane}`}>
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
          {list.isSuccess && rows.length === 0 && (
            <div className={styles.message} role="status">
              <p>{filtered ? i18n._("No credential matches.") : i18n._("No credential here.")}</p>
              {filtered && (
                <Button onPress={() => setFilter(noFilter)}>{i18n._("Show all credentials")}</Button>
              )}
            </div>
          )}
          {rows.length > 0 && !CredentialTable && (
            <FirstRows
              rows={rows}
              now={now}
              mayChange={(row) => may && mayChange(startup.person, row.organisation)}
            />
          )}
          {rows.length > 0 && CredentialTable && (
            <CredentialTable
              rows={rows}
              total={total}
              selected={selected}
              onSelect={select}
              mayChange={may}
              now={now}
              onMore={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : null}
              tableRef={table}
            />
          )}
        </div>
        <Suspense fallback={null}>
          {open && <CheckPanel onOpen={select} onClose={closeResults} />}
          {selected !== null && !open && (
            <DetailPane
              key={selected}
              id={selected}
              row={rows.find((row) => row.id === selected)}
              mayChange={may}
              now={now}
              onClose={close}
              arrived={selected === arrivedAt}
            />
          )}
        </Suspense>
      </div>
    </>
  );
}
