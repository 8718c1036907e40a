import { lazy, Suspense, useState } from "react";
import {
  asErrorView,
  noFilter,
  useAttention,
  useCheck,
  useStartup,
  type AttentionItemView,
  type AttentionView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { useNotify } from "../../parts/notices";
import { Problem, StatusPill } from "../../parts/Status";
import { ago, number, useNow } from "../../parts/time";
import { Icon } from "../../parts/icons";
import { mayAdd, mayChange } from "../../parts/permissions";
import { credentialStatus } from "../../parts/words";
import { useNavigation } from "../../shell/navigation";
import { useChecking } from "../credentials/checking";
import styles from "./Attention.module.css";
import { Inventory } from "./Inventory";
import { reasonStatus, sentence, usedBy } from "./reasons";

const ReplaceDialog = lazy(() => import("../credentials/ReplaceDialog"));
const DeleteDialog = lazy(() => import("../credentials/DeleteDialog"));

/** What needs attention, in order of harm, each line with its one action. */
export default function Attention({ startup }: { startup: StartupView }) {
  const attention = useAttention(startup.organisation);
  const now = useNow();
  if (attention.isError) return <Problem error={asErrorView(attention.error)} />;
  if (!attention.data) return null;
  const { data } = attention;
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <h1>{i18n._("Needs attention")}</h1>
        <p>
          {i18n._("{count, plural, one {# credential} other {# credentials}}", { count: data.total })}
          {data.last_check_at !== null &&
            ` · ${i18n._("last check {when}", { when: ago(data.last_check_at, now) })}`}
        </p>
        <span className={styles.spacer} />
        {mayAdd(startup.person) && <CheckAll scope={startup.organisation} disabled={data.total === 0} />}
      </div>
      <Counters data={data} />
      <div className={styles.columns}>
        <section aria-labelledby="harm">
          <h2 id="harm">{i18n._("In order of harm")}</h2>
          {data.items.length === 0 ? (
            <p className={styles.nothing}>{i18n._("Nothing needs attention.")}</p>
          ) : (
            <ul className={styles.items}>
              {data.items.map((item) => (
                <Line key={item.credential.id} item={item} now={now} />
              ))}
            </ul>
          )}
          {data.left_out > 0 && (
            <p className={styles.nothing}>
              {i18n._("{count} more are in the list of credentials.", { count: number(data.left_out) })}
            </p>
          )}
        </section>
        <Inventory counts={data.by_type_and_status} byStatus={data.by_status} />
      </div>
    </div>
  );
}

/** Checks everything; what came of it stands beside the list. */
function CheckAll({ scope, disabled }: { scope: string | null; disabled: boolean }) {
  const { checking, start, setOpen } = useChecking();
  const { go } = useNavigation();
  return (
    <Button
      isDisabled={disabled}
      onPress={() => {
        if (checking?.running) setOpen(true);
        else start({ scope, type: null, search: null });
        go({ screen: "credentials", selected: null });
      }}
    >
      <Icon name="check" />
      {i18n._("Check all")}
    </Button>
  );
}

/** Four figures; each leads to the credentials that it counts. */
function Counters({ data }: { data: AttentionView }) {
  const { go, setFilter } = useNavigation();
  const counter = (count: number, word: string, search: string, tone: string | undefined) => (
    <button
      type="button"
      className={styles.counter}
      onClick={() => {
        setFilter({ ...noFilter, search });
        go({ screen: "credentials", selected: null });
      }}
    >
      <b className={count > 0 ? tone : undefined}>{number(count)}</b>
      <span>{word}</span>
    </button>
  );
  return (
    <div className={styles.counters} role="group" aria-label={i18n._("Counters")}>
      {counter(data.rejected, i18n._("Key rejected"), "status:rejected", styles.bad)}
      {counter(data.expiring, i18n._("Expired or expiring"), "expires:soon enabled:yes", styles.warn)}
      {counter(data.unused, i18n._("Never used"), "used:0", undefined)}
      {counter(data.unreadable, i18n._("Unreadable"), "status:unreadable", styles.bad)}
    </div>
  );
}

/** What a line offers; what can only be seen is opened. */
type Act = "open" | "edit" | "replace" | "check" | "delete";

function actOf({ credential, reason }: AttentionItemView): { act: Act; word: string } {
  const replaceable = Object.keys(credential.secrets).length > 0;
  // A replacement that was begun comes before another one.
  if (credential.replacement) return { act: "open", word: i18n._("Go on replacing") };
  switch (reason) {
    case "unreadable":
      return { act: "edit", word: i18n._("Enter again") };
    case "misconfigured":
      return { act: "edit", word: i18n._("Check settings") };
    case "rejected":
    case "expired":
    case "expiring":
      return replaceable
        ? { act: "replace", word: i18n._("Replace key") }
        : { act: "open", word: i18n._("Show") };
    case "unconnected":
      return { act: "open", word: i18n._("Connect") };
    case "limited":
      return { act: "open", word: i18n._("See how to allow it") };
    case "not_checked":
      return { act: "check", word: i18n._("Check") };
    case "unused":
      return { act: "delete", word: i18n._("Delete…") };
    default:
      return { act: "open", word: i18n._("Show") };
  }
}

function Line({ item, now }: { item: AttentionItemView; now: number }) {
  const { credential, reason } = item;
  const person = useStartup().data?.person;
  const { go } = useNavigation();
  const check = useCheck();
  const notify = useNotify();
  const [asking, setAsking] = useState<"replace" | "delete" | null>(null);
  const { act, word } = mayChange(person, credential.organisation)
    ? actOf(item)
    : ({ act: "open", word: i18n._("Show") } as const);
  const press = () => {
    switch (act) {
      case "open":
        return go({ screen: "credentials", selected: credential.id });
      case "edit":
        return go({ screen: "edit", id: credential.id });
      case "replace":
      case "delete":
        return setAsking(act);
      case "check":
        return check.mutate(credential.id, {
          onSuccess: (checked) =>
            notify(
              i18n._("“{name}” is checked: {word}.", {
                name: checked.name,
                word: credentialStatus(checked, Date.now()).word,
              }),
            ),
          onError: (thrown) => notify(asErrorView(thrown).message, true),
        });
    }
  };
  return (
    <li className={styles.item}>
      <StatusPill status={reasonStatus(reason)} />
      <div className={styles.told}>
        <b>
          <bdi>{credential.name}</bdi>
        </b>
        <p>{[sentence(item, now), usedBy(credential)].filter(Boolean).join(" ")}</p>
      </div>
      <Button
        look={act === "delete" ? "ghostDanger" : "plain"}
        aria-label={i18n._("{action}: {name}", { action: word, name: credential.name })}
        isPending={check.isPending}
        onPress={press}
      >
        {word}
      </Button>
      {asking !== null && (
        <Suspense fallback={null}>
          {asking === "replace" ? (
            <ReplaceDialog credential={credential} onClose={() => setAsking(null)} />
          ) : (
            <DeleteDialog
              credential={credential}
              onClose={() => setAsking(null)}
              onGone={() => setAsking(null)}
            />
          )}
        </Suspense>
      )}
    </li>
  );
}
