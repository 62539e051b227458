/** Groups: the list, the page of one, and what each control asks for. */
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { invitationData } from "../api/call-layer";
import type { GroupView } from "../bindings/GroupView";
import { aGroup, aGroupCall } from "../gallery/talk";
import { aCall, aView, hostileName, rung } from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
const page = { kind: "group", groupID: "lighthouse" } as const;
const drawPage = (group: GroupView, change = {}) =>
  drawMain(aView({ groups: [group], ...change }), "groups", { page });
const everyone = ["ada", "grace", "hedy", "zoe"];

describe("the list of groups", () => {
  it("says how many members each has, or that a call is in progress", () => {
    const calling = aGroup({ groupID: "b", name: "Band", calls: [aGroupCall()] });
    drawMain(aView({ groups: [aGroup(), calling] }), "groups");
    expect(byId("group-lighthouse")).toHaveTextContent("Lighthouse crew 5 members");
    expect(byId("group-b")).toHaveTextContent("Band Call in progress");
  });

  it("has words for an empty list", () => {
    drawMain(aView(), "groups");
    expect(screen.getByText("No groups yet")).toBeVisible();
  });

  it("opens a group's page, and goes back", async () => {
    drawMain(aView({ groups: [aGroup()] }), "groups");
    await user.click(byId("group-lighthouse"));
    expect(byId("group-page")).toBeVisible();
    expect(byId("group-lighthouse")).toHaveAttribute("aria-current", "true");
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(screen.queryByTestId("group-page")).toBeNull();
  });

  it("joins by ID, and keeps the ID when that is refused", async () => {
    const { chat } = drawMain(aView(), "groups");
    const refusal = { code: 10007, message: "Only members can add you.", data: null };
    chat.joinGroup.mockRejectedValueOnce(refusal);
    await user.click(byId("group-join"));
    expect(byId("join-do")).toBeDisabled();
    await user.type(byId("join-id"), " harbour ");
    await user.click(byId("join-do"));
    expect(byId("problem")).toHaveTextContent("Only members can add you.");
    expect(byId("join-id")).toHaveValue(" harbour ");
    await user.click(byId("join-do"));
    expect(chat.joinGroup.mock.calls).toEqual([[{ groupID: "harbour" }], [{ groupID: "harbour" }]]);
    expect(screen.queryByTestId("join-id")).toBeNull();
  });
});

describe("a new group", () => {
  it("is made with its name, members and who can join, and then shown", async () => {
    const { chat, redraw } = drawMain(aView(), "groups");
    const group = { groupID: "made", name: "Crew" };
    chat.createGroup.mockResolvedValue({ code: 0, data: { group } } as never);
    await user.click(byId("group-new"));
    expect(byId("new-group-do")).toBeDisabled();
    await user.type(byId("new-group-name"), " Crew ");
    await user.click(byId("pick-grace"));
    await user.click(byId("pick-ada"));
    await user.click(byId("pick-grace"));
    await user.type(byId("pick-typed"), "zoe, ada yan");
    expect(screen.getByText("· 3 chosen")).toBeVisible();
    await user.click(screen.getByRole("radio", { name: "Everyone who knows the ID" }));
    await user.click(byId("new-group-do"));
    expect(chat.createGroup).toHaveBeenCalledExactlyOnceWith({
      name: "Crew",
      memberList: ["ada", "zoe", "yan"],
      joinOption: "free",
    });
    await redraw(aView({ groups: [aGroup({ groupID: "made", name: "Crew" })] }));
    expect(within(byId("group-page")).getByText("Crew")).toBeVisible();
  });

  it("can have an ID of its own, and stays when it is refused", async () => {
    const { chat } = drawMain(aView(), "groups", { page: { kind: "newGroup" } });
    chat.createGroup.mockRejectedValue({ code: 6017, message: "It is taken.", data: null });
    await user.type(byId("new-group-name"), "Crew");
    await user.type(byId("new-group-id"), "crew");
    await user.click(byId("new-group-do"));
    expect(chat.createGroup).toHaveBeenCalledExactlyOnceWith({
      name: "Crew",
      memberList: [],
      joinOption: "inviteOnly",
      groupID: "crew",
    });
    expect(byId("problem")).toHaveTextContent("It is taken.");
    expect(byId("new-group-id")).toHaveValue("crew");
  });
});

describe("the page of a group", () => {
  it("shows the members with presence, the owner and this user marked", () => {
    drawPage(aGroup());
    const texts = ["ada", "maya", "grace", "hedy", "zoe"].map((id) =>
      byId(`member-${id}`).textContent.replace(/\s+/g, " ").trim(),
    );
    expect(texts).toEqual([
      "AL Ada Lovelace Online Owner",
      "M maya You",
      "GH Grace Hopper In a call",
      "HL Hedy Lamarr Offline",
      "Z zoe Blocked",
    ]);
    expect(screen.queryByTestId("member-menu-maya")).toBeNull();
  });

  it("calls everyone else, with audio or video", async () => {
    const { chat } = drawPage(aGroup());
    await user.click(screen.getByRole("button", { name: "Call everyone" }));
    await user.click(screen.getByRole("button", { name: "Video call everyone" }));
    const asked = (mediaType: "audio" | "video") => [
      { groupID: "lighthouse", inviteeList: everyone, data: invitationData(mediaType) },
    ];
    expect(chat.inviteInGroup.mock.calls).toEqual([asked("audio"), asked("video")]);
  });

  it("calls only those who are chosen", async () => {
    const { chat } = drawPage(aGroup());
    await user.click(byId("group-choose"));
    expect(byId("choice-call-audio")).toBeDisabled();
    await user.click(byId("pick-hedy"));
    await user.click(byId("pick-ada"));
    await user.click(byId("choice-call-video"));
    expect(chat.inviteInGroup).toHaveBeenCalledExactlyOnceWith({
      groupID: "lighthouse",
      inviteeList: ["hedy", "ada"],
      data: invitationData("video"),
    });
  });

  it("offers no call beside another one", () => {
    drawMain(aView({ groups: [aGroup()], call: aCall() }), "groups", { page });
    expect(byId("group-call-audio")).toBeDisabled();
    expect(byId("group-choose")).toBeDisabled();
  });

  it("opens the messages of the group and of a member", async () => {
    const { app } = drawPage(aGroup());
    await user.click(byId("member-menu-grace"));
    await user.click(screen.getByRole("menuitem", { name: "Message" }));
    expect(app.openConversation).toHaveBeenLastCalledWith({ conversationID: "C2Cgrace" });
    expect(screen.queryByTestId("group-page")).toBeNull();
    await user.click(byId("group-lighthouse"));
    await user.click(byId("group-messages"));
    expect(app.openConversation).toHaveBeenLastCalledWith({ conversationID: "GROUPlighthouse" });
  });

  it("adds members from the contacts who are none yet, and by user ID", async () => {
    const { chat } = drawPage(aGroup());
    await user.click(byId("members-add"));
    expect(screen.queryByTestId("pick-ada")).toBeNull();
    await user.click(byId("pick-layla"));
    await user.type(byId("pick-typed"), "yan");
    await user.click(byId("members-add-do"));
    expect(chat.addGroupMember).toHaveBeenCalledExactlyOnceWith({
      groupID: "lighthouse",
      userIDList: ["layla", "yan"],
    });
    expect(screen.queryByTestId("members-add-do")).toBeNull();
  });

  it("lets the owner alone take members out", async () => {
    const { chat, redraw } = drawPage(aGroup());
    await user.click(byId("member-menu-grace"));
    expect(screen.queryByRole("menuitem", { name: "Remove from group" })).toBeNull();
    await user.keyboard("{Escape}");
    await redraw(aView({ groups: [aGroup({ role: "owner" })] }));
    await user.click(byId("member-menu-grace"));
    await user.click(screen.getByRole("menuitem", { name: "Remove from group" }));
    expect(chat.deleteGroupMember).toHaveBeenCalledExactlyOnceWith({
      groupID: "lighthouse",
      userIDList: ["grace"],
    });
  });

  it("asks before a member leaves, with the keyboard on what can be undone", async () => {
    const { chat } = drawPage(aGroup());
    expect(screen.queryByTestId("group-dismiss")).toBeNull();
    await user.click(byId("group-leave"));
    expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(byId("group-leave")).toHaveFocus();
    expect(chat.quitGroup).not.toHaveBeenCalled();
    await user.click(byId("group-leave"));
    await user.click(byId("group-leave-do"));
    expect(chat.quitGroup).toHaveBeenCalledExactlyOnceWith({ groupID: "lighthouse" });
    expect(screen.queryByTestId("group-page")).toBeNull();
  });

  it("lets the owner delete it, and stays when that is refused", async () => {
    const { chat } = drawPage(aGroup({ role: "owner" }));
    expect(screen.queryByTestId("group-leave")).toBeNull();
    chat.dismissGroup.mockRejectedValue({ code: 9508, message: "Not connected.", data: null });
    await user.click(byId("group-dismiss"));
    await user.click(byId("group-dismiss-do"));
    expect(chat.dismissGroup).toHaveBeenCalledExactlyOnceWith({ groupID: "lighthouse" });
    expect(byId("problem")).toHaveTextContent("Not connected.");
    expect(byId("group-page")).toBeVisible();
  });

  it("says when the group is gone", async () => {
    const { redraw } = drawPage(aGroup());
    await redraw(aView());
    expect(byId("group-page")).toHaveTextContent("This group does not exist any more");
  });

  it("shows hostile names as bounded text", () => {
    const [owner] = aGroup().members;
    drawPage(aGroup({ name: hostileName, members: [{ ...owner!, name: hostileName }] }));
    expect(document.querySelector("img, b")).toBeNull();
    for (const name of screen.getAllByText(/onerror/)) {
      expect(name.textContent.length).toBeLessThan(130);
      expect(name).toHaveAttribute("dir", "auto");
    }
  });
});

/** SIGNALING §3, column D: a member who was not invited sees a call in the group, and is not rung. */
describe("a call that others have in the group", () => {
  it("shows who is in it and who is rung, and offers no answer", () => {
    drawPage(aGroup({ calls: [aGroupCall()] }));
    const card = screen.getByRole("region", { name: "Call in progress in this group" });
    expect(card).toHaveTextContent("Audio call · You are not in it");
    const states = ["ada", "grace", "hedy"].map(
      (id) => within(card).getByTestId(`rung-${id}`).dataset.state,
    );
    expect(states).toEqual(["inCall", "ringing", "timedOut"]);
    expect(within(card).getByText("In the call")).toBeInTheDocument();
    expect(within(card).queryByRole("button")).toBeNull();
  });

  it("tells of this user's own other device", () => {
    const people = [rung("maya", "maya", "inCall"), rung("ada", "Ada", "inCall")];
    drawPage(aGroup({ calls: [aGroupCall({ place: "elsewhere", people })] }));
    expect(byId("group-call")).toHaveTextContent("You are in it on another device");
  });
});
