/** Every screen in every state, checked with axe. */
import { fireEvent, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
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
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now);
    if (held.window === "ring") drawRing(held.view);
    else drawMain(held.view, held.tab, held);
    // A ring ignores what is pressed in its first 300 ms.
    clock.mockReturnValue(now + 1_000);
    for (const testid of held.pressed ?? []) {
      await fireEvent.click(screen.getByTestId(testid));
      await tick();
    }
    clock.mockRestore();
    expect(await axeFindings(document.documentElement)).toEqual([]);
  });
});
