import { noFilter, type ProviderOptionView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { useNavigation } from "../../shell/navigation";
import type { Add } from "./building";

/** Leads from a provider that cannot be used to what makes it usable. */
export function FixButton({ option, add }: { option: ProviderOptionView; add: Add | null }) {
  const { go, setFilter } = useNavigation();
  const { candidates } = option.by_rule;
  // What is nearest to being used: a stop or a mode is lifted in one place, for all of them.
  const why = (reason: string) => candidates.some((one) => one.why_not === reason);
  const first =
    candidates.find((one) => !["not_own", "dormant"].includes(one.why_not ?? "")) ?? candidates[0];
  const name = option.provider_name;
  if (add && candidates.every((one) => one.why_not === "not_own" || one.why_not === "dormant")) {
    return (
      <Button aria-label={i18n._("Add new: {what}", { what: name })} onPress={() => add(option.provider)}>
        {i18n._("Add new")}
      </Button>
    );
  }
  const fix = () => {
    if (why("stopped")) return go({ screen: "launch" });
    if (first === undefined || why("dormant")) return go({ screen: "onboarding" });
    setFilter(noFilter);
    return go({ screen: "credentials", selected: first.id, arrive: true });
  };
  return (
    <Button aria-label={i18n._("Fix: {what}", { what: name })} onPress={fix}>
      {i18n._("Fix")}
    </Button>
  );
}
