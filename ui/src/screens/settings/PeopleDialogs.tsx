import { useState } from "react";
import { call, usePeopleChange, type OrganisationView, type PersonView } from "../../backend";
import { i18n } from "../../i18n";
import { ChoiceBox, TextBox } from "../../parts/Field";
import { FormDialog, notesAt } from "../../parts/FormDialog";
import { useNotify } from "../../parts/notices";
import { Switch } from "../../parts/Switch";
import styles from "./People.module.css";

/** Makes an organisation, or gives it another name. */
export function NameDialog(props: { organisation: OrganisationView | null; onClose: () => void }) {
  const { organisation, onClose } = props;
  const [name, setName] = useState(organisation?.name ?? "");
  const notify = useNotify();
  const save = usePeopleChange((typed: string) =>
    organisation
      ? call("organisationRename", { id: organisation.id, name: typed })
      : call("organisationCreate", { name: typed }),
  );
  return (
    <FormDialog
      title={organisation ? i18n._("Rename organisation") : i18n._("New organisation")}
      action={organisation ? i18n._("Rename") : i18n._("Create organisation")}
      error={save.error}
      pending={save.isPending}
      disabled={name.trim() === ""}
      onClose={onClose}
      onSubmit={() =>
        save.mutate(name, {
          onSuccess: (saved) => {
            notify(i18n._("“{name}” is saved.", { name: saved.name }));
            onClose();
          },
        })
      }
    >
      <TextBox
        label={i18n._("Organisation name")}
        name="organisation"
        value={name}
        onChange={setName}
        autoFocus
        required
        notes={notesAt(save.error)}
      />
    </FormDialog>
  );
}

type RoleIn = "none" | "member" | "admin";

/** A person's name and roles. */
export function PersonDialog(props: {
  person: PersonView | null;
  organisations: OrganisationView[];
  onClose: () => void;
}) {
  const { person, organisations, onClose } = props;
  const [name, setName] = useState(person?.name ?? "");
  const [everything, setEverything] = useState(person?.role === "super_admin");
  const [roles, setRoles] = useState<Record<string, RoleIn>>(() =>
    Object.fromEntries([
      ...(person?.member_of ?? []).map((id) => [id, "member"] as const),
      ...(person?.admin_of ?? []).map((id) => [id, "admin"] as const),
    ]),
  );
  const notify = useNotify();
  const save = usePeopleChange((typed: string) => {
    const having = (role: RoleIn) =>
      Object.entries(roles)
        .filter(([, r]) => r === role)
        .map(([id]) => id);
    const given = { super_admin: everything, admin_of: having("admin"), member_of: having("member") };
    return person
      ? call("personChange", { id: person.id, name: typed === person.name ? null : typed, ...given })
      : call("personAdd", { name: typed, ...given });
  });
  return (
    <FormDialog
      title={person ? i18n._("Edit person") : i18n._("New person")}
      action={i18n._("Save")}
      error={save.error}
      pending={save.isPending}
      disabled={name.trim() === ""}
      onClose={onClose}
      onSubmit={() =>
        save.mutate(name, {
          onSuccess: (saved) => {
            notify(i18n._("“{name}” is saved.", { name: saved.name }));
            onClose();
          },
        })
      }
    >
      <TextBox
        label={i18n._("Name of the person")}
        name="person"
        value={name}
        onChange={setName}
        autoFocus
        required
        notes={notesAt(save.error)}
      />
      <div className={styles.head}>
        <Switch isSelected={everything} onChange={setEverything} isDisabled={person?.owner ?? false}>
          {i18n._("Super admin: may do everything")}
        </Switch>
      </div>
      {!everything && (
        <div className={styles.roles}>
          {organisations.map((organisation) => (
            <ChoiceBox
              key={organisation.id}
              label={i18n._("Role in {name}", { name: organisation.name })}
              name={organisation.id}
              value={roles[organisation.id] ?? "none"}
              choices={[
                { value: "none", label: i18n._("No role") },
                { value: "member", label: i18n._("Member") },
                { value: "admin", label: i18n._("Org admin") },
              ]}
              onChange={(role) => setRoles({ ...roles, [organisation.id]: role as RoleIn })}
            />
          ))}
        </div>
      )}
    </FormDialog>
  );
}

/** Asks before something is done with a person that is not easily undone. */
function AskAbout(props: {
  person: PersonView;
  question: string;
  action: string;
  consequence: string;
  done: string;
  act: (id: string) => Promise<PersonView>;
  onClose: () => void;
}) {
  const { person, onClose } = props;
  const notify = useNotify();
  const change = usePeopleChange(props.act);
  return (
    <FormDialog
      title={
        <>
          {props.question} “<bdi>{person.name}</bdi>”?
        </>
      }
      action={props.action}
      danger
      error={change.error}
      pending={change.isPending}
      onClose={onClose}
      onSubmit={() =>
        change.mutate(person.id, {
          onSuccess: () => {
            notify(props.done);
            onClose();
          },
        })
      }
    >
      <p>{props.consequence}</p>
    </FormDialog>
  );
}

/** Asks before a person is removed. */
export function RemovePerson(props: { person: PersonView; onClose: () => void }) {
  return (
    <AskAbout
      {...props}
      question={i18n._("Remove")}
      action={i18n._("Remove")}
      consequence={i18n._("The person loses every role. What they did stays in the audit under their name.")}
      done={i18n._("“{name}” is removed.", { name: props.person.name })}
      act={(id) => call("personRemove", { id })}
    />
  );
}

/** Asks before this computer is handed to another person. */
export function HandOver(props: { person: PersonView; onClose: () => void }) {
  return (
    <AskAbout
      {...props}
      question={i18n._("Hand this computer to")}
      action={i18n._("Hand over")}
      consequence={i18n._(
        "From then on this computer may do what that person may, and no more. The owner comes back with the recovery kit.",
      )}
      done={i18n._("At this computer is “{name}” now.", { name: props.person.name })}
      act={(id) => call("personUse", { id })}
    />
  );
}
