import type { FieldView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { ChoiceBox, TextBox } from "../../parts/Field";
import styles from "./CredentialForm.module.css";
import type { FormState } from "./useFormState";

/** What is stored in a sealed field already. */
export type Stored = { tail: string | null };

/** Exactly the fields that the provider asks for, in its order. */
export function ProviderFields(props: {
  fields: FieldView[];
  form: FormState;
  /** On edit: the sealed fields that hold something. */
  stored: Record<string, Stored | undefined>;
  /** On edit: optional sealed fields whose value is to be removed. */
  removed: ReadonlySet<string>;
  /** `null` where nothing can be removed. */
  onRemove: ((id: string, remove: boolean) => void) | null;
}) {
  const { form, onRemove } = props;
  // What a connection brings is not asked for.
  const asked = props.fields.filter((field) => !field.obtained);
  return asked.map((field) => {
    const stored = props.stored[field.id];
    const removed = props.removed.has(field.id);
    const hint = hintOf(field, stored !== undefined && !removed);
    const shared = {
      label: field.label,
      optional: !field.required,
      required: field.required && stored === undefined,
      name: field.id,
      hint,
      notes: form.notesOf(field.id),
    };
    if (field.kind === "choice") {
      return (
        <ChoiceBox
          key={field.id}
          {...shared}
          value={form.values[field.id] ?? null}
          choices={field.choices}
          onChange={(value) => form.set(field.id, value)}
        />
      );
    }
    const many = field.kind === "multiline" || field.kind === "json";
    return (
      <div key={field.id}>
        <TextBox
          {...shared}
          value={form.values[field.id] ?? ""}
          onChange={(value) => form.set(field.id, value)}
          onBlur={() => {
            if ((form.values[field.id] ?? "") !== "") form.touch(field.id);
          }}
          onPasteText={(text, insert) => void form.paste(field, insert(text))}
          secret={field.secret}
          multiline={many}
          mono
          type={field.kind === "url" ? "url" : field.kind === "phone" ? "tel" : "text"}
          placeholder={placeholderOf(field, stored, removed)}
        />
        {stored !== undefined && !field.required && onRemove && (
          <div className={styles.remove}>
            <Button look="ghost" onPress={() => onRemove(field.id, !removed)}>
              {removed
                ? i18n._("Keep the stored {label}", { label: field.label })
                : i18n._("Remove the stored {label}", { label: field.label })}
            </Button>
          </div>
        )}
      </div>
    );
  });
}

function placeholderOf(field: FieldView, stored: Stored | undefined, removed: boolean): string | undefined {
  if (removed) return i18n._("Will be removed");
  if (stored === undefined) return field.default ?? undefined;
  return stored.tail === null
    ? i18n._("Leave blank to keep the stored value")
    : i18n._("Leave blank to keep ••••{tail}", { tail: stored.tail });
}

function hintOf(field: FieldView, kept: boolean): string {
  const parts = field.help === null ? [] : [field.help];
  if (field.hint !== null) parts.push(i18n._("Usually it {hint}.", { hint: field.hint }));
  if (field.default !== null && field.kind !== "choice") {
    parts.push(i18n._("Left empty, it is {value}.", { value: field.default }));
  }
  if (field.secret && !kept) parts.push(i18n._("Sealed once saved: it is never shown again."));
  return parts.join(" ");
}
