/** Draws the first picture, from what the program has read, while the page's own code is still on its way. */
import "../theme/fonts.css";
import "../theme/tokens.css";
import "../theme/page.css";
import type { Opening } from "../backend";
import { eachAnswer, handedOver } from "../backend/opening";
import { PICTURE } from "../backend/picture";
import { NavigationProvider } from "../shell/navigation";
import { Shell } from "../shell/Shell";
import { know } from "./known";
import { keepPress } from "./pressed";
import { draw } from "./still";

/** A window out of sight has no frames; it does not keep the page waiting for longer. */
const AT_LATEST_MS = 1000;

const nothing = () => undefined;

async function show({ startup }: Opening, element: Element): Promise<void> {
  // Fonts that are not there yet would have others looked for in the system, one for each weight. That takes longer.
  const fonts = ["14px Inter", "12px JetBrains Mono"].map((font) => document.fonts.load(font));
  await Promise.allSettled(fonts);
  draw(
    <NavigationProvider>
      <Shell startup={startup} ready={nothing} />
    </NavigationProvider>,
    element,
  );
  keepPress(element);
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
