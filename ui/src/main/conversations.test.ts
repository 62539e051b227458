/** Conversations: the list, the open one, and writing in it. */
import { fireEvent, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { invitationData } from "../api/call-layer";
import {
  aCallEntry,
  aConversation,
  aGroup,
  aGroupCall,
  anEntry,
  anOpen,
  anOpenGroup,
  conversations,
  maya,
} from "../gallery/talk";
import { aCall, aView, hostileName } from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
const drawOpen = (change = {}, view = {}) =>
  drawMain(aView({ openConversation: anOpen(change), ...view }), "chats");
const plain = (element: Element) => element.textContent.replace(/\s+/g, " ").trim();

describe("the list of conversations", () => {
  it("shows each newest entry in words, and how many are unread", () => {
    drawMain(aView({ conversations: conversations(), unread: 155 }), "chats");
    const previews = ["C2Cada", "GROUPlighthouse", "C2Cgrace", "C2Chedy", "C2Cnew"].map((id) =>
      plain(byId(`chat-${id}`).querySelector(".preview")!),
    );
    expect(previews).toEqual([
      "The ferry leaves at 7.",
      "Grace Hopper: She is on the island today, as far as I know.",
      "Incoming: Missed call",
      "Outgoing: Audio call · 12:03",
      "Nothing yet",
    ]);
    const unread = ["C2Cada", "GROUPlighthouse", "C2Chedy", "C2Cx"].map(
      (id) => byId(`chat-${id}`).dataset.unread,
    );
    expect(unread).toEqual(["2", "12", "0", "140"]);
    expect(within(byId("chat-C2Cada")).getByText("2 unread")).toBeInTheDocument();
    expect(within(byId("chat-C2Cx")).getByText("99+")).toBeVisible();
  });

  it("marks what one wrote oneself", () => {
    const last = anEntry({ kind: "text", text: "On my way" }, { from: maya, own: true });
    drawMain(aView({ conversations: [aConversation({ last })] }), "chats");
    expect(plain(byId("chat-C2Cada").querySelector(".preview")!)).toBe("You: On my way");
  });

  it("is counted on its tab", async () => {
    const { redraw } = drawMain(aView({ unread: 3 }));
    expect(screen.getByRole("tab", { name: "Chats, 3 unread" })).toBeVisible();
    await redraw(aView());
    expect(screen.getByRole("tab", { name: "Chats" })).toBeVisible();
  });

  it("opens the one that is pressed", async () => {
    const { app, redraw } = drawMain(aView({ conversations: conversations() }), "chats");
    await user.click(byId("chat-C2Cgrace"));
    expect(app.openConversation).toHaveBeenCalledExactlyOnceWith({ conversationID: "C2Cgrace" });
    const openConversation = anOpen({ conversationID: "C2Cgrace" });
    await redraw(aView({ conversations: conversations(), openConversation }));
    expect(byId("chat-C2Cgrace")).toHaveAttribute("aria-current", "true");
  });

  it("has words for an empty list", () => {
    drawMain(aView(), "chats");
    expect(screen.getByText("No conversations yet")).toBeVisible();
  });
});

describe("the open conversation", () => {
  it("shows entries under their days, with calls in words", () => {
    const today = Date.now();
    const unanswered = { durationMs: null, answeredBy: null };
    drawOpen({
      entries: [
        anEntry({ kind: "text", text: "Hello" }, { atMs: today - 2 * 86_400_000 }),
        anEntry(
          aCallEntry({ ...unanswered, direction: "incoming", ending: "timedOut", missed: true }),
          { atMs: today - 86_400_000 },
        ),
        anEntry(aCallEntry({ ...unanswered, ending: "busy" }), { own: true, atMs: today }),
        anEntry(aCallEntry({ mediaType: "video" }), { own: true, atMs: today }),
        anEntry({ kind: "hungUp", durationMs: 95_000 }, { atMs: today }),
        anEntry({ kind: "custom", description: null }, { atMs: today }),
      ],
    });
    const log = screen.getByRole("log");
    const days = within(log).getAllByRole("heading");
    expect(days.map(plain).slice(1)).toEqual(["Yesterday", "Today"]);
    const bubbles = screen
      .getAllByTestId("entry")
      .map((entry) => plain(entry.querySelector(".bubble > :first-child")!));
    expect(bubbles).toEqual([
      "Hello",
      "Missed call Incoming. Incoming",
      "Audio call Outgoing. Busy",
      "Video call Outgoing. 12:03",
      "Call 1:35",
      "Message for another program",
    ]);
  });

  it("names who wrote, in a group at the beginning of each run", () => {
    drawMain(aView({ groups: [aGroup()], openConversation: anOpenGroup() }), "chats");
    const authors = screen.getAllByTestId("entry").map((entry) => plain(entry).split(" ")[0]);
    expect(authors).toEqual(["Ada", "Grace", "Grace", "You:", "You:", "ليلى"]);
    expect(document.querySelectorAll(".author")).toHaveLength(3);
  });

  it("calls again from a call, unless another call is on", async () => {
    const entries = [anEntry(aCallEntry({ mediaType: "video" }), { own: true })];
    const { chat, redraw } = drawOpen({ entries });
    await user.click(screen.getByRole("button", { name: "Call again" }));
    expect(chat.invite).toHaveBeenCalledExactlyOnceWith({
      userID: "ada",
      data: invitationData("video"),
    });
    await redraw(aView({ openConversation: anOpen({ entries }), rings: [] }));
    expect(byId("entry-call")).toBeEnabled();
  });

  it("reads older entries when asked, and says while it reads", async () => {
    const { app, redraw } = drawOpen({ hasOlder: true });
    await user.click(screen.getByRole("button", { name: "Show earlier" }));
    expect(app.readOlder).toHaveBeenCalledOnce();
    await redraw(aView({ openConversation: anOpen({ hasOlder: true, loading: true }) }));
    expect(screen.queryByTestId("older")).toBeNull();
    expect(screen.getByText("Reading…")).toBeVisible();
  });

  it("is put away with Back and with Escape", async () => {
    const { app } = drawOpen();
    await user.click(screen.getByRole("button", { name: "Back" }));
    byId("write").focus();
    await user.keyboard("{Escape}");
    expect(app.closeConversation).toHaveBeenCalledTimes(2);
  });

  it("calls the person, or everybody in the group", async () => {
    const { chat, redraw } = drawOpen();
    await user.click(byId("conversation-call-audio"));
    expect(chat.invite).toHaveBeenCalledOnce();
    await redraw(aView({ groups: [aGroup()], openConversation: anOpenGroup() }));
    await user.click(byId("conversation-call-video"));
    expect(chat.inviteInGroup.mock.calls[0]?.[0].inviteeList).toEqual([
      "ada",
      "grace",
      "hedy",
      "zoe",
    ]);
    await redraw(aView({ openConversation: anOpen(), call: aCall() }));
    expect(screen.queryByTestId("conversation")).toBeNull();
  });

  it("blocks and unblocks, and takes no message to somebody blocked", async () => {
    const { chat, redraw } = drawOpen();
    await user.click(byId("conversation-menu"));
    await user.click(screen.getByRole("menuitem", { name: "Block" }));
    expect(chat.addToBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["ada"] });
    await redraw(aView({ openConversation: anOpen({ blocked: true }) }));
    expect(screen.queryByTestId("write")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Unblock" }));
    expect(chat.removeFromBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["ada"] });
  });

  it("adds a stranger to the contacts", async () => {
    const { app } = drawOpen({}, { contacts: [] });
    await user.click(byId("conversation-menu"));
    await user.click(screen.getByRole("menuitem", { name: "Add to contacts" }));
    expect(app.addContact).toHaveBeenCalledExactlyOnceWith({ userID: "ada", name: "Ada Lovelace" });
  });

  it("shows a call that others have in the group, and not twice the one that is here", async () => {
    const open = (place: "here" | "others") =>
      aView({
        groups: [aGroup({ calls: [aGroupCall({ place })] })],
        openConversation: anOpenGroup(),
      });
    const { redraw } = drawMain(open("others"), "chats");
    expect(byId("group-call")).toHaveTextContent("Call in progress");
    await redraw(open("here"));
    expect(screen.queryByTestId("group-call")).toBeNull();
  });

  it("says when one is no member any more", () => {
    drawMain(aView({ openConversation: anOpenGroup() }), "chats");
    expect(screen.queryByTestId("write")).toBeNull();
    expect(screen.getByText("You are not in this group any more.")).toBeVisible();
  });

  it("shows hostile text as text, whole and in its own direction", () => {
    const entries = [anEntry({ kind: "text", text: hostileName })];
    drawOpen({ entries });
    const text = screen.getByText(/onerror/);
    expect(text).toHaveAttribute("dir", "auto");
    expect(text.textContent).not.toMatch(/[\u202A-\u202E\u0007]/);
    expect(text.textContent.length).toBeGreaterThan(10_000);
    expect(document.querySelector("img, b")).toBeNull();
  });
});

describe("writing", () => {
  const sent = (text: string) => [{ userID: "ada", type: "text", payload: { text } }];

  it("sends with Enter and with the button, trimmed, and begins a line with Shift+Enter", async () => {
    const { chat } = drawOpen();
    chat.sendMessage.mockResolvedValue({} as never);
    expect(byId("write")).toHaveFocus();
    expect(byId("send")).toBeDisabled();
    await user.keyboard("  one{Shift>}{Enter}{/Shift}two {Enter}");
    await user.keyboard("three");
    await user.click(byId("send"));
    expect(chat.sendMessage.mock.calls).toEqual([sent("one\ntwo"), sent("three")]);
    expect(byId("write")).toHaveValue("");
  });

  it("sends nothing while an input method composes, and nothing that is empty", async () => {
    const { chat } = drawOpen();
    await user.type(byId("write"), "に");
    await fireEvent.keyDown(byId("write"), { key: "Enter", isComposing: true });
    await user.clear(byId("write"));
    await user.keyboard("  {Enter}");
    expect(chat.sendMessage).not.toHaveBeenCalled();
  });

  it("keeps what was written when it is refused", async () => {
    const { chat } = drawOpen();
    chat.sendMessage.mockRejectedValue({ code: 20007, message: "They blocked you.", data: null });
    await user.type(byId("write"), "Hello?{Enter}");
    expect(byId("problem")).toHaveTextContent("They blocked you.");
    expect(byId("write")).toHaveValue("Hello?");
  });

  it("goes to the group in a conversation of one", async () => {
    const view = aView({ groups: [aGroup()], openConversation: anOpenGroup() });
    const { chat } = drawMain(view, "chats");
    chat.sendMessage.mockResolvedValue({} as never);
    await user.type(byId("write"), "Ahoy{Enter}");
    expect(chat.sendMessage).toHaveBeenCalledExactlyOnceWith({
      groupID: "lighthouse",
      type: "text",
      payload: { text: "Ahoy" },
    });
  });

  it("keeps a draft for each conversation, also through a call", async () => {
    const { redraw } = drawOpen();
    await user.type(byId("write"), "half a sent");
    const other = anOpen({ conversationID: "C2Cgrace", with: { ...anOpen().with } });
    await redraw(aView({ openConversation: other }));
    expect(byId("write")).toHaveValue("");
    await redraw(aView({ openConversation: anOpen(), call: aCall() }));
    expect(screen.queryByTestId("write")).toBeNull();
    await redraw(aView({ openConversation: anOpen() }));
    expect(byId("write")).toHaveValue("half a sent");
  });
});

describe("the keyboard", () => {
  it("goes to the list when the conversation is closed, and to a call that takes its place", async () => {
    const { redraw } = drawOpen();
    expect(byId("write")).toHaveFocus();
    await redraw(aView({ openConversation: anOpen(), call: aCall() }));
    await vi.waitFor(() => expect(document.activeElement).toContainElement(byId("call")));
    await redraw(aView({ openConversation: anOpen() }));
    expect(byId("write")).toHaveFocus();
    await redraw(aView());
    await vi.waitFor(() => expect(screen.getByRole("tabpanel")).toHaveFocus());
  });

  it("closes the conversation with Escape only from within it", async () => {
    const { app } = drawOpen();
    byId("chats-tab").focus();
    await user.keyboard("{Escape}");
    expect(app.closeConversation).not.toHaveBeenCalled();
  });

  it("is left alone where it is at something else", async () => {
    const { redraw } = drawOpen();
    byId("settings-tab").focus();
    await redraw(aView());
    expect(byId("settings-tab")).toHaveFocus();
  });
});
