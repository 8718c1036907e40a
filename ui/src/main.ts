// The page's own code is read when there is something to look at: the first picture, drawn by src/picture, or else
// nothing that could be waited for.
const drawn = document.getElementById("picture")?.hasChildNodes() ?? false;
const seen = new Promise<void>((resolve) => {
  // A window out of sight has no frames.
  if (!drawn || document.hidden) resolve();
  else requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
});

void seen.then(() => import("./begin"));
