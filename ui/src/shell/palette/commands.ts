import {
  asErrorView,
  exportInventory,
  noFilter,
  useProviders,
  useSelectOrganisation,
  useSetTheme,
  type CredentialView,
  type StartupView,
  type Theme,
} from "../../backend";
import { i18n } from "../../i18n";
import type { IconName } from "../../parts/icons";
import { useNotify } from "../../parts/notices";
import { mayAdd } from "../../parts/permissions";
import type { ShortcutKey } from "../../parts/shortcuts";
import { maskedTail, typeName, typeShort } from "../../parts/words";
import { useChecking } from "../../screens/credentials/checking";
import { formats } from "../../screens/credentials/formats";
import { useNavigation, type Place } from "../navigation";

/** Something that can be done, found by its name and other words. */
export type Command = {
  id: string;
  name: string;
  /** Said beside the name. */
  detail?: string;
  /** Other words by which it is looked for. */
  words?: string;
  icon: IconName;
  /** The key that does the same. */
  shortcut?: ShortcutKey;
  run: () => void;
};

/** Commands under one heading. */
export type Group = { id: string; name: string; commands: Command[] };

/** Screens that are opened by themselves; the others need to know what they are about. */
type Page = Exclude<Place["screen"], "add" | "edit" | "consumer">;

/** A page as the palette offers it; `null` where this person may do nothing there. */
type PageEntry = { to: Place; name: string; words: string; icon: IconName; shortcut?: ShortcutKey } | null;

// One entry for each page: the compiler asks for it when a page is added.
function pages(may: boolean, hasRole: boolean): Record<Page, PageEntry> {
  return {
    credentials: {
      to: { screen: "credentials", selected: null },
      name: i18n._("Go to Credentials"),
      words: i18n._("inventory list keys"),
      icon: "key",
    },
    attention: {
      to: { screen: "attention" },
      name: i18n._("Go to Needs attention"),
      words: i18n._("rejected expiring unused unreadable problems overview"),
      icon: "alert",
    },
    consumers: {
      to: { screen: "consumers" },
      name: i18n._("Go to Agents & consumers"),
      words: i18n._("agent builder skill runtime assignment uses"),
      icon: "agent",
    },
    onboarding: {
      to: { screen: "onboarding" },
      name: i18n._("Go to Onboarding"),
      words: i18n._("bundled bring your own keys mode byok ready validated"),
      icon: "flag",
    },
    activity: hasRole
      ? {
          to: { screen: "activity" },
          name: i18n._("Go to Activity"),
          words: i18n._("audit log history who verify export refused deliveries"),
          icon: "clock",
        }
      : null,
    gallery: may
      ? {
          to: { screen: "gallery" },
          name: i18n._("Add a credential…"),
          words: i18n._("new key paste gallery"),
          icon: "plus",
          shortcut: "n",
        }
      : null,
    import: may
      ? {
          to: { screen: "import" },
          name: i18n._("Import a .env file…"),
          words: i18n._("json file environment"),
          icon: "plus",
        }
      : null,
    people: {
      to: { screen: "people" },
      name: i18n._("Go to Organisations and people"),
      words: i18n._("roles members archive rename settings"),
      icon: "person",
    },
    appearance: {
      to: { screen: "appearance" },
      name: i18n._("Go to Appearance"),
      words: i18n._("theme colours settings"),
      icon: "eye",
    },
    launch: {
      to: { screen: "launch" },
      name: i18n._("Go to Global launch"),
      words: i18n._("stop resume telephony dialling kill switch settings"),
      icon: "alert",
    },
    vault: {
      to: { screen: "vault" },
      name: i18n._("Go to Vault & recovery"),
      words: i18n._("recovery kit unlock passphrase keychain master key settings"),
      icon: "lock",
    },
  };
}

/** All that this person may do from the palette, without the credentials, which are asked for as one types. */
export function useCommands(
  startup: StartupView,
  open: { sheet: () => void; newOrganisation: () => void },
): { usual: Group; adding: Group; organisations: Group } {
  const { go } = useNavigation();
  const { checking, start, stop } = useChecking();
  const providers = useProviders();
  const setTheme = useSetTheme();
  const select = useSelectOrganisation();
  const notify = useNotify();
  // The palette is gone by then, so the answer is waited for here.
  const refused = (thrown: unknown) => notify(asErrorView(thrown).message, true);
  const may = mayAdd(startup.person);
  const admin = startup.person?.role === "super_admin";

  const usual: Command[] = Object.entries(pages(may, startup.person?.role !== "nobody")).flatMap(
    ([id, page]) => (page ? [{ id: `page ${id}`, ...page, run: () => go(page.to) }] : []),
  );
  if (may && checking?.running) {
    usual.push({
      id: "stop-check",
      name: i18n._("Stop the check of several credentials"),
      words: i18n._("cancel"),
      icon: "x",
      run: stop,
    });
  } else if (may) {
    usual.push({
      id: "check-all",
      name: i18n._("Check all credentials"),
      words: i18n._("verify test every"),
      icon: "check",
      run: () => {
        go({ screen: "credentials", selected: null });
        start({ scope: startup.organisation });
      },
    });
  }
  if (may) {
    usual.push({
      id: "new-consumer",
      name: i18n._("Add a consumer…"),
      words: i18n._("new agent skill runtime"),
      icon: "plus",
      run: () => go({ screen: "consumers", adding: true }),
    });
  }
  if (admin) {
    usual.push({
      id: "new-organisation",
      name: i18n._("New organisation…"),
      words: i18n._("add create"),
      icon: "plus",
      run: open.newOrganisation,
    });
  }
  for (const { id, name } of formats()) {
    usual.push({
      id: `export ${id}`,
      name: i18n._("Export the inventory: {format}", { format: name }),
      words: i18n._("save file spreadsheet without values"),
      icon: "ext",
      run: () =>
        void exportInventory(startup.organisation, noFilter, id)
          .then((written) => {
            if (!written) return;
            const told = { count: written.credentials, path: written.path };
            notify(
              i18n._(
                "{count, plural, one {# credential} other {# credentials}} written to {path}, without values.",
                told,
              ),
            );
          })
          .catch(refused),
    });
  }
  const themes: { id: Theme; name: string }[] = [
    { id: "light", name: i18n._("Use the light theme") },
    { id: "dark", name: i18n._("Use the dark theme") },
    { id: "system", name: i18n._("Use the theme of the desktop") },
  ];
  for (const theme of themes) {
    if (theme.id === startup.theme) continue;
    usual.push({
      id: `theme ${theme.id}`,
      name: theme.name,
      words: i18n._("appearance colours mode system"),
      icon: "eye",
      run: () => void setTheme.mutateAsync(theme.id).catch(refused),
    });
  }
  usual.push({
    id: "shortcuts",
    name: i18n._("Keyboard shortcuts"),
    words: i18n._("keys help show"),
    icon: "keyboard",
    shortcut: "?",
    run: open.sheet,
  });

  const adding = (may ? (providers.data ?? []) : []).map((provider) => ({
    id: `add ${provider.id}`,
    name: i18n._("Add {provider}", { provider: provider.name }),
    detail: provider.types.map(typeShort).join(", "),
    words: `${i18n._("new credential key")} ${provider.lookup_key} ${provider.types.map(typeName).join(" ")}`,
    icon: "plus" as const,
    run: () => go({ screen: "add", provider: provider.id }),
  }));

  const show = (id: string | null) => {
    go({ screen: "credentials", selected: null });
    void select.mutateAsync(id).catch(refused);
  };
  const organisations: Command[] = startup.organisations
    .filter((organisation) => organisation.id !== startup.organisation)
    .map((organisation) => ({
      id: `organisation ${organisation.id}`,
      name: organisation.name,
      detail: i18n._("{count, plural, one {# credential} other {# credentials}}", {
        count: organisation.credentials,
      }),
      words: i18n._("switch organisation show"),
      icon: "person",
      run: () => show(organisation.id),
    }));
  if (startup.organisation !== null && (admin || startup.organisations.length > 1)) {
    organisations.push({
      id: "organisation",
      name: i18n._("All organisations"),
      words: i18n._("switch organisation show"),
      icon: "person",
      run: () => show(null),
    });
  }
  return {
    usual: { id: "usual", name: i18n._("Commands"), commands: usual },
    adding: { id: "adding", name: i18n._("Add a credential"), commands: adding },
    organisations: { id: "organisations", name: i18n._("Switch organisation"), commands: organisations },
  };
}

/** Opens what was found among the credentials, in the organisation that it belongs to. */
export function useOpening(startup: StartupView): {
  credential: (credential: CredentialView) => Command;
  all: (typed: string, total: number) => Command;
} {
  const { go, setFilter } = useNavigation();
  const { setOpen } = useChecking();
  const select = useSelectOrganisation();
  const notify = useNotify();
  const show = (id: string | null) =>
    void select.mutateAsync(id).catch((thrown: unknown) => notify(asErrorView(thrown).message, true));
  return {
    credential: (credential) => ({
      id: `credential ${credential.id}`,
      name: credential.name,
      detail: [credential.provider_name, ownerOf(credential), maskedTail(credential)].join(" · "),
      icon: "key",
      run: () => {
        const owner = credential.organisation;
        setOpen(false);
        if (startup.organisation !== null && owner !== null && owner !== startup.organisation) {
          show(owner);
        }
        go({ screen: "credentials", selected: credential.id, arrive: true });
      },
    }),
    all: (typed, total) => ({
      id: "all",
      name: i18n._("Show all {count} in the list", { count: total }),
      icon: "search",
      run: () => {
        setFilter({ ...noFilter, search: typed });
        if (startup.organisation !== null) show(null);
        go({ screen: "credentials", selected: null });
      },
    }),
  };
}

const ownerOf = (credential: CredentialView): string =>
  credential.organisation === null ? i18n._("System-wide") : credential.scope;
