import type { OnboardingMode } from "../backend";
import { i18n } from "../i18n";

/** Whose keys are used, in a few words. */
export const modeName = (mode: OnboardingMode): string =>
  mode === "byok" ? i18n._("Bring your own keys") : i18n._("Bundled keys");
