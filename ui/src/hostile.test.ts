/**
 * What other people wrote, on every screen: it stays text, keeps its direction to itself, hides
 * nothing, and has an end.
 */
import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { badParameter } from "./api/error";
import type { AppView } from "./bindings/AppView";
import { screens, type Held } from "./gallery/screens";
import { drawMain, drawRing } from "./test/screen";
import { cleanName, cleanText, initials } from "./text";
import { words } from "./words";

/** What hides text, turns it around, or controls a terminal. */
const FORBIDDEN =
  /[\u00AD\u034F\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]|[^\P{Cc}\n\t]/u;
const MARKUP = `<img src=x onerror="alert(1)"><script>alert(1)</script><b>&lt;i&gt;</b>`;
const MARK = "Mallory";

/** One thing of each kind, and ten kilobytes. */
const everything = `${MARK} ${MARKUP}\u202E\u2066\u200F\u200B\u2060\uFEFF\u0000\u0007\u001B[31m\u3164\u{E0041} ${"long ".repeat(2048)}`;

const texts: [string, string][] = [
  ["markup", `${MARK} ${MARKUP}`],
  ["an override", `${MARK} \u202Egpj.exe`],
  ["isolates that are not closed", `${MARK} \u2066\u2067\u2068 x`],
  ["zero-width characters", `Mal\u200Blo\u2060ry\uFEFF\u00AD`],
  ["control characters", `${MARK}\u0000\u0007\u001B[31m\u009B`],
  ["lines", `${MARK}\n\r\n\u2028\u2029x`],
  ["tags", `${MARK}\u{E0001}\u{E0041}\u{E007F}`],
  ["piled marks", `${MARK}${"\u0301\u0317".repeat(400)}`],
  ["ten kilobytes", MARK + "x".repeat(10_240)],
];

/** The parts of a snapshot that are written by other people, or repeat what they wrote. */
const FOREIGN = ["name", "nick", "text", "reply", "description", "reason", "trouble", "problem"];

/** The same with every user ID as odd as a server lets it be. */
function oddIDs<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(oddIDs) as Value;
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [
    key,
    key === "userID" ? `${part}\u202E<b>\u200B` : oddIDs(part as unknown),
  ]);
  return Object.fromEntries(parts) as Value;
}

/** The same with all foreign text replaced. */
function spoilt<Value>(value: Value, text: string): Value {
  if (Array.isArray(value)) return value.map((each) => spoilt(each, text)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => {
    const isForeign = FOREIGN.includes(key) && typeof part === "string" && part !== "declined";
    return [key, isForeign ? text : spoilt(part as unknown, text)];
  });
  return Object.fromEntries(parts) as Value;
}

async function draw(held: Held, view: AppView, why?: string) {
  const now = performance.now();
  const clock = vi.spyOn(performance, "now").mockReturnValue(now);
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
  const { app, chat } = held.window === "ring" ? drawRing(view) : drawMain(view, held.tab, held);
  if (why !== undefined) {
    for (const action of [app.answerQuestion, app.saveSettings, chat.accept]) {
      action.mockRejectedValue(badParameter(why));
    }
  }
  // A ring ignores what is pressed in its first 300 ms.
  clock.mockReturnValue(now + 1_000);
  for (const testid of held.pressed ?? []) {
    await fireEvent.click(screen.getByTestId(testid));
    await tick();
  }
  clock.mockRestore();
}

/** Each written thing with the element it is in: what is read, and what screen readers are told. */
function written(): { where: Element; text: string; isAttribute: boolean }[] {
  const all = [...document.body.querySelectorAll("*")];
  return all.flatMap((where) => [
    ...[...where.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => ({ where, text: node.textContent ?? "", isAttribute: false })),
    ...["title", "aria-label", "aria-description", "alt", "placeholder"]
      .filter((name) => where.hasAttribute(name))
      .map((name) => ({ where, text: where.getAttribute(name) ?? "", isAttribute: true })),
  ]);
}

/** Whether its direction does not reach what is around it. */
function isIsolated(element: Element): boolean {
  return element.closest("bdi, [dir=auto], option, textarea") !== null;
}

// The endings differ in words only.
const states = Object.entries(screens).filter(
  ([name]) => !name.startsWith("ended-") || name.endsWith("-rejected"),
);

/** No foreign text does anything on what is drawn. */
function expectHarmless() {
  expect(document.querySelector("img, script, b, i")).toBeNull();
  expect(document.title).not.toContain(MARK);
  const all = written();
  expect(all.filter(({ text }) => FORBIDDEN.test(text)).map(({ text }) => text)).toEqual([]);
  const foreign = all.filter(({ text }) => text.includes(MARK));
  const loose = foreign.filter(({ where, isAttribute }) => !isAttribute && !isIsolated(where));
  expect(loose.map(({ where }) => where.outerHTML.slice(0, 200))).toEqual([]);
  // What is a message or a sentence may be long, and scrolls; a name ends.
  const isName = ({ where, isAttribute }: (typeof all)[number]) =>
    isAttribute || where.matches("bdi");
  expect(foreign.filter(isName).filter(({ text }) => text.length > 200)).toEqual([]);
}

describe("hostile names and texts do no harm on", () => {
  it.each(states)("%s", async (_name, held) => {
    await draw(held, spoilt(held.view, everything));
    expectHarmless();
  });
});

describe("a hostile reason why something failed does no harm on", () => {
  const failing: [string, Held][] = [
    ["the ring window", { ...screens.ring!, pressed: ["ring-accept"] }],
    ["the main window", { ...screens["ring-banner"]!, pressed: ["ring-banner-accept"] }],
    ["a question", { ...screens["question-answer"]!, pressed: ["question-yes"] }],
    [
      "a shortcut",
      { ...screens["settings-shortcuts"]!, pressed: ["shortcut-more-quit", "shortcut-clear-quit"] },
    ],
  ];

  it.each(failing)("%s", async (_name, held) => {
    await draw(held, held.view, everything);
    expect((await screen.findByRole("alert")).textContent).toContain(MARK);
    expectHarmless();
  });
});

describe("odd user IDs do no harm on", () => {
  const still = states.filter(([, { pressed }]) => !pressed);

  it.each(still)("%s", async (_name, held) => {
    await draw(held, oddIDs(held.view));
    expect(document.querySelector("b")).toBeNull();
    expect(written().filter(({ text }) => FORBIDDEN.test(text))).toEqual([]);
  });
});

describe("a text that is hostile by", () => {
  it.each(texts)("%s is a name on one line, without what cannot be seen", (_kind, text) => {
    const name = cleanName(text);
    expect(name.startsWith(MARK)).toBe(true);
    expect(name).not.toMatch(FORBIDDEN);
    expect(name).not.toMatch(/[\n\r\u2028\u2029]/);
    expect(name).not.toMatch(/\p{M}{5}/u);
    expect(name.length).toBeLessThan(200);
    expect(Array.from(initials(text)).length).toBeLessThan(7);
  });

  it.each(texts)("%s is a message that reads as it is", (_kind, text) => {
    expect(cleanText(text)).not.toMatch(FORBIDDEN);
    expect(cleanText(text)).not.toMatch(/\p{M}{5}/u);
  });

  it.each(["\u3164", "\u200B\u202E", "\u200D\u200C", "\u115F \uFFA0", " \n\t", "\u0301"])(
    "being nothing to look at (%j) is somebody unknown",
    (name) => {
      expect(cleanName(name)).toBe(words.unnamed);
    },
  );
});
