import type { CredentialView, Custody } from "../../backend";
import { i18n } from "../../i18n";
import { credentialStatus } from "../../parts/words";

/** Where what is saved will be kept. */
export function custodyLine(custody: Custody | null): string {
  switch (custody) {
    case "passphrase":
      return i18n._("Stored encrypted on this computer. The master key is kept by your passphrase.");
    case "environment":
      return i18n._("Stored encrypted on this computer. The master key comes from the environment.");
    case "keychain":
    case null:
      return i18n._("Stored encrypted on this computer. The master key stays in the keychain.");
  }
}

/** What a save came to. */
export function savedLine(credential: CredentialView): string {
  return i18n._("“{name}” is saved: {word}.", {
    name: credential.name,
    word: credentialStatus(credential, Date.now()).word,
  });
}
