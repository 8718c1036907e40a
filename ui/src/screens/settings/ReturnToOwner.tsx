import { useState } from "react";
import { Form } from "react-aria-components";
import { asErrorView, call, usePeopleChange } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import type { Note } from "../../parts/Field";
import { useNotify } from "../../parts/notices";
import { PathField } from "../../parts/PathField";
import { Problem } from "../../parts/Status";
import settings from "./Settings.module.css";

/** Brings the vault's owner back to this computer: whoever has the recovery kit speaks for the owner. */
export function ReturnToOwner() {
  const [path, setPath] = useState("");
  const notify = useNotify();
  const back = usePeopleChange((kit: string) => call("personReturn", { kit_path: kit, code: null }));
  const error = back.error ? asErrorView(back.error) : null;
  const notes: Note[] = (error?.fields ?? []).map((f) => ({ level: "error", text: f.message }));
  return (
    <section className={settings.section} aria-label={i18n._("Bring the owner back")}>
      <h2>{i18n._("Bring the owner back")}</h2>
      <Form
        autoComplete="off"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (back.isPending) return;
          back.mutate(path, {
            onSuccess: (owner) => notify(i18n._("At this computer is “{name}” now.", { name: owner.name })),
          });
        }}
      >
        <p>{i18n._("With the recovery kit the owner of the vault is at this computer again.")}</p>
        <PathField
          label={i18n._("Recovery kit file")}
          name="path"
          value={path}
          onChange={setPath}
          choose="chooseRecoveryKit"
          required
          notes={notes}
        />
        {error && notes.length === 0 && <Problem error={error} />}
        <Button type="submit" isPending={back.isPending} isDisabled={path.trim() === ""}>
          {i18n._("Bring the owner back")}
        </Button>
      </Form>
    </section>
  );
}
