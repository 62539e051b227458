/**
 * Keeps a ring from being answered by a click or key that was meant for what it covered.
 *
 * Knows nothing of calls: it swallows input of one element for a moment after it appeared or moved.
 */
import type { Attachment } from "svelte/attachments";

/** How long a ring ignores input after it appeared or moved. */
export const GUARD_MS = 300;

const BEGINS = ["pointerdown", "mousedown", "keydown"] as const;
const FOLLOWS = ["pointerup", "mouseup", "keyup", "click"] as const;

/**
 * Ignores clicks and keys for the first 300 ms, and what such an early press leads to later. A
 * different `place` means that the element moved, and begins anew; so does showing a hidden window.
 */
export function guarded(place: number): Attachment<HTMLElement> {
  return (element) => {
    let shownAt = performance.now();
    let pressedEarly = false;
    element.dataset.place = String(place);

    const shown = () => {
      if (document.visibilityState === "visible") shownAt = performance.now();
    };
    const isEarly = () => performance.now() - shownAt < GUARD_MS;
    const swallow = (event: Event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const begins = (event: Event) => {
      pressedEarly = isEarly();
      if (pressedEarly) swallow(event);
    };
    const follows = (event: Event) => {
      if (pressedEarly || isEarly()) swallow(event);
      if (event.type === "click") pressedEarly = false;
    };

    document.addEventListener("visibilitychange", shown);
    for (const type of BEGINS) element.addEventListener(type, begins, { capture: true });
    for (const type of FOLLOWS) element.addEventListener(type, follows, { capture: true });
    return () => {
      document.removeEventListener("visibilitychange", shown);
      for (const type of BEGINS) element.removeEventListener(type, begins, { capture: true });
      for (const type of FOLLOWS) element.removeEventListener(type, follows, { capture: true });
    };
  };
}
