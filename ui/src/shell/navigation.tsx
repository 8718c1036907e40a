import {
  createContext,
  use,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import {
  keptFilter,
  noFilter,
  useStartup,
  type CredentialView,
  type Filter,
  type ProviderType,
} from "../backend";
import { Button } from "../parts/Button";
import { Buttons, Dialog, Spacer } from "../parts/Dialog";
import { i18n } from "../i18n";
import type { Draft } from "../screens/consumers/draft";

/** What a new credential is for, where it is added on the way to something else. */
export type Purpose = {
  /** Whose it becomes: the id of an organisation, or `system`. */
  owner: string;
  /** What it is for, in words. */
  name: string;
  /** Only providers of this type. */
  type: ProviderType | null;
  /** Something typed waits there, and would be lost elsewhere. */
  unsaved: boolean;
  /** Where to go with the new credential, or without any. */
  back: (made: CredentialView | null) => Place;
};

/** A key that was pasted before its form was open, and the field that it belongs to. It lives here and nowhere else. */
export type Pasted = { text: string; auth: string; field: string };

/** Where the page is. */
export type Place =
  | { screen: "credentials"; selected: string | null; cancelled?: boolean; arrive?: boolean }
  | { screen: "attention" }
  | { screen: "activity" }
  | { screen: "gallery"; purpose?: Purpose; type?: ProviderType }
  | { screen: "add"; provider: string; pasted?: Pasted; purpose?: Purpose }
  | { screen: "edit"; id: string }
  | { screen: "import" }
  | { screen: "consumers"; adding?: boolean }
  | { screen: "consumer"; id: string; tab?: string; draft?: Draft }
  | { screen: "onboarding" }
  | { screen: "launch" }
  | { screen: "appearance" }
  | { screen: "people" }
  | { screen: "vault" };

type Navigation = {
  place: Place;
  /** Goes elsewhere; asks first where typed text would be lost. `force` skips the question. */
  go: (place: Place, force?: boolean) => void;
  setFilter: (filter: Filter) => void;
  /** Says whether leaving would lose something; `who` says it for itself alone. */
  setGuard: (who: string, on: boolean) => void;
};

const NavigationContext = createContext<Navigation | null>(null);
/** By itself: it changes with every letter of a search, which concerns the list alone. */
const FilterContext = createContext<Filter>(noFilter);

/** The way around the page. */
export function useNavigation(): Navigation {
  const navigation = use(NavigationContext);
  if (!navigation) throw new Error("outside of the navigation");
  return navigation;
}

/** What the list is narrowed to. */
export const useFilter = (): Filter => use(FilterContext);

/** Asks before leaving while `dirty`. */
export function useLeaveGuard(dirty: boolean): void {
  const { setGuard } = useNavigation();
  const who = useId();
  useEffect(() => {
    setGuard(who, dirty);
    return () => setGuard(who, false);
  }, [setGuard, who, dirty]);
}

/** Keeps where the page is, and the list's filters while other screens are open. */
export function NavigationProvider({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<Place>({ screen: "credentials", selected: null });
  const startup = useStartup();
  const [chosen, setFilter] = useState<Filter | null>(null);
  // Until somebody changes it, the list is as it was left.
  const kept = startup.data?.list;
  const filter = useMemo(() => chosen ?? (kept ? keptFilter(kept) : noFilter), [chosen, kept]);
  const [wanted, setWanted] = useState<Place | null>(null);
  const guards = useRef(new Set<string>());
  const go = useCallback((next: Place, force = false) => {
    if (guards.current.size > 0 && !force) {
      setWanted(next);
      return;
    }
    guards.current.clear();
    setPlace(next);
  }, []);
  const setGuard = useCallback((who: string, on: boolean) => {
    if (on) guards.current.add(who);
    else guards.current.delete(who);
  }, []);
  const navigation = useMemo(() => ({ place, go, setFilter, setGuard }), [place, go, setGuard]);
  return (
    <NavigationContext value={navigation}>
      <FilterContext value={filter}>{children}</FilterContext>
      {wanted && (
        <Dialog title={i18n._("Discard what you typed?")} alert onClose={() => setWanted(null)}>
          <p>{i18n._("The form has not been saved. Leaving it throws away what stands in it.")}</p>
          <Buttons>
            <Spacer />
            <Button
              look="danger"
              onPress={() => {
                setWanted(null);
                go(wanted, true);
              }}
            >
              {i18n._("Discard")}
            </Button>
            <Button look="primary" autoFocus onPress={() => setWanted(null)}>
              {i18n._("Keep editing")}
            </Button>
          </Buttons>
        </Dialog>
      )}
    </NavigationContext>
  );
}
