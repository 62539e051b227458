/** PROTOCOL.md "Requests" and "The JavaScript surface", SIGNALING §2: what each operation asks and resolves with. */
import { beforeEach, describe, expect, it } from "vitest";
import { fakeBackend } from "../test/backend";
import { createChat, type Chat } from "./chat";
import { TYPES } from "./constants";
import type { WireMessage } from "./wire";

const message: WireMessage = {
  messageID: "m",
  conversationID: "C2Cada",
  seq: 12,
  from: "maya",
  to: "ada",
  timeMs: 1_795_359_723_456,
  type: "text",
  payload: { text: "hi" },
};
const shown = {
  ...message,
  ID: "m",
  conversationType: "C2C",
  flow: "out",
  time: 1_795_359_723,
  type: TYPES.MSG_TEXT,
  status: "success",
};
const group = {
  groupID: "team",
  name: "Team",
  owner: "maya",
  joinOption: "inviteOnly",
  memberCount: 2,
};
const shownGroup = {
  groupID: "team",
  name: "Team",
  ownerID: "maya",
  type: TYPES.GRP_WORK,
  joinOption: TYPES.JOIN_OPTIONS_DISABLE_APPLY,
  memberCount: 2,
};
const profile = { userID: "maya", nick: "Maya", avatar: "" };
const users = { userIDList: ["ada", "bob"] };
const statusList = [{ userID: "ada", status: "inCall" }];
const statuses = {
  successUserList: [{ userID: "ada", status: "inCall", statusType: 1 }],
  failureUserList: [],
};
const conversation = { conversationID: "C2Cada", unreadCount: 1, lastMessage: message };

let chat: Chat;
let request: ReturnType<typeof fakeBackend>["request"];

beforeEach(async () => {
  const fake = fakeBackend();
  request = fake.request;
  chat = createChat(fake.backend);
  await chat.start();
});

/** An operation, what the backend is asked, what it answers, and what the operation resolves with. */
type Row = [title: string, () => Promise<unknown>, string, object, object, object];

const invite = { userID: "ada", data: "{}", timeout: 0, onlineUserOnly: true, callID: "c" };
const ring = { groupID: "team", inviteeList: ["ada", "bob"], offlinePushInfo: { title: "t" } };
const inviteID = "i";
const withMessage = { code: 0, inviteID, data: { message: shown } };
const without = { code: 0, inviteID, data: {} };
const answer = { inviteID, data: "x", reason: "busy" };

const rows: Row[] = [
  ["invite", () => chat.invite(invite), "invite", invite, { inviteID, message }, withMessage],
  [
    "inviteInGroup",
    () => chat.inviteInGroup(ring),
    "inviteInGroup",
    ring,
    { inviteID, remainingMs: 30_000 },
    without,
  ],
  ["cancel", () => chat.cancel({ inviteID }), "cancel", { inviteID }, { inviteID }, without],
  ["cancel by ID", () => chat.cancel("i"), "cancel", { inviteID }, { inviteID }, without],
  ["accept", () => chat.accept(answer), "accept", answer, { inviteID, message }, withMessage],
  ["accept by ID", () => chat.accept("i"), "accept", { inviteID }, { inviteID }, without],
  ["reject", () => chat.reject(answer), "reject", answer, { inviteID, message }, withMessage],
  [
    "modifyInvitation",
    () => chat.modifyInvitation({ inviteID, data: "y" }),
    "modifyInvitation",
    { inviteID, data: "y" },
    { inviteID },
    without,
  ],
  [
    "addInvitedSignaling",
    () => chat.addInvitedSignaling({ inviteID, inviter: "ada" }),
    "addInvitedSignaling",
    { signaling: { inviteID, inviter: "ada" } },
    {},
    { code: 0, data: {} },
  ],
  [
    "getInvitation",
    () => chat.getInvitation("i"),
    "getInvitation",
    { inviteID },
    { inviteID, rev: 1 },
    { code: 0, data: { inviteID, rev: 1 } },
  ],
  [
    "getCall",
    () => chat.getCall({ callID: "c" }),
    "getCall",
    { callID: "c" },
    { callID: "c" },
    { code: 0, data: { callID: "c" } },
  ],
  [
    "hangUp",
    () => chat.hangUp({ callID: "c", reason: "done" }),
    "hangUp",
    { callID: "c", reason: "done" },
    { callID: "c", durationMs: 7 },
    { code: 0, data: { callID: "c", durationMs: 7 } },
  ],
  [
    "sendSignal",
    () => chat.sendSignal({ callID: "c", data: "sdp", to: { userID: "ada" } }),
    "sendSignal",
    { callID: "c", data: "sdp", to: { userID: "ada" } },
    {},
    { code: 0, data: {} },
  ],
  [
    "sendMessage in the protocol's words",
    () => chat.sendMessage({ userID: "ada", type: "text", payload: { text: "hi" } }),
    "sendMessage",
    { userID: "ada", type: "text", payload: { text: "hi" } },
    { message },
    { code: 0, data: { message: shown } },
  ],
  [
    "getMessageList",
    () => chat.getMessageList({ conversationID: "C2Cada", count: 2 }),
    "getMessageList",
    { conversationID: "C2Cada", before: undefined, limit: 2 },
    { messages: [message, { ...message, messageID: "l", seq: 9 }], isCompleted: false },
    {
      code: 0,
      data: {
        messageList: [{ ...shown, ID: "l", messageID: "l", seq: 9 }, shown],
        nextReqMessageID: "9",
        isCompleted: false,
      },
    },
  ],
  [
    "getMessageList, the page before",
    () => chat.getMessageList({ conversationID: "C2Cada", nextReqMessageID: "9", limit: 5 }),
    "getMessageList",
    { conversationID: "C2Cada", before: 9, limit: 5 },
    { messages: [], isCompleted: true },
    { code: 0, data: { messageList: [], nextReqMessageID: "", isCompleted: true } },
  ],
  [
    "getMessageList with a page that is none",
    () => chat.getMessageList({ conversationID: "C2Cada", nextReqMessageID: "x" }),
    "getMessageList",
    { conversationID: "C2Cada", before: "x", limit: undefined },
    { messages: [], isCompleted: true },
    { code: 0, data: { messageList: [], nextReqMessageID: "", isCompleted: true } },
  ],
  [
    "getConversationList",
    () => chat.getConversationList(),
    "getConversationList",
    {},
    { conversations: [conversation] },
    {
      code: 0,
      data: {
        conversationList: [{ ...conversation, type: "C2C", lastMessage: shown }],
        isSyncCompleted: true,
      },
    },
  ],
  [
    "setMessageRead",
    () => chat.setMessageRead("C2Cada"),
    "setMessageRead",
    { conversationID: "C2Cada" },
    {},
    { code: 0, data: {} },
  ],
  [
    "createGroup",
    () => chat.createGroup({ name: "Team", groupID: "team", memberList: [{ userID: "ada" }] }),
    "createGroup",
    { name: "Team", groupID: "team", memberList: [{ userID: "ada" }], joinOption: undefined },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "createGroup with an SDK's words",
    () =>
      chat.createGroup({
        name: "Team",
        type: TYPES.GRP_PUBLIC,
        joinOption: TYPES.JOIN_OPTIONS_FREE_ACCESS,
      }),
    "createGroup",
    { name: "Team", joinOption: "free" },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "createGroup of a meeting",
    () => chat.createGroup({ name: "Team", type: TYPES.GRP_MEETING }),
    "createGroup",
    { name: "Team", joinOption: "free" },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "createGroup with a join option that is not known here",
    () => chat.createGroup({ name: "Team", joinOption: "NeedPermission" }),
    "createGroup",
    { name: "Team", joinOption: "NeedPermission" },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "dismissGroup",
    () => chat.dismissGroup("team"),
    "dismissGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { groupID: "team" } },
  ],
  [
    "joinGroup",
    () => chat.joinGroup({ groupID: "team" }),
    "joinGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { status: TYPES.JOIN_STATUS_SUCCESS, groupID: "team" } },
  ],
  [
    "quitGroup",
    () => chat.quitGroup("team"),
    "quitGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { groupID: "team" } },
  ],
  [
    "addGroupMember",
    () => chat.addGroupMember({ groupID: "team", ...users }),
    "addGroupMember",
    { groupID: "team", ...users },
    {},
    { code: 0, data: { successUserIDList: users.userIDList, failureUserIDList: [] } },
  ],
  [
    "deleteGroupMember",
    () => chat.deleteGroupMember({ groupID: "team", ...users }),
    "deleteGroupMember",
    { groupID: "team", ...users },
    {},
    { code: 0, data: { groupID: "team", ...users } },
  ],
  [
    "getGroupList",
    () => chat.getGroupList(),
    "getJoinedGroupList",
    {},
    { groupList: [group] },
    { code: 0, data: { groupList: [shownGroup] } },
  ],
  [
    "getGroupMemberList",
    () => chat.getGroupMemberList("team"),
    "getGroupMemberList",
    { groupID: "team" },
    {
      memberList: [
        { userID: "maya", role: "owner", nick: "Maya" },
        { userID: "ada", role: "member" },
      ],
    },
    {
      code: 0,
      data: {
        memberList: [
          { userID: "maya", role: TYPES.GRP_MBR_ROLE_OWNER, nick: "Maya" },
          { userID: "ada", role: TYPES.GRP_MBR_ROLE_MEMBER, nick: "" },
        ],
      },
    },
  ],
  [
    "getMyProfile",
    () => chat.getMyProfile(),
    "getUserProfile",
    { userIDList: ["maya"] },
    { profileList: [profile] },
    { code: 0, data: profile },
  ],
  [
    "updateMyProfile",
    () => chat.updateMyProfile({ nick: "Maya" }),
    "updateMyProfile",
    { nick: "Maya" },
    { profile },
    { code: 0, data: profile },
  ],
  [
    "getUserProfile",
    () => chat.getUserProfile(users),
    "getUserProfile",
    users,
    { profileList: [profile] },
    { code: 0, data: [profile] },
  ],
  [
    "getUserStatus",
    () => chat.getUserStatus(users),
    "getUserStatus",
    users,
    { statusList },
    { code: 0, data: statuses },
  ],
  [
    "subscribeUserStatus by plain IDs",
    () => chat.subscribeUserStatus(["ada", "bob"]),
    "subscribeUserStatus",
    users,
    { statusList },
    { code: 0, data: statuses },
  ],
  [
    "addToBlacklist",
    () => chat.addToBlacklist(users),
    "addToBlacklist",
    users,
    {},
    { code: 0, data: users.userIDList },
  ],
  [
    "removeFromBlacklist",
    () => chat.removeFromBlacklist(["ada", "bob"]),
    "removeFromBlacklist",
    users,
    {},
    { code: 0, data: users.userIDList },
  ],
  [
    "getBlacklist",
    () => chat.getBlacklist(),
    "getBlacklist",
    {},
    { userIDList: ["bob"] },
    { code: 0, data: ["bob"] },
  ],
];

describe("an operation", () => {
  it.each(rows)("%s", async (_title, operate, method, params, result, resolved) => {
    request.mockResolvedValue(result);
    expect(await operate()).toEqual(resolved);
    expect(request.mock.calls).toEqual([[method, params]]);
  });

  it.each(rows)("%s rejects with code, message and data", async (_title, operate) => {
    const refusal = { code: 8010, message: "Cancelled.", data: { reason: "cancelled" } };
    request.mockRejectedValue(refusal);
    await expect(operate()).rejects.toEqual(refusal);
  });

  it("rejects as an internal error when the backend says something else", async () => {
    request.mockRejectedValue(new Error("no such command"));
    const internal = { code: -32603, message: "no such command", data: null };
    await expect(chat.accept("i")).rejects.toEqual(internal);
  });

  it("without parameters is the server's to refuse", async () => {
    const refusal = { code: 6017, message: "Bad parameter.", data: { reason: "badParameter" } };
    request.mockRejectedValue(refusal);
    const none = undefined as never;
    const operations: (keyof Chat)[] = [
      ...(["invite", "inviteInGroup", "cancel", "accept", "reject", "modifyInvitation"] as const),
      ...(["getInvitation", "getCall", "hangUp", "sendSignal", "getMessageList"] as const),
      ...(["setMessageRead", "createGroup", "joinGroup", "addGroupMember"] as const),
      ...(["deleteGroupMember", "getUserStatus", "addToBlacklist", "updateMyProfile"] as const),
    ];
    for (const operation of operations) {
      const operate = chat[operation] as (options: never) => Promise<unknown>;
      await expect(operate(none), operation).rejects.toEqual(refusal);
    }
  });

  it("works without its object", async () => {
    const { accept } = chat;
    request.mockResolvedValue({ inviteID });
    expect(await accept("i")).toEqual(without);
  });
});

describe("a created message", () => {
  const options = { to: "ada", conversationType: TYPES.CONV_C2C, payload: { text: "hi" } };

  it("becomes the sent one", async () => {
    request.mockResolvedValue({ message });
    const created = chat.createTextMessage(options);
    expect(created).toMatchObject({
      conversationID: "C2Cada",
      from: "maya",
      flow: "out",
      type: TYPES.MSG_TEXT,
      status: "unSend",
    });
    const { ID } = created;
    const { data } = await chat.sendMessage(created);
    expect(data.message).toBe(created);
    expect(created).toEqual(shown);
    const asked = { userID: "ada", type: "text", payload: { text: "hi" }, opID: ID };
    expect(request.mock.calls).toEqual([["sendMessage", asked]]);
  });

  it("may be sent again after it failed, by the same opID", async () => {
    const refusal = { code: 6200, message: "No network.", data: null };
    request.mockRejectedValueOnce(refusal).mockResolvedValue({ message });
    const created = chat.createTextMessage(options);
    await expect(chat.sendMessage(created)).rejects.toEqual(refusal);
    expect(created.status).toBe("fail");
    await chat.sendMessage(created);
    expect(created.status).toBe("success");
    expect(request.mock.calls[1]).toEqual(request.mock.calls[0]);
  });

  it("of one's own making goes to a group", async () => {
    request.mockResolvedValue({ message });
    const payload = { data: "{}", description: "d", extension: "e" };
    const created = chat.createCustomMessage({
      to: "team",
      conversationType: TYPES.CONV_GROUP,
      payload,
    });
    expect(created).toMatchObject({ conversationID: "GROUPteam", groupID: "team" });
    const asked = { groupID: "team", type: "custom", payload, opID: created.ID };
    await chat.sendMessage(created);
    expect(request.mock.calls).toEqual([["sendMessage", asked]]);
  });

  it("is refused where nobody could be asked", async () => {
    const refused = { code: 6017, data: { reason: "badParameter" } };
    const none = undefined as never;
    expect(() => chat.createTextMessage(none)).toThrow(expect.objectContaining(refused));
    const odd = { ...options, conversationType: "@TIM#SYSTEM" };
    expect(() => chat.createTextMessage(odd)).toThrow(expect.objectContaining(refused));
    await expect(chat.sendMessage(none)).rejects.toMatchObject(refused);
    const online = chat.sendMessage(chat.createTextMessage(options), { onlineUserOnly: true });
    await expect(online).rejects.toMatchObject(refused);
    expect(request).not.toHaveBeenCalled();
  });
});
