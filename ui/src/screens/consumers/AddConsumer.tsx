import { useState } from "react";
import { useConsumerAdd, type ConsumerKind, type StartupView } from "../../backend";
import { i18n } from "../../i18n";
import { consumerKinds, kindAbout, kindName } from "../../parts/consumer-words";
import { ChoiceBox, TextBox } from "../../parts/Field";
import { FormDialog, notesAt } from "../../parts/FormDialog";
import { useNotify } from "../../parts/notices";
import { ownersFor } from "../../parts/permissions";
import { useNavigation } from "../../shell/navigation";
import { firstPlace } from "./tabs";

/** Asks for kind, name, organisation and note of a new consumer; what it uses is chosen on its page. */
export function AddConsumer({ startup, onClose }: { startup: StartupView; onClose: () => void }) {
  const owners = ownersFor(startup.person, startup.organisations);
  const [kind, setKind] = useState<ConsumerKind>("agent");
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [organisation, setOrganisation] = useState(
    owners.find((owner) => owner.value === startup.organisation)?.value ?? owners[0]?.value ?? "",
  );
  const add = useConsumerAdd();
  const notify = useNotify();
  const { go } = useNavigation();
  const notes = notesAt(add.error);
  return (
    <FormDialog
      title={i18n._("Add consumer")}
      action={i18n._("Add")}
      error={add.error}
      pending={add.isPending}
      disabled={name.trim() === ""}
      onClose={onClose}
      onSubmit={() =>
        add.mutate(
          { kind, name: name.trim(), note: note.trim(), organisation },
          {
            onSuccess: (made) => {
              notify(i18n._("“{name}” is added. Choose what it uses.", { name: made.name }));
              onClose();
              go({ screen: "consumer", id: made.id, tab: firstPlace(made.kind) });
            },
          },
        )
      }
    >
      <ChoiceBox
        label={i18n._("Kind")}
        name="kind"
        value={kind}
        choices={consumerKinds.map((one) => ({ value: one, label: kindName(one) }))}
        onChange={(chosen) => setKind(chosen as ConsumerKind)}
        hint={kindAbout(kind)}
      />
      <TextBox
        label={i18n._("Name")}
        name="name"
        value={name}
        onChange={setName}
        autoFocus
        required
        notes={notes}
      />
      {owners.length > 1 && (
        <ChoiceBox
          label={i18n._("Organisation")}
          name="organisation"
          value={organisation}
          choices={owners}
          onChange={setOrganisation}
          hint={i18n._("It uses credentials of this organisation, and cannot move to another one.")}
        />
      )}
      <TextBox label={i18n._("Note")} name="note" value={note} onChange={setNote} optional />
    </FormDialog>
  );
}
