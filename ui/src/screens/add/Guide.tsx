import { Button } from "react-aria-components";
import { asErrorView, call, type ProviderView } from "../../backend";
import { i18n } from "../../i18n";
import { Icon } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import styles from "./CredentialForm.module.css";

/** Beside the form: where the key is found, what the check does and costs, what is good to know. */
export function Guide({ provider }: { provider: ProviderView }) {
  const notify = useNotify();
  const open = () => {
    call("openProviderPage", provider.id).catch((thrown: unknown) => {
      const error = asErrorView(thrown);
      notify(error.hint === null ? error.message : `${error.message} ${error.hint}`, true);
    });
  };
  const { check } = provider;
  return (
    <aside className={styles.aside} aria-label={i18n._("About {name}", { name: provider.name })}>
      <h2>{i18n._("Where to find it")}</h2>
      <p>{provider.find}</p>
      {provider.find_url !== null && (
        <Button
          className={`${styles.page}`}
          onPress={open}
          aria-label={i18n._("Open {address} in the browser", { address: shortAddress(provider.find_url) })}
        >
          <span>{shortAddress(provider.find_url)}</span>
          <Icon name="ext" />
        </Button>
      )}
      <h3>{i18n._("What the check does")}</h3>
      {check.uncheckable === null ? (
        <>
          <p>{check.does}</p>
          {check.cost !== "" && <p>{i18n._("Cost: {cost}", { cost: check.cost })}</p>}
          {check.proves !== "" && <p>{check.proves}</p>}
        </>
      ) : (
        <p>{check.uncheckable}</p>
      )}
      {provider.notes.length > 0 && (
        <>
          <h3>{i18n._("Good to know")}</h3>
          <ul>
            {provider.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}

function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//u, "").replace(/\/$/u, "");
}
