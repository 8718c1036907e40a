import { start } from "./backend/start";
import { mount } from "./page";

start();
mount(document.getElementById("page"));
