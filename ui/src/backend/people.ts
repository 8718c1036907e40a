import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { OrganisationView, PersonView } from "./bindings";
import { call } from "./call";

const peopleQuery = queryOptions({ queryKey: ["people"], queryFn: () => call("peopleList") });

/** Everybody with their roles, and every organisation, archived ones too; for super admins. */
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
