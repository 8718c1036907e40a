import type {} from "./picture/takeAway";

// One after the other, so that the first picture answers in between.
const parts = [
  () => import("react-dom/client"),
  () => import("./screens/credentials/CredentialTable"),
  () => import("./begin"),
];

const breath = () => new Promise((resolve) => setTimeout(resolve));

async function begin() {
  for (const part of parts) {
    await part();
    await breath();
  }
}

// The page's own code is read when there is something to look at. Where the picture fails, there is still the page.
if (window.__STRONGROOM_PICTURE__) void window.__STRONGROOM_PICTURE__.then(begin, begin);
else void begin();
