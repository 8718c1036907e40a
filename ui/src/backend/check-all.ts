import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { Channel } from "@tauri-apps/api/core";
import { useCallback } from "react";
import type { CheckAllRequest, CheckedView, CheckEvent, CredentialView, ListView } from "./bindings";
import { call } from "./call";
import { credentialQuery } from "./queries";

/** Checks every credential that matches, many at once; `tell` hears how far it has come. */
export const checkAll = (request: CheckAllRequest, tell: (event: CheckEvent) => void) =>
  call("credentialCheckAll", request, new Channel<CheckEvent>(tell));

/** Stops the check of many; what has a verdict keeps it. */
export const stopCheckAll = () => call("credentialCheckAllStop");

/** Shows new verdicts in what is read already, without reading it again. */
export function useAdoptVerdicts(): (results: CheckedView[]) => void {
  const client = useQueryClient();
  return useCallback(
    (results) => {
      const found = new Map(results.map((result) => [result.id, result.verdict]));
      const adopt = (row: CredentialView): CredentialView => {
        const verdict = found.get(row.id);
        if (!verdict) return row;
        return { ...row, verdict, state: row.state === "not_checked" ? "checked" : row.state };
      };
      client.setQueriesData<InfiniteData<ListView, string | null>>({ queryKey: ["list"] }, (list) =>
        list
          ? { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.map(adopt) })) }
          : undefined,
      );
      for (const { id } of results) {
        client.setQueryData<CredentialView>(credentialQuery(id).queryKey, (row) => row && adopt(row));
      }
    },
    [client],
  );
}
