/**
 * The monotonic clock that drawings of time follow. It decides nothing: hidden webviews are slowed
 * down, so the backend alone ends a ring or a call.
 */
import { createSubscriber } from "svelte/reactivity";

const TICK_MS = 200;

const tick = createSubscriber((update) => {
  const timer = setInterval(update, TICK_MS);
  return () => clearInterval(timer);
});

/** The time of this page's clock, in milliseconds; what reads it in a component is drawn anew. */
export const clock = {
  get now(): number {
    tick();
    return performance.now();
  },
};
