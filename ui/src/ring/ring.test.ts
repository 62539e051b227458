/** The ring window, and the same ring as a banner in the main window. */
import { fireEvent, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { everyState } from "../gallery/talk";
import { aRing, aView, hostileName, rung } from "../gallery/views";
import { drawMain, drawRing } from "../test/screen";
import { resizeTo } from "../test/setup";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const second = aRing({ inviteID: "invite-9", userID: "grace", name: "Grace Hopper" });
const past = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const cards = () => screen.getAllByTestId("ring");
const inCard = (index: number, id: string) => within(cards()[index]!).getByTestId(id);

describe("a ring", () => {
  it("is an alert dialog that is named by the caller first and takes no focus", () => {
    drawRing(aView({ rings: [aRing({ mediaType: "video" })] }));
    const dialog = screen.getByRole("alertdialog", { name: "Ada Lovelace" });
    expect(dialog).toHaveAccessibleDescription("Incoming video call ada");
    expect(document.body).toHaveFocus();
    expect(dialog.querySelector("[autofocus]")).toBeNull();
  });

  it("draws the remaining time, which is not read aloud, and decides nothing at its end", async () => {
    const ring = aRing({ remainingMs: 15_000, timeoutMs: 30_000 });
    const { container, chat } = drawRing(aView({ rings: [ring] }));
    const part = () =>
      Number(container.querySelector<SVGElement>(".left[data-part]")?.dataset.part);
    expect(part()).toBeCloseTo(0.5, 1);
    expect(screen.getByText("0:15")).toHaveAttribute("aria-hidden", "true");
    await past(6_000);
    expect(part()).toBeCloseTo(0.3, 1);
    expect(screen.getByText("0:09")).toBeVisible();
    await past(60_000);
    expect(part()).toBe(0);
    expect(cards()).toHaveLength(1);
    expect(chat.reject).not.toHaveBeenCalled();
  });

  it("draws a full ring when it never times out", () => {
    const ring = aRing({ remainingMs: null, timeoutMs: null });
    const { container } = drawRing(aView({ rings: [ring] }));
    expect(container.querySelector("[data-part]")).toHaveAttribute("data-part", "1.000");
    expect(container.querySelector(".digits")).toBeNull();
  });

  it("is accepted, rejected and silenced", async () => {
    const { app, chat, redraw } = drawRing(aView({ rings: [aRing()] }));
    await past(300);
    await fireEvent.click(screen.getByRole("button", { name: "Silence" }));
    await fireEvent.click(screen.getByRole("button", { name: "Reject call from Ada Lovelace" }));
    await fireEvent.click(screen.getByRole("button", { name: "Accept call from Ada Lovelace" }));
    const invitation = [[{ inviteID: "invite-1" }]];
    expect(app.silence.mock.calls).toEqual(invitation);
    const declined = [[{ inviteID: "invite-1", reason: "declined" }]];
    expect(chat.reject.mock.calls).toEqual(declined);
    expect(chat.accept.mock.calls).toEqual(invitation);

    await redraw(aView({ rings: [aRing({ silenced: true })] }));
    expect(inCard(0, "ring-silence")).toBeDisabled();
    expect(inCard(0, "ring-silence")).toHaveTextContent("Silenced");
    expect(inCard(0, "ring-accept")).toBeEnabled();
  });

  it("takes no other answer while one is on its way", () => {
    drawRing(aView({ rings: [aRing({ answering: true })] }));
    expect(cards()[0]).toHaveAccessibleDescription("Answering… ada");
    for (const id of ["ring-silence", "ring-reject", "ring-accept"]) {
      expect(inCard(0, id)).toBeDisabled();
    }
  });

  it("says when an answer was refused", async () => {
    const { chat } = drawRing(aView({ rings: [aRing()] }));
    chat.accept.mockRejectedValue({ code: 8010, message: "It was cancelled.", data: null });
    await past(300);
    await fireEvent.click(inCard(0, "ring-accept"));
    await past(0);
    expect(screen.getByRole("alert")).toHaveTextContent("It was cancelled.");
  });

  it("shows the user ID beside a name that does not: names are easily copied", async () => {
    const { redraw } = drawRing(aView({ rings: [aRing({ userID: "mallory" })] }));
    expect(inCard(0, "ring-user")).toHaveTextContent("mallory");
    expect(cards()[0]).toHaveAccessibleDescription("Incoming audio call mallory");
    await redraw(aView({ rings: [aRing({ userID: "ada", name: "ada" })] }));
    expect(within(cards()[0]!).queryByTestId("ring-user")).toBeNull();
    expect(cards()[0]).toHaveAccessibleDescription("Incoming audio call");
  });

  it("can be dragged by everything that is not a button", () => {
    drawRing(aView({ rings: [aRing()] }));
    expect(cards()[0]).toHaveAttribute("data-tauri-drag-region");
    expect(cards()[0]?.querySelector(".who")).toHaveAttribute("data-tauri-drag-region");
    expect(document.querySelector("button[data-tauri-drag-region]")).toBeNull();
  });

  it("shows a hostile name as bounded text", () => {
    drawRing(aView({ rings: [aRing({ name: hostileName })] }));
    const name = within(cards()[0]!).getByRole("heading");
    expect(name.textContent.trim().length).toBeLessThan(130);
    expect(name.querySelector("bdi")).toHaveAttribute("dir", "auto");
    expect(document.querySelector("img, b")).toBeNull();
  });
});

describe("a ring of a group", () => {
  const group = { groupID: "lighthouse", name: "Lighthouse crew" };
  const others = [rung("grace", "Grace Hopper", "ringing"), rung("hedy", "Hedy Lamarr", "inCall")];

  it("names the caller first, then the group", () => {
    const { container } = drawRing(aView({ rings: [aRing({ group, others })] }));
    const dialog = screen.getByRole("alertdialog", { name: "Ada Lovelace" });
    expect(dialog).toHaveAccessibleDescription("Group audio call Lighthouse crew ada");
    expect(container.querySelector("[aria-live=assertive]")).toHaveTextContent(
      "Ada Lovelace, Group audio call, Lighthouse crew",
    );
  });

  it("shows who else is rung, each with words for how it stands", async () => {
    const { redraw } = drawRing(aView({ rings: [aRing({ group, others })] }));
    const list = screen.getByRole("group", { name: "Also in this call" });
    const states = () =>
      within(list)
        .getAllByRole("listitem")
        .map((item) => item.textContent.replace(/\s+/g, " ").trim());
    expect(states()).toEqual(["GH Grace Hopper Ringing…", "HL Hedy Lamarr In the call"]);
    const changed = [rung("grace", "Grace Hopper", "rejected"), others[1]!];
    await redraw(aView({ rings: [aRing({ group, others: changed })] }));
    expect(states()[0]).toBe("GH Grace Hopper Declined");
  });

  it("names at most four of many, and counts the others", () => {
    drawRing(aView({ rings: [aRing({ group, others: everyState })] }));
    const items = within(screen.getByRole("group", { name: "Also in this call" }));
    expect(items.getAllByRole("listitem")).toHaveLength(5);
    expect(items.getByText("and 6 more")).toBeInTheDocument();
  });
});

describe("replying to a ring", () => {
  it("rejects with one of a few words", async () => {
    const { chat } = drawRing(aView({ rings: [aRing()] }));
    await past(300);
    expect(screen.queryByTestId("ring-replies")).toBeNull();
    const reply = inCard(0, "ring-reply");
    expect(reply).toHaveAccessibleName("Reject call from Ada Lovelace with a message");
    await fireEvent.click(reply);
    expect(reply).toHaveAttribute("aria-expanded", "true");
    await fireEvent.click(screen.getByRole("button", { name: "In a meeting." }));
    expect(chat.reject).toHaveBeenCalledExactlyOnceWith({
      inviteID: "invite-1",
      reason: "declined",
      data: '{"reply":"In a meeting."}',
    });
  });

  it("rejects, then opens the conversation in the main window for words of one's own", async () => {
    const { app, chat } = drawRing(aView({ rings: [aRing()] }));
    await past(300);
    await fireEvent.click(inCard(0, "ring-reply"));
    await fireEvent.click(screen.getByRole("button", { name: "Write a message…" }));
    await past(0);
    expect(chat.reject).toHaveBeenCalledOnce();
    expect(app.openConversation).toHaveBeenCalledExactlyOnceWith({ conversationID: "C2Cada" });
    expect(app.showMain).toHaveBeenCalledOnce();
  });

  it("opens nothing when rejecting is refused", async () => {
    const { app, chat } = drawRing(aView({ rings: [aRing()] }));
    chat.reject.mockRejectedValue({ code: 8010, message: "It was cancelled.", data: null });
    await past(300);
    await fireEvent.click(inCard(0, "ring-reply"));
    await fireEvent.click(inCard(0, "ring-reply-other"));
    await past(0);
    expect(app.openConversation).not.toHaveBeenCalled();
    expect(screen.getByRole("alert")).toHaveTextContent("It was cancelled.");
  });
});

describe("the first 300 ms of a ring", () => {
  it("ignore clicks and keys", async () => {
    const { app, chat } = drawRing(aView({ rings: [aRing()] }));
    const accept = inCard(0, "ring-accept");
    await past(299);
    await fireEvent.pointerDown(accept);
    await fireEvent.click(accept);
    expect(await fireEvent.keyDown(accept, { key: "Enter" })).toBe(false);
    await fireEvent.keyUp(accept, { key: "Enter" });
    expect(chat.accept).not.toHaveBeenCalled();
    expect(app.focusRing).not.toHaveBeenCalled();
    await past(1);
    await fireEvent.pointerDown(accept);
    await fireEvent.click(accept);
    expect(chat.accept).toHaveBeenCalledOnce();
    expect(app.focusRing).toHaveBeenCalledOnce();
  });

  it("ignore a press that is let go of later", async () => {
    const { chat } = drawRing(aView({ rings: [aRing()] }));
    const accept = inCard(0, "ring-accept");
    await fireEvent.pointerDown(accept);
    await past(500);
    await fireEvent.pointerUp(accept);
    await fireEvent.click(accept);
    expect(chat.accept).not.toHaveBeenCalled();
    await fireEvent.click(accept);
    expect(chat.accept).toHaveBeenCalledOnce();
  });

  it("begin again for the next ring after all were gone", async () => {
    const { chat, redraw } = drawRing(aView({ rings: [aRing()] }));
    await past(1_000);
    await redraw(aView({ rings: [] }));
    expect(screen.queryByTestId("ring")).toBeNull();
    await past(1_000);
    await redraw(aView({ rings: [second] }));
    await fireEvent.click(inCard(0, "ring-accept"));
    expect(chat.accept).not.toHaveBeenCalled();
    await past(300);
    await fireEvent.click(inCard(0, "ring-accept"));
    expect(chat.accept.mock.calls).toEqual([[{ inviteID: "invite-9" }]]);
  });

  it("begin when a hidden window is shown", async () => {
    const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    const { chat } = drawRing(aView({ rings: [aRing()] }));
    await past(5_000);
    visibility.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    await fireEvent.click(inCard(0, "ring-accept"));
    expect(chat.accept).not.toHaveBeenCalled();
  });
});

describe("a stack of rings", () => {
  it("is shown oldest first, each with its own answers", async () => {
    const { chat } = drawRing(aView({ rings: [aRing(), second] }));
    await past(300);
    expect(cards().map((card) => card.dataset.invite)).toEqual(["invite-1", "invite-9"]);
    await fireEvent.click(inCard(1, "ring-reject"));
    expect(chat.reject.mock.calls).toEqual([[{ inviteID: "invite-9", reason: "declined" }]]);
  });

  it("guards a ring that joins it, and leaves the others be", async () => {
    const { chat, redraw } = drawRing(aView({ rings: [aRing()] }));
    await past(1_000);
    await redraw(aView({ rings: [aRing(), second] }));
    await fireEvent.click(inCard(1, "ring-accept"));
    expect(chat.accept).not.toHaveBeenCalled();
    await fireEvent.click(inCard(0, "ring-accept"));
    expect(chat.accept.mock.calls).toEqual([[{ inviteID: "invite-1" }]]);
  });

  it("guards a ring that moves up under the pointer", async () => {
    const { chat, redraw } = drawRing(aView({ rings: [aRing(), second] }));
    await past(1_000);
    await redraw(aView({ rings: [second] }));
    await fireEvent.click(inCard(0, "ring-reject"));
    expect(chat.reject).not.toHaveBeenCalled();
    await past(300);
    await fireEvent.click(inCard(0, "ring-reject"));
    expect(chat.reject.mock.calls).toEqual([[{ inviteID: "invite-9", reason: "declined" }]]);
  });

  it("goes on ringing undisturbed when a snapshot repeats it", async () => {
    const { chat, redraw } = drawRing(aView({ rings: [aRing()] }));
    await past(290);
    await redraw(aView({ revision: 2, rings: [aRing({ remainingMs: 20_710 })] }));
    await past(10);
    await fireEvent.click(inCard(0, "ring-accept"));
    expect(chat.accept).toHaveBeenCalledOnce();
  });

  it("tells its height, so that the window fits it", async () => {
    const { app, redraw } = drawRing(aView({ rings: [aRing()] }));
    const stack = screen.getByRole("main");
    resizeTo(stack, 196);
    await past(0);
    await redraw(aView({ rings: [aRing(), second] }));
    resizeTo(stack, 384);
    await past(0);
    expect(app.ringResized.mock.calls).toEqual([[{ height: 196 }], [{ height: 384 }]]);
  });

  it("announces the newest ring by name", async () => {
    const { container, redraw } = drawRing(aView({ rings: [aRing()] }));
    const live = container.querySelector("[aria-live=assertive]");
    expect(live).toHaveTextContent("Ada Lovelace, Incoming audio call");
    await redraw(aView({ rings: [aRing(), second] }));
    expect(live).toHaveTextContent("Grace Hopper, Incoming audio call");
  });
});

describe("the line in the main window", () => {
  const drawFocused = (ring = aRing()) => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    return drawMain(aView({ rings: [ring] }));
  };

  it("accepts and rejects after the same 300 ms", async () => {
    const { chat } = drawFocused();
    expect(screen.getByRole("region", { name: "Ada Lovelace Incoming audio call" })).toBeVisible();
    await fireEvent.click(screen.getByTestId("ring-banner-accept"));
    expect(chat.accept).not.toHaveBeenCalled();
    await past(300);
    await fireEvent.click(screen.getByTestId("ring-banner-accept"));
    await fireEvent.click(screen.getByTestId("ring-banner-reject"));
    expect(chat.accept.mock.calls).toEqual([[{ inviteID: "invite-1" }]]);
    expect(chat.reject.mock.calls).toEqual([[{ inviteID: "invite-1", reason: "declined" }]]);
  });

  it("takes no other answer while one is on its way", () => {
    drawFocused(aRing({ answering: true }));
    expect(screen.getByText("Answering…")).toBeVisible();
    expect(screen.getByTestId("ring-banner-accept")).toBeDisabled();
    expect(screen.getByTestId("ring-banner-reject")).toBeDisabled();
  });

  it("leaves the answers to the ring window while the person works elsewhere", async () => {
    const focused = vi.spyOn(document, "hasFocus").mockReturnValue(false);
    drawMain(aView({ rings: [aRing()] }));
    expect(screen.getByTestId("ring-banner")).toHaveTextContent("Incoming audio call");
    expect(screen.queryByTestId("ring-banner-accept")).toBeNull();
    focused.mockReturnValue(true);
    await fireEvent.focus(window);
    expect(screen.getByTestId("ring-banner-accept")).toBeEnabled();
    focused.mockReturnValue(false);
    await fireEvent.blur(window);
    expect(screen.queryByTestId("ring-banner-accept")).toBeNull();
  });

  it("names the group of a group's ring", () => {
    drawFocused(aRing({ group: { groupID: "lighthouse", name: "Lighthouse crew" } }));
    expect(screen.getByTestId("ring-banner")).toHaveTextContent(
      "Group audio call · Lighthouse crew",
    );
  });
});
