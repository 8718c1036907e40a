/**
 * What the components of the first picture use of React Aria, as it looks and without what it does. The elements,
 * classes and states are those that React Aria makes, since the style sheets speak of them.
 */
import { createContext, use, type ReactNode } from "react";

type Children = { children?: ReactNode };
type Look = Children & { className?: string };

const nothing = () => null;

// What opens on a press is closed.
export {
  nothing as Dialog,
  nothing as Header,
  nothing as Heading,
  nothing as Menu,
  nothing as MenuItem,
  nothing as MenuSection,
  nothing as Modal,
  nothing as ModalOverlay,
  nothing as Popover,
  nothing as ProgressBar,
  nothing as Separator,
};

/** Nothing of its own is drawn. */
export const MenuTrigger = ({ children }: Children) => <>{children}</>;

/** A button; its name for screen readers is left out, since none of them reads it. */
export const Button = ({ className, children, isDisabled }: Look & { isDisabled?: boolean }) => (
  <button type="button" className={className} data-disabled={isDisabled ? "true" : undefined}>
    {children}
  </button>
);

const Chosen = createContext<readonly string[]>([]);

/** Buttons of which one is chosen. */
export const ToggleButtonGroup = (props: Look & { selectedKeys: readonly string[] }) => (
  <div className={props.className}>
    <Chosen value={props.selectedKeys}>{props.children}</Chosen>
  </div>
);

/** A button that is on or off, by itself or in its group. */
export function ToggleButton(props: Look & { id?: string; isSelected?: boolean }) {
  const chosen = use(Chosen);
  const on = props.isSelected ?? (props.id !== undefined && chosen.includes(props.id));
  return (
    <button type="button" className={props.className} data-selected={on ? "true" : undefined}>
      {props.children}
    </button>
  );
}

const Text = createContext("");

/** The frame of a box for a search. */
export const SearchField = (props: Look & { value: string }) => (
  <div className={props.className}>
    <Text value={props.value}>{props.children}</Text>
  </div>
);

/** The box itself. */
export const Input = ({ placeholder }: { placeholder?: string }) => (
  // What is typed stays when more rows are drawn.
  <input
    type="search"
    defaultValue={use(Text)}
    placeholder={placeholder}
    spellCheck="false"
    autoComplete="off"
  />
);
