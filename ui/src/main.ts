import type {} from "./picture/takeAway";

const begin = () => import("./begin");

/** One part after the other, so that the first picture answers in between. */
async function beginInParts() {
  for (const part of [
    () => import("react-dom/client"),
    () => import("./screens/credentials/CredentialTable"),
    begin,
  ]) {
    await part();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

// The page's own code is read when there is something to look at. Where the picture fails, there is still the page.
if (window.__STRONGROOM_PICTURE__) void window.__STRONGROOM_PICTURE__.then(beginInParts, begin);
else void begin();
