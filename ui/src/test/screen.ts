/** Draws screens for tests, over a signaling API that records what it is asked. */
import { render } from "@testing-library/svelte";
import axe from "axe-core";
import { vi } from "vitest";
import type { AppView } from "../bindings/AppView";
import type { Chat } from "../chat";
import { Desk, deskContext } from "../desk.svelte";
import Main from "../main/Main.svelte";
import type { Tab } from "../main/Tabs.svelte";
import Ring from "../ring/Ring.svelte";

/** A signaling API that grants everything and remembers it. */
export function fakeChat() {
  const done = () => Promise.resolve();
  return {
    subscribe: vi.fn<Chat["subscribe"]>(done),
    invite: vi.fn<Chat["invite"]>(done),
    cancel: vi.fn<Chat["cancel"]>(done),
    accept: vi.fn<Chat["accept"]>(done),
    reject: vi.fn<Chat["reject"]>(done),
    hangUp: vi.fn<Chat["hangUp"]>(done),
    silence: vi.fn<Chat["silence"]>(done),
    dismissEnded: vi.fn<Chat["dismissEnded"]>(done),
    dismissProblem: vi.fn<Chat["dismissProblem"]>(done),
    addContact: vi.fn<Chat["addContact"]>(done),
    removeContact: vi.fn<Chat["removeContact"]>(done),
    saveSettings: vi.fn<Chat["saveSettings"]>(done),
    seenMissed: vi.fn<Chat["seenMissed"]>(done),
    ringResized: vi.fn<Chat["ringResized"]>(done),
    focusRing: vi.fn<Chat["focusRing"]>(done),
  } satisfies Chat;
}

/** The main window on a snapshot that arrived just now. */
export function drawMain(view: AppView, tab?: Tab) {
  const chat = fakeChat();
  const props = { view, at: performance.now(), ...(tab ? { tab } : {}) };
  const drawn = render(Main, { props, context: deskContext(new Desk(chat)) });
  const redraw = (next: AppView) => drawn.rerender({ view: next, at: performance.now() });
  return { ...drawn, chat, redraw };
}

/** The ring window on a snapshot that arrived just now. */
export function drawRing(view: AppView) {
  const chat = fakeChat();
  const props = { view, at: performance.now() };
  const drawn = render(Ring, { props, context: deskContext(new Desk(chat)) });
  const redraw = (next: AppView) => drawn.rerender({ view: next, at: performance.now() });
  return { ...drawn, chat, redraw };
}

/** What axe finds wrong with a page, as `rule: element` lines. */
export async function axeFindings(root: Element): Promise<string[]> {
  // jsdom draws nothing, so contrast is checked from the variables in look.test.ts.
  const rules = { "color-contrast": { enabled: false } };
  const { violations } = await axe.run(root, { rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
