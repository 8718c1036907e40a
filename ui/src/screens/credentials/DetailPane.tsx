import { lazy, Suspense, useEffect, useRef, useState } from "react";
import {
  asErrorView,
  call,
  useAdopt,
  useCheck,
  useCredential,
  useProviders,
  useStartup,
  type CredentialView,
  type ErrorView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Icon } from "../../parts/icons";
import { Mark, Tag } from "../../parts/Mark";
import { useNotify } from "../../parts/notices";
import { mayChange as mayChangeOf } from "../../parts/permissions";
import { Box, Problem, VerdictBox } from "../../parts/Status";
import { ago, dateOnly, dateTime } from "../../parts/time";
import { credentialStatus, entries, typeShort } from "../../parts/words";
import { useNavigation } from "../../shell/navigation";
import { HandOver } from "./HandOver";
import { Replacement } from "./Replacement";
import { Connection } from "../connect/Connection";
import { UsedBy } from "./UsedBy";
import frame from "./Credentials.module.css";
import styles from "./DetailPane.module.css";

const DeleteDialog = lazy(() => import("./DeleteDialog"));
const ReplaceDialog = lazy(() => import("./ReplaceDialog"));

/** All that may be known of one credential, and what can be done with it. */
export default function DetailPane(props: {
  id: string;
  row: CredentialView | undefined;
  mayChange: boolean;
  now: number;
  onClose: () => void;
  /** The page has just come here: the pane takes the focus. */
  arrived: boolean;
}) {
  const credential = useCredential(props.id, props.row);
  const { onClose } = props;
  return (
    <aside tabIndex={-1} className={`${frame.pane} ${styles.pane}`} aria-label={i18n._("Credential details")}>
      {credential.isError && !credential.data && (
        <Problem error={asErrorView(credential.error)}>
          <p>
            <Button onPress={onClose}>{i18n._("Close")}</Button>
          </p>
        </Problem>
      )}
      {credential.data && <Details {...props} credential={credential.data} />}
    </aside>
  );
}

function Details(props: {
  credential: CredentialView;
  mayChange: boolean;
  now: number;
  onClose: () => void;
  arrived: boolean;
}) {
  const { credential, now } = props;
  const person = useStartup().data?.person;
  const mayChange = props.mayChange && mayChangeOf(person, credential.organisation);
  const check = useCheck();
  const notify = useNotify();
  const { go, place } = useNavigation();
  const [deleting, setDeleting] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const adopt = useAdopt();
  const labels = useLabels(credential);
  const heading = useRef<HTMLHeadingElement>(null);
  const { arrived } = props;
  const arrive = place.screen === "credentials" && place.arrive === true;
  useEffect(() => {
    if (arrived || arrive) heading.current?.focus();
  }, [arrived, arrive, place]);
  const error: ErrorView | null = check.error ? asErrorView(check.error) : null;
  const owner = credential.organisation === null ? i18n._("System-wide") : credential.scope;
  const secrets = entries(credential.secrets);
  const plain = entries(credential.fields);
  const replaced = secrets
    .map(([, sealed]) => sealed.set_at)
    .sort()
    .at(-1);
  const makeDefault = () => {
    call("credentialEdit", { id: credential.id, default: true, check: false }).then(
      (saved) => {
        if (saved.outcome !== "stored") return;
        adopt(saved.credential);
        notify(
          i18n._("“{name}” is the default for {provider} now.", {
            name: credential.name,
            provider: credential.provider_name,
          }),
        );
      },
      (thrown: unknown) => notify(asErrorView(thrown).message, true),
    );
  };
  return (
    <>
      <div className={styles.head}>
        <Mark text={credential.mark} large />
        <div>
          <h2 ref={heading} tabIndex={-1} title={credential.name}>
            <bdi>{credential.name}</bdi>
          </h2>
          <span className={styles.sub}>
            {credential.provider_name} · {credential.types.map(typeShort).join(", ")} · <bdi>{owner}</bdi>
          </span>
        </div>
        <Button look="icon" aria-label={i18n._("Close details")} onPress={props.onClose}>
          <Icon name="x" />
        </Button>
      </div>
      <div aria-live="polite">
        <State credential={credential} now={now} />
        {error && <Problem error={error} />}
      </div>
      <div className={styles.actions}>
        {mayChange && (
          <>
            <Button
              isPending={check.isPending}
              onPress={() =>
                check.mutate(credential.id, {
                  onSuccess: (checked) =>
                    notify(
                      i18n._("“{name}” is checked: {word}.", {
                        name: checked.name,
                        word: credentialStatus(checked, Date.now()).word,
                      }),
                    ),
                })
              }
            >
              {!check.isPending && <Icon name="check" />}
              {check.isPending ? i18n._("Checking…") : i18n._("Check")}
            </Button>
            {secrets.length > 0 && !credential.unreadable && credential.replacement?.stage !== "old" && (
              <Button onPress={() => setReplacing(true)}>{i18n._("Replace key")}</Button>
            )}
            <Button onPress={() => go({ screen: "edit", id: credential.id })}>{i18n._("Edit")}</Button>
            {!credential.default && (
              <Button look="ghost" onPress={makeDefault}>
                {i18n._("Make default")}
              </Button>
            )}
            <Button look="ghostDanger" onPress={() => setDeleting(true)}>
              {i18n._("Delete…")}
            </Button>
          </>
        )}
      </div>

      <Replacement credential={credential} mayChange={mayChange} now={now} />
      <Connection key={credential.id} credential={credential} mayChange={mayChange} now={now} />

      <h3>{i18n._("Fields")}</h3>
      <dl className={styles.kv}>
        {secrets.map(([id, sealed]) => (
          <div key={id}>
            <dt>{labels(id)}</dt>
            <dd className="mono">{sealed.tail === null ? "••••••••" : `••••••••${sealed.tail}`}</dd>
            <dd>
              <Tag>{i18n._("sealed")}</Tag>
            </dd>
          </div>
        ))}
        {plain.map(([id, value]) => (
          <div key={id}>
            <dt>{labels(id)}</dt>
            <dd className="mono">
              <bdi>{value}</bdi>
            </dd>
            <dd>
              <CopyButton text={value} label={labels(id)} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{i18n._("Lookup key")}</dt>
          <dd className="mono">{credential.key}</dd>
          <dd>
            <CopyButton text={credential.key} label={i18n._("lookup key")} />
          </dd>
        </div>
      </dl>

      <UsedBy credential={credential} />

      <HandOver credential={credential} />

      <h3>{i18n._("Dates")}</h3>
      <dl className={styles.kv}>
        <When term={i18n._("Created")}>
          {i18n._("{when} by {person}", {
            when: dateTime(credential.created_at),
            person: credential.created_by,
          })}
        </When>
        {replaced !== undefined && <When term={i18n._("Key set")}>{ago(replaced, now)}</When>}
        <When term={i18n._("Changed")}>{ago(credential.updated_at, now)}</When>
        {credential.expires_at !== null && (
          <When term={i18n._("Expires")}>
            {`${dateOnly(credential.expires_at)} · ${ago(credential.expires_at, now)}`}
          </When>
        )}
        {credential.expires_at !== null && (
          <When term={i18n._("Reminder")}>
            {i18n._("{count, plural, one {# day before} other {# days before}}", {
              count: credential.reminder_days,
            })}
          </When>
        )}
        <When term={i18n._("Last used")}>
          {credential.last_used_at === null ? i18n._("never") : ago(credential.last_used_at, now)}
        </When>
      </dl>

      {replacing && (
        <Suspense fallback={null}>
          <ReplaceDialog credential={credential} onClose={() => setReplacing(false)} />
        </Suspense>
      )}
      {deleting && (
        <Suspense fallback={null}>
          <DeleteDialog
            credential={credential}
            onClose={() => setDeleting(false)}
            onGone={() => {
              setDeleting(false);
              props.onClose();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function When({ term, children }: { term: string; children: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className={styles.wide}>{children}</dd>
    </div>
  );
}

// Our own state first, since it decides whether the credential is used; the verdict follows.
function State({ credential, now }: { credential: CredentialView; now: number }) {
  const status = credentialStatus(credential, now);
  const verdict = credential.verdict;
  const own = ownState(credential);
  return (
    <>
      {own !== null && (
        <Box status={status} label={i18n._("State")}>
          <p>
            <Icon name={status.icon} size={14} />
            <b>{i18n._("{word}.", { word: status.word })}</b> {own}
          </p>
        </Box>
      )}
      {verdict && <VerdictBox verdict={verdict} now={now} />}
    </>
  );
}

function ownState(credential: CredentialView): string | null {
  if (credential.unreadable) {
    return i18n._(
      "The stored secret could not be opened. The row is kept: put the secret in again with Edit.",
    );
  }
  switch (credential.state) {
    case "disabled":
      return i18n._("It stays saved and is not used. Switch it on in the list.");
    case "dormant":
      return i18n._(
        "The organisation uses bundled keys. It is kept untouched until it brings its own keys again.",
      );
    case "expired":
      return i18n._(
        "Its own date has passed, so it is not used. Replace its key, and give it another end with Edit.",
      );
    case "unconnected":
      return i18n._("The client is stored; an account is not connected yet. Press Connect below.");
    case "not_checked":
      return i18n._("It was saved without asking the provider. Check shows whether it works.");
    case "checked":
      return null;
  }
}

function useLabels(credential: CredentialView): (field: string) => string {
  const providers = useProviders();
  const auth = providers.data
    ?.find((p) => p.id === credential.provider)
    ?.auth.find((a) => a.id === credential.auth);
  return (field) => auth?.fields.find((f) => f.id === field)?.label ?? field;
}
