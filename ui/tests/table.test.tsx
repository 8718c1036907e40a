import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Notices } from "../src/parts/notices";
import { CredentialTable } from "../src/screens/credentials/CredentialTable";
import { ready, stored } from "./program";

vi.mock("@tauri-apps/api/core", () => ({ invoke: () => Promise.resolve(ready), Channel: class {} }));

afterEach(cleanup);

it("tells screen readers how many rows there are in all, not how many were read so far", () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Notices>
        <CredentialTable
          rows={[stored]}
          before={0}
          total={100_000}
          selected={null}
          onSelect={() => undefined}
          chosen={null}
          onChoose={() => undefined}
          layout={ready.list.layout}
          chosenColumns={ready.list.columns}
          everywhere={false}
          onShown={() => undefined}
          onWidths={() => undefined}
          sortBy="name"
          descending={false}
          onSort={() => undefined}
          person={ready.person}
          mayChange
          now={0}
          onSeen={() => undefined}
          tableRef={createRef()}
        />
      </Notices>
    </QueryClientProvider>,
  );
  expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("100001");
});
