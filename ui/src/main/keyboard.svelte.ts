/** Where the keyboard goes when what had it is gone, and what shortcuts do in a window. */
import { getContext, setContext, tick } from "svelte";
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";
import { ariaKeys, isPressOf } from "../keys";
import { GUARD_MS } from "../ring/guard";
import { firstToAnswer } from "../ring/what";
import type { Shown, Stage } from "./shown";

const KEY = "shortcuts";

/**
 * Leads the keyboard to what has taken the place of what had it: the stage, or the list where nothing is
 * on the stage. Elsewhere it is left alone. To be called while a component begins.
 */
export function followWithKeyboard(shown: () => Shown, stage: () => HTMLElement | undefined): void {
  let before: Stage | null = null;
  $effect(() => {
    const { stage: now, list } = shown();
    const hasChanged = before !== null && before !== now;
    before = now;
    if (!hasChanged) return;
    void tick().then(() => {
      if (document.activeElement !== document.body) return;
      (list ? document.getElementById("panel") : stage())?.focus();
    });
  });
}

/** Leads the keyboard to an element that is there when the change that is under way is drawn. */
export async function leadTo(id: string): Promise<void> {
  await tick();
  document.getElementById(id)?.focus();
}

/** Gives the keyboard back to what had it before the first of the questions, when none is asked any more. */
export function comeBackFrom(isAsked: () => boolean): void {
  $effect.pre(() => {
    if (!isAsked()) return;
    const before = document.activeElement;
    return () => {
      void tick().then(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus();
      });
    };
  });
}

/**
 * Acts on the shortcuts of the snapshot while this window has the keyboard, and lets the controls inside
 * tell theirs. A ring is not answered in its first moment, as it is not by a click. To be called while a
 * component begins.
 */
export function actOnShortcuts(view: () => AppView, act: (action: Action) => void): void {
  setContext(KEY, view);
  let ringing: string | undefined;
  let since = 0;
  $effect(() => {
    const first = firstToAnswer(view().rings)?.inviteID;
    if (first !== ringing) since = performance.now();
    ringing = first;
  });
  const isEarly = (action: Action) =>
    (action === "answer" || action === "reject") && performance.now() - since < GUARD_MS;

  function press(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing) return;
    const shortcut = view().shortcuts.find(({ keys }) => keys !== null && isPressOf(event, keys));
    if (!shortcut) return;
    event.preventDefault();
    if (!event.repeat && !isEarly(shortcut.action)) act(shortcut.action);
  }
  $effect(() => {
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}

/** Tells the keys of an action to screen readers, for `aria-keyshortcuts`. */
export function useShortcuts(): (action: Action) => string | undefined {
  const view = getContext<(() => AppView) | undefined>(KEY);
  return (action) => {
    const keys = view?.().shortcuts.find((shortcut) => shortcut.action === action)?.keys;
    return keys ? ariaKeys(keys) : undefined;
  };
}
