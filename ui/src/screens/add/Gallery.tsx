import { useEffect, useRef, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import {
  asErrorView,
  useProviderFiles,
  useProviders,
  type ProviderType,
  type ProviderView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button, Kbd } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { Box, Problem } from "../../parts/Status";
import { typeName } from "../../parts/words";
import { useLeaveGuard, useNavigation, type Purpose } from "../../shell/navigation";
import { useShortcuts } from "../../parts/useShortcuts";
import styles from "./Gallery.module.css";
import { addPlace, PastedKey, usePastedKey } from "./PastedKey";
import { fitsType, Shelves } from "./Shelves";

/** Every provider as a card. */
export default function Gallery(props: {
  /** The vault holds nothing yet, and this stands in for the list. */
  first: boolean;
  purpose?: Purpose | null;
  /** At first only those of this type; all are one press away. */
  only?: ProviderType | null;
}) {
  const { first, purpose = null } = props;
  const providers = useProviders();
  const { go } = useNavigation();
  const [search, setSearch] = useState("");
  const box = useRef<HTMLInputElement>(null);
  const pasted = usePastedKey(purpose);
  const cancel = () =>
    purpose ? go(purpose.back(null), true) : go({ screen: "credentials", selected: null, cancelled: true });
  useLeaveGuard(purpose?.unsaved ?? false);
  useShortcuts({ "/": () => box.current?.focus(), Escape: first ? null : cancel });
  useEffect(() => box.current?.focus(), []);

  const [narrowed, setNarrowed] = useState(props.only ?? null);
  const type = purpose?.type ?? narrowed;
  const all = (providers.data ?? []).filter((provider) => fitsType(provider, type, purpose === null));
  const typed = search.trim().toLocaleLowerCase("en");
  const begins = (provider: ProviderView) => provider.name.toLocaleLowerCase("en").startsWith(typed);
  const found = all.filter((provider) => matches(provider, search));
  found.sort((a, b) => Number(begins(b)) - Number(begins(a)));
  // Enter opens the only one that is left, or the one whose whole name was typed.
  const only = found.length === 1 ? found[0] : found.find((p) => p.name.toLocaleLowerCase("en") === typed);
  const open = (provider: ProviderView) => {
    // A key that nobody recognised goes into the first sealed field of the provider that was chosen for it.
    const auth = provider.auth.find((a) => a.recommended) ?? provider.auth[0];
    const field = auth?.fields.find((f) => f.secret);
    if (pasted.text === null || !auth || !field) go(addPlace(provider.id, purpose), true);
    else pasted.open({ provider: provider.id, auth: auth.id, field: field.id });
  };
  return (
    <>
      <div className={styles.bar}>
        <span aria-hidden="true">{i18n._("Credentials")}</span>
        <i />
        {!purpose && (
          <Button onPress={() => go({ screen: "import" })}>{i18n._("Import a .env file…")}</Button>
        )}
        {!first && (
          <Button look="ghost" onPress={cancel}>
            {i18n._("Cancel")}
          </Button>
        )}
      </div>
      <div className={styles.page}>
        <h1>{first ? i18n._("Add your first credential") : i18n._("Add credential")}</h1>
        {purpose && (
          <p className={styles.lead}>
            {i18n._("For {name}: it is chosen there once it is saved.", { name: purpose.name })}
          </p>
        )}
        <p className={styles.lead}>
          {i18n._(
            "Paste a key and the provider is recognised, or choose one below. Keys are encrypted on this computer; no screen ever shows them again.",
          )}
        </p>
        <SearchField
          className={`${styles.search}`}
          aria-label={i18n._("Search providers")}
          value={search}
          onChange={setSearch}
          onSubmit={() => {
            const best = pasted.found?.candidates[0];
            if (best && search === "") pasted.open(best);
            else if (only) open(only);
          }}
        >
          <Icon name="search" />
          <Input
            ref={box}
            placeholder={i18n._(
              "Paste a key, or search {count, plural, one {# provider} other {# providers}}",
              { count: all.length },
            )}
            // The name of a provider is searched for; everything else is taken for a key, and never shown.
            onPaste={(event) => {
              const text = event.clipboardData.getData("text/plain");
              if (text.trim() === "" || all.some((provider) => matches(provider, text))) return;
              event.preventDefault();
              setSearch("");
              pasted.take(text);
            }}
            spellCheck="false"
            autoComplete="off"
          />
          <Kbd>Ctrl</Kbd>
          <Kbd>V</Kbd>
        </SearchField>
        {purpose === null && narrowed !== null && (
          <p className={styles.narrowed}>
            <span>
              {i18n._("Only what serves {type}, and templates of your own.", { type: typeName(narrowed) })}
            </span>
            <Button
              onPress={() => {
                setNarrowed(null);
                box.current?.focus();
              }}
            >
              {i18n._("Show all providers")}
            </Button>
          </p>
        )}
        <PastedKey
          pasted={pasted}
          onForget={() => {
            pasted.forget();
            box.current?.focus();
          }}
        />
        {providers.isError && (
          <div className={styles.problem}>
            <Problem error={asErrorView(providers.error)} />
          </div>
        )}
        <FaultyFiles />
        <Shelves providers={found} searched={typed !== ""} ownLast={type !== null} onOpen={open} />
        <div role="status">
          {providers.isSuccess && found.length === 0 && (
            <p className={styles.lead}>
              {i18n._("No provider matches “{search}”. Try a shorter word, or the type, such as “speech”.", {
                search,
              })}
            </p>
          )}
        </div>
        <OwnFolder />
      </div>
    </>
  );
}

// A file that is left out is never left out silently.
function FaultyFiles() {
  const problems = useProviderFiles().data?.problems ?? [];
  return (
    <div role="status" className={styles.problem}>
      {problems.length > 0 && (
        <Box status={{ tone: "warn", icon: "alert" }} label={i18n._("Own provider files")}>
          <p>
            <Icon name="alert" size={14} />
            <b>
              {i18n._(
                "{count, plural, one {One of your provider files is} other {# of your provider files are}} left out.",
                { count: problems.length },
              )}
            </b>{" "}
            {i18n._("Mend the file and save it; it appears here at once.")}
          </p>
          <ul className={styles.faults}>
            {problems.map((problem) => (
              <li key={`${problem.file}:${problem.line ?? 0}:${problem.reason}`}>
                <code>
                  {problem.line === null
                    ? problem.file
                    : i18n._("{file}, line {line}", { file: problem.file, line: problem.line })}
                </code>
                <span>
                  <Prose text={problem.reason} />
                </span>
              </li>
            ))}
          </ul>
        </Box>
      )}
    </div>
  );
}

function OwnFolder() {
  const folder = useProviderFiles().data?.folder;
  if (folder === undefined) return null;
  return (
    <p className={styles.folder}>
      <span>{i18n._("Provider files of your own go into this folder and appear here at once:")}</span>
      <code>{folder}</code>
      <CopyButton text={folder} label={i18n._("folder of provider files")} />
    </p>
  );
}

function matches(provider: ProviderView, search: string): boolean {
  const words = search.toLocaleLowerCase("en").split(/\s+/u).filter(Boolean);
  const text = [
    provider.name,
    provider.id,
    provider.lookup_key,
    ...provider.types,
    ...provider.types.map(typeName),
  ]
    .join(" ")
    .toLocaleLowerCase("en");
  return words.every((word) => text.includes(word));
}
