import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { LaunchView, OnboardingMode, OnboardingView } from "./bindings";
import { call } from "./call";
import { ofConsumers } from "./consumers";
import { afterFirstPicture } from "./first-picture";

/** How far an organisation has come; nothing is asked without one. */
export const useOnboarding = (organisation: string | null) =>
  useQuery({
    queryKey: ["onboarding", organisation],
    queryFn: () => afterFirstPicture(() => call("onboarding", { organisation: organisation ?? "" })),
    enabled: organisation !== null,
  });

function useOnboardingChange<T>(change: (request: T) => Promise<OnboardingView>) {
  const client = useQueryClient();
  const adopt = useCallback(
    (view: OnboardingView) => {
      client.setQueryData(["onboarding", view.organisation], view);
      for (const key of [...ofConsumers, "startup", "list", "counts", "credential", "attention"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
    [client],
  );
  return useMutation({ mutationFn: change, onSuccess: adopt });
}

/** Chooses whose keys an organisation uses. */
export const useModeSet = () =>
  useOnboardingChange((request: { organisation: string; mode: OnboardingMode }) => call("modeSet", request));

/** Completes the onboarding. */
export const useOnboardingComplete = () =>
  useOnboardingChange((request: { organisation: string; kit: string }) =>
    call("onboardingComplete", request),
  );

/** How often the programs that run are looked at while they are shown: they end without a word to the vault. */
const LOOK_MS = 5000;

/** Whether telephony is delivered. `watched`: the programs that run are in view. */
export const useLaunch = (watched = false) =>
  useQuery({
    queryKey: ["launch"],
    queryFn: () => afterFirstPicture(() => call("launch")),
    refetchInterval: watched ? LOOK_MS : false,
    refetchOnMount: watched ? "always" : true,
  });

function useLaunchChange<T>(change: (request: T) => Promise<LaunchView>) {
  const client = useQueryClient();
  const adopt = useCallback(
    (view: LaunchView) => {
      client.setQueryData(["launch"], view);
      for (const key of ofConsumers) void client.invalidateQueries({ queryKey: [key] });
    },
    [client],
  );
  return useMutation({ mutationFn: change, onSuccess: adopt });
}

/** Stops all telephony deliveries. */
export const useLaunchStop = () => useLaunchChange((reason: string) => call("launchStop", { reason }));

/** Lets them go on. */
export const useLaunchResume = () => useLaunchChange(() => call("launchResume"));
