import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asErrorView, call, useDelete, useSetEnabled, type CredentialView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Buttons, Dialog, Spacer } from "../../parts/Dialog";
import { TextBox } from "../../parts/Field";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import styles from "./DeleteDialog.module.css";
import { Impact } from "./Impact";

/** Shows what a deletion would stop, offers to disable instead, and asks for the name where anything is in use. */
export default function DeleteDialog(props: {
  credential: CredentialView;
  onClose: () => void;
  onGone: () => void;
}) {
  const { credential } = props;
  const impact = useQuery({
    queryKey: ["delete-impact", credential.id, credential.revision],
    queryFn: () => call("credentialDeleteImpact", { id: credential.id }),
    staleTime: 0,
    gcTime: 0,
  });
  const remove = useDelete();
  const setEnabled = useSetEnabled();
  const notify = useNotify();
  const [typed, setTyped] = useState("");
  const uses = impact.data?.impact ?? [];
  const summary = impact.data?.summary ?? null;
  const inUse = impact.data?.in_use ?? false;
  const named = !inUse || typed === credential.name;
  const thrown = impact.error ?? remove.error ?? setEnabled.error;
  const busy = remove.isPending || setEnabled.isPending;
  return (
    <Dialog
      title={
        <>
          {i18n._("Delete")} “<bdi>{credential.name}</bdi>”?
        </>
      }
      alert
      onClose={props.onClose}
    >
      <p>
        {i18n._("Its key is destroyed and cannot be brought back.")}
        {impact.isSuccess && uses.length === 0 && ` ${i18n._("Nothing uses it.")}`}
      </p>
      {summary !== null && (
        <p className={styles.summary}>
          <b>{summary}</b>
        </p>
      )}
      <Impact uses={uses} />
      {inUse && (
        <TextBox
          label={i18n._("Type the name to delete it")}
          name="confirm"
          value={typed}
          onChange={setTyped}
          placeholder={credential.name}
        />
      )}
      {thrown && (
        <>
          <div className={styles.gap} />
          <Problem error={asErrorView(thrown)} />
        </>
      )}
      <Buttons>
        <Button look="ghost" autoFocus={!credential.enabled} onPress={props.onClose}>
          {i18n._("Cancel")}
        </Button>
        <Spacer />
        <Button
          look="danger"
          isDisabled={!impact.isSuccess || !named || busy}
          isPending={remove.isPending}
          onPress={() =>
            remove.mutate(
              { id: credential.id, confirm: inUse ? typed : null },
              {
                onSuccess: () => {
                  notify(i18n._("“{name}” is deleted.", { name: credential.name }));
                  props.onGone();
                },
              },
            )
          }
        >
          {i18n._("Delete")}
        </Button>
        {credential.enabled && (
          <Button
            look="primary"
            autoFocus
            isPending={setEnabled.isPending}
            isDisabled={busy}
            onPress={() =>
              setEnabled.mutate(
                { id: credential.id, enabled: false },
                {
                  onSuccess: () => {
                    notify(
                      i18n._("“{name}” is off. It stays saved and is not used.", { name: credential.name }),
                    );
                    props.onClose();
                  },
                },
              )
            }
          >
            {i18n._("Disable instead")}
          </Button>
        )}
      </Buttons>
    </Dialog>
  );
}
