/** All that the rest of the page knows of the program: its types, `call`, and one hook for each question. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { listen } from "@tauri-apps/api/event";
import { useCallback, useEffect } from "react";
import type { CredentialView, KeyStatusView, StartupView, Theme } from "./bindings";
import { call } from "./call";
import { ofConsumers } from "./consumers";
import {
  attentionQuery,
  catchUp,
  countsQuery,
  credentialQuery,
  keyQuery,
  listQuery,
  providerFilesQuery,
  providersQuery,
  startupQuery,
  type Filter,
} from "./queries";

export type * from "./bindings";
export { asErrorView, call } from "./call";
export { useFound } from "./found";
export { checkAll, stopCheckAll, useAdoptVerdicts } from "./check-all";
export { usePeople, usePeopleChange } from "./people";
export { connect, stopConnecting, useDisconnect } from "./connect";
export { keptFilter, noFilter, type Filter } from "./queries";
export {
  findConsumer,
  useConsumer,
  useConsumerAdd,
  useConsumerCount,
  useConsumerDelete,
  useConsumerEdit,
  useConsumerKinds,
  useConsumerOptions,
  useConsumers,
  useConsumerOf,
  useExplanation,
  type Candidate,
  type ConsumerFilter,
} from "./consumers";
export {
  useLaunch,
  useLaunchResume,
  useLaunchStop,
  useModeSet,
  useOnboarding,
  useOnboardingComplete,
} from "./onboarding";
export { goingRows, rowsAtHand, rowsBefore, useListWindow } from "./list-window";
export { allMatching, exportInventory, MOST_AT_ONCE, useListSettings } from "./list";
export {
  exportAudit,
  noAuditFilter,
  useAudit,
  useAuditOverview,
  useSetRetention,
  useVerifyAudit,
  type AuditFilter,
} from "./audit";

/** How far the vault has come. */
export const useStartup = () => useQuery(startupQuery);

/** Whether the master key is at hand. */
export const useKeyStatus = () => useQuery(keyQuery);

/** The catalogue. */
export const useProviders = () => useQuery(providersQuery);

/** The organisation's own provider files: where they belong, and which are at fault. */
export const useProviderFiles = () => useQuery(providerFilesQuery);

/** What needs attention. */
export const useAttention = (scope: string | null) => useQuery(attentionQuery(scope));

/** How many credentials stand under each type. */
export const useCounts = (scope: string | null) => useQuery(countsQuery(scope));

/** The list, page by page; while another filter is asked for, the earlier rows stay. */
export const useCredentials = (scope: string | null, filter: Filter) =>
  useInfiniteQuery({ ...listQuery(scope, filter), placeholderData: keepPreviousData });

/** Asks for what the list is going to show, before the page has drawn what leads there. */
export function useAskAhead(scope: string | null): (filter: Filter) => void {
  const client = useQueryClient();
  return useCallback(
    (filter) => void client.prefetchInfiniteQuery(listQuery(scope, filter)),
    [client, scope],
  );
}

/** One credential; its row of the list until it is there. */
export const useCredential = (id: string, row: CredentialView | undefined) =>
  useQuery({ ...credentialQuery(id), placeholderData: row });

const ofTheVault = [
  "startup",
  "list",
  "counts",
  "credential",
  "people",
  "attention",
  "audit",
  "launch",
  ...ofConsumers,
];

/** Reads everything of the vault again. */
export function useRefresh(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    for (const key of ofTheVault) void client.invalidateQueries({ queryKey: [key] });
  }, [client]);
}

/** Follows what other processes change in the vault. */
export function useVaultChanges(): void {
  const refresh = useRefresh();
  useEffect(() => {
    const listening = listen("vault-changed", refresh);
    void listening.then(() => catchUp(refresh));
    return () => void listening.then((stop) => stop());
  }, [refresh]);
}

/** Follows what changes in the folder of own provider files; names and marks in the list come from there, too. */
export function useCatalogueChanges(): void {
  const client = useQueryClient();
  const refresh = useRefresh();
  useEffect(() => {
    const listening = listen("catalogue-changed", () => {
      void client.invalidateQueries({ queryKey: providersQuery.queryKey });
      refresh();
    });
    return () => void listening.then((stop) => stop());
  }, [client, refresh]);
}

/** Takes over a credential as the program gave it back, and reads again what counts or lists it. */
export function useAdopt(): (credential: CredentialView) => void {
  const client = useQueryClient();
  return useCallback(
    (credential) => {
      client.setQueryData(credentialQuery(credential.id).queryKey, credential);
      for (const key of ["list", "counts", "startup", "attention", ...ofConsumers])
        void client.invalidateQueries({ queryKey: [key] });
    },
    [client],
  );
}

/** Takes over the state of the key. */
export function useAdoptKeyStatus(): (status: KeyStatusView) => void {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useCallback(
    (status) => {
      client.setQueryData(keyQuery.queryKey, status);
      refresh();
    },
    [client, refresh],
  );
}

/** Takes over how far the vault has come. */
export function useAdoptStartup(): (view: StartupView) => void {
  const client = useQueryClient();
  return useCallback((view) => void client.setQueryData(startupQuery.queryKey, view), [client]);
}

/** Asks the provider about a credential. */
export function useCheck() {
  const adopt = useAdopt();
  return useMutation({ mutationFn: (id: string) => call("credentialCheck", { id }), onSuccess: adopt });
}

/** Switches a credential on or off. */
export function useSetEnabled() {
  const adopt = useAdopt();
  return useMutation({
    mutationFn: (request: { id: string; enabled: boolean }) => call("credentialSetEnabled", request),
    onSuccess: adopt,
  });
}

/** Destroys a credential. */
export function useDelete() {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (request: { id: string; confirm: string | null }) => call("credentialDelete", request),
    onSuccess: (gone) => {
      client.removeQueries({ queryKey: credentialQuery(gone.deleted).queryKey });
      refresh();
    },
  });
}

/** Chooses the colours. */
export function useSetTheme() {
  const adopt = useAdoptStartup();
  return useMutation({ mutationFn: (theme: Theme) => call("setTheme", { theme }), onSuccess: adopt });
}

/** Chooses the organisation that is shown. */
export function useSelectOrganisation() {
  const adopt = useAdoptStartup();
  return useMutation({
    mutationFn: (id: string | null) => call("organisationSelect", { id }),
    onSuccess: adopt,
  });
}

/** Makes an organisation and shows it. */
export function useCreateOrganisation() {
  const adopt = useAdoptStartup();
  return useMutation({
    mutationFn: async (name: string) => {
      const made = await call("organisationCreate", { name });
      return call("organisationSelect", { id: made.id });
    },
    onSuccess: adopt,
  });
}
