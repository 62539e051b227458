/** Contrast of the variables in look.css, WCAG 2.2 AA: 4.5 for text, 3 for what else must be seen. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/look.css", "utf8");
const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];

const texts = [
  ["text", "surface"],
  ["text", "ground"],
  ["text", "raised"],
  ["text", "fill"],
  ["text", "thumb"],
  ["text-soft", "surface"],
  ["text-soft", "ground"],
  ["text-soft", "raised"],
  ["text-soft", "fill"],
  ["accent-text", "surface"],
  ["accent-text", "ground"],
  ["accent-text", "fill"],
  ["accent-text", "accent-soft"],
  ["on-strong", "accent"],
  ["on-strong", "accent-hover"],
  ["on-strong", "accept"],
  ["on-strong", "accept-hover"],
  ["on-strong", "reject"],
  ["on-strong", "reject-hover"],
  ["text", "own"],
  ["own-soft", "own"],
  ["accent-text", "own"],
  ["missed", "own"],
  ["good", "own"],
  ["good", "surface"],
  ["good", "ground"],
  ["accent-text", "raised"],
  ["missed", "raised"],
  ["missed", "fill"],
  ["missed", "alarm"],
  ["missed", "surface"],
  ["missed", "ground"],
  ["text", "accent-soft"],
  ["good", "raised"],
  ["accent-text", "fill-hover"],
  ["notice-text", "notice"],
  ["alarm-text", "alarm"],
] as const;
const shapes = [
  ["present", "surface"],
  ["waiting", "surface"],
  ["absent", "surface"],
  ["field-line", "surface"],
  ["on-strong", "accent"],
  ["accent", "surface"],
  ["accent-text", "surface"],
  ["accent-text", "ground"],
] as const;

describe.each(themes)("in the %s theme", (theme) => {
  it.each(texts)("%s on %s can be read", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(shapes)("%s on %s can be seen", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});

it("keeps every motion under 200 ms, and has none when it is reduced", () => {
  const [plain = "", reduced = ""] = css.split("@media (prefers-reduced-motion: reduce)");
  const times = (part: string) => [...part.matchAll(/--\w+: (\d+)ms/g)].map(([, ms]) => Number(ms));
  expect(times(plain).every((ms) => ms > 0 && ms < 200)).toBe(true);
  expect(times(reduced)).toEqual(times(plain).map(() => 0));
});

function contrast(front: string, back: string, theme: Theme): number {
  const [light = 0, dark = 0] = [luminance(front, theme), luminance(back, theme)].sort(
    (a, b) => b - a,
  );
  return (light + 0.05) / (dark + 0.05);
}

function luminance(name: string, theme: Theme): number {
  const declared = css.match(new RegExp(`--${name}:\\s*([^;]+);`))?.[1] ?? "";
  const colours = declared.match(/#[0-9a-f]{6}\b/g) ?? [];
  const colour = colours[colours.length > 1 ? themes.indexOf(theme) : 0];
  if (!colour) throw new Error(`look.css declares no colour --${name}`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
