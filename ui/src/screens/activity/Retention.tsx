import { useState } from "react";
import { asErrorView, useSetRetention } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { ChoiceBox, TextBox } from "../../parts/Field";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import { number } from "../../parts/time";
import { terms } from "./words";

const OTHER = "other";

/** How long entries are kept. */
export function Retention(props: { days: number | null; onClose: () => void }) {
  const known = terms().find((term) => term.days === props.days);
  const [term, setTerm] = useState(known ? String(known.days) : OTHER);
  const [typed, setTyped] = useState(known ? "" : String(props.days));
  const set = useSetRetention();
  const notify = useNotify();
  const days = term === OTHER ? Number(typed) : term === "null" ? null : Number(term);
  const understood = days === null || (Number.isInteger(days) && days > 0);
  const problem = set.isError ? asErrorView(set.error) : null;
  const said = problem?.fields.find((field) => field.field === "days")?.message;
  const save = () =>
    set.mutate(days, {
      onSuccess: (kept) => {
        notify(
          kept.removed === 0
            ? i18n._("Saved. No entry was old enough to be removed.")
            : i18n._("Saved. {count} entries were removed.", { count: number(kept.removed) }),
        );
        props.onClose();
      },
    });
  return (
    <Dialog title={i18n._("How long are entries kept?")} alert onClose={props.onClose}>
      <p>
        {i18n._(
          "Older ones are erased and cannot be brought back; an entry tells how many. What is left can still be verified.",
        )}
      </p>
      <ChoiceBox
        name="term"
        label={i18n._("Keep entries")}
        value={term}
        choices={[
          ...terms().map(({ days, name }) => ({ value: String(days), label: name })),
          { value: OTHER, label: i18n._("Another number of days") },
        ]}
        onChange={setTerm}
      />
      {term === OTHER && (
        <TextBox
          name="days"
          label={i18n._("Days")}
          value={typed}
          onChange={setTyped}
          notes={said === undefined ? [] : [{ level: "error", text: said }]}
        />
      )}
      {problem && said === undefined && <Problem error={problem} />}
      <Buttons>
        <Spacer />
        <Button onPress={props.onClose}>{i18n._("Cancel")}</Button>
        <Button look="primary" isDisabled={!understood} isPending={set.isPending} onPress={save}>
          {i18n._("Save")}
        </Button>
      </Buttons>
    </Dialog>
  );
}
