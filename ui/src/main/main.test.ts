/** The main window: what each snapshot shows, and what each control asks for. */
import { cleanup, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { invitationData } from "../api/call-layer";
import type { ConnectionView } from "../bindings/ConnectionView";
import { onWayland } from "../gallery/settings-screens";
import {
  aCall,
  aRing,
  aView,
  anEnded,
  anOutgoing,
  endings,
  hostileName,
  progresses,
  recents,
} from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
/** What the signaling API is asked for a call of the app's own kind. */
const calling = (userID: string, mediaType: "audio" | "video") => ({
  userID,
  data: invitationData(mediaType),
});

describe("connection", () => {
  const states: [ConnectionView, string][] = [
    [{ state: "connecting" }, "Connecting…"],
    [{ state: "online" }, "Connected"],
    [{ state: "reconnecting" }, "Reconnecting…"],
    [{ state: "stopped", reason: "The signature has expired." }, "Not connected"],
  ];
  const stages = {
    idle: {},
    outgoing: { outgoing: anOutgoing() },
    ended: { ended: anEnded("busy", "outgoing") },
  };

  it.each(states)("%o is said on every screen", (connection, text) => {
    for (const stage of Object.values(stages)) {
      drawMain(aView({ connection, ...stage }));
      expect(byId("connection")).toHaveTextContent(text);
      cleanup();
    }
  });

  it("says why it stopped", () => {
    drawMain(aView({ connection: { state: "stopped", reason: "The signature has expired." } }));
    expect(screen.getByText("The signature has expired.")).toBeVisible();
  });

  it("shows the user, and the profile unless it is the default one", async () => {
    const { redraw } = drawMain(aView());
    expect(screen.getByRole("heading", { name: "maya" })).toBeVisible();
    expect(screen.queryByText("default")).toBeNull();
    await redraw(aView({ profile: { ...aView().profile, profile: "bob" } }));
    expect(screen.getByText("bob")).toBeVisible();
    await redraw(aView({ profile: { ...aView().profile, profile: "maya" } }));
    expect(screen.getAllByText("maya")).toHaveLength(1);
  });
});

describe("contacts", () => {
  it("shows each with presence, and test contacts with what they do", () => {
    drawMain(aView());
    const texts = (ids: string[]) =>
      ids.map((id) => within(byId(`contact-${id}`)).getByRole("paragraph").textContent);
    expect(texts(["ada", "grace", "hedy", "layla"])).toEqual([
      "Online",
      "In a call",
      "Offline",
      "layla",
    ]);
    expect(texts(["echo"])).toEqual(["Answers after 2 seconds. Online"]);
    const sections = screen.getAllByRole("heading", { level: 2 }).map((node) => node.textContent);
    expect(sections.slice(0, 2)).toEqual(["People", "Test contacts"]);
  });

  it("calls with audio or video", async () => {
    const { chat } = drawMain(aView());
    await user.click(screen.getByRole("button", { name: "Audio call to Ada Lovelace" }));
    await user.click(byId("call-video-echo"));
    expect(chat.invite.mock.calls).toEqual([[calling("ada", "audio")], [calling("echo", "video")]]);
  });

  it("offers no second call beside the first", () => {
    drawMain(aView({ outgoing: anOutgoing() }));
    expect(byId("call-audio-ada")).toBeDisabled();
    expect(byId("call-video-echo")).toBeDisabled();
  });

  it("dials a user ID by Enter, by the audio and by the video button", async () => {
    const { chat } = drawMain(aView());
    expect(byId("dial-call")).toBeDisabled();
    await user.type(byId("dial-input"), "  zoe {Enter}");
    await user.click(byId("dial-call"));
    await user.click(byId("dial-video"));
    expect(chat.invite.mock.calls.map(([options]) => options)).toEqual([
      calling("zoe", "audio"),
      calling("zoe", "audio"),
      calling("zoe", "video"),
    ]);
  });

  it("adds somebody, by user ID when no name is given", async () => {
    const { app } = drawMain(aView({ contacts: [] }));
    expect(screen.getByText("Nobody here yet. Add someone by their user ID.")).toBeVisible();
    await user.click(byId("contact-add"));
    expect(byId("add-save")).toBeDisabled();
    await user.type(byId("add-user-id"), "zoe");
    await user.click(byId("add-save"));
    expect(app.addContact).toHaveBeenCalledExactlyOnceWith({ userID: "zoe", name: "zoe" });
    expect(screen.queryByTestId("add-user-id")).toBeNull();
  });

  it("keeps the form and shows the sentence when adding is refused", async () => {
    const { app } = drawMain(aView());
    app.addContact.mockRejectedValue({ code: 6017, message: "Not a user ID.", data: null });
    await user.click(byId("contact-add"));
    await user.type(byId("add-user-id"), "a b");
    await user.type(byId("add-name"), "Zoë");
    await user.click(byId("add-save"));
    expect(app.addContact).toHaveBeenCalledExactlyOnceWith({ userID: "a b", name: "Zoë" });
    expect(byId("add-user-id")).toHaveValue("a b");
    expect(byId("problem")).toHaveTextContent("Not a user ID.");
  });

  it("opens the conversation with somebody whose row is pressed", async () => {
    const { app } = drawMain(aView());
    await user.click(screen.getByRole("button", { name: "Messages with Ada Lovelace" }));
    expect(app.openConversation).toHaveBeenCalledExactlyOnceWith({ conversationID: "C2Cada" });
  });

  it("has a menu for each person, and none for a test contact", async () => {
    const { app, chat } = drawMain(aView());
    expect(screen.queryByTestId("contact-menu-echo")).toBeNull();
    const choose = async (item: string) => {
      await user.click(screen.getByRole("button", { name: "More about Ada Lovelace" }));
      await user.click(screen.getByRole("menuitem", { name: item }));
      expect(screen.queryByRole("menu")).toBeNull();
    };
    await choose("Message");
    await choose("Block");
    await choose("Remove contact");
    expect(app.openConversation).toHaveBeenCalledExactlyOnceWith({ conversationID: "C2Cada" });
    expect(chat.addToBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["ada"] });
    expect(app.removeContact).toHaveBeenCalledExactlyOnceWith({ userID: "ada" });
  });

  it("says who is blocked, and unblocks", async () => {
    const contacts = [{ ...aView().contacts[0]!, blocked: true }];
    const { chat } = drawMain(aView({ contacts }));
    expect(within(byId("contact-ada")).getByText("Blocked")).toBeVisible();
    await user.click(byId("contact-menu-ada"));
    await user.click(screen.getByRole("menuitem", { name: "Unblock" }));
    expect(chat.removeFromBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["ada"] });
  });

  it("shows a hostile name as bounded text that keeps its direction to itself", () => {
    const contact = {
      userID: "h",
      name: hostileName,
      presence: "online",
      blocked: false,
      muted: false,
      test: null,
    } as const;
    drawMain(aView({ contacts: [contact] }));
    const name = within(byId("contact-h")).getByText(/onerror/);
    expect(name.tagName).toBe("BDI");
    expect(name).toHaveAttribute("dir", "auto");
    expect(name.childElementCount).toBe(0);
    expect(name.textContent.length).toBeLessThan(130);
    expect(name.textContent).not.toMatch(/[\u202A-\u202E\u0007]/);
    expect(document.querySelector("img, b")).toBeNull();
  });
});

describe("a problem", () => {
  it("is shown and put away", async () => {
    const { app } = drawMain(aView({ problem: "Nobody has that user ID." }));
    expect(screen.getByRole("alert")).toHaveTextContent("Nobody has that user ID.");
    await user.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(app.dismissProblem).toHaveBeenCalledOnce();
  });

  it("includes an action that the backend refused", async () => {
    const { chat } = drawMain(aView());
    chat.invite.mockRejectedValueOnce({ code: 6014, message: "Not logged in.", data: null });
    await user.click(byId("call-audio-ada"));
    expect(byId("problem")).toHaveTextContent("Not logged in.");
    await user.click(byId("problem-dismiss"));
    expect(screen.queryByTestId("problem")).toBeNull();
  });
});

describe("an outgoing call", () => {
  const texts = ["Calling…", "Calling…", "Ringing…", "Not online right now"];

  it.each(progresses.map((progress, index) => [progress, texts[index]] as const))(
    "that is %s says %s",
    (progress, text) => {
      drawMain(aView({ outgoing: anOutgoing({ progress }) }));
      expect(byId("outgoing-progress")).toHaveTextContent(text ?? "");
      expect(byId("outgoing-progress")).toHaveAttribute("data-progress", progress);
    },
  );

  it("can be cancelled once", async () => {
    const { chat, redraw } = drawMain(aView({ outgoing: anOutgoing() }));
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(chat.cancel).toHaveBeenCalledExactlyOnceWith({ inviteID: "invite-2" });
    await redraw(aView({ outgoing: anOutgoing({ cancelling: true }) }));
    expect(byId("outgoing-cancel")).toBeDisabled();
    expect(byId("outgoing-cancel")).toHaveTextContent("Cancelling…");
  });
});

describe("time that passes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("counts the remaining time down against the page's own clock, and stops at zero", async () => {
    const { chat } = drawMain(aView({ outgoing: anOutgoing({ remainingMs: 2_000 }) }));
    const left = () => within(byId("outgoing")).getByText(/left/);
    expect(left()).toHaveTextContent("· 0:02 left");
    expect(left()).toHaveAttribute("aria-hidden", "true");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left()).toHaveTextContent("· 0:01 left");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(left()).toHaveTextContent("· 0:00 left");
    expect(byId("outgoing")).toBeInTheDocument();
    expect(chat.cancel).not.toHaveBeenCalled();
  });

  it("counts a call's duration up from the snapshot", async () => {
    const call = aCall({ elapsedMs: 59_000 });
    const { redraw } = drawMain(aView({ call }));
    expect(byId("call-duration")).toHaveTextContent("0:59");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(byId("call-duration")).toHaveTextContent("1:01");
    await redraw(aView({ call: { ...call, elapsedMs: 3_600_000 } }));
    expect(byId("call-duration")).toHaveTextContent("1:00:00");
  });
});

describe("a call", () => {
  const call = aCall();

  it("hides an older ending and can be hung up once", async () => {
    const { chat, redraw } = drawMain(aView({ call, ended: anEnded("busy", "outgoing") }));
    expect(screen.queryByTestId("ended")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Hang up" }));
    expect(chat.hangUp).toHaveBeenCalledExactlyOnceWith({ callID: "call-1" });
    await redraw(aView({ call: { ...call, hangingUp: true } }));
    expect(byId("hang-up")).toBeDisabled();
  });
});

describe("an ending", () => {
  const outgoing = [
    "Call ended",
    "Declined",
    "Busy",
    "Cancelled",
    "No answer",
    "Answered on another device",
    "Ended on another device",
    "Not reachable",
    "Connection lost",
    "Call failed",
  ];
  const incoming = [
    "Call ended",
    "Declined",
    "You were busy",
    "Missed call",
    "Missed call",
    "Answered on another device",
    "Declined on another device",
    "Missed call",
    "Caller disconnected",
    "Call failed",
  ];
  const rows = endings.flatMap((ending, index) => [
    ["outgoing", ending, outgoing[index] ?? ""] as const,
    ["incoming", ending, incoming[index] ?? ""] as const,
  ]);

  it.each(rows)("of an %s call, %s, says %s", (direction, ending, text) => {
    drawMain(aView({ ended: anEnded(ending, direction) }));
    expect(byId("ended-text").textContent.trim()).toBe(text);
    expect(byId("ended-text")).toHaveAttribute("data-ending", ending);
    expect(within(byId("ended")).getByText("Ada Lovelace")).toBeVisible();
  });

  it.each(["outgoing", "incoming"] as const)("of an %s call has words of its own", (direction) => {
    const said = endings.map((ending) => {
      drawMain(aView({ ended: anEnded(ending, direction) }));
      const text = within(byId("ended"))
        .getAllByRole("paragraph")
        .map((line) => line.textContent);
      const status = byId("ended-text").textContent;
      cleanup();
      return [status, ...text].join("|");
    });
    expect(new Set(said).size).toBe(endings.length);
  });

  it("shows how long people talked", () => {
    drawMain(aView({ ended: anEnded("answered", "incoming") }));
    expect(byId("ended-duration")).toHaveTextContent("12:03");
  });

  it("can be put away or answered with a call", async () => {
    const { app, chat } = drawMain(aView({ ended: anEnded("timedOut", "incoming") }));
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(app.dismissEnded).toHaveBeenCalledOnce();
    await user.click(screen.getByRole("button", { name: "Call back" }));
    expect(chat.invite).toHaveBeenCalledExactlyOnceWith(calling("ada", "audio"));
  });
});

it("moves between the sections with the arrow keys", async () => {
  drawMain(aView());
  byId("contacts-tab").focus();
  await user.keyboard("{ArrowLeft}");
  expect(byId("settings-tab")).toHaveFocus();
  expect(byId("settings-tab")).toHaveAttribute("aria-selected", "true");
  expect(byId("settings-account")).toBeVisible();
  await user.keyboard("{ArrowRight}{ArrowRight}");
  expect(byId("chats-tab")).toHaveFocus();
});

describe("the stage with nothing on it", () => {
  it("is ready to ring", () => {
    drawMain(aView());
    expect(byId("idle")).toHaveTextContent("Ready to ring");
  });

  it("says so when nothing rings here", () => {
    drawMain(aView({ quiet: { because: "desktop", untilMs: null } }));
    expect(byId("idle")).toHaveTextContent("Nothing rings here");
  });

  it("tells of missed calls instead, from where one calls back or sees them all", async () => {
    const { chat, redraw } = drawMain(aView({ recents: recents(), missed: 2 }));
    expect(byId("idle")).not.toHaveTextContent("Ready to ring");
    expect(byId("idle")).toHaveTextContent("2 missed calls");
    expect(byId("idle")).toHaveTextContent("Ada Lovelace");
    await user.click(byId("missed-call-back"));
    expect(chat.invite).toHaveBeenCalledExactlyOnceWith(calling("ada", "audio"));
    await user.click(byId("show-missed"));
    expect(byId("recents-tab")).toHaveAttribute("aria-selected", "true");
    await redraw(aView({ recents: recents(), missed: 0 }));
    expect(byId("idle")).toHaveTextContent("Ready to ring");
  });

  it("says that somebody is calling while it rings", () => {
    drawMain(aView({ rings: [aRing()], missed: 1 }));
    expect(byId("idle")).toHaveTextContent("Someone is calling");
    expect(byId("idle")).toHaveTextContent("Answer in the window that rings.");
  });

  it("sends nobody to a window that the desktop keeps back", () => {
    drawMain(aView({ rings: [aRing()], ...onWayland }));
    expect(byId("idle")).toHaveTextContent("Answer above, or in the notification.");
  });
});
