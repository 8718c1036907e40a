import { memo } from "react";
import type { Filter } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { number } from "../../parts/time";
import { useChecking } from "./checking";

/** Checks what the list shows; while that is under way, and afterwards, it leads to what came of it. */
export const CheckAllButton = memo(function CheckAllButton(props: {
  scope: string | null;
  filter: () => Filter;
  disabled: boolean;
}) {
  const { checking, open, setOpen, start } = useChecking();
  if (checking?.running) {
    return (
      <Button aria-expanded={open} onPress={() => setOpen(!open)}>
        {checking.total === null
          ? i18n._("Checking…")
          : i18n._("Checking {done} of {total}", {
              done: number(checking.results.length),
              total: number(checking.total),
            })}
      </Button>
    );
  }
  return (
    <>
      {checking && !open && (
        <Button look="ghost" onPress={() => setOpen(true)}>
          {i18n._("Last results")}
        </Button>
      )}
      <Button
        isDisabled={props.disabled}
        onPress={() => {
          const { type, search } = props.filter();
          start({ scope: props.scope, type, search: search === "" ? null : search });
        }}
      >
        <Icon name="check" />
        {i18n._("Check all")}
      </Button>
    </>
  );
});
