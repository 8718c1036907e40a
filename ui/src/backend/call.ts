import { commands, type ErrorView } from "./bindings";

type Commands = typeof commands;
type Name = keyof Commands;
type Data<K extends Name> =
  Awaited<ReturnType<Commands[K]>> extends infer R
    ? R extends { status: "ok"; data: infer D }
      ? D
      : never
    : never;

/** A refusal of the program, thrown so that queries and mutations see it. */
class Refusal extends Error {
  constructor(readonly view: ErrorView) {
    super(view.message);
  }
}

/** Asks the program. What it refuses is thrown; {@link asErrorView} makes a view of it again. */
export async function call<K extends Name>(name: K, ...request: Parameters<Commands[K]>): Promise<Data<K>> {
  const command = commands[name] as (
    ...request: unknown[]
  ) => Promise<{ status: "ok"; data: Data<K> } | { status: "error"; error: ErrorView }>;
  const answer = await command(...request);
  if (answer.status === "error") throw new Refusal(answer.error);
  return answer.data;
}

/** Whatever was thrown, as something to show. */
export function asErrorView(thrown: unknown): ErrorView {
  if (thrown instanceof Refusal) return thrown.view;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    kind: "page",
    message: message === "" ? "The program did not answer." : message,
    hint: null,
    fields: [],
  };
}
