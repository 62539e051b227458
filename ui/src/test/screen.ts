/** Draws screens for tests, over operations that record what they are asked. */
import { render } from "@testing-library/svelte";
import axe from "axe-core";
import { vi } from "vitest";
import { createChat } from "../api/chat";
import type { AppView } from "../bindings/AppView";
import type { App } from "../chat";
import { Desk, deskContext } from "../desk.svelte";
import Main from "../main/Main.svelte";
import type { Page } from "../main/pages.svelte";
import type { Section } from "../main/settings/sections";
import type { Tab } from "../main/Tabs.svelte";
import Ring from "../ring/Ring.svelte";
import { fakeBackend } from "./backend";

/** A signaling API over a backend that grants everything; its operations remember what they are asked. */
export function fakeChat() {
  return vi.mockObject(createChat(fakeBackend().backend), { spy: true });
}

/** The app's own operations, which grant everything and remember it. */
export function fakeApp() {
  const done = () => Promise.resolve();
  return {
    subscribe: vi.fn<App["subscribe"]>(done),
    silence: vi.fn<App["silence"]>(done),
    dismissEnded: vi.fn<App["dismissEnded"]>(done),
    dismissProblem: vi.fn<App["dismissProblem"]>(done),
    addContact: vi.fn<App["addContact"]>(done),
    removeContact: vi.fn<App["removeContact"]>(done),
    muteContact: vi.fn<App["muteContact"]>(done),
    openConversation: vi.fn<App["openConversation"]>(done),
    closeConversation: vi.fn<App["closeConversation"]>(done),
    readOlder: vi.fn<App["readOlder"]>(done),
    showMain: vi.fn<App["showMain"]>(done),
    saveSettings: vi.fn<App["saveSettings"]>(done),
    testSound: vi.fn<App["testSound"]>(done),
    seenMissed: vi.fn<App["seenMissed"]>(done),
    answerQuestion: vi.fn<App["answerQuestion"]>(done),
    dismissDial: vi.fn<App["dismissDial"]>(done),
    press: vi.fn<App["press"]>(done),
    ringResized: vi.fn<App["ringResized"]>(done),
    focusRing: vi.fn<App["focusRing"]>(done),
  } satisfies App;
}

/** A desk whose every operation remembers what it is asked. */
function fakeDesk() {
  const [chat, app] = [fakeChat(), fakeApp()];
  return { chat, app, context: deskContext(new Desk(chat, app)) };
}

/** The main window on a snapshot that arrived just now. */
export function drawMain(
  view: AppView,
  tab?: Tab,
  more: { section?: Section; page?: Page; aside?: boolean } = {},
) {
  const { chat, app, context } = fakeDesk();
  const props = { ...more, view, at: performance.now(), ...(tab ? { tab } : {}) };
  const drawn = render(Main, { props, context });
  const redraw = (next: AppView) => drawn.rerender({ view: next, at: performance.now() });
  return { ...drawn, chat, app, redraw };
}

/** The ring window on a snapshot that arrived just now. */
export function drawRing(view: AppView) {
  const { chat, app, context } = fakeDesk();
  const props = { view, at: performance.now() };
  const drawn = render(Ring, { props, context });
  const redraw = (next: AppView) => drawn.rerender({ view: next, at: performance.now() });
  return { ...drawn, chat, app, redraw };
}

/** What axe finds wrong with a page, as `rule: element` lines. */
export async function axeFindings(root: Element): Promise<string[]> {
  // jsdom draws nothing, so contrast is checked from the variables in look.test.ts.
  const rules = { "color-contrast": { enabled: false } };
  const { violations } = await axe.run(root, { rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
