/** Where the keyboard goes when what had it is gone. */
import { tick } from "svelte";
import type { Shown, Stage } from "./shown";

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
