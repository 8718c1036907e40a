import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { ConsumerView, SlotView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { kindName } from "../../parts/consumer-words";
import { TextBox } from "../../parts/Field";
import { ago, dateTime, useNow } from "../../parts/time";
import styles from "./Consumer.module.css";
import { DeleteConsumer } from "./DeleteConsumer";
import type { Draft } from "./draft";
import { SeveralSlot } from "./SeveralSlot";
import { SingleSlot } from "./SingleSlot";
import { tabsOf } from "./tabs";

/** From so many places on, those in which nothing is chosen are folded. */
const MANY = 3;

/** The left side of a consumer's page. */
export function ConsumerTabs(props: {
  consumer: ConsumerView;
  slots: SlotView[];
  tab: string;
  onTab: (tab: string) => void;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  /** Name and note, too. */
  mayChange: boolean;
}) {
  const { consumer, draft } = props;
  const tabs = tabsOf(consumer.kind, props.slots);
  const used = (slots: SlotView[]) =>
    draft.uses.filter((use) => slots.some((slot) => slot.id === use.slot)).length;
  return (
    <Tabs
      className={`${styles.tabs}`}
      selectedKey={tabs.some((tab) => tab.id === props.tab) ? props.tab : "overview"}
      onSelectionChange={(key) => props.onTab(String(key))}
    >
      <TabList className={`${styles.tabList}`} aria-label={i18n._("Parts of the consumer")}>
        {tabs.map((tab) => (
          <Tab key={tab.id} id={tab.id} className={`${styles.tab}`}>
            {tab.name}
            {used(tab.slots) > 0 && tab.slots.length > 1 && <em> {used(tab.slots)}</em>}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className={`${styles.panel}`}>
          <div>
            {tab.id === "overview" ? (
              <Overview {...props} />
            ) : (
              tab.slots.map((slot) =>
                slot.several ? (
                  <SeveralSlot key={slot.id} slot={slot} foldable={tab.slots.length >= MANY} />
                ) : (
                  <SingleSlot
                    key={slot.id}
                    slot={slot}
                    alone={tab.slots.length === 1}
                    foldable={tab.slots.length >= MANY}
                  />
                ),
              )
            )}
          </div>
        </TabPanel>
      ))}
    </Tabs>
  );
}

function Overview(props: {
  consumer: ConsumerView;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  mayChange: boolean;
}) {
  const { consumer, draft } = props;
  const [deleting, setDeleting] = useState(false);
  const now = useNow();
  return (
    <>
      {props.mayChange && (
        <>
          <TextBox
            label={i18n._("Name")}
            name="name"
            value={draft.name}
            onChange={(name) => props.onChange({ name })}
            required
            notes={draft.name.trim() === "" ? [{ level: "error", text: i18n._("Give it a name.") }] : []}
          />
          <TextBox
            label={i18n._("Note")}
            name="note"
            value={draft.note}
            onChange={(note) => props.onChange({ note })}
            optional
            hint={i18n._("What it is for, in your own words.")}
          />
        </>
      )}
      <dl className={styles.kv}>
        {!props.mayChange && consumer.note !== "" && (
          <Row term={i18n._("Note")}>
            <bdi>{consumer.note}</bdi>
          </Row>
        )}
        <Row term={i18n._("Kind")}>{kindName(consumer.kind)}</Row>
        <Row term={i18n._("Organisation")}>
          <bdi>{consumer.scope}</bdi>
        </Row>
        <Row term={i18n._("Created")}>
          {i18n._("{when} by {person}", {
            when: dateTime(consumer.created_at),
            person: consumer.created_by,
          })}
        </Row>
        <Row term={i18n._("Changed")}>{ago(consumer.updated_at, now)}</Row>
        <Row term={i18n._("Last used")}>
          {consumer.last_used_at === null ? i18n._("never") : ago(consumer.last_used_at, now)}
        </Row>
      </dl>
      {props.mayChange && (
        <div className={styles.buttons}>
          <Button look="ghostDanger" onPress={() => setDeleting(true)}>
            {i18n._("Delete…")}
          </Button>
        </div>
      )}
      {deleting && <DeleteConsumer consumer={consumer} onClose={() => setDeleting(false)} />}
    </>
  );
}

function Row({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
