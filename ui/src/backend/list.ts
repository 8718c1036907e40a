import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { CredentialView, InventoryFormat, ListSettings, ListView } from "./bindings";
import { call } from "./call";
import { requested, startupQuery, type Filter } from "./queries";

const asAtFirst: ListSettings = {
  columns: [],
  layout: "comfortable",
  sort: null,
  descending: false,
  search: "",
  type: null,
  saved: [],
};

/** How long nothing has to change before it is written down: dragging a column changes it with every pixel. */
const REST_MS = 400;
let waiting: ReturnType<typeof setTimeout> | undefined;
/** What the list is narrowed to, where that is not written down yet. Nobody else asks for it meanwhile. */
let unwritten: Partial<ListSettings> = {};

/** How the list is arranged, and a way to change it; the vault keeps it. What it is narrowed to can be changed `quietly`:
 * then the page is not told until the change is written down. */
export function useListSettings(): [
  ListSettings,
  (change: Partial<ListSettings>, quietly?: boolean) => void,
] {
  const client = useQueryClient();
  const startup = useQuery(startupQuery);
  const change = useCallback(
    (changed: Partial<ListSettings>, quietly = false) => {
      const adopt = (changed: Partial<ListSettings>): ListSettings | undefined => {
        const view = client.getQueryData(startupQuery.queryKey);
        if (!view) return undefined;
        const list = { ...view.list, ...changed };
        client.setQueryData(startupQuery.queryKey, { ...view, list });
        return list;
      };
      if (quietly) unwritten = { ...unwritten, ...changed };
      else adopt(changed);
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const list = adopt(unwritten);
        unwritten = {};
        // A vault that can only be read keeps nothing; the list works all the same.
        if (list) void call("listSettingsSet", list).catch(() => undefined);
      }, REST_MS);
    },
    [client],
  );
  return [startup.data?.list ?? asAtFirst, change];
}

/** Most credentials that something is done with at once. */
export const MOST_AT_ONCE = 5000;

/** All that the list shows, also those that were not read yet; at most {@link MOST_AT_ONCE}. */
export async function allMatching(scope: string | null, filter: Filter): Promise<CredentialView[]> {
  const found: CredentialView[] = [];
  let after: string | null = null;
  do {
    const page: ListView = await call("credentialList", { ...requested(scope, filter), limit: 1000, after });
    found.push(...page.items);
    after = page.next;
  } while (after !== null && found.length < MOST_AT_ONCE);
  return found.slice(0, MOST_AT_ONCE);
}

/** Writes what the list shows, or what is chosen of it, to a file that the person names, without values; null where
 * none was named. */
export function exportInventory(
  scope: string | null,
  filter: Filter,
  format: InventoryFormat,
  only: string[] | null = null,
) {
  return call("inventoryExport", { list: requested(scope, filter), only, format });
}
