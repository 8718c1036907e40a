import { useConsumerDelete, type ConsumerView } from "../../backend";
import { i18n } from "../../i18n";
import { FormDialog } from "../../parts/FormDialog";
import { useNotify } from "../../parts/notices";
import { useNavigation } from "../../shell/navigation";

/** Asks before a consumer is deleted; its credentials stay. */
export function DeleteConsumer({ consumer, onClose }: { consumer: ConsumerView; onClose: () => void }) {
  const remove = useConsumerDelete();
  const notify = useNotify();
  const { go } = useNavigation();
  return (
    <FormDialog
      title={
        <>
          {i18n._("Delete")} “<bdi>{consumer.name}</bdi>”?
        </>
      }
      action={i18n._("Delete")}
      danger
      error={remove.error}
      pending={remove.isPending}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate(consumer.id, {
          onSuccess: () => {
            notify(i18n._("“{name}” is deleted.", { name: consumer.name }));
            onClose();
            go({ screen: "consumers" }, true);
          },
        })
      }
    >
      <p>
        {i18n._(
          "Programs can no longer be started for it. The credentials that it uses stay as they are; no program that runs is stopped.",
        )}
      </p>
    </FormDialog>
  );
}
