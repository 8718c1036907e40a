/** What is typed and chosen for a consumer before it is saved. */
import type {
  Candidate,
  ConsumerOptionsView,
  ConsumerView,
  CredentialView,
  ProviderOptionView,
  ResolutionView,
  UseRequest,
  UseView,
} from "../../backend";
import { maskedTail } from "../../parts/words";

/** A consumer as it is being changed; it travels along while a credential is added for it. */
export type Draft = {
  /** The revision that it started from. */
  revision: number;
  name: string;
  note: string;
  uses: UseView[];
};

/** A consumer as it is saved. */
export const draftOf = (consumer: ConsumerView): Draft => ({
  revision: consumer.revision,
  name: consumer.name,
  note: consumer.note,
  uses: consumer.uses,
});

/** What is asked of the program for a use. */
export const requestOf = (use: UseView): UseRequest => ({
  slot: use.slot,
  provider: use.provider,
  credential: use.credential,
  model: use.model?.trim() === "" ? null : use.model,
});

const same = (one: UseView, other: UseView): boolean =>
  JSON.stringify(requestOf(one)) === JSON.stringify(requestOf(other));

/** Whether a use stands so in the saved consumer. */
export const isSaved = (use: UseView, consumer: ConsumerView): boolean =>
  consumer.uses.some((saved) => same(saved, use));

/** Whether other things are used than the saved ones. */
export const usesDiffer = (draft: Draft, consumer: ConsumerView): boolean =>
  draft.uses.length !== consumer.uses.length || !draft.uses.every((use) => isSaved(use, consumer));

/** Whether anything differs from what is saved. */
export const isDirty = (draft: Draft, consumer: ConsumerView): boolean =>
  draft.name !== consumer.name || draft.note !== consumer.note || usesDiffer(draft, consumer);

/** What a credential that is assigned here would come to; the program has the last word when it is saved. */
const assigned = (chosen: Candidate, others: Candidate[]): ResolutionView => ({
  credential: chosen.id,
  name: chosen.name,
  rule: "assigned",
  reason: null,
  hint: null,
  instead: null,
  candidates: [
    { ...chosen, used: true, why_not: null },
    ...others
      .filter((one) => one.id !== chosen.id)
      .map((one): Candidate => ({ ...one, used: false, why_not: one.why_not ?? "not_chosen" })),
  ],
});

/** A use of a provider, by the rule or of one of its credentials. */
export function usageOf(
  slot: string,
  option: ProviderOptionView,
  credential: string | null,
  model: string | null,
): UseView {
  const chosen = option.by_rule.candidates.find((one) => one.id === credential);
  return {
    slot,
    provider: option.provider,
    provider_name: option.provider_name,
    mark: option.mark,
    credential: chosen?.id ?? null,
    credential_name: chosen?.name ?? null,
    model,
    resolution: chosen ? assigned(chosen, option.by_rule.candidates) : option.by_rule,
  };
}

/** A use of a credential that was added for it just now. */
export function usageOfNew(slot: string, made: CredentialView): UseView {
  const candidate: Candidate = {
    id: made.id,
    name: made.name,
    scope: made.scope,
    key: made.key,
    tail: maskedTail(made).replace(/[•–]/gu, "") || null,
    default: made.default,
    state: made.state,
    verdict: made.verdict,
    used: true,
    why_not: null,
    why: "",
  };
  return {
    slot,
    provider: made.provider,
    provider_name: made.provider_name,
    mark: made.mark,
    credential: made.id,
    credential_name: made.name,
    model: null,
    resolution: assigned(candidate, []),
  };
}

/** The model that a credential stands for, where its provider has one for each. */
export const modelOf = (option: ProviderOptionView | undefined, credential: string | null): string | null =>
  option?.models.find((one) => one.credential === credential)?.model ?? null;

/** The uses with those of one place replaced. */
export const withSlot = (uses: UseView[], slot: string, ofSlot: UseView[]): UseView[] => [
  ...uses.filter((use) => use.slot !== slot),
  ...ofSlot,
];

/** A provider of a place, whether it can be used or not. */
export const optionOf = (options: ConsumerOptionsView, provider: string): ProviderOptionView | undefined =>
  [...options.providers, ...options.unusable].find((one) => one.provider === provider);
