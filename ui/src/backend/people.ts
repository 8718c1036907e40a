import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { OrganisationView, PersonView } from "./bindings";
import { call } from "./call";

const peopleQuery = queryOptions({
  queryKey: ["people"],
  // When this computer was handed over a moment ago, the page may not know yet who is at it. What would be refused,
  // and stand in the audit as tried, is not asked for.
  queryFn: async () => ((await call("startup")).person?.role === "super_admin" ? call("peopleList") : null),
});

/** Everybody with their roles, and every organisation, archived ones too; null for who is no super admin. */
export const usePeople = (enabled: boolean) => useQuery({ ...peopleQuery, enabled });

/** A change of people or organisations; what is shown of them is read again. */
export function usePeopleChange<T>(change: (request: T) => Promise<OrganisationView | PersonView>) {
  const client = useQueryClient();
  const refresh = useCallback(() => {
    for (const key of ["people", "startup", "list", "counts"]) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  }, [client]);
  return useMutation({ mutationFn: change, onSuccess: refresh });
}
