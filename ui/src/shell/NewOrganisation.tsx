import { useState } from "react";
import { Form } from "react-aria-components";
import { asErrorView, useCreateOrganisation } from "../backend";
import { i18n } from "../i18n";
import { Button } from "../parts/Button";
import { Buttons, Dialog, Spacer } from "../parts/Dialog";
import { TextBox } from "../parts/Field";
import { useNotify } from "../parts/notices";
import { Problem } from "../parts/Status";
import { useNavigation } from "./navigation";

/** Asks for the name of a new organisation. */
export default function NewOrganisation({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const create = useCreateOrganisation();
  const notify = useNotify();
  const { go } = useNavigation();
  const error = create.error ? asErrorView(create.error) : null;
  const submit = () => {
    if (create.isPending) return;
    create.mutate(name, {
      onSuccess: () => {
        notify(i18n._("“{name}” is made and shown.", { name: name.trim() }));
        onClose();
        go({ screen: "credentials", selected: null });
      },
    });
  };
  const atField = error?.fields.filter((f) => f.field === "name" || f.field === "organisation") ?? [];
  return (
    <Dialog title={i18n._("New organisation")} onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextBox
          label={i18n._("Organisation name")}
          name="organisation"
          value={name}
          onChange={setName}
          autoFocus
          required
          hint={i18n._("It keeps its own credentials, apart from those of the others.")}
          notes={atField.map((f) => ({ level: "error", text: f.message }))}
        />
        {error && atField.length === 0 && <Problem error={error} />}
        <Buttons>
          <Button look="ghost" onPress={onClose}>
            {i18n._("Cancel")}
          </Button>
          <Spacer />
          <Button look="primary" type="submit" isPending={create.isPending} isDisabled={name.trim() === ""}>
            {i18n._("Create organisation")}
          </Button>
        </Buttons>
      </Form>
    </Dialog>
  );
}
