import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConnectEvent, CredentialView } from "../src/backend";
import { accessible } from "./accessible";
import { provider, stored } from "./program";

const asked: { command: string; args: unknown }[] = [];
let answers: Record<string, (args: never) => unknown> = {};

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string, args?: unknown) => {
    asked.push({ command, args });
    const answer = answers[command];
    if (!answer) return Promise.reject(new Error(`nobody answers ${command}`));
    return Promise.resolve(answer(args as never));
  },
  Channel: class {
    constructor(readonly onmessage: (event: ConnectEvent) => void) {}
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: () => Promise.resolve(() => undefined) }));

const { Notices } = await import("../src/parts/notices");
const { Connection } = await import("../src/screens/connect/Connection");
const { RedirectUri } = await import("../src/screens/connect/RedirectUri");

const URI = "http://127.0.0.1:28417/oauth/callback";
const auth = {
  ...provider.auth[0]!,
  oauth: { redirect_uri: URI, register: "There.", client_file: "client_secret.json" },
};
const credential: CredentialView = {
  ...stored,
  state: "unconnected",
  verdict: null,
  connection: { connected: false, possible: true, renewed_at: null, revocable: true, redirect_uri: URI },
};

const show = (what: ReactNode) =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Notices>{what}</Notices>
    </QueryClientProvider>,
  );

beforeEach(() => {
  asked.length = 0;
  answers = { credential_connect_stop: () => null };
});
afterEach(cleanup);

describe("the redirect URI", () => {
  it("is marked where the registered one differs, and the pasted file does not stay", async () => {
    answers.redirect_compare = () => ({
      matches: false,
      summary: "The redirect URI is not registered.",
      entries: [
        { registered: `${URI}/`, matches: false, differs: [37, 38], message: "A slash stands at its end." },
      ],
    });
    show(<RedirectUri provider="google-calendar" auth={auth} />);
    const person = userEvent.setup();
    expect(screen.getByLabelText<HTMLInputElement>("Authorised redirect URI").readOnly).toBe(true);
    await person.click(screen.getByRole("button", { name: "Compare with what is registered" }));
    const box = screen.getByLabelText<HTMLTextAreaElement>("The provider’s list");
    await person.click(box);
    await person.paste('{"web":{"client_secret":"FAKE"}}');
    await person.click(screen.getByRole("button", { name: "Compare" }));
    expect(await screen.findByText("A slash stands at its end.")).toBeTruthy();
    expect(document.querySelector("mark")?.textContent).toBe("/");
    expect(box.value).toBe("");
    await accessible(["heading-order"], document.body);
  });
});

describe("the file of a client", () => {
  it("is chosen and read by the program; nothing happens where none was chosen", async () => {
    answers.redirect_compare_file = () => null;
    show(<RedirectUri provider="google-calendar" auth={auth} />);
    const person = userEvent.setup();
    await person.click(screen.getByRole("button", { name: "Compare with what is registered" }));
    await person.click(screen.getByRole("button", { name: "Choose file…" }));
    await waitFor(() => expect(asked.some((a) => a.command === "redirect_compare_file")).toBe(true));
    expect(screen.queryByRole("group", { name: "Comparison" })).toBeNull();
    answers.redirect_compare_file = () => ({
      matches: true,
      summary: "The redirect URI is registered.",
      entries: [],
    });
    await person.click(screen.getByRole("button", { name: "Choose file…" }));
    expect(await screen.findByText("The redirect URI is registered.")).toBeTruthy();
    expect(asked.at(-1)?.args).toEqual({ request: { provider: "google-calendar", auth: "api-key" } });
  });
});

describe("connecting", () => {
  it("shows the waiting, and what was refused", async () => {
    let refuse: (error: unknown) => void = () => undefined;
    answers.credential_connect = ({
      progress,
    }: {
      progress: { onmessage: (event: ConnectEvent) => void };
    }) => {
      progress.onmessage({ event: "waiting", url: "https://login.example/auth", opened: false });
      return new Promise((_, reject) => {
        refuse = reject;
      });
    };
    show(<Connection credential={credential} mayChange now={Date.now()} />);
    const person = userEvent.setup();
    await person.click(screen.getByRole("button", { name: "Connect" }));
    expect(await screen.findByText(/No browser could be opened/u)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy address of the sign-in" })).toBeTruthy();
    await accessible(["heading-order"], document.body);
    await person.click(screen.getByRole("button", { name: "Stop waiting" }));
    expect(asked.some((a) => a.command === "credential_connect_stop")).toBe(true);
    refuse({ kind: "connect_stopped", message: "Connecting was stopped.", hint: null, fields: [] });
    expect(await screen.findByText("Connecting was stopped.")).toBeTruthy();
    await waitFor(() => expect(screen.getByRole("button", { name: "Connect" })).toBeTruthy());
  });

  it("asks before it disconnects", async () => {
    const connected = { ...credential, connection: { ...credential.connection!, connected: true } };
    answers.credential_disconnect = () => ({ credential, revoked: true, problem: null });
    show(<Connection credential={connected} mayChange now={Date.now()} />);
    const person = userEvent.setup();
    await person.click(screen.getByRole("button", { name: "Disconnect…" }));
    expect(screen.getByRole("alertdialog").textContent).toContain("The provider is told");
    await person.click(screen.getByRole("button", { name: "Disconnect" }));
    await waitFor(() => expect(asked.some((a) => a.command === "credential_disconnect")).toBe(true));
  });
});
