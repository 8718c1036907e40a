import { lazy, Suspense, useEffect } from "react";
import {
  useCatalogueChanges,
  useCounts,
  useKeyStatus,
  useProviders,
  useVaultChanges,
  type StartupView,
} from "../backend";
import { i18n } from "../i18n";
import { Button, Kbd } from "../parts/Button";
import { Icon } from "../parts/icons";
import { number } from "../parts/time";
import { mayAdd } from "../parts/permissions";
import { capsOf } from "../parts/shortcuts";
import { roleName } from "../parts/words";
import { useShortcuts } from "../parts/useShortcuts";
import { CheckingProvider } from "../screens/credentials/checking";
import { Credentials } from "../screens/credentials/Credentials";
import { LaunchBanner } from "../screens/launch/LaunchBanner";
import { AttentionEntry, ConsumersEntry, Entry, OnboardingEntry } from "./Entry";
import { CONTENT, Keyboard, SkipLink, useOpenPalette } from "./Keyboard";
import { keyWord } from "./key-words";
import { useNavigation } from "./navigation";
import { OrganisationSwitcher } from "./OrganisationSwitcher";
import styles from "./Shell.module.css";

const Attention = lazy(() => import("../screens/attention/Attention"));
const Activity = lazy(() => import("../screens/activity/Activity"));
const Gallery = lazy(() => import("../screens/add/Gallery"));
const AddForm = lazy(() => import("../screens/add/AddForm"));
const Import = lazy(() => import("../screens/add/Import"));
const EditForm = lazy(() => import("../screens/add/EditForm"));
const Consumers = lazy(() => import("../screens/consumers/Consumers"));
const Consumer = lazy(() => import("../screens/consumers/Consumer"));
const Onboarding = lazy(() => import("../screens/onboarding/Onboarding"));
const Launch = lazy(() => import("../screens/launch/Launch"));
const Appearance = lazy(() => import("../screens/settings/Appearance"));
const People = lazy(() => import("../screens/settings/People"));
const Vault = lazy(() => import("../screens/recovery/Vault"));

/** The frame around every screen of a usable vault: rail, banners, and the screen itself. */
export function Shell({ startup, ready }: { startup: StartupView; ready: () => void }) {
  useVaultChanges();
  useCatalogueChanges();
  return (
    <CheckingProvider>
      <Keyboard startup={startup}>
        <Frame startup={startup} ready={ready} />
      </Keyboard>
    </CheckingProvider>
  );
}

function Frame({ startup, ready }: { startup: StartupView; ready: () => void }) {
  return (
    <div className={styles.app}>
      <SkipLink />
      <Rail startup={startup} />
      <main id={CONTENT} tabIndex={-1} className={styles.main} aria-label={i18n._("Screen")}>
        {startup.demonstration && (
          <div className={styles.demo} role="note">
            <Icon name="alert" />
            {i18n._("Demonstration vault – fake keys")}
          </div>
        )}
        <KeyBanner />
        <LaunchBanner />
        <div className={styles.content}>
          <Suspense fallback={null}>
            <Screen startup={startup} ready={ready} />
          </Suspense>
        </div>
      </main>
    </div>
  );
}

function Screen({ startup, ready }: { startup: StartupView; ready: () => void }) {
  const { place } = useNavigation();
  const screen = place.screen;
  useEffect(() => {
    if (screen !== "credentials") ready();
  }, [screen, ready]);
  switch (place.screen) {
    case "credentials":
      return (
        <Credentials
          startup={startup}
          selected={place.selected}
          cancelled={place.cancelled ?? false}
          ready={ready}
        />
      );
    case "attention":
      return <Attention startup={startup} />;
    case "activity":
      return <Activity startup={startup} />;
    case "gallery":
      return (
        <Gallery
          key={place.type ?? "all"}
          first={false}
          purpose={place.purpose ?? null}
          only={place.type ?? null}
        />
      );
    case "add":
      return (
        <AddForm
          key={place.provider}
          startup={startup}
          provider={place.provider}
          pasted={place.pasted ?? null}
          purpose={place.purpose ?? null}
        />
      );
    case "edit":
      return <EditForm key={place.id} startup={startup} id={place.id} />;
    case "import":
      return <Import startup={startup} />;
    case "consumers":
      return <Consumers startup={startup} adding={place.adding ?? false} />;
    case "consumer":
      return (
        <Consumer key={place.id} id={place.id} tab={place.tab ?? "overview"} draft={place.draft ?? null} />
      );
    case "onboarding":
      return <Onboarding startup={startup} />;
    case "launch":
      return <Launch />;
    case "appearance":
      return <Appearance startup={startup} />;
    case "people":
      return <People startup={startup} />;
    case "vault":
      return <Vault startup={startup} />;
  }
}

function Rail({ startup }: { startup: StartupView }) {
  const counts = useCounts(startup.organisation);
  const key = useKeyStatus();
  const unlocked = key.data?.state === "unlocked";
  const { place, go } = useNavigation();
  const settings = [
    "appearance",
    "people",
    "vault",
    "attention",
    "activity",
    "onboarding",
    "launch",
  ].includes(place.screen);
  const may = mayAdd(startup.person);
  useShortcuts({ n: settings && may ? () => go({ screen: "gallery" }) : null });
  // The catalogue is read ahead, so that the gallery and the form open at once.
  useProviders();
  return (
    <nav className={styles.rail} aria-label={i18n._("Main")}>
      <OrganisationSwitcher startup={startup} />
      <AttentionEntry urgent={counts.data?.urgent ?? 0} />
      <Entry
        icon="key"
        to={{ screen: "credentials", selected: null }}
        on={["credentials", "gallery", "add", "edit", "import"]}
      >
        <span>{i18n._("Credentials")}</span>
        {counts.data && <span className={styles.count}>{number(counts.data.all)}</span>}
      </Entry>
      <ConsumersEntry scope={startup.organisation} />
      <OnboardingEntry organisation={startup.organisation} />
      {startup.person?.role !== "nobody" && (
        <Entry icon="clock" to={{ screen: "activity" }} on={["activity"]}>
          <span>{i18n._("Activity")}</span>
        </Entry>
      )}
      <h2>{i18n._("Settings")}</h2>
      <Entry icon="person" to={{ screen: "people" }} on={["people"]}>
        <span>{i18n._("Organisations and people")}</span>
      </Entry>
      <Entry icon="eye" to={{ screen: "appearance" }} on={["appearance"]}>
        <span>{i18n._("Appearance")}</span>
      </Entry>
      <Entry icon="alert" to={{ screen: "launch" }} on={["launch"]}>
        <span>{i18n._("Global launch")}</span>
      </Entry>
      <Entry icon="lock" to={{ screen: "vault" }} on={["vault"]}>
        <span>{i18n._("Vault & recovery")}</span>
      </Entry>
      <span className={styles.spacer} />
      <Commands />
      <div className={`${styles.plain} ${key.data && !unlocked ? styles.badKey : ""}`} role="status">
        <Icon name={key.data ? (unlocked ? "check" : "alert") : "clock"} />
        <span>{keyWord(key.data, startup.custody)}</span>
      </div>
      {startup.person && (
        <div className={styles.plain}>
          <Icon name="person" />
          <span title={startup.person.name}>
            <bdi>{startup.person.name}</bdi>
          </span>
          <span className={styles.count}>{roleName(startup.person.role)}</span>
        </div>
      )}
    </nav>
  );
}

/** The way to the palette for those who do not know its keys yet. */
function Commands() {
  const open = useOpenPalette();
  return (
    <button
      type="button"
      className={styles.entry}
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K"
      onClick={open}
    >
      <Icon name="search" />
      <span>{i18n._("Commands")}</span>
      <span className={styles.caps}>
        {capsOf("Control+k").map((cap) => (
          <Kbd key={cap}>{cap}</Kbd>
        ))}
      </span>
    </button>
  );
}

function KeyBanner() {
  const key = useKeyStatus();
  const { place, go } = useNavigation();
  const trouble = key.data !== undefined && key.data.state !== "unlocked";
  if (!trouble || place.screen === "vault") return null;
  return (
    <div className={styles.banner} role="alert">
      <Icon name="lock" />
      <p>
        <b>{key.data.message}</b>{" "}
        {i18n._("Names, tails and dates can be read; checking, saving and handing out wait for the key.")}
      </p>
      <Button isPending={key.isFetching} onPress={() => void key.refetch()}>
        {i18n._("Try again")}
      </Button>
      <Button look="primary" onPress={() => go({ screen: "vault" })}>
        {i18n._("What helps")}
      </Button>
    </div>
  );
}
