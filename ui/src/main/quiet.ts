/** Do not disturb as choices and in words. Whether it is quiet is for the backend to say. */
import type { ByHand } from "../bindings/ByHand";
import type { QuietBecause } from "../bindings/QuietBecause";
import type { QuietNowView } from "../bindings/QuietNowView";
import type { QuietView } from "../bindings/QuietView";
import { momentIn } from "../text";
import { words } from "../words";

/** How long it can be quiet at a press. */
export const spans = ["halfAnHour", "anHour", "theNight"] as const;

/** One of these. */
export type Span = (typeof spans)[number];

const MINUTE = 60_000;
const MORNING = 8;

/** Quiet for this long from now on. */
export function quietFor(span: Span, nowMs: number): ByHand {
  switch (span) {
    case "halfAnHour":
      return { kind: "until", atMs: nowMs + 30 * MINUTE };
    case "anHour":
      return { kind: "until", atMs: nowMs + 60 * MINUTE };
    case "theNight":
      return { kind: "until", atMs: nextMorning(nowMs) };
  }
}

/** The next eight o'clock in the morning, on this machine's clock: of this day before that. */
export function nextMorning(nowMs: number): number {
  const morning = new Date(nowMs);
  morning.setHours(MORNING, 0, 0, 0);
  if (morning.getTime() <= nowMs) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/** Whether it is quiet, why and until when: "Do not disturb until 22:30". */
export function quietText({ because, untilMs }: QuietNowView, nowMs: number): string {
  if (because === null) return words.quiet.rings;
  const why = words.quiet.because[because];
  return untilMs === null ? why : `${why} ${words.quiet.until(momentIn(untilMs, nowMs))}`;
}

/**
 * What is set so that this keeps it quiet no more, and nothing else: whether it is quiet then for another
 * reason is the backend's to say.
 */
export function lifted(quiet: QuietView, because: QuietBecause): QuietView {
  switch (because) {
    case "notHere":
      return { ...quiet, notHere: false };
    case "byHand":
      return { ...quiet, byHand: { kind: "off" } };
    case "schedule":
      return { ...quiet, schedule: { ...quiet.schedule, enabled: false } };
    case "desktop":
      return { ...quiet, followDesktop: false };
  }
}
