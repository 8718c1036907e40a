import {
  createContext,
  lazy,
  Suspense,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { flushSync } from "react-dom";
import type { StartupView } from "../backend";
import { i18n } from "../i18n";
import { useShortcuts } from "../parts/useShortcuts";
import styles from "./Keyboard.module.css";
import { useNavigation } from "./navigation";
import type { Command } from "./palette/commands";

const NewOrganisation = lazy(() => import("./NewOrganisation"));
const Palette = lazy(() => import("./palette/Palette"));
const ShortcutSheet = lazy(() => import("./palette/ShortcutSheet"));

type Shown = "palette" | "sheet" | "organisation" | null;

const OpenContext = createContext<() => void>(() => undefined);

/** Opens the command palette. */
export const useOpenPalette = (): (() => void) => use(OpenContext);

/** The id of the part of the page in which the screen stands. */
export const CONTENT = "content";

const content = () => document.getElementById(CONTENT);

/** The palette and the sheet of keys, wherever the page is, and where the focus goes when it moves. */
export function Keyboard({ startup, children }: { startup: StartupView; children: ReactNode }) {
  const [shown, setShown] = useState<Shown>(null);
  const { place } = useNavigation();
  const moving = useRef(false);
  useShortcuts({ "Control+k": () => setShown("palette"), "?": () => setShown("sheet") });
  useFocusKept();
  // A command that led elsewhere leaves the focus there, not where the palette was opened. A field of the new screen
  // that asks for the focus has it already.
  useEffect(() => {
    if (!moving.current) return;
    const screen = content();
    if (!screen?.contains(document.activeElement)) screen?.focus({ preventScroll: true });
  }, [place]);
  const close = () => setShown(null);
  const open = useMemo(() => () => setShown("palette"), []);
  // What was open is closed first, so that a dialog of the command does not stand upon it.
  const run = (command: Command) => {
    flushSync(close);
    moving.current = true;
    flushSync(command.run);
    moving.current = false;
  };
  return (
    <OpenContext value={open}>
      {children}
      <Suspense fallback={null}>
        {shown === "palette" && (
          <Palette
            startup={startup}
            onClose={close}
            onRun={run}
            onSheet={() => setShown("sheet")}
            onNewOrganisation={() => setShown("organisation")}
          />
        )}
        {shown === "sheet" && <ShortcutSheet onClose={close} />}
        {shown === "organisation" && <NewOrganisation onClose={close} />}
      </Suspense>
    </OpenContext>
  );
}

/** The first thing that Tab meets: past the rail, to what the screen shows. */
export function SkipLink() {
  return (
    <a
      className={styles.skip}
      href={`#${CONTENT}`}
      onClick={(event) => {
        event.preventDefault();
        content()?.focus();
      }}
    >
      {i18n._("Skip to content")}
    </a>
  );
}

/**
 * Where what had the focus is taken away (a row that was deleted, a button that has done its work), the focus goes to
 * what stood around it, and not back to the beginning of the page.
 */
function useFocusKept(): void {
  useEffect(() => {
    let around: HTMLElement[] = [];
    const focused = (event: FocusEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      // A dialog gives the focus back to where it was opened; that may be gone by then.
      if (!target || target.closest("[role=dialog], [role=alertdialog]")) return;
      around = [];
      for (let box = target.parentElement; box !== null; box = box.parentElement) {
        if (box.tabIndex === -1 && box.hasAttribute("tabindex")) around.push(box);
      }
    };
    // Pressing on nothing takes the focus away on purpose.
    const pressed = () => {
      around = [];
    };
    const changed = () => {
      if (around.length === 0 || document.activeElement !== document.body) return;
      // After a dialog has given the focus back, if it could.
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        around.find((box) => box.isConnected)?.focus({ preventScroll: true });
      });
    };
    const observer = new MutationObserver(changed);
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", focused);
    document.addEventListener("pointerdown", pressed);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", focused);
      document.removeEventListener("pointerdown", pressed);
    };
  }, []);
}
