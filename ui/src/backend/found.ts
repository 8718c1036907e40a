import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "./call";

/** As many as fit into a list that is read at a glance. */
const SHOWN = 6;

/** Credentials that match, in every organisation that the person may see; nothing is asked for without a text. */
export const useFound = (search: string) =>
  useQuery({
    queryKey: ["found", search],
    queryFn: () => call("credentialList", { search, limit: SHOWN }),
    enabled: search !== "",
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
