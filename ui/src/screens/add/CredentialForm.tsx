import { useEffect, useRef, type ReactNode } from "react";
import { Form } from "react-aria-components";
import type { Category, ErrorView, ProviderView, VerdictView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { ChoiceBox, TextBox, type Note } from "../../parts/Field";
import { Problem, VerdictBox } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { categories, categoryName } from "../../parts/words";
import { useShortcuts } from "../../parts/useShortcuts";
import styles from "./CredentialForm.module.css";
import { Guide } from "./Guide";
import type { Busy } from "./useSave";

/** What stands above and below the provider's own fields, the same for adding and editing. */
export function CredentialForm(props: {
  title: string;
  subtitle: ReactNode;
  provider: ProviderView;
  corner?: ReactNode;
  before?: ReactNode;
  /** On the way to something else the key matters first, and what it is called can wait. */
  nameLast?: boolean;
  name: string;
  onName: (name: string) => void;
  lookupKey: string;
  onLookupKey: (key: string) => void;
  category: Category;
  onCategory: (category: Category) => void;
  notesOf: (id: string) => Note[];
  children: ReactNode;
  after?: ReactNode;
  error: ErrorView | null;
  refused: VerdictView | null;
  busy: Busy;
  custodyLine: string;
  onCancel: () => void;
  onStop: () => void;
  onSave: (check: boolean) => void;
}) {
  const { provider, busy, refused, error } = props;
  const now = useNow();
  const verdict = useRef<HTMLDivElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const waited = useRef(false);
  const checkable = provider.check.uncheckable === null;
  useShortcuts({ Escape: busy === null ? props.onCancel : props.onStop });
  useEffect(() => {
    if (refused !== null || error !== null) {
      verdict.current?.scrollIntoView({ block: "nearest" });
      verdict.current?.focus();
    }
  }, [refused, error]);
  // Waiting was stopped: the focus goes back to the button that began it.
  useEffect(() => {
    if (busy === null && waited.current && refused === null && error === null) {
      form.current?.querySelector<HTMLElement>("button[type=submit]")?.focus();
    }
    waited.current = busy !== null;
  }, [busy, refused, error]);
  // The name takes the focus by itself where it comes first.
  const nameLast = props.nameLast ?? false;
  useEffect(() => {
    if (nameLast) form.current?.querySelector<HTMLElement>("fieldset input, fieldset textarea")?.focus();
  }, [nameLast]);
  const name = (
    <TextBox
      label={i18n._("Name")}
      name="name"
      value={props.name}
      onChange={props.onName}
      required
      autoFocus={!nameLast}
      placeholder={provider.name_example}
      hint={i18n._("Naming it with the region and purpose keeps a long list easy to scan.")}
      notes={props.notesOf("name")}
    />
  );
  return (
    <Form
      ref={form}
      className={styles.form}
      autoComplete="off"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy === null) props.onSave(checkable);
      }}
    >
      <div className={styles.bar}>
        <h1>{props.title}</h1>
        <span>{props.subtitle}</span>
        {props.corner}
      </div>
      <div className={styles.split}>
        <div className={styles.fields}>
          <div>
            <div ref={verdict} tabIndex={-1} className={refused || error ? styles.verdict : ""}>
              {refused && <VerdictBox verdict={refused} now={now} />}
              {refused && (
                <p className={styles.verdictNote} role="alert">
                  {i18n._("Nothing was stored. Correct the field below, or use Save without checking.")}
                </p>
              )}
              {error && <Problem error={error} />}
            </div>
            <fieldset disabled={busy !== null} aria-label={i18n._("Credential")}>
              {props.before}
              {!nameLast && name}
              {props.children}
              <div className={styles.pair}>
                <TextBox
                  label={i18n._("Lookup key")}
                  name="key"
                  value={props.lookupKey}
                  onChange={props.onLookupKey}
                  required
                  mono
                  placeholder={provider.lookup_key}
                  hint={i18n._("Programs ask for the credential by this name.")}
                  notes={props.notesOf("key")}
                />
                <ChoiceBox
                  label={i18n._("Category")}
                  name="category"
                  value={props.category}
                  choices={categories.map((value) => ({ value, label: categoryName(value) }))}
                  onChange={(value) => props.onCategory(value as Category)}
                  notes={props.notesOf("category")}
                />
              </div>
              {props.after}
              {nameLast && name}
            </fieldset>
          </div>
        </div>
        <Guide provider={provider} />
      </div>
      <div className={styles.foot}>
        <p role="status">
          {busy === null ? (
            props.custodyLine
          ) : (
            <span className={styles.progress}>
              <span className={styles.dots} />
              {busy === "check" ? i18n._("Asking {name}…", { name: provider.name }) : i18n._("Saving…")}
            </span>
          )}
        </p>
        {busy === null ? (
          <>
            <Button look="ghost" onPress={props.onCancel}>
              {i18n._("Cancel")}
            </Button>
            {checkable && (
              <Button onPress={() => props.onSave(false)}>{i18n._("Save without checking")}</Button>
            )}
            <Button look="primary" type="submit">
              {checkable ? i18n._("Check and save") : i18n._("Save")}
            </Button>
          </>
        ) : (
          <Button autoFocus onPress={props.onStop}>
            {i18n._("Stop waiting")}
          </Button>
        )}
      </div>
    </Form>
  );
}
