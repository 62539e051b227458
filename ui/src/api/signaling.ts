/**
 * Signaling inside the history, told from other messages and read as far as it goes.
 *
 * Pure, and the same as `crates/protocol/src/signaling.rs`: both read `signaling-vectors.json` alike.
 */
import { TSignaling, TYPES } from "./constants";

/** The signaling information of a message: the body of SIGNALING §6. */
export interface SignalingInfo {
  businessID: 1;
  inviteID: string;
  /** Always the original inviter. */
  inviter: string;
  /** All invitees (invite), the one who answered, or those ended. */
  inviteeList: string[];
  /** One of `TSignaling.ACTION_TYPE_…`. */
  actionType: number;
  /** The operation's own data; for a time-out the invitation's. */
  data: string;
  /** The invitation's timeout, in seconds. */
  timeout: number;
  /** Empty for one to one. */
  groupID: string;
  onlineUserOnly: boolean;
}

type Body = Record<string, unknown>;

/** The signaling information of a message, or null for an ordinary one. */
export function getSignalingInfo(message: unknown): SignalingInfo | null {
  if (!isObject(message) || !isCustom(message.type) || !isObject(message.payload)) return null;
  const body = objectIn(message.payload.data);
  if (!body || body.businessID !== 1 || !isID(body.inviteID, 64)) return null;
  const actionType = asActionType(body.actionType);
  return {
    businessID: 1,
    inviteID: body.inviteID,
    inviter: isID(body.inviter, 32) ? body.inviter : likelyInviter(message, actionType),
    inviteeList: Array.isArray(body.inviteeList) ? body.inviteeList.filter(isUserID) : [],
    actionType,
    data: isText(body.data) ? body.data : "",
    timeout: asWhole(body.timeout) ?? 0,
    groupID: isID(body.groupID, 48) ? body.groupID : "",
    onlineUserOnly: body.onlineUserOnly === true,
  };
}

/**
 * How many seconds a call lasted that was hung up in the older way, by an invitation with `timeout` 0
 * and `call_end` in its data (SIGNALING §8); null for everything else. Such a message never rings.
 */
export function hungUpAfter(info: SignalingInfo): number | null {
  if (info.actionType !== TSignaling.ACTION_TYPE_INVITE || info.timeout !== 0) return null;
  return asWhole(objectIn(info.data)?.call_end) ?? null;
}

function isCustom(type: unknown): boolean {
  return type === "custom" || type === TYPES.MSG_CUSTOM;
}

/** Who invited, as the message's addresses tell it: an answer goes to him, all else comes from him. */
function likelyInviter(message: Body, actionType: number): string {
  const isAnswer =
    actionType === TSignaling.ACTION_TYPE_ACCEPT_INVITE ||
    actionType === TSignaling.ACTION_TYPE_REJECT_INVITE;
  if (isAnswer && !message.groupID && isUserID(message.to)) return message.to;
  return isUserID(message.from) ? message.from : "";
}

function asActionType(value: unknown): number {
  const number = asWhole(value) ?? 0;
  return number <= TSignaling.ACTION_TYPE_INVITE_TIMEOUT ? number : TSignaling.ACTION_TYPE_UNKNOWN;
}

function asWhole(value: unknown): number | undefined {
  const isWhole = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffffffff;
  return isWhole ? Math.abs(Number(value)) : undefined;
}

function objectIn(text: unknown): Body | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string without half characters, which no UTF-8 holds. */
function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

function isID(value: unknown, maxBytes: number): value is string {
  return (
    isText(value) &&
    value !== "" &&
    !/\p{Control}/u.test(value) &&
    new TextEncoder().encode(value).length <= maxBytes
  );
}

function isUserID(value: unknown): value is string {
  return isID(value, 32);
}
