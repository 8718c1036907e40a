import { createContext, use, useCallback, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { i18n } from "../i18n";
import { Button } from "./Button";
import { Icon } from "./icons";
import styles from "./notices.module.css";

type Notice = { id: number; text: string; bad: boolean };
type Notify = (text: string, bad?: boolean) => void;

const NotifyContext = createContext<Notify>(() => undefined);

/** How long a notice stays; a bad one stays until it is closed. */
const SHOWN_MS = 6000;

/** Room around them, as in the style sheet. */
const EDGE = 10;

/** Says something once, on screen and to screen readers. */
export function useNotify(): Notify {
  return use(NotifyContext);
}

/** Holds the notices at the foot of the window. */
export function Notices({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<Notice[]>([]);
  const last = useRef(0);
  const close = useCallback((id: number) => setNotices((all) => all.filter((n) => n.id !== id)), []);
  const notify = useCallback<Notify>(
    (text, bad = false) => {
      last.current += 1;
      const id = last.current;
      setNotices((all) => [...all.slice(-2), { id, text, bad }]);
      if (!bad) setTimeout(() => close(id), SHOWN_MS);
    },
    [close],
  );
  // The page ends above them, so that no button lies under one.
  const region = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const height = notices.length === 0 ? 0 : (region.current?.offsetHeight ?? 0) + 2 * EDGE;
    document.body.style.setProperty("--notices", `${height}px`);
  }, [notices]);
  return (
    <NotifyContext value={notify}>
      {children}
      <div
        ref={region}
        className={styles.region}
        role="status"
        aria-live="polite"
        aria-label={i18n._("Notices")}
        // Stays readable while a dialog hides the rest of the page.
        data-react-aria-top-layer="true"
      >
        {notices.map((notice) => (
          <div key={notice.id} className={`${styles.notice} ${notice.bad ? styles.bad : ""}`}>
            <Icon name={notice.bad ? "alert" : "check"} />
            <span>{notice.text}</span>
            <Button look="icon" aria-label={i18n._("Close notice")} onPress={() => close(notice.id)}>
              <Icon name="x" size={14} />
            </Button>
          </div>
        ))}
      </div>
    </NotifyContext>
  );
}
