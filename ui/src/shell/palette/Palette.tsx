import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { asErrorView, useFound, type StartupView } from "../../backend";
import { i18n } from "../../i18n";
import { Kbd } from "../../parts/Button";
import dialog from "../../parts/Dialog.module.css";
import { Icon } from "../../parts/icons";
import { capsOf } from "../../parts/shortcuts";
import { useCommands, useOpening, type Command, type Group } from "./commands";
import { matching } from "./match";
import styles from "./Palette.module.css";

/** Commands of a group that are shown while something is typed. */
const SHOWN = 8;

/** Finds what can be done and what is kept, by its name. Up and Down choose, Enter runs, Esc closes. */
export default function Palette(props: {
  startup: StartupView;
  onClose: () => void;
  /** Closes the palette and runs what was chosen. */
  onRun: (command: Command) => void;
  onSheet: () => void;
  onNewOrganisation: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useId();
  const { groups, waiting, problem } = useGroups(props, typed.trim());
  const commands = groups.flatMap((group) => group.commands);
  const active = commands.find((command) => command.id === chosen) ?? commands[0];
  const activeRow = useRef<HTMLDivElement>(null);
  useEffect(() => activeRow.current?.scrollIntoView({ block: "nearest" }), [active?.id]);

  const move = (by: number) => {
    if (!active) return;
    const at = commands.indexOf(active) + by;
    setChosen(commands.at(at % commands.length)?.id ?? null);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active) props.onRun(active);
    // The keys that opened it close it.
    else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) props.onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const nothing = commands.length === 0 && !waiting;
  return (
    <ModalOverlay
      className={`${dialog.backdrop} ${styles.backdrop}`}
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Modal className={`${dialog.modal} ${styles.modal}`}>
        <Dialog className={`${styles.palette}`} aria-label={i18n._("Command palette")}>
          <div className={styles.box}>
            <Icon name="search" />
            <input
              // Asked for by the person who opened it.
              autoFocus
              role="combobox"
              aria-label={i18n._("Find a command, a credential, a provider or an organisation")}
              aria-autocomplete="list"
              aria-expanded={commands.length > 0}
              aria-controls={commands.length > 0 ? list : undefined}
              aria-activedescendant={active ? `${list} ${active.id}`.replace(/\s/gu, "-") : undefined}
              placeholder={i18n._("Find a command, a credential, a provider or an organisation")}
              autoComplete="off"
              autoCorrect="off"
              autoCapitalize="off"
              spellCheck="false"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setChosen(null);
              }}
              onKeyDown={pressed}
            />
            <Kbd>Esc</Kbd>
          </div>
          <p className="spoken" role="status">
            {nothing || waiting
              ? ""
              : i18n._("{count, plural, one {# match} other {# matches}}", { count: commands.length })}
          </p>
          {nothing && (
            <p className={styles.nothing} role="status">
              {i18n._("Nothing matches “{typed}”.", { typed: typed.trim() })}
            </p>
          )}
          {problem !== null && (
            <p className={styles.nothing} role="alert">
              {problem}
            </p>
          )}
          {commands.length > 0 && (
            <div id={list} role="listbox" aria-label={i18n._("Matches")} className={styles.list}>
              {groups.map((group) => (
                <div key={group.id} role="group" aria-label={group.name}>
                  <h3 aria-hidden="true">{group.name}</h3>
                  {group.commands.map((command) => (
                    <div
                      key={command.id}
                      ref={command === active ? activeRow : undefined}
                      id={`${list} ${command.id}`.replace(/\s/gu, "-")}
                      role="option"
                      aria-selected={command === active}
                      className={styles.option}
                      onMouseMove={() => setChosen(command.id)}
                      onClick={() => props.onRun(command)}
                    >
                      <Icon name={command.icon} />
                      <bdi>{command.name}</bdi>
                      {command.detail !== undefined && <span className="spoken">, </span>}
                      {command.detail !== undefined && <small>{command.detail}</small>}
                      {command.shortcut && capsOf(command.shortcut).map((cap) => <Kbd key={cap}>{cap}</Kbd>)}
                    </div>
                  ))}
                </div>
              ))}
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What is shown for the typed text: without any, the commands and organisations; otherwise all that match. */
function useGroups(
  props: { startup: StartupView; onSheet: () => void; onNewOrganisation: () => void },
  typed: string,
): { groups: Group[]; waiting: boolean; problem: string | null } {
  const { usual, adding, organisations } = useCommands(props.startup, {
    sheet: props.onSheet,
    newOrganisation: props.onNewOrganisation,
  });
  const opening = useOpening(props.startup);
  const found = useFound(typed);
  const filled = (groups: Group[]) => groups.filter((group) => group.commands.length > 0);
  if (typed === "") {
    return { groups: filled([usual, organisations]), waiting: false, problem: null };
  }
  const narrowed = (group: Group): Group => ({
    ...group,
    commands: matching(group.commands, typed).slice(0, SHOWN),
  });
  const credentials = (found.data?.items ?? []).map(opening.credential);
  // While the answer is under way, what was found before stays as far as it fits.
  const fitting = found.isPlaceholderData ? matching(credentials, typed) : credentials;
  const more = found.data && !found.isPlaceholderData ? found.data.total > found.data.items.length : false;
  if (more) fitting.push(opening.all(typed, found.data?.total ?? 0));
  return {
    groups: filled([
      narrowed(usual),
      { id: "credentials", name: i18n._("Credentials"), commands: fitting },
      narrowed(adding),
      narrowed(organisations),
    ]),
    waiting: found.isFetching,
    problem: found.error ? asErrorView(found.error).message : null,
  };
}
