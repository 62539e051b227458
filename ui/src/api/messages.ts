/**
 * Messages as code written for chat SDKs knows them, made from those of the wire and back.
 *
 * Owns the translation both ways; knows no request.
 */
import { TYPES } from "./constants";
import { badParameter } from "./error";
import type { CallSummary, CustomPayload, TextPayload, WireMessage } from "./wire";

/** One entry of a conversation. */
export interface Message<Payload = TextPayload | CustomPayload> {
  /** Its name; `messageID` is the same. */
  ID: string;
  messageID: string;
  conversationID: string;
  /** `TYPES.CONV_C2C` or `TYPES.CONV_GROUP`. */
  conversationType: string;
  /** Its place in the conversation; 0 until it is sent. */
  seq: number;
  from: string;
  /** The user, or the group. */
  to: string;
  groupID?: string;
  /** Whether the logged-in user wrote it. */
  flow: "in" | "out";
  /** When, in seconds. */
  time: number;
  /** When, in milliseconds. */
  timeMs: number;
  /** `TYPES.MSG_TEXT` or `TYPES.MSG_CUSTOM`. */
  type: string;
  payload: Payload;
  status: "unSend" | "success" | "fail";
  /** On an invite's message, what became of the call. */
  call?: CallSummary;
}

/** What a message is made from. */
export interface MessageOptions<Payload> {
  /** The user, or the group. */
  to: string;
  /** `TYPES.CONV_C2C` (also when it is absent) or `TYPES.CONV_GROUP`. */
  conversationType?: string;
  payload: Payload;
}

/** A message to send, in the protocol's own words. */
export interface PlainMessage {
  userID?: string;
  groupID?: string;
  type: "text" | "custom";
  payload: TextPayload | CustomPayload;
  opID?: string;
}

const KIND = { text: TYPES.MSG_TEXT, custom: TYPES.MSG_CUSTOM } as const;
const WIRE_KIND: Record<string, string> = {
  [TYPES.MSG_TEXT]: "text",
  [TYPES.MSG_CUSTOM]: "custom",
};

/** A message of the wire, as `me` sees it. */
export function fromWire(message: WireMessage, me: string): Message {
  const { messageID, timeMs, from } = message;
  return {
    ...message,
    ID: messageID,
    conversationType: kindOf(message.conversationID),
    to: message.to ?? message.groupID ?? "",
    flow: from === me ? "out" : "in",
    time: Math.floor(timeMs / 1000),
    type: KIND[message.type],
    status: "success",
  };
}

/** Whether a conversation is with one user or of a group. */
export function kindOf(conversationID: string): string {
  return conversationID.startsWith(TYPES.CONV_GROUP) ? TYPES.CONV_GROUP : TYPES.CONV_C2C;
}

/** A message of the logged-in user that has not been sent. */
export function newMessage<Payload>(
  type: string,
  options: MessageOptions<Payload>,
  me: string,
): Message<Payload> {
  if (typeof options !== "object" || options === null) {
    throw badParameter("A message is made from an object with to, conversationType and payload.");
  }
  const { to, conversationType = TYPES.CONV_C2C, payload } = options;
  if (conversationType !== TYPES.CONV_C2C && conversationType !== TYPES.CONV_GROUP) {
    throw badParameter("The conversationType must be TYPES.CONV_C2C or TYPES.CONV_GROUP.");
  }
  const ID = crypto.randomUUID();
  const timeMs = Date.now();
  return {
    ID,
    messageID: ID,
    conversationID: `${conversationType}${to}`,
    conversationType,
    seq: 0,
    from: me,
    to,
    ...(conversationType === TYPES.CONV_GROUP ? { groupID: to } : {}),
    flow: "out",
    time: Math.floor(timeMs / 1000),
    timeMs,
    type,
    payload,
    status: "unSend",
  };
}

/** What the server is asked so that the message is sent; sending the same one again is harmless. */
export function toWire(message: Message | PlainMessage): object {
  if (typeof message !== "object" || message === null) {
    throw badParameter("Send what createTextMessage or createCustomMessage made.");
  }
  if (!("conversationType" in message)) return message;
  const { to, payload, type, ID } = message;
  const receiver = message.conversationType === TYPES.CONV_GROUP ? { groupID: to } : { userID: to };
  return { ...receiver, type: WIRE_KIND[type] ?? type, payload, opID: ID };
}
