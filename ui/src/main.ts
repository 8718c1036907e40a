import type {} from "./backend/picture";

const begin = () => import("./begin");

// The page's own code is read when there is something to look at. Where the picture fails, there is still the page.
if (window.__STRONGROOM_PICTURE__) void window.__STRONGROOM_PICTURE__.then(begin, begin);
else void begin();
