import { useState } from "react";
import {
  asErrorView,
  useLaunch,
  useLaunchResume,
  useLaunchStop,
  type LaunchView,
  type RunningView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { TextBox } from "../../parts/Field";
import { FormDialog, notesAt } from "../../parts/FormDialog";
import { useNotify } from "../../parts/notices";
import { Problem, StatusPill } from "../../parts/Status";
import { ago, dateTime, useNow } from "../../parts/time";
import settings from "../settings/Settings.module.css";
import styles from "./Launch.module.css";

/** Stops and resumes all telephony deliveries, and lists the programs that a stop does not reach. */
export default function Launch() {
  const launch = useLaunch(true);
  return (
    <>
      <div className={settings.bar}>
        <h1>{i18n._("Global launch")}</h1>
      </div>
      <div className={settings.page}>
        {launch.isError && !launch.data && <Problem error={asErrorView(launch.error)} />}
        {launch.data && (
          <>
            <State launch={launch.data} />
            <Running running={launch.data.running} stopped={launch.data.stopped !== null} />
          </>
        )}
      </div>
    </>
  );
}

function State({ launch }: { launch: LaunchView }) {
  const [asking, setAsking] = useState(false);
  const resume = useLaunchResume();
  const notify = useNotify();
  const { stopped } = launch;
  return (
    <section className={settings.section} aria-label={i18n._("State")}>
      <div className={styles.head}>
        <h2>{i18n._("Telephony deliveries")}</h2>
        <StatusPill
          status={
            stopped
              ? { word: i18n._("Stopped"), tone: "bad", icon: "alert" }
              : { word: i18n._("Running"), tone: "ok", icon: "check" }
          }
        />
      </div>
      <p>
        {i18n._(
          "Stopping refuses every telephony credential, such as Twilio’s and Exotel’s, to every program of every organisation from that moment on. Other credentials are delivered as before.",
        )}
      </p>
      {stopped && (
        <dl className={settings.kv}>
          <div>
            <dt>{i18n._("Stopped")}</dt>
            <dd>{i18n._("{when} by {person}", { when: dateTime(stopped.at), person: stopped.by })}</dd>
          </div>
          <div>
            <dt>{i18n._("Reason")}</dt>
            <dd>
              <bdi>{stopped.reason}</bdi>
            </dd>
          </div>
        </dl>
      )}
      {resume.error && <Problem error={asErrorView(resume.error)} />}
      {launch.may_change ? (
        <div className={styles.buttons}>
          {stopped ? (
            <Button
              look="primary"
              isPending={resume.isPending}
              onPress={() =>
                resume.mutate(undefined, {
                  onSuccess: () => notify(i18n._("Telephony is delivered again.")),
                })
              }
            >
              {i18n._("Resume")}
            </Button>
          ) : (
            <Button look="danger" onPress={() => setAsking(true)}>
              {i18n._("Stop all telephony…")}
            </Button>
          )}
        </div>
      ) : (
        <p className={styles.note}>{i18n._("A super admin can stop and resume it.")}</p>
      )}
      {asking && <StopDialog running={launch.running.length} onClose={() => setAsking(false)} />}
    </section>
  );
}

function StopDialog({ running, onClose }: { running: number; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const stop = useLaunchStop();
  const notify = useNotify();
  return (
    <FormDialog
      title={i18n._("Stop all telephony?")}
      action={i18n._("Stop all telephony")}
      danger
      asks
      error={stop.error}
      pending={stop.isPending}
      disabled={reason.trim() === ""}
      onClose={onClose}
      onSubmit={() =>
        stop.mutate(reason.trim(), {
          onSuccess: () => {
            notify(i18n._("Telephony is stopped."));
            onClose();
          },
        })
      }
    >
      <p>
        {i18n._(
          "{count, plural, =0 {No program that has a telephony credential is running.} one {# program that has a telephony credential is running. It is not stopped by this: end it yourself.} other {# programs that have a telephony credential are running. They are not stopped by this: end them yourself.}}",
          { count: running },
        )}
      </p>
      <TextBox
        label={i18n._("Reason")}
        name="reason"
        value={reason}
        onChange={setReason}
        autoFocus
        required
        hint={i18n._("Told to everybody whose program is refused, and kept in the audit.")}
        notes={notesAt(stop.error)}
      />
    </FormDialog>
  );
}

function Running({ running, stopped }: { running: RunningView[]; stopped: boolean }) {
  const now = useNow();
  return (
    <section className={settings.section} aria-label={i18n._("Running programs")}>
      <h2>{i18n._("Running programs")}</h2>
      <p>
        {stopped
          ? i18n._("Started before the stop, with a telephony credential, and not stopped by it.")
          : i18n._("Started with a telephony credential. A stop does not reach them.")}
      </p>
      {running.length === 0 ? (
        <p className={styles.note}>{i18n._("None is running.")}</p>
      ) : (
        <ul className={styles.running}>
          {running.map((one) => (
            <li key={`${one.process} ${one.since}`}>
              <span>
                <b>
                  <bdi>{one.program}</bdi>
                </b>{" "}
                {i18n._("process {process}", { process: one.process })}
                <small>
                  <bdi>
                    {[
                      one.consumer === null ? null : i18n._("for {name}", { name: one.consumer }),
                      one.credentials.join(", "),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </bdi>
                </small>
                <small title={dateTime(one.since)}>
                  {i18n._("started {ago} by {person}", { ago: ago(one.since, now), person: one.person })}
                </small>
              </span>
              <StatusPill
                status={
                  stopped
                    ? { word: i18n._("Not stopped"), tone: "warn", icon: "alert" }
                    : { word: i18n._("Running"), tone: "info", icon: "clock" }
                }
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
