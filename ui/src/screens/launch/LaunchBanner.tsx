import { useLaunch } from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { dateTime } from "../../parts/time";
import shell from "../../shell/Shell.module.css";
import { useNavigation } from "../../shell/navigation";

/** Across every screen while telephony is stopped: since when, by whom and why. */
export function LaunchBanner() {
  const stopped = useLaunch().data?.stopped;
  const { place, go } = useNavigation();
  if (!stopped) return null;
  return (
    <div className={shell.banner} role="alert">
      <Icon name="alert" />
      <p>
        <b>{i18n._("Telephony is stopped.")}</b>{" "}
        {i18n._("{person}, {when}: {reason}", {
          person: stopped.by,
          when: dateTime(stopped.at),
          reason: stopped.reason,
        })}
      </p>
      {place.screen !== "launch" && (
        <Button onPress={() => go({ screen: "launch" })}>{i18n._("Global launch")}</Button>
      )}
    </div>
  );
}
