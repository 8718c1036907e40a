import { parseDate } from "@internationalized/date";
import type { RefObject } from "react";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Dialog,
  Heading,
  Popover,
} from "react-aria-components";
import { i18n } from "../i18n";
import styles from "./DayPicker.module.css";
import { isDay } from "./days";
import { Icon } from "./icons";

/** A month to choose a day from. Arrows move by day and week, Page Up and Page Down by month. */
export default function DayPicker(props: {
  trigger: RefObject<HTMLElement | null>;
  label: string;
  /** The day that is chosen, if it is one. */
  day: string;
  onChoose: (day: string) => void;
  onClose: () => void;
}) {
  return (
    <Popover
      className={`${styles.popover}`}
      triggerRef={props.trigger}
      placement="bottom end"
      isOpen
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Dialog className={`${styles.dialog}`} aria-label={props.label}>
        <Calendar
          aria-label={props.label}
          autoFocus
          defaultValue={isDay(props.day) ? parseDate(props.day) : null}
          onChange={(day) => props.onChoose(day.toString())}
        >
          <header className={styles.head}>
            <Button slot="previous" className={`${styles.turn}`}>
              <Icon name="left" size={14} />
            </Button>
            <Heading className={`${styles.month}`} />
            <Button slot="next" className={`${styles.turn}`}>
              <Icon name="right" size={14} />
            </Button>
          </header>
          <CalendarGrid className={`${styles.grid}`} weekdayStyle="short">
            <CalendarGridHeader>
              {(day) => <CalendarHeaderCell className={`${styles.weekday}`}>{day}</CalendarHeaderCell>}
            </CalendarGridHeader>
            <CalendarGridBody>
              {(day) => <CalendarCell date={day} className={`${styles.day}`} />}
            </CalendarGridBody>
          </CalendarGrid>
          <p className={styles.hint}>{i18n._("Page Up and Page Down turn the months.")}</p>
        </Calendar>
      </Dialog>
    </Popover>
  );
}
