/** Draws the first picture, from what the program has read, while the page's own code is still on its way. */
import "../theme/fonts.css";
import "../theme/tokens.css";
import "../theme/page.css";
import type { Opening } from "../backend";
import { eachAnswer, handedOver } from "../backend/opening";
import { AllRows } from "../screens/credentials/FirstRows";
import { NavigationProvider } from "../shell/navigation";
import { Shell } from "../shell/Shell";
import { know } from "./known";
import { bringToLife } from "./live";
import { draw } from "./still";
import { PICTURE } from "./takeAway";

/** A window out of sight has no frames; it does not keep the page waiting for longer. */
const AT_LATEST_MS = 1000;

const nothing = () => undefined;

async function show({ startup }: Opening, element: HTMLElement): Promise<void> {
  // Fonts that are not there yet would have others looked for in the system, one for each weight. That takes longer. So
  // nothing is laid out before; what is to be seen is made while they come.
  const fonts = ["14px Inter", "12px JetBrains Mono"].map((font) => document.fonts.load(font));
  element.hidden = true;
  const drawRows = (all: boolean) =>
    draw(
      <AllRows value={all}>
        <NavigationProvider>
          <Shell startup={startup} ready={nothing} />
        </NavigationProvider>
      </AllRows>,
      element,
    );
  drawRows(false);
  bringToLife(element, () => drawRows(true));
  await Promise.allSettled(fonts);
  element.hidden = false;
  if (document.hidden) return;
  await new Promise<void>((seen) => {
    requestAnimationFrame(() => requestAnimationFrame(() => seen()));
    setTimeout(seen, AT_LATEST_MS);
  });
}

const opening = handedOver();
const element = document.getElementById(PICTURE);
const rows =
  opening?.startup.stage === "ready" && opening.startup.list.layout !== "cards" ? opening.list : null;
// An empty list, cards and a vault that cannot be used are shown by code that comes later.
if (opening && element && rows && rows.items.length > 0) {
  eachAnswer(opening, know);
  window.__STRONGROOM_PICTURE__ = show(opening, element);
}
