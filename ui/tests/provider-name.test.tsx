import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { ProviderView } from "../src/backend";
import { answerWith } from "./backend";
import { client } from "./client";
import { provider, stored } from "./program";

vi.mock("@tauri-apps/api/core", async () => (await import("./backend")).core);
vi.mock("@tauri-apps/api/event", async () => (await import("./backend")).event);

const { painted } = await import("../src/backend/first-picture");
const { ProviderName, ProviderNames } = await import("../src/screens/credentials/ProviderName");

afterEach(cleanup);

/** Shows the name of a provider with these ways to sign in. Gives how often what stands around it was drawn, once the
 * catalogue is there. */
async function shown(auth: ProviderView["auth"]) {
  let arrive: (providers: ProviderView[]) => void = () => undefined;
  answerWith({ provider_list: () => new Promise<ProviderView[]>((resolve) => (arrive = resolve)) });
  let drawn = 0;
  function Around() {
    drawn += 1;
    return <ProviderName credential={stored} still={false} />;
  }
  const told = client();
  render(
    <QueryClientProvider client={told}>
      <ProviderNames>
        <Around />
      </ProviderNames>
    </QueryClientProvider>,
  );
  painted();
  screen.getByText(stored.provider_name);
  await vi.waitFor(() => expect(arrive.length).toBe(1));
  arrive([{ ...provider, auth }]);
  await vi.waitFor(() => expect(told.isFetching()).toBe(0));
  return () => drawn;
}

it("tells how one signs in where there are several ways, and draws nothing else for it", async () => {
  const second = { ...provider.auth[0], id: "other", label: "Token" } as ProviderView["auth"][number];
  const drawn = await shown([...provider.auth, second]);
  // All rows at once would take a tenth of a second, just when the page is there.
  expect(await screen.findByText(`${stored.provider_name} · API key`)).toBeDefined();
  expect(drawn()).toBe(1);
});

it("tells the provider alone where there is one way", async () => {
  await shown(provider.auth);
  expect(screen.getByText(stored.provider_name)).toBeDefined();
});
