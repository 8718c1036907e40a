import {
  asErrorView,
  noFilter,
  useAttention,
  useCheck,
  type AttentionItemView,
  type AttentionView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { useNotify } from "../../parts/notices";
import { Problem, StatusPill } from "../../parts/Status";
import { ago, dateOnly, number, useNow } from "../../parts/time";
import { useNavigation } from "../../shell/navigation";
import styles from "./Attention.module.css";
import { Inventory } from "./Inventory";
import { reasonStatus, sentence } from "./reasons";

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
                <Line
                  key={item.credential.id}
                  item={item}
                  now={now}
                  may={startup.person?.role !== "member"}
                />
              ))}
            </ul>
          )}
          {data.left_out > 0 && (
            <p className={styles.nothing}>
              {i18n._("{count} more are in the list of credentials.", { count: number(data.left_out) })}
            </p>
          )}
        </section>
        <Inventory counts={data.by_type_and_status} />
      </div>
    </div>
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
      {counter(data.expiring, i18n._("Expire within 30 days"), "expires:<30d enabled:yes", styles.warn)}
      {counter(data.unused, i18n._("Never used"), "used:0", undefined)}
      {counter(data.unreadable, i18n._("Unreadable"), "status:unreadable", styles.bad)}
    </div>
  );
}

function Line({ item, now, may }: { item: AttentionItemView; now: number; may: boolean }) {
  const { credential, reason } = item;
  const { go } = useNavigation();
  const check = useCheck();
  const notify = useNotify();
  const open = () => go({ screen: "credentials", selected: credential.id });
  const told = sentence(item, now);
  const action = () => {
    if (!may) return <Button onPress={open}>{i18n._("Show")}</Button>;
    switch (reason) {
      case "unreadable":
      case "rejected":
      case "expired":
      case "expiring":
      case "misconfigured":
        return (
          <Button onPress={() => go({ screen: "edit", id: credential.id })}>
            {reason === "misconfigured" ? i18n._("Check settings") : i18n._("Replace key")}
          </Button>
        );
      case "not_checked":
        return (
          <Button
            isPending={check.isPending}
            onPress={() =>
              check.mutate(credential.id, {
                onError: (thrown) => notify(asErrorView(thrown).message, true),
              })
            }
          >
            {i18n._("Check")}
          </Button>
        );
      default:
        return <Button onPress={open}>{i18n._("Show")}</Button>;
    }
  };
  return (
    <li className={styles.item}>
      <StatusPill status={reasonStatus(reason)} />
      <div className={styles.told}>
        <b>
          <bdi>{credential.name}</bdi>
        </b>
        <p>
          {told}
          {credential.expires_at !== null && reason === "expiring" && ` ${dateOnly(credential.expires_at)}.`}
        </p>
      </div>
      {action()}
    </li>
  );
}
