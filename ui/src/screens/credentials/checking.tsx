import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import {
  asErrorView,
  checkAll,
  stopCheckAll,
  useAdoptVerdicts,
  useRefresh,
  type CheckAllRequest,
  type CheckedView,
  type CheckEvent,
  type ErrorView,
} from "../../backend";
import { i18n } from "../../i18n";
import { useNotify } from "../../parts/notices";

/** A check of many credentials, under way or at its end. */
export type Checking = {
  /** The program has not said the last word yet. */
  running: boolean;
  /** Somebody pressed Cancel. */
  stopping: boolean;
  /** How many are checked; null until that is known. */
  total: number | null;
  /** Left out because they are switched off. */
  disabled: number;
  /** Left out because the role does not allow it. */
  notPermitted: number;
  /** Names of those that are asked about now, by id. */
  asking: ReadonlyMap<string, string>;
  results: readonly CheckedView[];
  /** It ended before all had a result. */
  stopped: boolean;
  /** Why nothing could be checked. */
  error: ErrorView | null;
};

type CheckingContext = {
  checking: Checking | null;
  /** Whether the panel is open. Closing it loses nothing. */
  open: boolean;
  setOpen: (open: boolean) => void;
  start: (request: CheckAllRequest) => void;
  stop: () => void;
};

const Context = createContext<CheckingContext | null>(null);

/** The check of many credentials. */
export function useChecking(): CheckingContext {
  const checking = use(Context);
  if (!checking) throw new Error("outside of the checking");
  return checking;
}

const begun: Checking = {
  running: true,
  stopping: false,
  total: null,
  disabled: 0,
  notPermitted: 0,
  asking: new Map(),
  results: [],
  stopped: false,
  error: null,
};

/** Events come by the hundred; the page is drawn this often. */
const DRAW_MS = 100;

/** Whether a check showed something else than there was before. */
export const isChanged = (result: CheckedView): boolean => (result.verdict?.kind ?? null) !== result.before;

function after(checking: Checking, events: readonly CheckEvent[]): Checking {
  const asking = new Map(checking.asking);
  const results = [...checking.results];
  let { total, disabled, notPermitted } = checking;
  for (const event of events) {
    if (event.event === "started") {
      ({ total, disabled, not_permitted: notPermitted } = event);
    } else if (event.event === "asking") {
      asking.set(event.id, event.name);
    } else {
      asking.delete(event.result.id);
      results.push(event.result);
    }
  }
  return { ...checking, asking, results, total, disabled, notPermitted };
}

/** Keeps the check of many while the page is elsewhere. */
export function CheckingProvider({ children }: { children: ReactNode }) {
  const [checking, setChecking] = useState<Checking | null>(null);
  const [open, setOpenState] = useState(false);
  const shown = useRef(false);
  const run = useRef(0);
  const adopt = useAdoptVerdicts();
  const refresh = useRefresh();
  const notify = useNotify();
  const setOpen = useCallback((wanted: boolean) => {
    shown.current = wanted;
    setOpenState(wanted);
  }, []);
  const start = useCallback(
    (request: CheckAllRequest) => {
      run.current += 1;
      const own = run.current;
      const heard: CheckEvent[] = [];
      let due: ReturnType<typeof setTimeout> | null = null;
      const draw = () => {
        due = null;
        const events = heard.splice(0);
        if (own !== run.current) return;
        setChecking((before) => before && after(before, events));
        adopt(events.flatMap((event) => (event.event === "checked" ? [event.result] : [])));
      };
      const end = (last: (before: Checking) => Checking) => {
        if (due !== null) clearTimeout(due);
        heard.length = 0;
        refresh();
        if (own !== run.current) return;
        // What is told after the end is known already.
        run.current += 1;
        setChecking((before) => before && { ...last(before), running: false, asking: new Map() });
      };
      setChecking(begun);
      setOpen(true);
      checkAll(request, (event) => {
        if (own !== run.current) return;
        heard.push(event);
        due ??= setTimeout(draw, DRAW_MS);
      }).then(
        (came) => {
          end((before) => ({
            ...before,
            total: came.total,
            disabled: came.disabled,
            notPermitted: came.not_permitted,
            results: came.results,
            stopped: came.stopped,
          }));
          if (!shown.current) notify(ended(came.results));
        },
        (thrown: unknown) => {
          const error = asErrorView(thrown);
          end((before) => ({ ...before, error }));
          if (!shown.current) notify(error.message, true);
        },
      );
    },
    [adopt, refresh, notify, setOpen],
  );
  const stop = useCallback(() => {
    setChecking((before) => before && { ...before, stopping: true });
    stopCheckAll().catch((thrown: unknown) => notify(asErrorView(thrown).message, true));
  }, [notify]);
  const value = useMemo(
    () => ({ checking, open, setOpen, start, stop }),
    [checking, open, setOpen, start, stop],
  );
  return <Context value={value}>{children}</Context>;
}

function ended(results: readonly CheckedView[]): string {
  return i18n._(
    "{count, plural, one {# credential} other {# credentials}} checked, {changed, plural, =0 {none changed} other {# changed}}.",
    { count: results.length, changed: results.filter(isChanged).length },
  );
}
