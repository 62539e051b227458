/** Messages and conversations. */
import { TYPES } from "./constants";
import { badParameter } from "./error";
import type { Line, Response } from "./line";
import { done, named } from "./line";
import { asConversation, type Conversation, type Lists } from "./lists";
import {
  fromWire,
  newMessage,
  toWire,
  type Message,
  type MessageOptions,
  type PlainMessage,
} from "./messages";
import type { CustomPayload, TextPayload } from "./wire";

/** Which page of a conversation. */
export interface PageOptions {
  conversationID: string;
  /** What the page before said; absent or "" for the newest page. */
  nextReqMessageID?: string;
  /** Only messages with a smaller `seq`; another way to say where the page begins. */
  before?: number;
  /** At most so many, from 1 to 100; 20 when absent. `limit` is the same. */
  count?: number;
  limit?: number;
}

/** A page of a conversation. */
export interface Page {
  /** Oldest first. */
  messageList: Message[];
  /** What to ask the next older page with; "" when there is none. */
  nextReqMessageID: string;
  isCompleted: boolean;
}

/** The operations on messages and conversations. */
export function history(line: Line, lists: Lists) {
  return {
    /** A text that has not been sent. */
    createTextMessage(options: MessageOptions<TextPayload>): Message<TextPayload> {
      return newMessage(TYPES.MSG_TEXT, options, line.me());
    },
    /** A message of one's own making that has not been sent. */
    createCustomMessage(options: MessageOptions<CustomPayload>): Message<CustomPayload> {
      return newMessage(TYPES.MSG_CUSTOM, options, line.me());
    },
    /** Sends a message; a created one becomes the sent one, and may be sent again if that failed. */
    async sendMessage(
      message: Message | PlainMessage,
      options: { onlineUserOnly?: boolean } = {},
    ): Promise<Response<{ message: Message }>> {
      if (options.onlineUserOnly) {
        throw badParameter("Messages are always stored: onlineUserOnly is for invitations only.");
      }
      const params = toWire(message);
      const created = "status" in message ? message : null;
      try {
        const sent = await line.ask("sendMessage", params);
        lists.conversations();
        return done({ message: Object.assign(created ?? {}, fromWire(sent.message, line.me())) });
      } catch (thrown) {
        if (created) created.status = "fail";
        throw thrown;
      }
    },
    /** A page of a conversation, the newest first; the messages of a page are oldest first. */
    async getMessageList(options: PageOptions | string): Promise<Response<Page>> {
      const { conversationID, nextReqMessageID, before, count, limit } = named<PageOptions>(
        "conversationID",
        options,
      );
      const end = before ?? (nextReqMessageID ? asSeq(nextReqMessageID) : undefined);
      const params = { conversationID, before: end, limit: limit ?? count };
      const { messages, isCompleted } = await line.ask("getMessageList", params);
      const oldest = messages.at(-1);
      return done({
        messageList: messages.map((each) => fromWire(each, line.me())).reverse(),
        nextReqMessageID: isCompleted || !oldest ? "" : String(oldest.seq),
        isCompleted,
      });
    },
    /** The conversations of the logged-in user, the one with the newest message first. */
    async getConversationList(): Promise<
      Response<{ conversationList: Conversation[]; isSyncCompleted: true }>
    > {
      const { conversations } = await line.ask("getConversationList", {});
      const conversationList = conversations.map((each) => asConversation(each, line.me()));
      return done({ conversationList, isSyncCompleted: true });
    },
    /** Says that everything in a conversation has been read. */
    async setMessageRead(options: { conversationID: string } | string): Promise<Response<object>> {
      const params = named<{ conversationID: string }>("conversationID", options);
      const result = await line.ask("setMessageRead", params);
      lists.conversations();
      return done(result);
    },
  };
}

/** The server refuses what is no number. */
function asSeq(nextReqMessageID: string): number | string {
  const seq = Number(nextReqMessageID);
  return Number.isInteger(seq) ? seq : nextReqMessageID;
}
