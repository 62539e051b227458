/**
 * The names and numbers that code written for signaling SDKs compares with.
 *
 * Owns the values only. Those of the signaling API are PROTOCOL.md's; the general ones are the public
 * names of web chat SDKs, as far as this system has the thing.
 */

/** Events and operations of the signaling API. */
export const TSignaling = Object.freeze({
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
} as const);

/** General events, and this system's own ones about calls and groups. */
export const EVENT = Object.freeze({
  SDK_READY: "sdkStateReady",
  SDK_NOT_READY: "sdkStateNotReady",
  NET_STATE_CHANGE: "netStateChange",
  KICKED_OUT: "kickedOut",
  MESSAGE_RECEIVED: "onMessageReceived",
  CONVERSATION_LIST_UPDATED: "onConversationListUpdated",
  TOTAL_UNREAD_MESSAGE_COUNT_UPDATED: "onTotalUnreadMessageCountUpdated",
  GROUP_LIST_UPDATED: "onGroupListUpdated",
  USER_STATUS_UPDATED: "onUserStatusUpdated",
  PROFILE_UPDATED: "onProfileUpdated",
  BLACKLIST_UPDATED: "blacklistUpdated",
  /** (ours) A device of an invitee rings. */
  INVITEE_RINGING: "inviteeRinging",
  /** (ours) Somebody left a call. */
  CALL_ENDED: "callEnded",
  /** (ours) Media negotiation arrived. */
  SIGNAL_RECEIVED: "signalReceived",
  /** (ours) Members came to a group or left it. */
  GROUP_CHANGED: "groupChanged",
} as const);

/** Kinds of conversations, messages, groups, roles, and states. */
export const TYPES = Object.freeze({
  CONV_C2C: "C2C",
  CONV_GROUP: "GROUP",
  MSG_TEXT: "TIMTextElem",
  MSG_CUSTOM: "TIMCustomElem",
  GRP_WORK: "Private",
  GRP_PUBLIC: "Public",
  GRP_MEETING: "ChatRoom",
  GRP_MBR_ROLE_OWNER: "Owner",
  GRP_MBR_ROLE_MEMBER: "Member",
  JOIN_OPTIONS_FREE_ACCESS: "FreeAccess",
  JOIN_OPTIONS_DISABLE_APPLY: "DisableApply",
  JOIN_STATUS_SUCCESS: "JoinedSuccess",
  KICKED_OUT_MULT_ACCOUNT: "multipleAccount",
  KICKED_OUT_USERSIG_EXPIRED: "userSigExpired",
  NET_STATE_CONNECTED: "connected",
  NET_STATE_CONNECTING: "connecting",
  NET_STATE_DISCONNECTED: "disconnected",
  USER_STATUS_UNKNOWN: 0,
  USER_STATUS_ONLINE: 1,
  USER_STATUS_OFFLINE: 2,
} as const);
