import type { OnboardingMode, PersonView, ProviderType } from "../../backend";
import { useStartup } from "../../backend";
import { mayChange } from "../../parts/permissions";
import { aiTypes } from "../../parts/words";
import { useNavigation, type Place, type Purpose } from "../../shell/navigation";

/** Owner of what belongs to no organisation. */
export const SYSTEM = "system";

/** Whose a credential has to be so that an organisation uses it; null where this person may not add it there. */
export function ownerOf(
  person: PersonView | null | undefined,
  organisation: string,
  mode: OnboardingMode,
  type: ProviderType | null,
): string | null {
  const shared = mode === "bundled" && type !== null && aiTypes.includes(type);
  if (!mayChange(person, shared ? null : organisation)) return null;
  return shared ? SYSTEM : organisation;
}

/** How to add a credential for something, by owner; null where this person may not. */
export function useAdding(organisation: string) {
  const startup = useStartup().data;
  const { go } = useNavigation();
  const mode = startup?.organisations.find((one) => one.id === organisation)?.mode ?? "byok";
  return (type: ProviderType | null) => {
    const owner = ownerOf(startup?.person, organisation, mode, type);
    if (owner === null) return null;
    return (provider: string | null, purpose: Omit<Purpose, "owner" | "type">) => {
      const whole: Purpose = { ...purpose, owner, type };
      const place: Place =
        provider === null
          ? { screen: "gallery", purpose: whole }
          : { screen: "add", provider, purpose: whole };
      // What is typed here travels along.
      go(place, true);
    };
  };
}
