import { lazy, Suspense, useRef, useState, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { i18n } from "../i18n";
import { TextBox, type Note } from "./Field";
import field from "./Field.module.css";
import { Icon } from "./icons";
import { dayProblem } from "./days";

const DayPicker = lazy(() => import("./DayPicker"));

/** A day: typed as year, month and day, or chosen from a calendar. What is no day is said when the box is left. */
export function DayBox(props: {
  label: string;
  optional?: boolean;
  name: string;
  value: string;
  onChange: (day: string) => void;
  hint?: ReactNode;
  notes?: Note[];
}) {
  const [open, setOpen] = useState(false);
  const [left, setLeft] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const { label, value, notes = [] } = props;
  const problem = left ? dayProblem(value) : null;
  const said = problem === null || notes.some((note) => note.level === "error");
  return (
    <div>
      <TextBox
        {...props}
        placeholder={i18n._("YYYY-MM-DD")}
        onChange={(typed) => {
          setLeft(false);
          props.onChange(typed);
        }}
        onBlur={() => setLeft(true)}
        notes={said ? notes : [{ level: "error", text: problem }, ...notes]}
        end={
          <Button
            ref={trigger}
            className={`${field.end}`}
            aria-label={i18n._("Choose a day: {label}", { label })}
            aria-haspopup="dialog"
            aria-expanded={open}
            onPress={() => setOpen(true)}
          >
            <Icon name="calendar" />
          </Button>
        }
      />
      {open && (
        <Suspense fallback={null}>
          <DayPicker
            trigger={trigger}
            label={label}
            day={value.trim()}
            onClose={() => setOpen(false)}
            onChoose={(day) => {
              props.onChange(day);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
