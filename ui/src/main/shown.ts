/** What the main window shows where, from the snapshot and the page that the person looks at. */
import type { AppView } from "../bindings/AppView";
import type { Pages } from "./pages.svelte";

/** What the large part of the window can hold. */
export type Stage = "call" | "outgoing" | "ended" | "page" | "conversation" | "idle";

/** The parts of the main window. */
export interface Shown {
  stage: Stage;
  /** Whether a call, or how it ended, is told in a bar, because something else is looked at. */
  bar: boolean;
  /** Whether a narrow window shows the list rather than the stage. */
  list: boolean;
}

/** What is shown where; the list comes first in a narrow window when it was asked for. */
export function shownOn(view: AppView, pages: Pages): Shown {
  const shown = unasked(view, pages);
  if (!pages.isListFirst) return shown;
  const isToTell = Boolean(view.call ?? view.outgoing ?? view.ended);
  return { ...shown, bar: isToTell, list: true };
}

/** A call that runs comes first, unless the person put it aside; how one ended waits beside a page. */
function unasked(view: AppView, pages: Pages): Shown {
  const running = view.call ? "call" : view.outgoing ? "outgoing" : null;
  const key = view.call?.callID ?? view.outgoing?.inviteID ?? null;
  const isAside = running !== null && pages.aside === key;
  const open = pages.page ? "page" : view.openConversation ? "conversation" : null;
  const over = view.ended ? "ended" : null;
  if (running && !isAside) return { stage: running, bar: false, list: false };
  if (open) return { stage: open, bar: isAside || over !== null, list: false };
  if (running) return { stage: running, bar: true, list: true };
  return { stage: over ?? "idle", bar: false, list: over === null };
}
