/** Group calls: how it stands with each person, inviting more, and looking at something else. */
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { invitationData } from "../api/call-layer";
import { aGroup, anOpen, everyState, rungStates } from "../gallery/talk";
import { aCall, aView, anEnded, anOutgoing, lighthouse, rung } from "../gallery/views";
import { drawMain } from "../test/screen";
import { words } from "../words";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
const crowd = [rung("ada", "Ada Lovelace", "inCall"), rung("grace", "Grace Hopper", "ringing")];
const groupCall = aCall({ with: lighthouse, people: crowd, ringingInviteIDs: ["i1", "i2"] });
const groups = [aGroup()];

const rows = (testid: string) =>
  within(byId(testid))
    .getAllByRole("listitem")
    .map((row) => [row.dataset.state, row.textContent.replace(/\s+/g, " ").trim()]);

describe("each person of a group call", () => {
  it("has words of his own for every state", () => {
    expect(new Set(rungStates.map((state) => words.rung[state])).size).toBe(rungStates.length);
    drawMain(aView({ call: aCall({ with: lighthouse, people: everyState }) }));
    expect(rows("call").map(([state]) => state)).toEqual(rungStates);
    expect(rows("call")[2]).toEqual(["ringing", "C2 Chidi 2 Ringing…"]);
    expect(rows("call")[5]).toEqual(["busy", "A5 Alma 5 Busy"]);
  });

  it("is shown while it is placed", () => {
    const people = [rung("ada", "Ada Lovelace", "rejected"), crowd[1]!];
    drawMain(aView({ outgoing: anOutgoing({ with: lighthouse, people }) }));
    expect(within(byId("outgoing")).getByText("Lighthouse crew")).toBeVisible();
    expect(rows("outgoing")).toEqual([
      ["rejected", "AL Ada Lovelace Declined"],
      ["ringing", "GH Grace Hopper Ringing…"],
    ]);
  });

  it("is not listed in a call of two", () => {
    drawMain(aView({ call: aCall() }));
    expect(within(byId("call")).queryByRole("list")).toBeNull();
  });
});

describe("inviting more people", () => {
  it("rings members of the group who are not in the call, into the same call", async () => {
    const { chat } = drawMain(aView({ groups, call: groupCall }));
    await user.click(screen.getByRole("button", { name: "Add people" }));
    const offered = within(byId("invite-more-form")).getAllByRole("checkbox");
    expect(offered.map(({ dataset }) => dataset.testid)).toEqual(["pick-hedy", "pick-zoe"]);
    expect(screen.queryByTestId("pick-typed")).toBeNull();
    await user.click(byId("pick-hedy"));
    await user.click(byId("invite-more-do"));
    expect(chat.inviteInGroup).toHaveBeenCalledExactlyOnceWith({
      groupID: "lighthouse",
      inviteeList: ["hedy"],
      data: invitationData("video"),
      callID: "call-1",
    });
    expect(screen.queryByTestId("invite-more-form")).toBeNull();
  });

  it("offers somebody who declined or did not answer again", async () => {
    const people = [rung("ada", "Ada", "inCall"), rung("grace", "Grace", "rejected")];
    drawMain(aView({ groups, call: aCall({ with: lighthouse, people }) }));
    await user.click(byId("invite-more"));
    expect(byId("pick-grace")).toBeInTheDocument();
    expect(screen.queryByTestId("pick-ada")).toBeNull();
  });

  it("says when everybody is there already", async () => {
    const there = ["ada", "grace", "hedy", "zoe"].map((id) => rung(id, id, "inCall"));
    drawMain(aView({ groups, call: aCall({ with: lighthouse, people: there }) }));
    await user.click(byId("invite-more"));
    expect(byId("invite-more-form")).toHaveTextContent("Everyone is in the call already");
    expect(byId("invite-more-do")).toBeDisabled();
  });

  it("makes a call of two a larger one, one invitation each", async () => {
    const { chat } = drawMain(aView({ call: aCall() }));
    await user.click(byId("invite-more"));
    await user.click(byId("pick-grace"));
    await user.type(byId("pick-typed"), "yan");
    await user.click(byId("invite-more-do"));
    const asked = (userID: string) => [{ userID, data: invitationData("video"), callID: "call-1" }];
    expect(chat.invite.mock.calls).toEqual([asked("grace"), asked("yan")]);
  });

  it("keeps the choice when it is refused", async () => {
    const { chat } = drawMain(aView({ groups, call: groupCall }));
    chat.inviteInGroup.mockRejectedValue({ code: 10004, message: "Not a member.", data: null });
    await user.click(byId("invite-more"));
    await user.click(byId("pick-hedy"));
    await user.click(byId("invite-more-do"));
    expect(byId("problem")).toHaveTextContent("Not a member.");
    expect(byId("pick-hedy")).toBeChecked();
  });
});

it("stops ringing those who have not answered", async () => {
  const { chat, redraw } = drawMain(aView({ groups, call: groupCall }));
  await user.click(screen.getByRole("button", { name: "Stop ringing" }));
  expect(chat.cancel.mock.calls).toEqual([[{ inviteID: "i1" }], [{ inviteID: "i2" }]]);
  await redraw(aView({ call: { ...groupCall, ringingInviteIDs: [] } }));
  expect(screen.queryByTestId("stop-ringing")).toBeNull();
});

describe("a call that is put aside", () => {
  it("stays in sight as a bar, from where one returns or hangs up", async () => {
    const openConversation = anOpen();
    const { app, chat, redraw } = drawMain(aView({ call: aCall() }));
    expect(screen.queryByTestId("call-bar")).toBeNull();
    await user.click(byId("contact-open-ada"));
    expect(app.openConversation).toHaveBeenCalledOnce();
    await redraw(aView({ call: aCall(), openConversation }));
    expect(byId("conversation")).toBeVisible();
    expect(byId("call-bar")).toHaveTextContent("12:03");
    await user.click(byId("call-bar-hang-up"));
    expect(chat.hangUp).toHaveBeenCalledExactlyOnceWith({ callID: "call-1" });
    await user.click(byId("call-bar-return"));
    expect(byId("call")).toBeVisible();
    expect(screen.queryByTestId("call-bar")).toBeNull();
  });

  it("does not hide the next call", async () => {
    const openConversation = anOpen();
    const view = aView({ openConversation, call: aCall() });
    const { redraw } = drawMain(view, "chats", { aside: true });
    expect(byId("conversation")).toBeVisible();
    await redraw(aView({ openConversation }));
    await redraw(aView({ openConversation, outgoing: anOutgoing() }));
    expect(byId("outgoing")).toBeVisible();
  });

  it("can be cancelled while it rings", async () => {
    const view = aView({ openConversation: anOpen(), outgoing: anOutgoing() });
    const { chat } = drawMain(view, "chats", { aside: true });
    expect(byId("call-bar")).toHaveTextContent("Ringing…");
    await user.click(byId("call-bar-cancel"));
    expect(chat.cancel).toHaveBeenCalledExactlyOnceWith({ inviteID: "invite-2" });
  });

  it("tells its end beside the open conversation", async () => {
    const ended = anEnded("rejected", "outgoing");
    const { app } = drawMain(aView({ openConversation: anOpen(), ended }), "chats");
    expect(byId("conversation")).toBeVisible();
    expect(byId("call-bar")).toHaveTextContent("Declined");
    await user.click(byId("call-bar-close"));
    expect(app.dismissEnded).toHaveBeenCalledOnce();
  });
});

it("calls a whole group again from its ending", async () => {
  const ended = { ...anEnded("timedOut", "outgoing"), with: lighthouse };
  const { chat } = drawMain(aView({ groups, ended }));
  await user.click(byId("ended-again"));
  expect(chat.inviteInGroup).toHaveBeenCalledExactlyOnceWith({
    groupID: "lighthouse",
    inviteeList: ["ada", "grace", "hedy", "zoe"],
    data: invitationData("audio"),
  });
});
