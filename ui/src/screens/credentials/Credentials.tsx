import {
  lazy,
  memo,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import {
  allMatching,
  asErrorView,
  noFilter,
  useAskAhead,
  useCounts,
  useCredentials,
  rowsAtHand,
  rowsBefore,
  useListSettings,
  useListWindow,
  type Filter,
  type ProviderType,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button, Kbd } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { mayAdd } from "../../parts/permissions";
import { SearchInput } from "../../parts/SearchInput";
import { Problem } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { useFilter, useNavigation } from "../../shell/navigation";
import { CheckAllButton } from "./CheckAllButton";
import { useChecking } from "./checking";
import styles from "./Credentials.module.css";
import { firstWidth, shownAt } from "./columns";
import { Chips, TypeTabs } from "./Filters";
import { Found } from "./Found";
import { ListOptions } from "./ListOptions";
import { operatorsIn } from "./operators";
import { useChosen } from "./useChosen";
import { useShortcuts } from "../../parts/useShortcuts";
import { later } from "../../backend/first-picture";

// What is found changes nothing in it.
const SearchBox = memo(SearchInput);
const Gallery = lazy(() => import("../add/Gallery"));
// What is not part of the first picture is read after it.
const CheckPanel = later(() => import("./CheckPanel"));
const DetailPane = later(() => import("./DetailPane"));
const SeveralBar = later(() => import("./Several"));
const Templates = lazy(() => import("../add/Templates"));

/** The inventory: tabs, filters, table, and the chosen credential beside it. */
export function Credentials(props: {
  startup: StartupView;
  selected: string | null;
  cancelled: boolean;
  ready: () => void;
}) {
  const { startup, selected, ready } = props;
  const { setFilter: setFilterOnly, go } = useNavigation();
  const filter = useFilter();
  const [settings, change] = useListSettings();
  const scope = startup.organisation;
  const askAhead = useAskAhead(scope);
  const setFilter = useCallback(
    (next: Filter) => {
      // The program looks while the page draws.
      askAhead(next);
      setFilterOnly(next);
      change({ search: next.search, type: next.type, sort: next.sort, descending: next.descending }, true);
    },
    [askAhead, setFilterOnly, change],
  );
  // What is not drawn again for every letter asks for what is so when it is pressed.
  const latest = useRef(filter);
  useLayoutEffect(() => {
    latest.current = filter;
  });
  const filterNow = useCallback(() => latest.current, []);
  const setType = useCallback(
    (type: ProviderType | null) => setFilter({ ...latest.current, type }),
    [setFilter],
  );
  const changeSearch = useCallback(
    (change: (search: string) => string) =>
      setFilter({ ...latest.current, search: change(latest.current.search) }),
    [setFilter],
  );
  const setSearch = useCallback((search: string) => changeSearch(() => search), [changeSearch]);
  const [searching, setSearching] = useState(false);
  const everywhere = scope === null;
  // The table knows its width; until it has said, what a table of this window would show.
  const [shown, setShown] = useState(() => shownAt(firstWidth(), settings.columns, everywhere));
  const list = useCredentials(scope, filter);
  const listWindow = useListWindow(scope, filter);
  const counts = useCounts(scope);
  const now = useNow();
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLDivElement>(null);
  const checkAll = useRef<HTMLSpanElement>(null);
  const { open, setOpen } = useChecking();
  const [arrivedAt] = useState(selected);
  const may = mayAdd(startup.person);

  // What is not understood yet, because it is still being typed, takes no rows away.
  const [last, setLast] = useState(list.data);
  if (list.data && list.data !== last) setLast(list.data);
  const error = list.isError ? asErrorView(list.error) : null;
  const notUnderstood = error?.fields.find((field) => field.field === "search")?.message ?? null;
  const data = list.data ?? (notUnderstood === null ? undefined : last);
  const rows = useMemo(() => rowsAtHand(data), [data]);
  const chosen = useChosen(rows, scope);
  const total = data?.pages[0]?.total ?? 0;
  const filtered = filter.type !== null || filter.search.trim() !== "";
  const empty = list.isSuccess && !list.isPlaceholderData && total === 0 && !filtered && selected === null;

  // A type without any credential; nothing is searched for.
  const bare =
    list.isSuccess &&
    !list.isPlaceholderData &&
    total === 0 &&
    filter.type !== null &&
    filter.search.trim() === "";

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
  // From a type's tab, to what serves that type.
  const add = () => go({ screen: "gallery", ...(filter.type !== null && { type: filter.type }) });
  const { begin } = chosen;
  const startSeveral = useCallback(() => {
    select(null);
    begin();
  }, [select, begin]);
  useShortcuts({
    n: may ? add : null,
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
          label={i18n._("Search credentials")}
          placeholder={i18n._("Name, key, provider:twilio…")}
          inputRef={search}
          shortcut="/"
          value={filter.search}
          onChange={setSearch}
          onFocusChange={setSearching}
          problem={notUnderstood === null ? null : "search-problem"}
        />
        {may && (
          <span ref={checkAll} className={styles.checkAll}>
            <CheckAllButton scope={scope} filter={filterNow} disabled={total === 0} />
          </span>
        )}
        {may && (
          <Button
            look="primary"
            aria-keyshortcuts="n"
            // Back from a cancelled form: the focus is where it was.
            autoFocus={props.cancelled}
            onPress={add}
          >
            <Icon name="plus" />
            {i18n._("Add credential")}
            <Kbd>N</Kbd>
          </Button>
        )}
      </div>
      <TypeTabs counts={counts.data} type={filter.type} onType={setType} />
      <div className={styles.tools}>
        <Chips operators={operatorsIn(filter.search)} onChange={changeSearch} />
        <ListOptions
          scope={scope}
          filter={filterNow}
          onFilter={setFilter}
          current={settings.saved.find((one) => one.search === filter.search && one.type === filter.type)}
          shown={shown}
          onChooseSeveral={may && chosen.ids === null ? startSeveral : null}
        />
      </div>
      {notUnderstood !== null && (
        <p id="search-problem" className={styles.notUnderstood} role="status">
          <Icon name="alert" size={14} /> {notUnderstood}
        </p>
      )}
      <div className={`${styles.split} ${selected === null && !open ? "" : styles.withPane}`}>
        <div className={styles.list}>
          {error && notUnderstood === null && (
            <div className={styles.problem}>
              <Problem error={error}>
                <p>
                  <Button onPress={() => void list.refetch()}>{i18n._("Try again")}</Button>
                </p>
              </Problem>
            </div>
          )}
          {bare && may && filter.type !== null && (
            <Suspense fallback={null}>
              <Templates type={filter.type} />
            </Suspense>
          )}
          <Found
            list={list}
            window={listWindow}
            rows={rows}
            before={rowsBefore(data)}
            total={total}
            none={
              bare && may ? null : (
                <div className={styles.message} role="status">
                  <p>
                    {filtered && !bare ? i18n._("No credential matches.") : i18n._("No credential here.")}
                  </p>
                  {filtered && (
                    <Button onPress={() => setFilter(noFilter)}>{i18n._("Show all credentials")}</Button>
                  )}
                </div>
              )
            }
            kept={notUnderstood !== null}
            searching={searching}
            filter={filter}
            onFilter={setFilter}
            selected={selected}
            onSelect={select}
            chosen={chosen.ids}
            onChoose={chosen.choose}
            everywhere={everywhere}
            shown={shown}
            onShown={setShown}
            person={startup.person}
            mayChange={may}
            now={now}
            tableRef={table}
          />
          {chosen.ids !== null && (
            <Suspense fallback={null}>
              <SeveralBar
                chosen={chosen.credentials}
                total={total}
                all={chosen.credentials.length >= total && rows.every((row) => chosen.ids?.has(row.id))}
                onAll={async () => chosen.add(await allMatching(scope, filter))}
                onDeleted={chosen.drop}
                onDone={chosen.end}
              />
            </Suspense>
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
