import { useEffect, useState } from "react";
import { Checkbox, Form } from "react-aria-components";
import {
  asErrorView,
  call,
  useCheck,
  useRefresh,
  type ErrorView,
  type ImportedView,
  type ImportPlanView,
  type ImportRowView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { ChoiceBox, type Note } from "../../parts/Field";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { Mark } from "../../parts/Mark";
import { PathField } from "../../parts/PathField";
import { ownersFor } from "../../parts/permissions";
import { CredentialPill, Problem } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { useShortcuts } from "../../parts/useShortcuts";
import { useNavigation } from "../../shell/navigation";
import gallery from "./Gallery.module.css";
import styles from "./Import.module.css";

const SYSTEM = "system";

/** Credentials out of a file: first what each line would become, then, once agreed to, what was stored. */
export default function Import({ startup }: { startup: StartupView }) {
  const { go } = useNavigation();
  const refresh = useRefresh();
  const [file, setFile] = useState("");
  const [scope, setScope] = useState(startup.organisation ?? startup.organisations[0]?.id ?? SYSTEM);
  const [plan, setPlan] = useState<ImportPlanView | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [done, setDone] = useState<ImportedView[] | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const leave = () => go({ screen: "gallery" });
  useShortcuts({ Escape: busy ? null : leave });
  // The program holds the file's values while the plan waits; it need not hold them any longer.
  useEffect(() => () => void call("importForget").catch(() => undefined), []);

  const work = async (step: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await step();
    } catch (thrown) {
      setError(asErrorView(thrown));
    }
    setBusy(false);
  };
  const read = (from: string, into: string) =>
    work(async () => {
      setPlan(null);
      const planned = await call("importPlan", { file: from, scope: into });
      setPlan(planned);
      setChosen(new Set(planned.rows.filter((row) => row.chosen).map((row) => row.row)));
    });
  const store = () =>
    work(async () => {
      const choices = (plan?.rows ?? [])
        .filter((row) => chosen.has(row.row))
        .map((row) => ({ row: row.row, name: null }));
      setDone(await call("importStore", choices));
      refresh();
    });

  const owners = [
    ...ownersFor(startup.person, startup.organisations),
    ...(startup.person?.role === "super_admin"
      ? [{ value: SYSTEM, label: i18n._("System-wide, shared by every organisation") }]
      : []),
  ];
  const notes: Note[] = (error?.fields ?? [])
    .filter((f) => f.field === "file")
    .map((f) => ({ level: "error", text: f.message }));
  return (
    <>
      <div className={gallery.bar}>
        <span aria-hidden="true">{i18n._("Credentials")}</span>
        <i />
        <Button look="ghost" onPress={leave} isDisabled={busy}>
          {done === null ? i18n._("Cancel") : i18n._("Close")}
        </Button>
      </div>
      <div className={gallery.page}>
        <h1>{i18n._("Import credentials")}</h1>
        <p className={gallery.lead}>
          {i18n._(
            "Choose a .env or JSON file. You see what each line would become before anything is stored; values are never shown.",
          )}
        </p>
        {done === null ? (
          <>
            <Form
              className={styles.file}
              validationBehavior="aria"
              onSubmit={(event) => {
                event.preventDefault();
                if (!busy) void read(file, scope);
              }}
            >
              <PathField
                label={i18n._("File")}
                name="file"
                value={file}
                choose="chooseImportFile"
                notes={notes}
                onChange={(path) => {
                  setFile(path);
                  setPlan(null);
                }}
              />
              {owners.length > 1 && (
                <ChoiceBox
                  label={i18n._("Owner")}
                  name="scope"
                  value={scope}
                  choices={owners}
                  onChange={(next) => {
                    setScope(next);
                    if (plan) void read(file, next);
                  }}
                />
              )}
              {plan === null && (
                <Button type="submit" look="primary" isPending={busy} isDisabled={file.trim() === ""}>
                  {i18n._("Show what it becomes")}
                </Button>
              )}
            </Form>
            {error && notes.length === 0 && <Problem error={error} />}
            {plan && (
              <>
                <Plan plan={plan} chosen={chosen} onChosen={setChosen} />
                <Button
                  look="primary"
                  isPending={busy}
                  isDisabled={chosen.size === 0}
                  onPress={() => void store()}
                >
                  {i18n._("Store {count, plural, one {# credential} other {# credentials}}", {
                    count: chosen.size,
                  })}
                </Button>
              </>
            )}
          </>
        ) : (
          <Results done={done} />
        )}
      </div>
    </>
  );
}

function Plan(props: {
  plan: ImportPlanView;
  chosen: ReadonlySet<number>;
  onChosen: (chosen: ReadonlySet<number>) => void;
}) {
  const { plan, chosen } = props;
  const choose = (row: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(row);
    else next.delete(row);
    props.onChosen(next);
  };
  return (
    <>
      <h2 className={styles.heading}>{i18n._("Becomes a credential")}</h2>
      {plan.rows.length === 0 && (
        <p className={gallery.lead}>{i18n._("Nothing in this file looks like a key.")}</p>
      )}
      <ul className={styles.rows} aria-label={i18n._("Becomes a credential")}>
        {plan.rows.map((row) => (
          <li key={row.row}>
            <Checkbox
              className={`${styles.check}`}
              isSelected={chosen.has(row.row)}
              isDisabled={row.problem !== null}
              onChange={(on) => choose(row.row, on)}
            >
              <span className={styles.box} aria-hidden="true">
                {chosen.has(row.row) && <Icon name="check" size={12} />}
              </span>
              <Mark text={row.mark} />
              <span className={styles.what}>
                <b>{row.name}</b>
                <span>
                  {row.provider_name} · {row.auth_label}
                </span>
                <code>{row.key}</code>
                <small>{row.fields.map(fromOf).join(", ")}</small>
                <Remark row={row} />
              </span>
            </Checkbox>
          </li>
        ))}
      </ul>
      {plan.skipped.length > 0 && (
        <>
          <h2 className={styles.heading}>{i18n._("Becomes nothing")}</h2>
          <ul className={styles.skipped} aria-label={i18n._("Becomes nothing")}>
            {plan.skipped.map((part, at) => (
              <li key={at}>
                {part.line !== null && <span>{i18n._("Line {line}", { line: part.line })}</span>}
                {part.name !== null && <code>{part.name}</code>}
                <span>
                  <Prose text={part.why} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** "Auth token from TWILIO_AUTH_TOKEN, line 3, ••••3333". */
function fromOf(field: ImportRowView["fields"][number]): string {
  const from =
    field.line === null
      ? i18n._("{label} from {name}", { label: field.label, name: field.from })
      : i18n._("{label} from {name} (line {line})", {
          label: field.label,
          name: field.from,
          line: field.line,
        });
  return field.tail === null ? from : `${from} ••••${field.tail}`;
}

function Remark({ row }: { row: ImportRowView }) {
  const names = row.stored.map((name) => `“${name}”`).join(", ");
  if (row.problem !== null) {
    return (
      <small className={styles.bad}>
        <Icon name="x" size={12} /> <span>{i18n._("Cannot be stored: {why}", { why: row.problem })}</span>
      </small>
    );
  }
  if (row.stored.length === 0 && row.same_as === null) return null;
  return (
    <small className={styles.warning}>
      <Icon name="alert" size={12} />{" "}
      <span>
        {row.stored.length > 0
          ? i18n._("Stored already, as {names}.", { names })
          : i18n._("The same value as {name}.", { name: row.same_as ?? "" })}
      </span>
    </small>
  );
}

function Results({ done }: { done: ImportedView[] }) {
  const check = useCheck();
  const now = useNow();
  const { go } = useNavigation();
  const [checked, setChecked] = useState<Record<string, ImportedView["credential"]>>({});
  const [checking, setChecking] = useState(false);
  const stored = done.flatMap((one) => (one.credential ? [one.credential] : []));
  const checkAll = async () => {
    setChecking(true);
    for (const credential of stored) {
      try {
        const seen = await check.mutateAsync(credential.id);
        setChecked((before) => ({ ...before, [credential.id]: seen }));
      } catch {
        // The row stays "Not checked"; its own page says why when it is checked there.
      }
    }
    setChecking(false);
  };
  return (
    <>
      <h2 className={styles.heading} role="status">
        {i18n._("{count, plural, one {# credential is stored} other {# credentials are stored}}", {
          count: stored.length,
        })}
      </h2>
      <ul className={styles.skipped} aria-label={i18n._("Results")}>
        {done.map((one) => {
          const credential = one.credential && (checked[one.credential.id] ?? one.credential);
          return (
            <li key={one.row}>
              <b>{one.name}</b>
              {credential ? (
                <CredentialPill credential={credential} now={now} />
              ) : (
                <span className={styles.bad}>
                  {[one.error?.message, ...(one.error?.fields ?? []).map((f) => f.message)].join(" ")}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <div className={styles.buttons}>
        <Button isPending={checking} isDisabled={stored.length === 0} onPress={() => void checkAll()}>
          {i18n._("Check them")}
        </Button>
        <Button look="primary" onPress={() => go({ screen: "credentials", selected: null })}>
          {i18n._("Show credentials")}
        </Button>
      </div>
    </>
  );
}
