import { useState } from "react";
import {
  asErrorView,
  call,
  type AuthView,
  type ComparedRedirectView,
  type OauthView,
  type RedirectComparisonView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { TextBox } from "../../parts/Field";
import { Icon } from "../../parts/icons";
import { Box } from "../../parts/Status";
import styles from "./connect.module.css";

/** The address that must be registered with the provider: to copy, and to compare with what is registered. */
export function RedirectUri({ provider, auth }: { provider: string; auth: AuthView }) {
  const [comparing, setComparing] = useState(false);
  if (!auth.oauth) return null;
  const { redirect_uri: uri, register } = auth.oauth;
  return (
    <>
      <TextBox
        label={i18n._("Authorised redirect URI")}
        name="authorised_redirect_uri"
        value={uri}
        onChange={() => undefined}
        readOnly
        mono
        hint={i18n._("Register exactly this with the provider: {where}", { where: register })}
        end={<CopyButton text={uri} label={i18n._("Authorised redirect URI")} />}
      />
      <div className={styles.compare}>
        <Button look="ghost" aria-expanded={comparing} onPress={() => setComparing(!comparing)}>
          {i18n._("Compare with what is registered")}
        </Button>
        {comparing && <Compare provider={provider} auth={auth.id} oauth={auth.oauth} />}
      </div>
    </>
  );
}

function Compare({ provider, auth, oauth }: { provider: string; auth: string; oauth: OauthView }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [found, setFound] = useState<RedirectComparisonView | null>(null);
  const compare = async (ask: () => Promise<RedirectComparisonView | null>) => {
    try {
      const found = await ask();
      // Nobody chose a file: nothing has happened.
      if (!found) return;
      setFound(found);
      setProblem(null);
      // A client's file holds its secret: it does not stay on the page.
      setText("");
    } catch (thrown) {
      setFound(null);
      setProblem(asErrorView(thrown).message);
    }
  };
  return (
    <>
      <TextBox
        label={i18n._("The provider’s list")}
        name="registered_redirect_uris"
        value={text}
        onChange={setText}
        secret
        multiline
        hint={
          oauth.client_file === null
            ? i18n._("Paste the registered addresses. They are compared on this computer.")
            : i18n._(
                "Paste the registered addresses, or the whole file {file}, or choose that file. It is compared on this computer and not kept.",
                {
                  file: oauth.client_file,
                },
              )
        }
        notes={problem === null ? [] : [{ level: "error", text: problem }]}
      />
      <div className={styles.buttons}>
        <Button onPress={() => void compare(() => call("redirectCompare", { provider, auth, text }))}>
          {i18n._("Compare")}
        </Button>
        {oauth.client_file !== null && (
          <Button onPress={() => void compare(() => call("redirectCompareFile", { provider, auth }))}>
            {i18n._("Choose file…")}
          </Button>
        )}
      </div>
      <div aria-live="polite">{found && <Found found={found} />}</div>
    </>
  );
}

function Found({ found }: { found: RedirectComparisonView }) {
  const status = found.matches
    ? ({ tone: "ok", icon: "check" } as const)
    : ({ tone: "bad", icon: "x" } as const);
  return (
    <Box status={status} label={i18n._("Comparison")}>
      <p>
        <Icon name={status.icon} size={14} />
        <b>{found.summary}</b>
      </p>
      {found.entries.length > 0 && (
        <ul className={styles.entries}>
          {found.entries.map((entry, index) => (
            <li key={`${index} ${entry.registered}`}>
              <code>
                <Marked entry={entry} />
              </code>
              <span>{entry.message}</span>
            </li>
          ))}
        </ul>
      )}
    </Box>
  );
}

/** The registered address with the part that differs marked. */
function Marked({ entry }: { entry: ComparedRedirectView }) {
  if (entry.differs === null) return <bdi>{entry.registered}</bdi>;
  const [from, to] = entry.differs;
  const part = entry.registered.slice(from, to);
  return (
    <bdi>
      {entry.registered.slice(0, from)}
      <mark>{part === "" ? "␣" : part}</mark>
      {entry.registered.slice(to)}
    </bdi>
  );
}
