/** Every screen in every state, checked with axe. */
import { describe, expect, it } from "vitest";
import { screens } from "./gallery/screens";
import { axeFindings, drawMain, drawRing } from "./test/screen";

// The endings differ in words only.
const states = Object.entries(screens).filter(
  ([name]) => !name.startsWith("ended-") || name.endsWith("-answered"),
);

describe("axe finds nothing wrong with", () => {
  it.each(states)("%s", async (_name, held) => {
    document.documentElement.lang = "en";
    document.title = "Bellhop";
    if (held.window === "ring") drawRing(held.view);
    else drawMain(held.view, held.tab);
    expect(await axeFindings(document.documentElement)).toEqual([]);
  });
});
