import type { ProviderType, ProviderView } from "../../backend";
import { i18n } from "../../i18n";
import { Mark, Tag } from "../../parts/Mark";
import { aiTypes, typeShort } from "../../parts/words";
import styles from "./Gallery.module.css";

/** Whether a provider serves a type; templates of one's own serve every type where they are wanted. */
export const fitsType = (provider: ProviderView, type: ProviderType | null, withOwn: boolean): boolean =>
  type === null || provider.types.includes(type) || (withOwn && provider.shelf === "generic");

/** Providers as cards under headings; what was searched for stands under one. */
export function Shelves(props: {
  providers: ProviderView[];
  searched: boolean;
  /** Where one type is looked for, what serves it comes before templates of one's own. */
  ownLast: boolean;
  onOpen: (provider: ProviderView) => void;
}) {
  return shelves(props.providers, props.searched, props.ownLast).map(({ title, providers }) => (
    <section key={title} className={styles.shelf}>
      <h2>{title}</h2>
      <ul className={styles.cards} aria-label={title}>
        {providers.map((provider) => (
          <li key={provider.id}>
            <Card provider={provider} onOpen={() => props.onOpen(provider)} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Card({ provider, onOpen }: { provider: ProviderView; onOpen: () => void }) {
  return (
    <button type="button" className={styles.card} onClick={onOpen}>
      <span>
        <Mark text={provider.mark} />
        <b>{provider.name}</b>
        {provider.own && <Tag>{i18n._("own")}</Tag>}
      </span>
      <small>{provider.types.map(typeShort).join(", ")}</small>
    </button>
  );
}

function shelves(providers: ProviderView[], searched: boolean, ownLast: boolean) {
  const byType = providers.filter((p) => p.shelf === "type" && !p.own);
  const own = {
    title: i18n._("Add your own"),
    providers: providers.filter((p) => p.shelf === "generic" && !p.own),
  };
  const all = searched
    ? [{ title: i18n._("Providers"), providers }]
    : [
        {
          title: i18n._("Common templates"),
          providers: providers.filter((p) => p.shelf === "common" && !p.own),
        },
        ...(ownLast ? [] : [own]),
        { title: i18n._("From your own files"), providers: providers.filter((p) => p.own) },
        { title: i18n._("AI services"), providers: byType.filter(isAiService) },
        { title: i18n._("Function integrations"), providers: byType.filter((p) => !isAiService(p)) },
        ...(ownLast ? [own] : []),
      ];
  return all.filter((shelf) => shelf.providers.length > 0);
}

const isAiService = (provider: ProviderView) => provider.types.some((type) => aiTypes.includes(type));
