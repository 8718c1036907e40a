import { useProviders, type ProviderType } from "../../backend";
import { i18n } from "../../i18n";
import { typeName } from "../../parts/words";
import { useNavigation } from "../../shell/navigation";
import styles from "./Gallery.module.css";
import { addPlace } from "./PastedKey";
import { fitsType, Shelves } from "./Shelves";

/** What stands under a type that has no credential yet: the providers that serve it, and templates of one's own. */
export default function Templates({ type }: { type: ProviderType }) {
  const providers = useProviders().data ?? [];
  const { go } = useNavigation();
  return (
    <div className={styles.templates}>
      <h2>{i18n._("No credential for {type} yet", { type: typeName(type) })}</h2>
      <p className={styles.lead}>{i18n._("Choose what to add:")}</p>
      <Shelves
        providers={providers.filter((provider) => fitsType(provider, type, true))}
        searched={false}
        ownLast
        onOpen={(provider) => go(addPlace(provider.id, null))}
      />
    </div>
  );
}
