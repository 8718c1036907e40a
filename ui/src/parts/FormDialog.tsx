import type { ReactNode } from "react";
import { Form } from "react-aria-components";
import { asErrorView, type ErrorView } from "../backend";
import { i18n } from "../i18n";
import { Button } from "./Button";
import { Buttons, Dialog, Spacer } from "./Dialog";
import type { Note } from "./Field";
import { Problem } from "./Status";

/** A form in a dialog: one primary button, and a refusal that keeps what was typed. */
export function FormDialog(props: {
  title: ReactNode;
  action: string;
  error: unknown;
  pending: boolean;
  disabled?: boolean;
  danger?: boolean;
  /** It begins with a field, which has the focus. */
  asks?: boolean;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const error = props.error ? asErrorView(props.error) : null;
  return (
    <Dialog title={props.title} onClose={props.onClose} alert={props.danger ?? false}>
      <Form
        autoComplete="off"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.pending) props.onSubmit();
        }}
      >
        {props.children}
        {error && error.fields.length === 0 && <Problem error={error} />}
        <Buttons>
          <Button look="ghost" autoFocus={props.danger === true && !props.asks} onPress={props.onClose}>
            {i18n._("Cancel")}
          </Button>
          <Spacer />
          <Button
            look={props.danger ? "danger" : "primary"}
            type="submit"
            isPending={props.pending}
            isDisabled={props.disabled ?? false}
          >
            {props.action}
          </Button>
        </Buttons>
      </Form>
    </Dialog>
  );
}

/** What a refusal says of fields. */
export function notesAt(thrown: unknown): Note[] {
  const error: ErrorView | null = thrown ? asErrorView(thrown) : null;
  return (error?.fields ?? []).map((f) => ({ level: "error", text: f.message }));
}
