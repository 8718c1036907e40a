import { vi } from "vitest";

type Answer = (request: never) => unknown;

/** What the program was asked, in order. */
export const asked: { command: string; request: unknown }[] = [];

/** What the program answers, by command; an answer that throws is a refusal. */
export const answers: Record<string, Answer> = {};

/** Begins anew: nothing was asked, and these are all the answers. */
export function answerWith(next: Record<string, Answer>): void {
  asked.length = 0;
  for (const command of Object.keys(answers)) Reflect.deleteProperty(answers, command);
  Object.assign(answers, next);
}

/** Tauri's module of that name, with this program behind it: `vi.mock("@tauri-apps/api/core", …)`. */
export const core = {
  // eslint-disable-next-line @typescript-eslint/require-await -- a refusal must arrive as a rejection
  invoke: async (command: string, args?: { request?: unknown }) => {
    asked.push({ command, request: args?.request ?? args });
    const answer = answers[command];
    if (!answer) throw new Error(`nobody answers ${command}`);
    return answer((args?.request ?? args) as never);
  },
  Channel: class {},
};

/** Tauri's events, of which none arrives: `vi.mock("@tauri-apps/api/event", …)`. */
export const event = { listen: vi.fn(() => Promise.resolve(() => undefined)) };
