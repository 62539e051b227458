/**
 * Holds one screen open in one state: `gallery.html?screen=ring&theme=dark`; without a screen it
 * lists them all. Development only.
 */
import { mount } from "svelte";
import "../look.css";
import "../base.css";
import { createChat } from "../api/chat";
import type { App } from "../chat";
import { Desk, deskContext } from "../desk.svelte";
import Main from "../main/Main.svelte";
import Ring from "../ring/Ring.svelte";
import { appRoot } from "../root";
import List from "./List.svelte";
import { screens } from "./screens";

const asked = new URLSearchParams(location.search);
const held = screens[asked.get("screen") ?? ""];
const theme = asked.get("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
if (asked.has("text")) document.documentElement.style.fontSize = `${asked.get("text")}%`;
// A held screen stands still, so that pictures of it are alike.
document.documentElement.style.setProperty("--calm", "0ms");
// A picture shows the window that the person works in.
document.hasFocus = () => true;
if (asked.get("dir") === "rtl") document.documentElement.dir = "rtl";

const done = () => Promise.resolve();
const never = () => new Promise<never>(() => undefined);
const stillChat = createChat({ request: never, subscribe: never });
const stillApp: App = {
  subscribe: done,
  silence: done,
  dismissEnded: done,
  dismissProblem: done,
  addContact: done,
  removeContact: done,
  muteContact: done,
  openConversation: done,
  closeConversation: done,
  readOlder: done,
  showMain: done,
  saveSettings: done,
  testSound: done,
  seenMissed: done,
  answerQuestion: done,
  dismissDial: done,
  press: done,
  ringResized: done,
  focusRing: done,
};

const context = deskContext(new Desk(stillChat, stillApp));
const target = appRoot();
const at = performance.now();
if (!held) {
  mount(List, { target });
} else if (held.window === "ring") {
  document.body.dataset.page = "ring";
  mount(Ring, { target, context, props: { view: held.view, at } });
} else {
  const { view, tab, section, page, aside } = held;
  mount(Main, { target, context, props: { view, at, tab, section, page, aside } });
}
// A ring ignores what is pressed in its first 300 ms.
if (held?.pressed) setTimeout(press, held.window === "ring" ? 400 : 50, ...held.pressed);

function press(...testids: string[]) {
  const [testid, ...rest] = testids;
  document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.click();
  if (rest.length > 0) setTimeout(press, 50, ...rest);
}
