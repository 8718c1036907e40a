import { useEffect, useRef, useState } from "react";
import { Form } from "react-aria-components";
import {
  asErrorView,
  call,
  useAdoptStartup,
  useKeyStatus,
  useRefresh,
  type ErrorView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { TextBox, type Note } from "../../parts/Field";
import { Icon } from "../../parts/icons";
import { NewPassphrase, nothingTyped, passphraseProblem } from "../../parts/NewPassphrase";
import { PathField } from "../../parts/PathField";
import { Box, Problem } from "../../parts/Status";
import styles from "./FirstStart.module.css";

/** Makes the vault: a name, an organisation, a place for the recovery kit. */
export default function FirstStart({ startup, ready }: { startup: StartupView; ready: () => void }) {
  const [made, setMade] = useState<{ startup: StartupView; kit: string } | null>(null);
  useEffect(ready, [ready]);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Icon name="lock" size={20} />
          Strongroom
        </div>
        {made ? <Made made={made} /> : <Filling startup={startup} onMade={setMade} />}
      </div>
    </main>
  );
}

function Filling(props: {
  startup: StartupView;
  onMade: (made: { startup: StartupView; kit: string }) => void;
}) {
  const { startup } = props;
  const key = useKeyStatus();
  const [person, setPerson] = useState(startup.person_suggestion);
  const [organisation, setOrganisation] = useState("");
  const [path, setPath] = useState(startup.recovery_kit_path);
  const [passphrase, setPassphrase] = useState(nothingTyped);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [error, setError] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const byPassphrase = key.data?.keychain_usable === false;
  const notes = (id: string): Note[] => {
    const text = problems[id];
    return text === undefined || text === "" ? [] : [{ level: "error", text }];
  };
  const clear = (id: string) => setProblems((before) => ({ ...before, [id]: "" }));

  const create = async () => {
    const missing: Record<string, string> = {};
    if (person.trim() === "") missing.person = i18n._("Say who works with this vault.");
    if (organisation.trim() === "")
      missing.organisation = i18n._("Name the organisation that owns the keys.");
    if (path.trim() === "") missing.path = i18n._("Choose a file for the recovery kit.");
    const wrong = byPassphrase ? passphraseProblem(passphrase) : null;
    if (wrong !== null) missing.passphrase = wrong;
    setProblems(missing);
    setError(null);
    const first = Object.keys(missing)[0];
    if (first !== undefined) {
      document.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      const view = await call("vaultCreate", {
        person,
        organisation,
        recovery_kit_path: path,
        passphrase: byPassphrase ? passphrase.first : null,
      });
      setPassphrase(nothingTyped);
      props.onMade({ startup: view, kit: path });
    } catch (thrown) {
      const refusal = asErrorView(thrown);
      setProblems(Object.fromEntries(refusal.fields.map((f) => [f.field, f.message])));
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Form
      autoComplete="off"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !key.isPending) void create();
      }}
    >
      <h1>{i18n._("Set up your vault")}</h1>
      <p className={styles.lead}>
        {i18n._(
          "Strongroom keeps your organisation's provider keys encrypted on this computer. Nothing leaves it but the checks that you ask for.",
        )}
      </p>
      <div className={styles.group}>
        <TextBox
          label={i18n._("Your name")}
          name="person"
          value={person}
          onChange={(text) => {
            setPerson(text);
            clear("person");
          }}
          required
          hint={i18n._("Shown beside what you do. You become the super admin.")}
          notes={notes("person")}
        />
        <TextBox
          label={i18n._("Organisation")}
          name="organisation"
          value={organisation}
          onChange={(text) => {
            setOrganisation(text);
            clear("organisation");
          }}
          required
          autoFocus
          hint={i18n._("It owns the credentials. More can be added later.")}
          notes={notes("organisation")}
        />
        <PathField
          label={i18n._("Recovery kit")}
          name="path"
          value={path}
          onChange={(text) => {
            setPath(text);
            clear("path");
          }}
          choose="chooseRecoveryKitTarget"
          required
          hint={i18n._(
            "A file with a code that opens the vault if this computer's keychain is ever lost: print it or keep it on another device.",
          )}
          notes={notes("path")}
        />
      </div>
      {key.data && byPassphrase && (
        <div className={styles.group}>
          <div className={styles.gap}>
            <Box status={{ tone: "warn", icon: "alert" }} label={i18n._("Keychain")}>
              <p>
                <Icon name="alert" size={14} />
                <b>{key.data.message}</b>
              </p>
              {key.data.hint !== null && <p>{key.data.hint}</p>}
              <p>{i18n._("Without a keychain the vault is kept by a passphrase instead.")}</p>
              <p>
                <Button isPending={key.isFetching} onPress={() => void key.refetch()}>
                  {i18n._("Ask the keychain again")}
                </Button>
              </p>
            </Box>
          </div>
          <NewPassphrase
            value={passphrase}
            onChange={(typed) => {
              setPassphrase(typed);
              clear("passphrase");
            }}
            notes={notes("passphrase")}
          />
        </div>
      )}
      {key.isError && <Problem error={asErrorView(key.error)} />}
      {error && <Problem error={error} />}
      <div className={styles.foot}>
        <p role="status">
          {key.isPending
            ? i18n._("Asking the keychain…")
            : byPassphrase
              ? i18n._("The master key is kept by your passphrase.")
              : i18n._("The master key stays in this computer's keychain.")}
        </p>
        <Button look="primary" type="submit" isPending={busy} isDisabled={key.isPending}>
          {busy ? i18n._("Creating…") : i18n._("Create vault")}
        </Button>
      </div>
    </Form>
  );
}

function Made({ made }: { made: { startup: StartupView; kit: string } }) {
  const adopt = useAdoptStartup();
  const refresh = useRefresh();
  const key = useKeyStatus();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {i18n._("Your vault is ready")}
      </h1>
      <p className={styles.lead}>{i18n._("The recovery kit was written to this file:")}</p>
      <div className={styles.kit}>
        <code>{made.kit}</code>
        <CopyButton text={made.kit} label={i18n._("path of the recovery kit")} />
      </div>
      <ul className={styles.list}>
        <li>
          {i18n._("Print it, or move it to another device or a safe. It does not belong beside the vault.")}
        </li>
        <li>{i18n._("Whoever has the kit and this computer's vault can open it.")}</li>
        <li>
          {i18n._(
            "A new kit can be made at any time under Vault & recovery; the old one then stops working.",
          )}
        </li>
      </ul>
      <div className={styles.foot}>
        <p />
        <Button
          look="primary"
          onPress={() => {
            void key.refetch();
            adopt(made.startup);
            refresh();
          }}
        >
          {i18n._("Continue")}
        </Button>
      </div>
    </>
  );
}
