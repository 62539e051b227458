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
// Bidirectional marks, overrides and isolates, zero-width marks except the joiners, fillers that look
// like nothing, annotations, tags.
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
// Marks piled on one letter, which would reach over what is above and below.
const PILED = /(\p{M}{4})\p{M}+/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A name without characters that reorder or hide text, on one line, and of bounded length. */
export function cleanName(name: string): string {
  const clean = oneLine(name);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(clean) ? clean : words.unnamed;
}

/** A message without characters that reorder or hide text; its lines stay. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(INVISIBLE, "")
    .replace(PILED, "$1")
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

/** A moment to come, as short as is clear now: "22:30", "tomorrow 08:00", "Monday 08:00". */
export function momentIn(atMs: number, nowMs: number): string {
  const days = dayNumber(atMs) - dayNumber(nowMs);
  const time = timeOfDay(atMs);
  if (days <= 0) return time;
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (days === 1) return `${relative.format(1, "day")} ${time}`;
  const form = days < 7 ? ({ weekday: "long" } as const) : ({ dateStyle: "short" } as const);
  return `${new Intl.DateTimeFormat(undefined, form).format(atMs)} ${time}`;
}

/** A day of the week by its number: 1 is Monday, 7 is Sunday. */
export function weekday(day: number, form: "short" | "long"): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(undefined, { weekday: form }).format(new Date(2024, 0, day));
}

/** A time of day from `HH:MM`. */
export function clockTime(time: string): string {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return timeOfDay(new Date(2024, 0, 1, hours, minutes).getTime());
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
    .replace(PILED, "$1")
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
