import {
  memo,
  Suspense,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  type ComponentProps,
  type ReactNode,
  type RefObject,
} from "react";
import { flushSync } from "react-dom";
import {
  useListSettings,
  type CredentialView,
  type Filter,
  type ListColumn,
  type ListSort,
  type PersonView,
  type useCredentials,
  type useListWindow,
} from "../../backend";
import { later } from "../../backend/first-picture";
import { columnsFor } from "./columns";
import { CredentialTable } from "./CredentialTable";
import styles from "./Credentials.module.css";
import { StillTable } from "./FirstRows";
import { ProviderNames } from "./ProviderName";
import { useRested } from "./useRested";
import { useScrolledRows } from "./useScrolledRows";

// What is not part of the first picture is read after it.
const Cards = later(() => import("./Cards"));

/** The rows as they look. Out of sight they are those of before. */
const Cover = memo(
  (props: ComponentProps<typeof StillTable> & { shown: boolean }) => <StillTable {...props} />,
  (_, next) => !next.shown,
);

/** What the search found: the table or cards, or that there is none. */
export function Found(props: {
  list: ReturnType<typeof useCredentials>;
  window: ReturnType<typeof useListWindow>;
  rows: CredentialView[];
  /** How many rows come before them. */
  before: number;
  total: number;
  /** What is being typed is not understood yet: what was found before it stays. */
  kept: boolean;
  /** Somebody is in the search box. */
  searching: boolean;
  /** What stands there in place of rows. */
  none: ReactNode;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  selected: string | null;
  onSelect: (id: string | null) => void;
  chosen: ReadonlySet<string> | null;
  onChoose: (ids: ReadonlySet<string>) => void;
  everywhere: boolean;
  /** The ids of the table's columns. */
  shown: string;
  onShown: (shown: string) => void;
  person: PersonView | null | undefined;
  mayChange: boolean;
  now: number;
  tableRef: RefObject<HTMLDivElement | null>;
}) {
  const { list, rows, before, total, filter, everywhere, person, mayChange, now, tableRef } = props;
  const [settings, change] = useListSettings();
  const found = useMemo(() => ({ rows, before, total }), [rows, before, total]);
  const question = JSON.stringify(filter);
  // Cards are few, and who chooses several has stopped typing.
  const { rested, behind, follow } = useRested(
    found,
    question,
    props.chosen !== null || settings.layout === "cards",
  );

  const asCards = settings.layout === "cards";
  const { more, seen } = useScrolledRows({
    list,
    window: props.window,
    rows: rows.length,
    before,
    total,
    tableRef,
    asCards,
    behind,
  });

  // The table keeps what it is given by identity; what it calls back looks here for what is so just now.
  const latest = useRef({ filter, settings });
  useLayoutEffect(() => {
    latest.current = { filter, settings };
  });
  const { onFilter } = props;
  const sort = useCallback(
    (by: ListSort, descending: boolean) => onFilter({ ...latest.current.filter, sort: by, descending }),
    [onFilter],
  );
  const keepWidths = useCallback(
    (widths: Map<ListColumn, number>) => {
      const columns = latest.current.settings.columns.filter((column) => !widths.has(column.id));
      const sized = [...widths].map(([id, width]) => ({ id, shown: true, width }));
      change({ columns: [...columns, ...sized] });
    },
    [change],
  );

  // Another search is read from its beginning.
  useLayoutEffect(() => {
    if (tableRef.current) tableRef.current.scrollTop = 0;
  }, [tableRef, question]);

  const columns = useMemo(
    () => columnsFor(props.shown, settings.columns, false),
    [props.shown, settings.columns],
  );
  const none = (list.isSuccess || props.kept) && total === 0 && props.none;
  if (asCards) {
    return (
      <>
        {none}
        {rows.length > 0 && (
          <Suspense fallback={null}>
            <Cards
              rows={rows}
              selected={props.selected}
              onSelect={props.onSelect}
              chosen={props.chosen}
              onChoose={props.onChoose}
              now={now}
              onMore={more}
              listRef={tableRef}
            />
          </Suspense>
        )}
      </>
    );
  }
  return (
    <ProviderNames>
      {/* Keys that are pressed among the rows are meant for those that are seen. It has the focus while rows are on the way. */}
      <div className={styles.found} tabIndex={-1} onFocus={behind ? follow : undefined}>
        {rested.rows.length > 0 && (
          <CredentialTable
            rows={rested.rows}
            before={rested.before}
            total={rested.total}
            selected={props.selected}
            onSelect={props.onSelect}
            chosen={props.chosen}
            onChoose={props.onChoose}
            layout={settings.layout}
            chosenColumns={settings.columns}
            everywhere={everywhere}
            onShown={props.onShown}
            onWidths={keepWidths}
            sortBy={filter.sort}
            descending={filter.descending}
            onSort={sort}
            person={person}
            mayChange={mayChange}
            now={now}
            onSeen={seen}
            tableRef={tableRef}
          />
        )}
        {total === 0 && <div className={behind ? styles.cover : undefined}>{none}</div>}
        {(props.searching || behind) && (
          // It stays where it is while somebody is in the search box, out of sight: writing other words into its elements
          // takes half the time of making them. Whoever moves the pointer there wants to use the rows.
          <div
            className={`${styles.cover} ${behind && rows.length > 0 ? "" : styles.waiting}`}
            aria-hidden="true"
            onPointerMove={() => flushSync(follow)}
          >
            <Cover
              shown={behind}
              rows={rows}
              total={rows.length}
              columns={columns}
              layout={settings.layout}
              sortBy={filter.sort}
              descending={filter.descending}
              person={person}
              mayChange={mayChange}
              now={now}
            />
          </div>
        )}
      </div>
    </ProviderNames>
  );
}
