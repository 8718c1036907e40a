import { useState } from "react";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { TextBox } from "../../parts/Field";

/** Asks for the name under which a search is kept. */
export default function NameFilter(props: {
  taken: string[];
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const typed = name.trim();
  const taken = props.taken.some((one) => one.toLowerCase() === typed.toLowerCase());
  return (
    <Dialog title={i18n._("Save this filter")} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== "" && !taken) props.onName(typed);
        }}
      >
        <TextBox
          label={i18n._("Name")}
          name="filter"
          value={name}
          onChange={setName}
          notes={taken ? [{ level: "error", text: i18n._("There is a filter of that name already.") }] : []}
          autoFocus
        />
        <Buttons>
          <Spacer />
          <Button onPress={props.onClose}>{i18n._("Cancel")}</Button>
          <Button look="primary" type="submit" isDisabled={typed === "" || taken}>
            {i18n._("Save")}
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}
