import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { AuditFormat, AuditGroup, AuditRequest } from "./bindings";
import { call } from "./call";

/** What the entries are narrowed to. */
export type AuditFilter = {
  group: AuditGroup | null;
  /** Id of a person. */
  person: string | null;
  /** Id of an organisation, or `system`. */
  scope: string | null;
  /** Id of what it was done to. */
  object: string | null;
  /** So many days back. */
  days: number | null;
  search: string;
};

/** Every entry. */
export const noAuditFilter: AuditFilter = {
  group: null,
  person: null,
  scope: null,
  object: null,
  days: null,
  search: "",
};

const PAGE = 100;
const DAY = 86_400_000;

function requestOf(filter: AuditFilter): AuditRequest {
  return {
    scope: filter.scope,
    group: filter.group,
    person: filter.person,
    object: filter.object,
    from: filter.days === null ? null : new Date(Date.now() - filter.days * DAY).toISOString(),
    search: filter.search.trim() === "" ? null : filter.search,
  };
}

/** Entries, the newest first, page by page. Other screens write them, so they are read again with each visit. */
export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ["audit", "list", filter],
    queryFn: ({ pageParam }) => call("auditList", { ...requestOf(filter), limit: PAGE, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** Who stands in them, and how long they are kept. */
export const useAuditOverview = () =>
  useQuery({ queryKey: ["audit", "overview"], queryFn: () => call("auditOverview"), staleTime: 0 });

/** Verifies every entry; `accept` takes the log for the right one, whatever the keychain remembers. */
export function useVerifyAudit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (accept: boolean) => call("auditVerify", { accept }),
    onSuccess: (found) => {
      if (found.witness.state === "accepted") void client.invalidateQueries({ queryKey: ["audit"] });
    },
  });
}

/** Chooses how long entries are kept. */
export function useSetRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (days: number | null) => call("auditRetentionSet", { days }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["audit"] }),
  });
}

/** Writes the entries to a file that the person names; null where none was named. */
export function exportAudit(filter: AuditFilter, format: AuditFormat) {
  return call("auditExport", { list: requestOf(filter), format });
}
