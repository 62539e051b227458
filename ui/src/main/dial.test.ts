/** A call that a link has prepared: shown, led to, and never placed by itself. */
import { screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { invitationData } from "../api/call-layer";
import type { DialView } from "../bindings/DialView";
import { aCall, aView } from "../gallery/views";
import { GUARD_MS } from "../ring/guard";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
function guardIsOver() {
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + GUARD_MS);
}
afterEach(() => vi.restoreAllMocks());
const dial: DialView = { userID: "zoe", mediaType: "audio", number: 1 };
const video: DialView = { userID: "yan", mediaType: "video", number: 2 };

describe("a prepared call", () => {
  it("stands in the dial field, wherever one was, with the keyboard on its line", async () => {
    const { chat, redraw } = drawMain(aView(), "settings");
    await redraw(aView({ dial }));
    expect(byId("dial-input")).toHaveValue("zoe");
    expect(byId("contacts-tab")).toHaveAttribute("aria-selected", "true");
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    expect(byId("dial-prepared")).toHaveTextContent("A link prepared this audio call.");
    expect(chat.invite).not.toHaveBeenCalled();
  });

  it("takes the place of the one before it, with its own media", async () => {
    const { redraw } = drawMain(aView({ dial }));
    await redraw(aView({ dial: video }));
    expect(byId("dial-input")).toHaveValue("yan");
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    expect(byId("dial-video")).toHaveAttribute("type", "submit");
    expect(byId("dial-prepared")).toHaveTextContent("A link prepared this video call.");
  });

  it("is not placed by what is typed when it comes, nor afterwards", async () => {
    const { app, chat } = drawMain(aView({ dial }));
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    await user.keyboard("{Enter} ");
    guardIsOver();
    await user.keyboard("{Enter} x");
    expect(chat.invite).not.toHaveBeenCalled();
    expect(app.dismissDial).not.toHaveBeenCalled();
    await user.tab();
    expect(byId("dial-call")).toHaveFocus();
  });

  it.each([dial, video])("is placed by its button and put away: %o", async (prepared) => {
    const { userID, mediaType } = prepared;
    const { chat, app } = drawMain(aView({ dial: prepared }));
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    guardIsOver();
    byId(mediaType === "audio" ? "dial-call" : "dial-video").focus();
    await user.keyboard("{Enter}");
    expect(chat.invite).toHaveBeenCalledExactlyOnceWith({
      userID,
      data: invitationData(mediaType),
    });
    expect(app.dismissDial).toHaveBeenCalledOnce();
    expect(screen.queryByTestId("dial-prepared")).toBeNull();
  });

  it("is put away by whoever changes it, and does not come back with the next snapshot", async () => {
    const { app, redraw } = drawMain(aView({ dial }));
    guardIsOver();
    await user.type(byId("dial-input"), "!");
    expect(app.dismissDial).toHaveBeenCalledOnce();
    await redraw(aView({ revision: 2, dial }));
    await redraw(aView({ revision: 3 }));
    expect(byId("dial-input")).toHaveValue("zoe!");
    expect(screen.queryByTestId("dial-prepared")).toBeNull();
    await redraw(aView({ revision: 4, dial: { ...dial, number: 2 } }));
    expect(byId("dial-input")).toHaveValue("zoe");
  });

  it("can be put away", async () => {
    const { app } = drawMain(aView({ dial }));
    guardIsOver();
    await user.click(byId("dial-put-away"));
    expect(app.dismissDial).toHaveBeenCalledOnce();
    expect(byId("dial-input")).toHaveValue("");
  });

  it("waits in the field during a call, beside what is open", async () => {
    const { redraw } = drawMain(aView({ call: aCall() }));
    await redraw(aView({ call: aCall(), dial }));
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    expect(byId("dial-call")).toBeDisabled();
    expect(byId("dial-prepared")).toHaveTextContent("Hang up before you place it.");
    expect(byId("call")).toBeVisible();
    expect(byId("call-bar")).toBeInTheDocument();
  });

  it("is led to once, and not again when a call begins or ends", async () => {
    const { redraw } = drawMain(aView({ dial }));
    await user.click(byId("recents-tab"));
    await redraw(aView({ revision: 2, dial, call: aCall() }));
    expect(byId("recents-tab")).toHaveAttribute("aria-selected", "true");
    expect(document.querySelector(".window")).not.toHaveClass("list");
    await redraw(aView({ revision: 3, dial }));
    expect(byId("recents-tab")).toHaveAttribute("aria-selected", "true");
  });

  it("comes after the place that the window was opened for", async () => {
    location.hash = "recents";
    const { redraw } = drawMain(aView({ dial }));
    await waitFor(() => expect(byId("recents-tab")).toHaveFocus());
    expect(byId("recents-tab")).toHaveAttribute("aria-selected", "true");
    await redraw(aView({ revision: 2, dial: video }));
    expect(byId("contacts-tab")).toHaveAttribute("aria-selected", "true");
  });

  it("comes after the call that the window was opened for", () => {
    drawMain(aView({ dial, call: aCall() }));
    expect(document.querySelector(".window")).not.toHaveClass("list");
    expect(byId("dial-input")).toHaveValue("zoe");
  });

  it("leaves the keyboard on the tabs that lead back to it", async () => {
    drawMain(aView({ dial }));
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    byId("contacts-tab").focus();
    await user.keyboard("{ArrowRight}{ArrowLeft}");
    expect(byId("dial-prepared")).toBeInTheDocument();
    await tick();
    expect(byId("contacts-tab")).toHaveFocus();
  });

  it("leaves the keyboard where it is when only the snapshot changes", async () => {
    const { redraw } = drawMain(aView({ dial }));
    await waitFor(() => expect(byId("dial-prepared")).toHaveFocus());
    byId("settings-tab").focus();
    await redraw(aView({ revision: 2, dial: { ...dial } }));
    expect(byId("settings-tab")).toHaveFocus();
  });
});
