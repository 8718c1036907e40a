import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback } from "react";
import type {
  ConsumerKind,
  ConsumerView,
  CredentialView,
  ExplainRequest,
  ResolutionView,
  UsedByView,
} from "./bindings";
import { call } from "./call";
import { afterFirstPicture } from "./first-picture";

/** What the list of consumers is narrowed to. */
export type ConsumerFilter = { kind: ConsumerKind | null; search: string };

/** A credential that was looked at, and what became of it. */
export type Candidate = ResolutionView["candidates"][number];

const kindsQuery = queryOptions({
  queryKey: ["consumer-kinds"],
  queryFn: () => call("consumerKinds"),
});

const consumerQuery = (id: string) =>
  queryOptions({ queryKey: ["consumer", id], queryFn: () => call("consumerShow", { id }) });

const consumersQuery = (scope: string | null, filter: ConsumerFilter) =>
  infiniteQueryOptions({
    queryKey: ["consumers", scope, filter],
    queryFn: ({ pageParam }) =>
      call("consumerList", {
        scope,
        kind: filter.kind,
        search: filter.search.trim() === "" ? null : filter.search,
        after: pageParam,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** What is shown of consumers; all of it hangs on credentials, too. */
export const ofConsumers = ["consumers", "consumer", "consumer-options", "explain", "onboarding"];

/** The kinds of consumers, with the places that credentials take in them. */
export const useConsumerKinds = () => useQuery(kindsQuery);

/** Consumers, page by page; while others are asked for, the earlier ones stay. */
export const useConsumers = (scope: string | null, filter: ConsumerFilter) =>
  useInfiniteQuery({ ...consumersQuery(scope, filter), placeholderData: keepPreviousData });

/** How many consumers there are. */
export const useConsumerCount = (scope: string | null) =>
  useQuery({
    queryKey: ["consumers", "count", scope],
    queryFn: () => afterFirstPicture(() => call("consumerList", { scope, limit: 1 })),
    select: (page) => page.total,
  });

/** One consumer. */
export const useConsumer = (id: string) => useQuery(consumerQuery(id));

/** What can be chosen in a place. */
export const useConsumerOptions = (organisation: string, slot: string) =>
  useQuery({
    queryKey: ["consumer-options", organisation, slot],
    queryFn: () => call("consumerOptions", { organisation, slot }),
  });

/** Which credential is used, and why not each of the others; what is known already until the answer is there. */
export const useExplanation = (request: ExplainRequest, known: ResolutionView, enabled: boolean) =>
  useQuery({
    queryKey: ["explain", request],
    queryFn: () => call("consumerExplain", request),
    placeholderData: known,
    enabled,
    staleTime: 0,
    gcTime: 0,
  });

/** Looks for the consumer that a credential's uses name. */
export async function findConsumer(
  credential: CredentialView,
  { kind, name }: UsedByView,
): Promise<ConsumerView | null> {
  const page = await call("consumerList", { scope: credential.organisation, search: name, limit: 1000 });
  const named = page.items.filter((one) => one.name === name && one.kind === kind);
  // Several organisations use a system-wide credential, and their consumers may have one name.
  const uses = (one: ConsumerView) => one.uses.some((use) => use.resolution.credential === credential.id);
  return named.find(uses) ?? named[0] ?? null;
}

/** The consumer that one of a credential's uses names. */
export const useConsumerOf = (credential: CredentialView, use: UsedByView | null) =>
  useQuery({
    queryKey: ["consumers", "of", credential.id, use?.kind, use?.name],
    queryFn: () => (use ? findConsumer(credential, use) : null),
    enabled: use !== null,
  });

/** A change of consumers; what is shown of them and of the credentials that they use is read again. */
function useChange<T>(change: (request: T) => Promise<ConsumerView>, gone = false) {
  const client = useQueryClient();
  const adopt = useCallback(
    (consumer: ConsumerView) => {
      if (gone) client.removeQueries({ queryKey: consumerQuery(consumer.id).queryKey });
      else client.setQueryData(consumerQuery(consumer.id).queryKey, consumer);
      for (const key of ["consumers", "explain", "list", "credential", "attention"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
    [client, gone],
  );
  return useMutation({ mutationFn: change, onSuccess: adopt });
}

/** Makes a consumer. */
export const useConsumerAdd = () =>
  useChange((request: Parameters<typeof addConsumer>[0]) => addConsumer(request));
const addConsumer = (request: { kind: ConsumerKind; name: string; note: string; organisation: string }) =>
  call("consumerAdd", request);

/** Changes a consumer. */
export const useConsumerEdit = () =>
  useChange((request: Parameters<typeof editConsumer>[0]) => editConsumer(request));
const editConsumer = (request: Parameters<typeof call<"consumerEdit">>[1]) => call("consumerEdit", request);

/** Deletes a consumer. */
export const useConsumerDelete = () => useChange((id: string) => call("consumerDelete", { id }), true);
