/** The recent calls: what they show, and when they count as looked at. */
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { invitationData } from "../api/call-layer";
import { aRecent, aView, recents } from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();

describe("recent calls", () => {
  it("shows each in words with missed ones marked", async () => {
    drawMain(aView({ recents: recents().slice(0, 3), missed: 1 }));
    await user.click(screen.getByRole("tab", { name: "Recents, 1 missed" }));
    const entries = screen.getAllByTestId("recent");
    expect(entries.map((entry) => entry.dataset.missed)).toEqual(["true", "false", "false"]);
    const texts = entries.map((entry) => within(entry).getByRole("paragraph").textContent);
    expect(texts.map((text) => text.replace(/\s+/g, " ").trim())).toEqual([
      "Incoming, Audio call: Missed call",
      "Outgoing, Video call: 12:03",
      "Outgoing, Audio call: Busy",
    ]);
  });

  it("says once per count that missed calls were looked at, and only on the open list", async () => {
    const { app, redraw } = drawMain(aView({ missed: 2 }));
    expect(app.seenMissed).not.toHaveBeenCalled();
    await user.click(byId("recents-tab"));
    expect(app.seenMissed).toHaveBeenCalledTimes(1);
    await redraw(aView({ missed: 2, revision: 2 }));
    expect(app.seenMissed).toHaveBeenCalledTimes(1);
    await redraw(aView({ missed: 0 }));
    await redraw(aView({ missed: 1 }));
    expect(app.seenMissed).toHaveBeenCalledTimes(2);
  });

  it("does not count a hidden list as looked at", async () => {
    const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    const { app } = drawMain(aView({ missed: 2 }), "recents");
    expect(app.seenMissed).not.toHaveBeenCalled();
    hidden.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.waitFor(() => expect(app.seenMissed).toHaveBeenCalledTimes(1));
  });

  it("calls again with the same kind of call", async () => {
    const { chat } = drawMain(aView({ recents: [aRecent({ mediaType: "video" })] }), "recents");
    await user.click(screen.getByRole("button", { name: "Call Ada Lovelace again" }));
    expect(chat.invite).toHaveBeenCalledExactlyOnceWith({
      userID: "ada",
      data: invitationData("video"),
    });
  });

  it("has words for an empty list", () => {
    drawMain(aView(), "recents");
    expect(screen.getByText("No calls yet")).toBeVisible();
  });
});
