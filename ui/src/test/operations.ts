/** Each operation of the signaling API: what it asks the backend, and what it resolves with. For tests. */
import type { Chat } from "../api/chat";
import { TYPES } from "../api/constants";
import type { WireMessage } from "../api/wire";

/** A message as the server tells it. */
export const message: WireMessage = {
  messageID: "m",
  conversationID: "C2Cada",
  seq: 12,
  from: "maya",
  to: "ada",
  timeMs: 1_795_359_723_456,
  type: "text",
  payload: { text: "hi" },
};
/** The same message as code that uses the API gets it. */
export const shown = {
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

/** An operation, what the backend is asked, what it answers, and what the operation resolves with. */
export type Row = [title: string, (chat: Chat) => Promise<unknown>, string, object, object, object];

const invite = { userID: "ada", data: "{}", timeout: 0, onlineUserOnly: true, callID: "c" };
const ring = { groupID: "team", inviteeList: ["ada", "bob"], offlinePushInfo: { title: "t" } };
const inviteID = "i";
const withMessage = { code: 0, inviteID, data: { message: shown } };
/** What an operation on an invitation resolves with that left no message. */
export const without = { code: 0, inviteID, data: {} };
const answer = { inviteID, data: "x", reason: "busy" };

/** Every operation that asks the backend. */
export const operations: Row[] = [
  ["invite", (chat) => chat.invite(invite), "invite", invite, { inviteID, message }, withMessage],
  [
    "inviteInGroup",
    (chat) => chat.inviteInGroup(ring),
    "inviteInGroup",
    ring,
    { inviteID, remainingMs: 30_000 },
    without,
  ],
  ["cancel", (chat) => chat.cancel({ inviteID }), "cancel", { inviteID }, { inviteID }, without],
  ["cancel by ID", (chat) => chat.cancel("i"), "cancel", { inviteID }, { inviteID }, without],
  ["accept", (chat) => chat.accept(answer), "accept", answer, { inviteID, message }, withMessage],
  ["accept by ID", (chat) => chat.accept("i"), "accept", { inviteID }, { inviteID }, without],
  ["reject", (chat) => chat.reject(answer), "reject", answer, { inviteID, message }, withMessage],
  [
    "modifyInvitation",
    (chat) => chat.modifyInvitation({ inviteID, data: "y" }),
    "modifyInvitation",
    { inviteID, data: "y" },
    { inviteID },
    without,
  ],
  [
    "addInvitedSignaling",
    (chat) => chat.addInvitedSignaling({ inviteID, inviter: "ada" }),
    "addInvitedSignaling",
    { signaling: { inviteID, inviter: "ada" } },
    {},
    { code: 0, data: {} },
  ],
  [
    "getInvitation",
    (chat) => chat.getInvitation("i"),
    "getInvitation",
    { inviteID },
    { inviteID, rev: 1 },
    { code: 0, data: { inviteID, rev: 1 } },
  ],
  [
    "getCall",
    (chat) => chat.getCall({ callID: "c" }),
    "getCall",
    { callID: "c" },
    { callID: "c" },
    { code: 0, data: { callID: "c" } },
  ],
  [
    "hangUp",
    (chat) => chat.hangUp({ callID: "c", reason: "done" }),
    "hangUp",
    { callID: "c", reason: "done" },
    { callID: "c", durationMs: 7 },
    { code: 0, data: { callID: "c", durationMs: 7 } },
  ],
  [
    "sendSignal",
    (chat) => chat.sendSignal({ callID: "c", data: "sdp", to: { userID: "ada" } }),
    "sendSignal",
    { callID: "c", data: "sdp", to: { userID: "ada" } },
    {},
    { code: 0, data: {} },
  ],
  [
    "sendMessage in the protocol's words",
    (chat) => chat.sendMessage({ userID: "ada", type: "text", payload: { text: "hi" } }),
    "sendMessage",
    { userID: "ada", type: "text", payload: { text: "hi" } },
    { message },
    { code: 0, data: { message: shown } },
  ],
  [
    "getMessageList",
    (chat) => chat.getMessageList({ conversationID: "C2Cada", count: 2 }),
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
    (chat) => chat.getMessageList({ conversationID: "C2Cada", nextReqMessageID: "9", limit: 5 }),
    "getMessageList",
    { conversationID: "C2Cada", before: 9, limit: 5 },
    { messages: [], isCompleted: true },
    { code: 0, data: { messageList: [], nextReqMessageID: "", isCompleted: true } },
  ],
  [
    "getMessageList with a page that is none",
    (chat) => chat.getMessageList({ conversationID: "C2Cada", nextReqMessageID: "x" }),
    "getMessageList",
    { conversationID: "C2Cada", before: "x", limit: undefined },
    { messages: [], isCompleted: true },
    { code: 0, data: { messageList: [], nextReqMessageID: "", isCompleted: true } },
  ],
  [
    "getConversationList",
    (chat) => chat.getConversationList(),
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
    (chat) => chat.setMessageRead("C2Cada"),
    "setMessageRead",
    { conversationID: "C2Cada" },
    {},
    { code: 0, data: {} },
  ],
  [
    "createGroup",
    (chat) => chat.createGroup({ name: "Team", groupID: "team", memberList: [{ userID: "ada" }] }),
    "createGroup",
    { name: "Team", groupID: "team", memberList: [{ userID: "ada" }], joinOption: undefined },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "createGroup with an SDK's words",
    (chat) =>
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
    (chat) => chat.createGroup({ name: "Team", type: TYPES.GRP_MEETING }),
    "createGroup",
    { name: "Team", joinOption: "free" },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "createGroup with a join option that is not known here",
    (chat) => chat.createGroup({ name: "Team", joinOption: "NeedPermission" }),
    "createGroup",
    { name: "Team", joinOption: "NeedPermission" },
    { group },
    { code: 0, data: { group: shownGroup } },
  ],
  [
    "dismissGroup",
    (chat) => chat.dismissGroup("team"),
    "dismissGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { groupID: "team" } },
  ],
  [
    "joinGroup",
    (chat) => chat.joinGroup({ groupID: "team" }),
    "joinGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { status: TYPES.JOIN_STATUS_SUCCESS, groupID: "team" } },
  ],
  [
    "quitGroup",
    (chat) => chat.quitGroup("team"),
    "quitGroup",
    { groupID: "team" },
    {},
    { code: 0, data: { groupID: "team" } },
  ],
  [
    "addGroupMember",
    (chat) => chat.addGroupMember({ groupID: "team", ...users }),
    "addGroupMember",
    { groupID: "team", ...users },
    {},
    { code: 0, data: { successUserIDList: users.userIDList, failureUserIDList: [] } },
  ],
  [
    "deleteGroupMember",
    (chat) => chat.deleteGroupMember({ groupID: "team", ...users }),
    "deleteGroupMember",
    { groupID: "team", ...users },
    {},
    { code: 0, data: { groupID: "team", ...users } },
  ],
  [
    "getGroupList",
    (chat) => chat.getGroupList(),
    "getJoinedGroupList",
    {},
    { groupList: [group] },
    { code: 0, data: { groupList: [shownGroup] } },
  ],
  [
    "getGroupMemberList",
    (chat) => chat.getGroupMemberList("team"),
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
    (chat) => chat.getMyProfile(),
    "getUserProfile",
    { userIDList: ["maya"] },
    { profileList: [profile] },
    { code: 0, data: profile },
  ],
  [
    "updateMyProfile",
    (chat) => chat.updateMyProfile({ nick: "Maya" }),
    "updateMyProfile",
    { nick: "Maya" },
    { profile },
    { code: 0, data: profile },
  ],
  [
    "getUserProfile",
    (chat) => chat.getUserProfile(users),
    "getUserProfile",
    users,
    { profileList: [profile] },
    { code: 0, data: [profile] },
  ],
  [
    "getUserStatus",
    (chat) => chat.getUserStatus(users),
    "getUserStatus",
    users,
    { statusList },
    { code: 0, data: statuses },
  ],
  [
    "subscribeUserStatus by plain IDs",
    (chat) => chat.subscribeUserStatus(["ada", "bob"]),
    "subscribeUserStatus",
    users,
    { statusList },
    { code: 0, data: statuses },
  ],
  [
    "addToBlacklist",
    (chat) => chat.addToBlacklist(users),
    "addToBlacklist",
    users,
    {},
    { code: 0, data: users.userIDList },
  ],
  [
    "removeFromBlacklist",
    (chat) => chat.removeFromBlacklist(["ada", "bob"]),
    "removeFromBlacklist",
    users,
    {},
    { code: 0, data: users.userIDList },
  ],
  [
    "getBlacklist",
    (chat) => chat.getBlacklist(),
    "getBlacklist",
    {},
    { userIDList: ["bob"] },
    { code: 0, data: ["bob"] },
  ],
];
