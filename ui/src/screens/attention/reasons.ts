import type { AttentionItemView, AttentionReason, CredentialView } from "../../backend";
import { i18n } from "../../i18n";
import { consumersOf } from "../../parts/consumer-words";
import { ago, dateOnly, number } from "../../parts/time";
import { verdictStatus, type Status } from "../../parts/words";

/** A reason as word, shape and colour. */
export function reasonStatus(reason: AttentionReason): Status {
  switch (reason) {
    case "unreadable":
      return { word: i18n._("Unreadable"), tone: "bad", icon: "x" };
    case "expired":
      return { word: i18n._("Expired"), tone: "bad", icon: "x" };
    case "expiring":
      return { word: i18n._("Expires soon"), tone: "warn", icon: "clock" };
    case "unconnected":
      return { word: i18n._("Connect to finish"), tone: "warn", icon: "alert" };
    case "replacement_waiting":
      return { word: i18n._("A new key waits"), tone: "warn", icon: "clock" };
    case "replacement_old":
      return { word: i18n._("Old key kept"), tone: "warn", icon: "clock" };
    case "not_checked":
      return { word: i18n._("Not checked"), tone: "info", icon: "clock" };
    case "unused":
      return { word: i18n._("Unused"), tone: "mute", icon: "minus" };
    default:
      return verdictStatus(reason);
  }
}

/** What happened, and since when. */
export function sentence({ reason, credential }: AttentionItemView, now: number): string {
  switch (reason) {
    case "unreadable":
      return i18n._("Its stored secret does not open. The record is kept; enter the secret again.");
    case "expired":
      return credential.expires_at === null
        ? ""
        : i18n._("{provider}, ended {when}: {day}. It is not used any more.", {
            provider: credential.provider_name,
            when: ago(credential.expires_at, now),
            day: dateOnly(credential.expires_at),
          });
    case "expiring":
      return credential.expires_at === null
        ? ""
        : i18n._("{provider}, ends {when}: {day}.", {
            provider: credential.provider_name,
            when: ago(credential.expires_at, now),
            day: dateOnly(credential.expires_at),
          });
    case "unconnected":
      return i18n._("The client of {provider} is stored; no account is connected yet.", {
        provider: credential.provider_name,
      });
    case "replacement_waiting":
      return i18n._("A new key waits to be put in force. The old one is used until then.");
    case "replacement_old":
      return i18n._("The provider does not refuse the old key yet. Revoke it there, then check it.");
    case "not_checked":
      return i18n._("Saved without checking {when}.", { when: ago(credential.created_at, now) });
    case "unused":
      return credential.last_used_at === null
        ? i18n._("Never used.")
        : i18n._("Last used {when}.", { when: ago(credential.last_used_at, now) });
    default: {
      const verdict = credential.verdict;
      if (!verdict) return "";
      const told = verdict.next_step === null ? verdict.evidence : `${verdict.evidence} ${verdict.next_step}`;
      return `${told} ${i18n._("Checked {when}.", { when: ago(verdict.checked_at, now) })}`;
    }
  }
}

/** Who would notice; empty where nothing is assigned. */
export function usedBy(credential: CredentialView): string {
  const [first, ...others] = consumersOf(credential);
  if (!first) return "";
  return others.length === 0
    ? i18n._("{name} uses it.", { name: first.name })
    : i18n._("{count} consumers use it.", { count: number(others.length + 1) });
}
