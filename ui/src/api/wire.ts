/**
 * What the backend is asked and what it tells: the shapes of PROTOCOL.md, and the one interface that
 * whoever carries them implements.
 *
 * Knows no transport; `docs.test.ts` checks these shapes against the examples of docs/PROTOCOL.md.
 */

import type { SignalingInfo } from "./signaling";

/** What has become of one invitee. */
export interface Invitee {
  userID: string;
  state: "pending" | "accepted" | "rejected" | "cancelled" | "timedOut";
  deviceID?: string;
  platform?: string;
  data?: string;
  reason?: string;
  ringing?: boolean;
}

/** One ring, as somebody who takes part in it sees it. */
export interface Invitation {
  inviteID: string;
  rev: number;
  callID: string;
  inviter: string;
  /** Empty for one to one. */
  groupID: string;
  inviteeList: string[];
  data: string;
  /** The whole time it rings, in seconds; 0 for ever. */
  timeout: number;
  onlineUserOnly: boolean;
  /** Absent when `timeout` is 0. */
  remainingMs?: number;
  state: "live" | "inCall" | "ended";
  invitees: Invitee[];
  offlinePushInfo?: OfflinePushInfo;
  glareWith?: string;
}

/** Who takes part in a call: a user on one device. */
export interface Party {
  userID: string;
  deviceID: string;
  platform: string;
}

/** A call that runs. */
export interface Call {
  callID: string;
  groupID: string;
  startedMsAgo: number;
  parties: Party[];
  invitations: string[];
}

/** What became of the call that an invite's message began. */
export interface CallSummary {
  outcome: "answered" | "rejected" | "busy" | "cancelled" | "inviterOffline" | "timedOut";
  durationMs?: number;
  answeredBy?: Party;
}

/** The payload of a text message. */
export interface TextPayload {
  text: string;
}

/** The payload of a custom message. */
export interface CustomPayload {
  data: string;
  description?: string;
  extension?: string;
}

/** An entry of a history, as the server tells it. */
export interface WireMessage {
  messageID: string;
  conversationID: string;
  seq: number;
  from: string;
  to?: string;
  groupID?: string;
  timeMs: number;
  type: "text" | "custom";
  payload: TextPayload | CustomPayload;
  call?: CallSummary;
}

/** What to do when nobody is connected (SIGNALING §7). */
export interface OfflinePushInfo {
  disablePush?: boolean;
  disableVoipPush?: boolean;
  title?: string;
  description?: string;
  extension?: string;
  androidInfo?: {
    sound?: string;
    XiaoMiChannelID?: string;
    OPPOChannelID?: string;
    FCMChannelID?: string;
    VIVOClassification?: number | string;
    VIVOCategory?: string;
    HuaWeiCategory?: string;
    OPPOCategory?: string;
    HuaWeiImage?: string;
    HonorImage?: string;
    GoogleImage?: string;
  };
  apnsInfo?: {
    sound?: string;
    ignoreIOSBadge?: boolean;
    disableVoipPush?: boolean;
    image?: string;
  };
}

/** A group, as its members see it. */
export interface WireGroup {
  groupID: string;
  name: string;
  owner: string;
  joinOption: "inviteOnly" | "free";
  memberCount: number;
}

/** A member of a group, as the server tells it. */
export interface WireMember {
  userID: string;
  role: "owner" | "member";
  nick?: string;
}

/** What a user shows of himself. */
export interface Profile {
  userID: string;
  nick: string;
  avatar: string;
}

/** Whether somebody can be reached. */
export interface WireStatus {
  userID: string;
  status: "online" | "offline" | "inCall";
}

/** A conversation, as the server tells it. */
export interface WireConversation {
  conversationID: string;
  unreadCount: number;
  lastMessage: WireMessage | null;
}

/** The result of each method. */
export interface Results {
  invite: { inviteID: string; message?: WireMessage; remainingMs?: number };
  inviteInGroup: { inviteID: string; message?: WireMessage; remainingMs?: number };
  cancel: { inviteID: string; message?: WireMessage };
  accept: { inviteID: string; message?: WireMessage };
  reject: { inviteID: string; message?: WireMessage };
  modifyInvitation: { inviteID: string };
  addInvitedSignaling: object;
  getInvitation: Invitation;
  ringing: object;
  hangUp: { callID: string; durationMs: number };
  sendSignal: object;
  getCall: Call;
  sendMessage: { message: WireMessage };
  getMessageList: { messages: WireMessage[]; isCompleted: boolean };
  getConversationList: { conversations: WireConversation[] };
  setMessageRead: object;
  createGroup: { group: WireGroup };
  dismissGroup: object;
  joinGroup: object;
  quitGroup: object;
  addGroupMember: object;
  deleteGroupMember: object;
  getJoinedGroupList: { groupList: WireGroup[] };
  getGroupMemberList: { memberList: WireMember[] };
  updateMyProfile: { profile: Profile };
  getUserProfile: { profileList: Profile[] };
  getUserStatus: { statusList: WireStatus[] };
  subscribeUserStatus: { statusList: WireStatus[] };
  addToBlacklist: object;
  removeFromBlacklist: object;
  getBlacklist: { userIDList: string[] };
  logout: object;
}

/** A method of the protocol. */
export type Method = keyof Results;

/** An invitee accepted or rejected. */
export interface Answered {
  inviteID: string;
  rev: number;
  inviter: string;
  groupID: string;
  invitee: string;
  data: string;
  deviceID: string;
  platform: string;
  reason?: string;
}

/** Somebody left a group, or came to it. */
export interface GroupChanged {
  groupID: string;
  change: "created" | "dismissed" | "joined" | "left";
  userIDList: string[];
  by: string;
}

/** How things stand with the server. */
export interface ConnectionState {
  state: "connecting" | "online" | "reconnecting" | "stopped";
  /** Why it stopped: a number of SIGNALING §4, and a sentence. */
  code?: number;
  message?: string;
  /** Who is logged in, where that can have changed. */
  userID?: string;
  deviceID?: string;
}

/** The parameters of each event. */
export interface Events {
  newInvitationReceived: Invitation;
  inviteeAccepted: Answered;
  inviteeRejected: Answered;
  invitationCancelled: {
    inviteID: string;
    rev: number;
    inviter: string;
    groupID: string;
    inviteeList: string[];
    data: string;
    reason?: string;
  };
  invitationTimeout: {
    inviteID: string;
    rev: number;
    inviter: string;
    groupID: string;
    inviteeList: string[];
    isSelfTimeout: boolean;
  };
  invitationModified: { inviteID: string; rev: number; data: string };
  inviteeRinging: {
    inviteID: string;
    rev: number;
    invitee: string;
    deviceID: string;
    platform: string;
  };
  callEnded: {
    callID: string;
    inviteID: string;
    userID: string;
    durationMs: number;
    reason: string;
    over: boolean;
  };
  signalReceived: {
    callID: string;
    from: { userID: string; deviceID: string };
    opID: string;
    data: string;
  };
  messageReceived: WireMessage;
  userStatusChanged: WireStatus;
  groupChanged: GroupChanged;
  /** On platform `push` alone. */
  pushReceived: { title: string; description: string; extension: string; signaling: SignalingInfo };
  /** On platform `push` alone. */
  pushWithdrawn: { inviteID: string; outcome: string };
  kickedOffline: { code: number; reason: string };
  connectionChanged: ConnectionState;
}

/** One event, as it comes. */
export interface WireEvent {
  method: string;
  params: unknown;
}

/** Who is logged in on this device, and how things stand, at the moment of subscribing. */
export interface Session {
  userID: string;
  deviceID: string;
  connection: ConnectionState;
  /** Whether the app runs in QA mode. */
  qa: boolean;
}

/** Whoever carries requests to the server and events from it. */
export interface Backend {
  /** Resolves with the method's result, or rejects with `{code, message, data}`. */
  request<M extends Method>(method: M, params: object): Promise<Results[M]>;
  /** Tells every event from here on, in order; resolves with how things stand at the first. */
  subscribe(onEvent: (event: WireEvent) => void): Promise<Session>;
}
