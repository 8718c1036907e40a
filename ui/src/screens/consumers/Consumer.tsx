import { useMemo, useState } from "react";
import {
  asErrorView,
  useConsumer,
  useConsumerEdit,
  useConsumerKinds,
  useRefresh,
  useStartup,
  type ConsumerView,
  type SlotView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { kindName } from "../../parts/consumer-words";
import { useNotify } from "../../parts/notices";
import { mayChange } from "../../parts/permissions";
import { Problem } from "../../parts/Status";
import { useNow } from "../../parts/time";
import { useShortcuts } from "../../parts/useShortcuts";
import { useLeaveGuard, useNavigation } from "../../shell/navigation";
import { useAdding } from "./adding";
import { BuildingContext, type Building } from "./building";
import styles from "./Consumer.module.css";
import { ConsumerTabs } from "./ConsumerTabs";
import { draftOf, isDirty, requestOf, usageOfNew, usesDiffer, withSlot, type Draft } from "./draft";
import { ExplainDialog } from "./ExplainDialog";
import { Gets } from "./Gets";

/** One consumer: what it is, what it uses, and what that comes to. */
export default function Consumer(props: { id: string; tab: string; draft: Draft | null }) {
  const consumer = useConsumer(props.id);
  const kinds = useConsumerKinds();
  const { go } = useNavigation();
  const failure = consumer.error ?? kinds.error;
  const slots = kinds.data?.find((one) => one.kind === consumer.data?.kind)?.slots;
  if (consumer.data && slots) return <Filling {...props} consumer={consumer.data} slots={slots} />;
  if (!failure) return <p className={styles.wait}>{i18n._("Reading the consumer…")}</p>;
  return (
    <div className={styles.wait}>
      <Problem error={asErrorView(failure)}>
        <p>
          <Button onPress={() => go({ screen: "consumers" })}>{i18n._("Show all consumers")}</Button>
        </p>
      </Problem>
    </div>
  );
}

function Filling(props: { consumer: ConsumerView; slots: SlotView[]; tab: string; draft: Draft | null }) {
  const { consumer, slots } = props;
  const [tab, setTab] = useState(props.tab);
  // Until something is changed here, changes of others are simply shown.
  const [changed, setChanged] = useState(props.draft);
  const [explaining, setExplaining] = useState(false);
  const person = useStartup().data?.person;
  const { go } = useNavigation();
  const notify = useNotify();
  const now = useNow();
  const edit = useConsumerEdit();
  const refresh = useRefresh();
  const addingFor = useAdding(consumer.organisation);
  const draft = changed ?? draftOf(consumer);
  const dirty = changed !== null && isDirty(changed, consumer);
  const whole = mayChange(person, consumer.organisation);
  useLeaveGuard(dirty);
  const back = () => go({ screen: "consumers" });
  useShortcuts({ Escape: back });

  const change = (part: Partial<Draft>) => {
    edit.reset();
    setChanged({ ...draft, ...part });
  };
  const save = (revision: number) => {
    edit.mutate(
      {
        id: consumer.id,
        revision,
        name: draft.name === consumer.name ? null : draft.name.trim(),
        note: draft.note === consumer.note ? null : draft.note.trim(),
        uses: usesDiffer(draft, consumer) ? draft.uses.map(requestOf) : null,
      },
      {
        onSuccess: (saved) => {
          setChanged(null);
          notify(i18n._("“{name}” is saved.", { name: saved.name }));
        },
        // Whoever changed it meanwhile is seen, so that one can go on from there.
        onError: refresh,
      },
    );
  };
  const building = useMemo(
    (): Building => ({
      consumer,
      uses: draft.uses,
      now,
      setSlot: (slot, uses) => change({ uses: withSlot(draft.uses, slot, uses) }),
      adding: (slot, type, several) => {
        const add = addingFor(type);
        if (!add) return null;
        return (provider) =>
          add(provider, {
            name: consumer.name,
            unsaved: dirty,
            back: (made) => {
              const others = several ? draft.uses.filter((use) => use.slot === slot) : [];
              // What was pasted on the way may have turned out to be for something else.
              const fits = made !== null && (type === null || made.types.includes(type));
              const uses = fits
                ? withSlot(draft.uses, slot, [...others, usageOfNew(slot, made)])
                : draft.uses;
              return { screen: "consumer", id: consumer.id, tab, draft: { ...draft, uses } };
            },
          });
      },
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the functions close over these alone
    [consumer, draft, dirty, now, tab],
  );
  const refusal = edit.error ? asErrorView(edit.error) : null;
  const conflict = refusal?.kind === "conflict";
  return (
    <BuildingContext value={building}>
      <div className={styles.bar}>
        <h1 title={draft.name}>
          <bdi>{draft.name}</bdi>
        </h1>
        <span className={styles.sub}>
          {kindName(consumer.kind)} · <bdi>{consumer.scope}</bdi>
        </span>
        <Button isDisabled={draft.uses.length === 0} onPress={() => setExplaining(true)}>
          {i18n._("Explain choices")}
        </Button>
        <Button
          look="primary"
          isDisabled={!dirty || draft.name.trim() === ""}
          isPending={edit.isPending}
          onPress={() => save(draft.revision)}
        >
          {i18n._("Save")}
        </Button>
      </div>
      {refusal && (
        <div className={styles.problem}>
          <Problem error={refusal}>
            {conflict && (
              <p className={styles.buttons}>
                <Button onPress={() => save(consumer.revision)}>{i18n._("Save mine over it")}</Button>
                <Button
                  look="ghost"
                  onPress={() => {
                    edit.reset();
                    setChanged(null);
                  }}
                >
                  {i18n._("Show what is saved")}
                </Button>
              </p>
            )}
          </Problem>
        </div>
      )}
      <div className={styles.split}>
        <ConsumerTabs
          consumer={consumer}
          slots={slots}
          tab={tab}
          onTab={setTab}
          draft={draft}
          onChange={change}
          mayChange={whole}
        />
        <Gets consumer={consumer} uses={draft.uses} slots={slots} changed={dirty} now={now} />
      </div>
      {explaining && (
        <ExplainDialog consumer={consumer} uses={draft.uses} now={now} onClose={() => setExplaining(false)} />
      )}
    </BuildingContext>
  );
}
