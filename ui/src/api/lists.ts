/**
 * The lists that SDKs announce as a whole when a part of them changes.
 *
 * Reads a list only while somebody listens for it, and one reading at a time.
 */
import { EVENT, TYPES } from "./constants";
import type { Line } from "./line";
import { fromWire, kindOf, type Message } from "./messages";
import type { WireConversation, WireGroup } from "./wire";

/** A conversation of the logged-in user. */
export interface Conversation {
  conversationID: string;
  /** `TYPES.CONV_C2C` or `TYPES.CONV_GROUP`. */
  type: string;
  unreadCount: number;
  lastMessage: Message | null;
}

/** A group that the logged-in user is a member of. */
export interface Group {
  groupID: string;
  name: string;
  /** `TYPES.GRP_WORK` where members add others, `TYPES.GRP_MEETING` where everybody may join. */
  type: string;
  ownerID: string;
  /** `TYPES.JOIN_OPTIONS_FREE_ACCESS` or `TYPES.JOIN_OPTIONS_DISABLE_APPLY`. */
  joinOption: string;
  memberCount: number;
}

/** A conversation of the wire, as `me` sees it. */
export function asConversation(conversation: WireConversation, me: string): Conversation {
  const { conversationID, unreadCount, lastMessage } = conversation;
  return {
    conversationID,
    type: kindOf(conversationID),
    unreadCount,
    lastMessage: lastMessage && fromWire(lastMessage, me),
  };
}

/** A group of the wire. */
export function asGroup({ groupID, name, owner, joinOption, memberCount }: WireGroup): Group {
  const isFree = joinOption === "free";
  return {
    groupID,
    name,
    type: isFree ? TYPES.GRP_MEETING : TYPES.GRP_WORK,
    ownerID: owner,
    joinOption: isFree ? TYPES.JOIN_OPTIONS_FREE_ACCESS : TYPES.JOIN_OPTIONS_DISABLE_APPLY,
    memberCount,
  };
}

/** Says that a list has changed. */
export interface Lists {
  conversations(): void;
  groups(): void;
  blacklist(): void;
}

/** The lists of a line's user. */
export function listsOf({ ask, listeners, me }: Line): Lists {
  const { CONVERSATION_LIST_UPDATED, TOTAL_UNREAD_MESSAGE_COUNT_UPDATED } = EVENT;
  return {
    conversations: whileHeard(
      () =>
        listeners.has(CONVERSATION_LIST_UPDATED) ||
        listeners.has(TOTAL_UNREAD_MESSAGE_COUNT_UPDATED),
      async () => {
        const { conversations } = await ask("getConversationList", {});
        const list = conversations.map((each) => asConversation(each, me()));
        listeners.tell(CONVERSATION_LIST_UPDATED, list);
        const unread = list.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
        listeners.tell(TOTAL_UNREAD_MESSAGE_COUNT_UPDATED, unread);
      },
    ),
    groups: whileHeard(
      () => listeners.has(EVENT.GROUP_LIST_UPDATED),
      async () => {
        const { groupList } = await ask("getJoinedGroupList", {});
        listeners.tell(EVENT.GROUP_LIST_UPDATED, groupList.map(asGroup));
      },
    ),
    blacklist: whileHeard(
      () => listeners.has(EVENT.BLACKLIST_UPDATED),
      async () => {
        const { userIDList } = await ask("getBlacklist", {});
        listeners.tell(EVENT.BLACKLIST_UPDATED, userIDList);
      },
    ),
  };
}

/** Reads when told to, unless nobody listens; told while it reads, it reads once more. */
function whileHeard(isHeard: () => boolean, read: () => Promise<void>): () => void {
  let reading = false;
  let again = false;
  const run = async () => {
    reading = true;
    do {
      again = false;
      // A list that could not be read is read at the next change; whoever needs it sooner asks.
      await read().catch((thrown: unknown) => console.warn("A list could not be read:", thrown));
    } while (again);
    reading = false;
  };
  return () => {
    if (!isHeard()) return;
    if (reading) again = true;
    else void run();
  };
}
