/** A snapshot together with the moment it arrived, so that its times can be drawn onward. */
import type { AppView } from "./bindings/AppView";

/** What a whole screen is drawn from. */
export interface Snapshot {
  view: AppView;
  /** When it arrived, on this page's clock; `remainingMs` and `elapsedMs` count from here. */
  at: number;
}

/** When a remaining time runs out, on this page's clock. */
export function endOf(remainingMs: number | null, at: number): number | null {
  return remainingMs === null ? null : at + remainingMs;
}
