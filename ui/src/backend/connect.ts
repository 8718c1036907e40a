import { useMutation } from "@tanstack/react-query";
import { Channel } from "@tauri-apps/api/core";
import type { ConnectEvent } from "./bindings";
import { call } from "./call";
import { useAdopt } from "./index";

/** Connects an account in the system's browser; `tell` hears when its page is open. */
export const connect = (id: string, tell: (event: ConnectEvent) => void) =>
  call("credentialConnect", { id }, new Channel<ConnectEvent>(tell));

/** Stops waiting for the browser. */
export const stopConnecting = () => call("credentialConnectStop");

/** Ends the connection of an account. */
export function useDisconnect() {
  const adopt = useAdopt();
  return useMutation({
    mutationFn: (id: string) => call("credentialDisconnect", { id }),
    onSuccess: (done) => adopt(done.credential),
  });
}
