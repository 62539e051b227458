/**
 * How the entries of a conversation follow each other on the screen.
 *
 * Pure; knows no component.
 */
import type { EntryView } from "./bindings/EntryView";
import { dayKey, dayName } from "./text";

/** A line of a conversation: the name of a day, or an entry. */
export type ThreadLine =
  | { kind: "day"; key: string; name: string }
  | {
      kind: "entry";
      key: string;
      entry: EntryView;
      /** Whether it begins a run of its author's. */ first: boolean;
    };

const RUN_MS = 5 * 60_000;

/** Entries, oldest first, with a day's name before the first of each day, as seen at `nowMs`. */
export function threadOf(entries: EntryView[], nowMs: number): ThreadLine[] {
  const lines: ThreadLine[] = [];
  let before: EntryView | null = null;
  for (const entry of entries) {
    const day = dayKey(entry.atMs);
    const isNewDay = before === null || dayKey(before.atMs) !== day;
    if (isNewDay) lines.push({ kind: "day", key: day, name: dayName(entry.atMs, nowMs) });
    const first = isNewDay || before === null || !followsOn(before, entry);
    lines.push({ kind: "entry", key: entry.messageID, entry, first });
    before = entry;
  }
  return lines;
}

function followsOn(before: EntryView, entry: EntryView): boolean {
  return before.from.userID === entry.from.userID && entry.atMs - before.atMs < RUN_MS;
}
