/** PROTOCOL.md "Events": each one under its name in JavaScript, its fields to the letter. */
import { describe, expect, it, vi } from "vitest";
import { fakeBackend } from "../test/backend";
import { createChat } from "./chat";
import { EVENT, TSignaling, TYPES } from "./constants";
import type { EventName } from "./events";
import type { Events, GroupChanged, Invitation, WireMessage } from "./wire";

const invitation: Invitation = {
  inviteID: "i",
  rev: 1,
  callID: "i",
  inviter: "ada",
  groupID: "",
  inviteeList: ["maya"],
  data: "",
  timeout: 30,
  onlineUserOnly: false,
  remainingMs: 29_990,
  state: "live",
  invitees: [{ userID: "maya", state: "pending" }],
};
const of = { inviteID: "i", rev: 2, inviter: "ada", groupID: "" };
const answer = { ...of, invitee: "maya", data: "{}", deviceID: "phone", platform: "web" };

const plain: { [Name in keyof Events]?: [EventName, Events[Name]] } = {
  newInvitationReceived: ["newInvitationReceived", invitation],
  inviteeAccepted: ["ts_invitee_accepted", answer],
  inviteeRejected: ["ts_invitee_rejected", { ...answer, reason: "busy" }],
  invitationCancelled: ["ts_invitation_cancelled", { ...of, inviteeList: ["maya"], data: "x" }],
  invitationTimeout: [
    "ts_invitation_timeout",
    { ...of, inviteeList: ["maya"], isSelfTimeout: true },
  ],
  invitationModified: ["ts_invitation_modified", { inviteID: "i", rev: 2, data: "y" }],
  inviteeRinging: [
    "inviteeRinging",
    { inviteID: "i", rev: 2, invitee: "bob", deviceID: "d", platform: "linux" },
  ],
  callEnded: [
    "callEnded",
    { callID: "c", inviteID: "i", userID: "bob", durationMs: 5, reason: "hangUp", over: true },
  ],
  signalReceived: [
    "signalReceived",
    { callID: "c", from: { userID: "bob", deviceID: "d" }, opID: "o", data: "sdp" },
  ],
  groupChanged: [
    "groupChanged",
    { groupID: "team", change: "joined", userIDList: ["bob"], by: "ada" },
  ],
};

const message: WireMessage = {
  messageID: "m",
  conversationID: "C2Cada",
  seq: 12,
  from: "ada",
  to: "maya",
  timeMs: 1_795_359_723_456,
  type: "custom",
  payload: { data: "{}", description: "d" },
  call: { outcome: "answered", durationMs: 5 },
};

async function listening() {
  const { backend, ...fake } = fakeBackend();
  const chat = createChat(backend);
  await chat.start();
  return { chat, ...fake };
}

describe("what the server tells", () => {
  it.each(Object.entries(plain))("%s", async (method, [name, params]) => {
    const { chat, tellUnknown } = await listening();
    const [signaling, general] = [vi.fn(), vi.fn()];
    await chat.addSignalingListener(name, signaling);
    chat.on(name, general);
    tellUnknown({ method, params });
    expect(signaling.mock.calls).toEqual([[{ name, data: params }]]);
    expect(general.mock.calls).toEqual(signaling.mock.calls);
  });

  it("messageReceived is a list of messages as SDKs have them", async () => {
    const { chat, tell } = await listening();
    const heard = vi.fn();
    chat.on(EVENT.MESSAGE_RECEIVED, heard);
    tell("messageReceived", message);
    tell("messageReceived", {
      ...message,
      conversationID: "GROUPteam",
      from: "maya",
      to: undefined,
      groupID: "team",
      type: "text",
      payload: { text: "hi" },
    });
    const [first, second] = heard.mock.calls.map(([event]) => event.data);
    expect(first).toEqual([
      {
        ...message,
        ID: "m",
        conversationType: TYPES.CONV_C2C,
        flow: "in",
        time: 1_795_359_723,
        type: TYPES.MSG_CUSTOM,
        status: "success",
      },
    ]);
    expect(second[0]).toMatchObject({
      conversationType: TYPES.CONV_GROUP,
      to: "team",
      flow: "out",
      type: TYPES.MSG_TEXT,
    });
  });

  it("userStatusChanged is a list of statuses with their numbers", async () => {
    const { chat, tell } = await listening();
    const heard = vi.fn();
    chat.on(EVENT.USER_STATUS_UPDATED, heard);
    for (const status of ["online", "inCall", "offline"] as const) {
      tell("userStatusChanged", { userID: "ada", status });
    }
    expect(heard.mock.calls.map(([event]) => event.data)).toEqual([
      [{ userID: "ada", status: "online", statusType: TYPES.USER_STATUS_ONLINE }],
      [{ userID: "ada", status: "inCall", statusType: TYPES.USER_STATUS_ONLINE }],
      [{ userID: "ada", status: "offline", statusType: TYPES.USER_STATUS_OFFLINE }],
    ]);
  });
});

describe("lists that changed", () => {
  const conversations = [
    { conversationID: "C2Cada", unreadCount: 2, lastMessage: message },
    { conversationID: "GROUPteam", unreadCount: 1, lastMessage: null },
  ];
  const group = {
    groupID: "team",
    name: "Team",
    owner: "ada",
    joinOption: "free",
    memberCount: 3,
  };

  it("are not read while nobody listens", async () => {
    const { tell, request } = await listening();
    tell("messageReceived", message);
    tell("groupChanged", { groupID: "team", change: "created", userIDList: [], by: "ada" });
    expect(request).not.toHaveBeenCalled();
  });

  it("conversations and the number of unread messages follow a message", async () => {
    const { chat, tell, request } = await listening();
    request.mockResolvedValue({ conversations });
    const [list, unread] = [vi.fn(), vi.fn()];
    chat.on(EVENT.CONVERSATION_LIST_UPDATED, list);
    chat.on(EVENT.TOTAL_UNREAD_MESSAGE_COUNT_UPDATED, unread);
    tell("messageReceived", message);
    await vi.waitFor(() => expect(unread).toHaveBeenCalledOnce());
    expect(unread.mock.calls[0]?.[0].data).toBe(3);
    expect(list.mock.calls[0]?.[0].data).toMatchObject([
      { conversationID: "C2Cada", type: "C2C", unreadCount: 2, lastMessage: { ID: "m" } },
      { conversationID: "GROUPteam", type: "GROUP", unreadCount: 1, lastMessage: null },
    ]);
  });

  it("many changes while a list is read are one more reading", async () => {
    const { chat, tell, request } = await listening();
    const answers: ((result: object) => void)[] = [];
    request.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
    const list = vi.fn();
    chat.on(EVENT.CONVERSATION_LIST_UPDATED, list);
    for (let n = 0; n < 5; n++) tell("messageReceived", message);
    expect(request).toHaveBeenCalledOnce();
    answers[0]?.({ conversations: [] });
    await vi.waitFor(() => expect(request).toHaveBeenCalledTimes(2));
    answers[1]?.({ conversations });
    await vi.waitFor(() => expect(list).toHaveBeenCalledTimes(2));
    expect(request).toHaveBeenCalledTimes(2);
  });

  it("groups follow a change, also after one that could not be read", async () => {
    const warned = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { chat, tell, request } = await listening();
    const list = vi.fn();
    chat.on(EVENT.GROUP_LIST_UPDATED, list);
    const change: GroupChanged = { groupID: "team", change: "created", userIDList: [], by: "ada" };
    request.mockRejectedValueOnce({ code: 6200, message: "No network.", data: null });
    tell("groupChanged", change);
    await vi.waitFor(() => expect(warned).toHaveBeenCalledOnce());
    request.mockResolvedValue({ groupList: [group] });
    await vi.waitFor(() => {
      tell("groupChanged", change);
      expect(list).toHaveBeenCalled();
    });
    expect(list.mock.calls[0]?.[0].data).toEqual([
      {
        groupID: "team",
        name: "Team",
        type: TYPES.GRP_MEETING,
        ownerID: "ada",
        joinOption: TYPES.JOIN_OPTIONS_FREE_ACCESS,
        memberCount: 3,
      },
    ]);
  });

  it("blocked users follow one's own change", async () => {
    const { chat, request } = await listening();
    request.mockImplementation((method) =>
      Promise.resolve(method === "getBlacklist" ? { userIDList: ["bob", "eve"] } : {}),
    );
    const list = vi.fn();
    chat.on(EVENT.BLACKLIST_UPDATED, list);
    await chat.addToBlacklist({ userIDList: ["eve"] });
    await vi.waitFor(() => expect(list).toHaveBeenCalledOnce());
    expect(list.mock.calls[0]?.[0].data).toEqual(["bob", "eve"]);
  });
});

it("the constants of the signaling API are those of PROTOCOL.md", () => {
  expect(TSignaling).toEqual({
    NEW_INVITATION_RECEIVED: "newInvitationReceived",
    INVITEE_ACCEPTED: "ts_invitee_accepted",
    INVITEE_REJECTED: "ts_invitee_rejected",
    INVITATION_CANCELLED: "ts_invitation_cancelled",
    INVITATION_TIMEOUT: "ts_invitation_timeout",
    INVITATION_MODIFIED: "ts_invitation_modified",
    ACTION_TYPE_UNKNOWN: 0,
    ACTION_TYPE_INVITE: 1,
    ACTION_TYPE_CANCEL_INVITE: 2,
    ACTION_TYPE_ACCEPT_INVITE: 3,
    ACTION_TYPE_REJECT_INVITE: 4,
    ACTION_TYPE_INVITE_TIMEOUT: 5,
  });
});
