import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import styles from "./Dialog.module.css";

/** A question that must be answered before going on. Esc closes it; focus returns to where it was. */
export function Dialog(props: {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  alert?: boolean;
  /** For what needs room to be compared. */
  wide?: boolean;
}) {
  return (
    <ModalOverlay
      className={`${styles.backdrop}`}
      isOpen
      isDismissable={!props.alert}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Modal className={`${styles.modal} ${props.wide ? styles.wide : ""}`}>
        <AriaDialog className={`${styles.dialog}`} role={props.alert ? "alertdialog" : "dialog"}>
          <Heading slot="title" level={2}>
            {props.title}
          </Heading>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The row of buttons at the foot of a dialog. */
export function Buttons({ children }: { children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}

/** Pushes what follows to the far end. */
export function Spacer() {
  return <span className={styles.spacer} />;
}
