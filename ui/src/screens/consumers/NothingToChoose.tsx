import { noFilter, type NothingToChooseView, type SlotView } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { Prose } from "../../parts/Prose";
import { Box } from "../../parts/Status";
import { useNavigation } from "../../shell/navigation";
import type { Add } from "./building";
import styles from "./Consumer.module.css";

/** Why a place has nothing to choose from, and the ways to what helps. */
export function NothingToChoose(props: {
  empty: NothingToChooseView;
  slot: SlotView;
  /** Null where this person may not, or the way to it stands beside. */
  add: Add | null;
}) {
  const { empty, slot, add } = props;
  const { go, setFilter } = useNavigation();
  const fix = () => {
    switch (empty.fix) {
      case "add_credential":
      case "add_system_wide":
        return null;
      case "open_onboarding":
        return <Button onPress={() => go({ screen: "onboarding" })}>{i18n._("Onboarding")}</Button>;
      case "look_at_credentials":
        return (
          <Button
            onPress={() => {
              setFilter({ ...noFilter, type: slot.type });
              go({ screen: "credentials", selected: null });
            }}
          >
            {i18n._("Look at credentials")}
          </Button>
        );
      case "resume_launch":
        return <Button onPress={() => go({ screen: "launch" })}>{i18n._("Global launch")}</Button>;
    }
  };
  return (
    <Box status={{ tone: "info", icon: "alert" }} label={i18n._("Nothing to choose")}>
      <p>
        <Icon name="alert" size={14} />
        <b>
          <Prose text={empty.reason} />
        </b>
      </p>
      <p>
        <Prose text={empty.hint} />
      </p>
      <div className={styles.fix}>
        {fix()}
        {add && <Button onPress={() => add(null)}>{i18n._("Add new")}</Button>}
      </div>
    </Box>
  );
}
