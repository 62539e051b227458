/** The place in a conversation while it grows. */
import { tick } from "svelte";
import { expect, it, vi } from "vitest";
import { anEntry, anOpen } from "../gallery/talk";
import { aView } from "../gallery/views";
import { drawMain } from "../test/screen";

const LINE = 100;
const SIGHT = 300;
const entries = Array.from({ length: 9 }, (_, index) =>
  anEntry({ kind: "text", text: `Line ${index}` }, { messageID: `m${index}` }),
);

/** jsdom lays nothing out: each entry is a line of 100 pixels, and three are in sight. */
function drawThread(shown: typeof entries) {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(SIGHT);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (
    this: HTMLElement,
  ) {
    return this.querySelectorAll("[data-testid=entry]").length * LINE;
  });
  const open = (now: typeof entries) => aView({ openConversation: anOpen({ entries: now }) });
  const { container, redraw } = drawMain(open(shown), "chats");
  const thread = container.querySelector<HTMLElement>(".thread")!;
  const grow = async (now: typeof entries) => {
    // Each snapshot brings new objects.
    await redraw(open(structuredClone(now)));
    await tick();
    await tick();
    return thread.scrollTop;
  };
  const scrollTo = (top: number) => {
    thread.scrollTop = top;
    thread.dispatchEvent(new Event("scroll"));
  };
  return { thread, grow, scrollTo };
}

it("begins at the end, and follows it", async () => {
  const { thread, grow } = drawThread(entries.slice(0, 6));
  expect(thread.scrollTop).toBe(600);
  expect(await grow(entries.slice(0, 7))).toBe(700);
});

it("stays with what is read when something new comes", async () => {
  const { grow, scrollTo } = drawThread(entries.slice(0, 6));
  scrollTo(100);
  expect(await grow(entries.slice(0, 7))).toBe(100);
});

it("stays with what is read when older entries come before it", async () => {
  const { grow, scrollTo } = drawThread(entries.slice(3));
  scrollTo(0);
  expect(await grow(entries)).toBe(300);
});

it("stays there when a snapshot repeats it", async () => {
  const { grow, scrollTo } = drawThread(entries);
  scrollTo(200);
  expect(await grow(entries)).toBe(200);
});
