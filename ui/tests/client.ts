import { QueryClient } from "@tanstack/react-query";

/** Asks the program once for each thing, and takes its first answer. */
export const client = () =>
  new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
