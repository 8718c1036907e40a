import "./theme/fonts.css";
import "./theme/tokens.css";
import "./theme/page.css";
import { start } from "./backend/start";
import { mount } from "./page";

start();
mount(document.getElementById("page"));
