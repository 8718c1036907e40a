import { lazy, Suspense, useState } from "react";
import {
  Button as AriaButton,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { asErrorView, useSelectOrganisation, type StartupView } from "../backend";
import { i18n } from "../i18n";
import { modeName } from "../parts/mode-words";
import { Icon } from "../parts/icons";
import { useNotify } from "../parts/notices";
import { number } from "../parts/time";
import { useNavigation } from "./navigation";
import styles from "./Shell.module.css";

// Forms are not part of the first picture.
const NewOrganisation = lazy(() => import("./NewOrganisation"));

const ALL = "all";
const NEW = "new";

/** Chooses whose credentials are shown, and makes organisations. */
export function OrganisationSwitcher({ startup }: { startup: StartupView }) {
  const [making, setMaking] = useState(false);
  const select = useSelectOrganisation();
  const notify = useNotify();
  const { go } = useNavigation();
  const shown = startup.organisations.find((o) => o.id === startup.organisation);
  const admin = startup.person?.role === "super_admin";
  const all = admin || startup.organisations.length > 1;
  const name = shown?.name ?? i18n._("All organisations");
  const total = startup.organisations.length;
  const choose = (key: string) => {
    go({ screen: "credentials", selected: null });
    select.mutate(key === ALL ? null : key, {
      onError: (thrown) => notify(asErrorView(thrown).message, true),
    });
  };
  return (
    <>
      <MenuTrigger>
        <AriaButton className={`${styles.organisation}`}>
          <span className="spoken">{i18n._("Organisation:")} </span>
          <i aria-hidden="true">{initials(name)}</i>
          <span className={styles.organisationName} title={name}>
            <bdi>{name}</bdi>
            <small>
              {shown
                ? modeName(shown.mode)
                : // The rule for plurals is in tables that take longer to read than all of this to draw.
                  total === 1
                  ? i18n._("1 organisation")
                  : i18n._("{count} organisations", { count: number(total) })}
            </small>
          </span>
          <Icon name="down" />
        </AriaButton>
        <Popover className={`${styles.menu}`} placement="bottom start">
          <Menu
            aria-label={i18n._("Organisations")}
            onAction={(key) => {
              if (key === NEW) setMaking(true);
            }}
          >
            <MenuSection
              aria-label={i18n._("Shown organisation")}
              selectionMode="single"
              selectedKeys={[startup.organisation ?? ALL]}
              disallowEmptySelection
              onSelectionChange={(keys) => {
                for (const key of keys) choose(String(key));
              }}
            >
              {startup.organisations.map((o) => (
                <MenuItem key={o.id} id={o.id} textValue={o.name} className={`${styles.item}`}>
                  {({ isSelected }) => (
                    <>
                      <bdi>{o.name}</bdi>
                      <span className={styles.count}>{number(o.credentials)}</span>
                      {isSelected && <Icon name="check" size={14} />}
                    </>
                  )}
                </MenuItem>
              ))}
              {all ? (
                <MenuItem id={ALL} textValue={i18n._("All organisations")} className={`${styles.item}`}>
                  {({ isSelected }) => (
                    <>
                      <bdi>{i18n._("All organisations")}</bdi>
                      <span className={styles.count} />
                      {isSelected && <Icon name="check" size={14} />}
                    </>
                  )}
                </MenuItem>
              ) : null}
            </MenuSection>
            {admin ? <Separator className={`${styles.separator}`} /> : null}
            {admin ? (
              <MenuItem id={NEW} className={`${styles.item}`}>
                <Icon name="plus" size={14} />
                {i18n._("New organisation…")}
              </MenuItem>
            ) : null}
          </Menu>
        </Popover>
      </MenuTrigger>
      {making && (
        <Suspense fallback={null}>
          <NewOrganisation onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/u).filter((w) => w !== "");
  const letters =
    words.length > 1 ? words.slice(0, 2).flatMap((w) => characters(w, 1)) : characters(name.trim(), 2);
  return letters.join("").toUpperCase();
}

// What people take for one character, so that no emoji is cut in two.
function characters(text: string, count: number): string[] {
  // Nothing to look up in the tables of the world's characters.
  if (/^[ -~]*$/u.test(text)) return [...text].slice(0, count);
  const segments = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text);
  return Array.from(segments, (s) => s.segment).slice(0, count);
}
