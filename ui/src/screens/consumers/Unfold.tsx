import type { SlotView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { slotName } from "../../parts/consumer-words";

/** A place in which nothing is chosen, folded among many. */
export function Unfold({ slot, onPress }: { slot: SlotView; onPress: () => void }) {
  return (
    <>
      <span>{i18n._("Nothing chosen")}</span>
      <Button aria-label={i18n._("Choose: {what}", { what: slotName(slot.id) })} onPress={onPress}>
        {i18n._("Choose…")}
      </Button>
    </>
  );
}
