/**
 * Makes what other people wrote fit to show: names, initials, colours, times.
 *
 * Owns presentation of foreign text and numbers; knows no call and no component.
 */
import type { CallEntryView } from "./bindings/CallEntryView";
import type { EntryKind } from "./bindings/EntryKind";
import type { RecentView } from "./bindings/RecentView";
import { words } from "./words";

const LONGEST_NAME = 120;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
// Bidirectional marks, overrides and isolates, zero-width marks except the joiners, tags.
const INVISIBLE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A name without characters that reorder or hide text, on one line, and of bounded length. */
export function cleanName(name: string): string {
  return oneLine(name) || words.unnamed;
}

/** A message without characters that reorder or hide text; its lines stay. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(INVISIBLE, "")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const parts = cleanName(name)
    .split(" ")
    .map((part) => part.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}]+/u, ""))
    .filter((part) => part !== "");
  const chosen = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts;
  const letters = chosen.map((part) => firstGrapheme(part ?? ""));
  const [first = ""] = letters;
  return (isWide(first) ? first : letters.join("")).toLocaleUpperCase();
}

/** A hue in degrees that is always the same for the same user ID. */
export function hueOf(userID: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(userID)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return ((hash >>> 8) % 12) * 30;
}

/** A time span as `0:07`, `12:03` or `1:02:03`; parts of a second are dropped. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Remaining time as `0:07`; it reads zero only when nothing is left. */
export function remaining(ms: number): string {
  return span(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}

/** When something was, as short as is clear on the day `nowMs` falls on: a time, a weekday, a date. */
export function when(atMs: number, nowMs: number): string {
  const days = dayNumber(nowMs) - dayNumber(atMs);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(undefined, options).format(atMs);
  if (days <= 0) return format({ timeStyle: "short" });
  if (days === 1) {
    const yesterday = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(-1, "day");
    return firstGrapheme(yesterday).toLocaleUpperCase() + yesterday.slice(1);
  }
  if (days < 7) return format({ weekday: "long" });
  return format({ dateStyle: "short" });
}

/** What distinguishes a day from all others. */
export function dayKey(ms: number): string {
  return `day-${dayNumber(ms)}`;
}

/** The name of the day of `atMs` on the day `nowMs` falls on: today, a weekday, a date. */
export function dayName(atMs: number, nowMs: number): string {
  const days = dayNumber(nowMs) - dayNumber(atMs);
  if (days <= 0) return words.conversation.today;
  if (days === 1) return words.conversation.yesterday;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(undefined, options).format(atMs);
  if (days < 7) return format({ weekday: "long" });
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return format({ weekday: "long", day: "numeric", month: "long", ...year });
}

/** A time of day. */
export function timeOfDay(atMs: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(atMs);
}

/** A call of a conversation by its kind: "Missed call", "Video call". */
export function callTitle(call: CallEntryView): string {
  return call.missed ? words.callEntry.missed[call.mediaType] : words.media[call.mediaType];
}

/** What became of a call of a conversation: "12:03", "Declined", "Answered on your phone". */
export function callDetail(call: CallEntryView): string {
  const { ending, answeredBy, durationMs } = call;
  if (ending === null) return answeredBy ? words.callEntry.running : words.callEntry.ringing;
  const lasted = durationMs === null ? "" : span(durationMs);
  if (answeredBy?.own && !answeredBy.thisDevice) {
    const device = deviceKind(answeredBy.platform);
    if (ending === "answered" || ending === "answeredElsewhere") {
      const answered = words.callEntry.answeredOn[device];
      return lasted ? `${answered} · ${lasted}` : answered;
    }
    if (ending === "rejected" || ending === "rejectedElsewhere") {
      return words.callEntry.declinedOn[device];
    }
  }
  if (ending === "answered" && lasted) return lasted;
  if (call.missed) return ending === "busy" ? words.recents.ending.incoming.busy : "";
  return words.recents.ending[call.direction][ending];
}

/** An entry of a conversation on one line. */
export function previewText(entry: EntryKind): string {
  switch (entry.kind) {
    case "text":
      return oneLine(entry.text);
    case "call":
      return [callTitle(entry), callDetail(entry)].filter(Boolean).join(" · ");
    case "hungUp":
      return `${words.callEntry.hungUp} · ${span(entry.durationMs)}`;
    case "custom":
      return oneLine(entry.description ?? "") || words.conversation.program;
  }
}

/** A recent call in words: how long people talked, or why they did not. */
export function recentText(recent: RecentView): string {
  if (recent.ending === null) return words.recents.now;
  if (recent.missed) {
    return recent.ending === "busy" ? words.recents.missedBusy : words.recents.missed;
  }
  if (recent.ending === "answered" && recent.durationMs !== null) return span(recent.durationMs);
  return words.recents.ending[recent.direction][recent.ending];
}

function oneLine(text: string): string {
  const clean = text
    .slice(0, LONGEST_NAME * 8)
    .replace(INVISIBLE, "")
    .replace(BREAKS, " ")
    .trim();
  const letters = Array.from(clean);
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join("")}…` : clean;
}

function deviceKind(platform: string): keyof typeof words.callEntry.answeredOn {
  if (["android", "ios", "ipad"].includes(platform)) return "phone";
  if (["linux", "windows", "macos"].includes(platform)) return "computer";
  return platform === "web" ? "browser" : "other";
}

function firstGrapheme(text: string): string {
  for (const { segment } of graphemes.segment(text)) return segment;
  return "";
}

function isWide(letter: string): boolean {
  return /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Extended_Pictographic}]/u.test(
    letter,
  );
}

function dayNumber(ms: number): number {
  const day = new Date(ms);
  return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 86_400_000;
}
