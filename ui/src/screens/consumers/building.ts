import { createContext, use } from "react";
import type { ConsumerView, ProviderType, UseView } from "../../backend";

/** What the parts of a consumer's page share. */
export type Building = {
  consumer: ConsumerView;
  uses: UseView[];
  now: number;
  /** Replaces what is used in a place. */
  setSlot: (slot: string, uses: UseView[]) => void;
  /** How to add a credential for a place; null where this person may not. */
  adding: (slot: string, type: ProviderType | null, several: boolean) => Add | null;
};

/** Opens the form of a provider, or the gallery, and comes back with what was added. */
export type Add = (provider: string | null) => void;

export const BuildingContext = createContext<Building | null>(null);

/** The consumer that is being changed. */
export function useBuilding(): Building {
  const building = use(BuildingContext);
  if (!building) throw new Error("outside of a consumer's page");
  return building;
}
