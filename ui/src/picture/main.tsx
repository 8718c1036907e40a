/** Draws the first picture, from what the program has read, while the page's own code is still on its way. */
import "../theme/fonts.css";
import "../theme/tokens.css";
import "../theme/page.css";
import { handedOver, eachAnswer } from "../backend/opening";
import { NavigationProvider } from "../shell/navigation";
import { Shell } from "../shell/Shell";
import { PICTURE } from "../backend/picture";
import { know } from "./known";
import { draw } from "./still";

const opening = handedOver();
const element = document.getElementById(PICTURE);
// An empty list, cards and a vault that cannot be used are shown by code that comes later.
if (element && opening?.list?.items.length && opening.startup.list.layout !== "cards") {
  eachAnswer(opening, know);
  draw(
    <NavigationProvider>
      <Shell startup={opening.startup} ready={() => undefined} />
    </NavigationProvider>,
    element,
  );
}
