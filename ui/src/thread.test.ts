/** How the entries of a conversation follow each other. */
import { expect, it } from "vitest";
import { anEntry, maya } from "./gallery/talk";
import { threadOf } from "./thread";

const NOW = new Date(2026, 10, 22, 12, 0).getTime();
const at = (minutesAgo: number) => ({ atMs: NOW - minutesAgo * 60_000 });
const text = { kind: "text", text: "Hello" } as const;
const DAY = 24 * 60;

it("puts the name of the day before the first entry of each day", () => {
  const entries = [
    anEntry(text, at(400 * DAY)),
    anEntry(text, at(10 * DAY)),
    anEntry(text, at(2 * DAY)),
    anEntry(text, at(DAY)),
    anEntry(text, at(DAY - 5)),
    anEntry(text, at(1)),
  ];
  const names = threadOf(entries, NOW).map((line) => (line.kind === "day" ? line.name : "·"));
  expect(names).toEqual([
    "Saturday, October 18, 2025",
    "·",
    "Thursday, November 12",
    "·",
    "Friday",
    "·",
    "Yesterday",
    "·",
    "·",
    "Today",
    "·",
  ]);
});

it("begins a run with another author, after five minutes and on another day", () => {
  const entries = [
    anEntry(text, at(30)),
    anEntry(text, at(29)),
    anEntry(text, { ...at(28), from: maya, own: true }),
    anEntry(text, at(27)),
    anEntry(text, at(20)),
  ];
  const lines = threadOf(entries, NOW);
  const firsts = lines.flatMap((line) => (line.kind === "entry" ? [line.first] : []));
  expect(firsts).toEqual([true, false, true, true, true]);
});

it("has nothing for nothing", () => {
  expect(threadOf([], NOW)).toEqual([]);
});
