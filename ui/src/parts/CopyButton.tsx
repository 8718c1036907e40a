import { useEffect, useState } from "react";
import { asErrorView, call } from "../backend";
import { i18n } from "../i18n";
import { Button } from "./Button";
import { Icon } from "./icons";
import { useNotify } from "./notices";

/** How long the tick stays. */
const TICK_MS = 2000;

/** Copies a plain value and confirms what the clipboard then held. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const notify = useNotify();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), TICK_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      const held = await call("copyText", text);
      if (held === text) {
        setDone(true);
        notify(i18n._("Copied “{text}”.", { text: held.length > 80 ? `${held.slice(0, 80)}…` : held }));
      } else {
        notify(
          i18n._("The clipboard did not take it. Try again, or select the text and press Ctrl+C."),
          true,
        );
      }
    } catch (thrown) {
      const error = asErrorView(thrown);
      notify(error.hint === null ? error.message : `${error.message} ${error.hint}`, true);
    }
  };
  return (
    <Button look="icon" aria-label={i18n._("Copy {label}", { label })} onPress={() => void copy()}>
      <Icon name={done ? "check" : "copy"} />
    </Button>
  );
}
