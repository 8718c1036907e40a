import { createContext, use, useCallback, useMemo, type ReactNode } from "react";
import { useProviders, type CredentialView } from "../../backend";
import styles from "../../parts/Table.module.css";

const NameOf = createContext((credential: CredentialView) => credential.provider_name);

/**
 * Lets provider names tell the sign-in method where the provider has several. They are drawn again when the catalogue is
 * there, and nothing around them is.
 */
export function ProviderNames({ children }: { children: ReactNode }) {
  const providers = useProviders();
  const methods = useMemo(() => {
    const several = (providers.data ?? []).filter(({ auth }) => auth.length > 1);
    return new Map(several.flatMap(({ id, auth }) => auth.map((one) => [`${id} ${one.id}`, one.label])));
  }, [providers.data]);
  const nameOf = useCallback(
    ({ provider, auth, provider_name }: CredentialView) => {
      const method = methods.get(`${provider} ${auth}`);
      return method === undefined ? provider_name : `${provider_name} · ${method}`;
    },
    [methods],
  );
  return <NameOf value={nameOf}>{children}</NameOf>;
}

/** The provider of a credential, in a cell. */
export function ProviderName({ credential, still }: { credential: CredentialView; still: boolean }) {
  const name = use(NameOf)(credential);
  return (
    <span className={styles.cut} title={still ? undefined : name}>
      {name}
    </span>
  );
}
