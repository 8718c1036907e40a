import type { Custody, KeyStatusView } from "../backend";
import { i18n } from "../i18n";

/** The state of the key in two or three words, for the foot of the rail. */
export function keyWord(key: KeyStatusView | undefined, custody: Custody | null): string {
  if (!key) return i18n._("Asking for the key…");
  switch (key.state) {
    case "unlocked":
      if (custody === "environment") return i18n._("Key from environment");
      if (custody === "passphrase") return i18n._("Vault unlocked");
      return i18n._("Keychain unlocked");
    case "keychain_absent":
      return i18n._("No keychain");
    case "keychain_locked":
      return i18n._("Keychain locked");
    case "key_missing":
      return i18n._("Key missing");
    case "wrong_key":
      return i18n._("Wrong key");
    case "passphrase_needed":
      return i18n._("Passphrase needed");
    case "no_vault":
      return i18n._("No vault");
  }
}
