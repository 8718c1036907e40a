declare global {
  interface Window {
    /** Resolves when the first picture has been seen; absent where none is drawn. */
    __STRONGROOM_PICTURE__?: Promise<void>;
  }
}

/** The id of the element with the first picture, which src/picture draws before the page's code is there. */
export const PICTURE = "picture";

/** Takes the first picture away once what has taken its place is drawn below it. */
export function takePictureAway(): void {
  const picture = document.getElementById(PICTURE);
  if (!picture) return;
  if (document.hidden) picture.remove();
  else requestAnimationFrame(() => requestAnimationFrame(() => picture.remove()));
}
