import { start } from "./backend/start";
import { mount } from "./page";
import { takePictureAway } from "./picture/takeAway";

/** No picture hides a page that could not be shown as it should. */
const PICTURE_AT_LATEST_MS = 5000;

setTimeout(() => takePictureAway(0), PICTURE_AT_LATEST_MS);
start();
mount(document.getElementById("page"));
