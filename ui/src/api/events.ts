/**
 * What the backend tells, in the names and shapes that listeners know.
 *
 * Fields of the signaling API go through to the letter.
 */
import { EVENT, TSignaling } from "./constants";
import type { ChatEvent } from "./listeners";
import type { Line } from "./line";
import type { Conversation, Group, Lists } from "./lists";
import { fromWire, type Message } from "./messages";
import { asStatus, type UserStatus } from "./people";
import type { Events, Profile, WireEvent } from "./wire";

/** The data of each event, by its name. */
export interface EventData {
  [TSignaling.NEW_INVITATION_RECEIVED]: Events["newInvitationReceived"];
  [TSignaling.INVITEE_ACCEPTED]: Events["inviteeAccepted"];
  [TSignaling.INVITEE_REJECTED]: Events["inviteeRejected"];
  [TSignaling.INVITATION_CANCELLED]: Events["invitationCancelled"];
  [TSignaling.INVITATION_TIMEOUT]: Events["invitationTimeout"];
  [TSignaling.INVITATION_MODIFIED]: Events["invitationModified"];
  [EVENT.INVITEE_RINGING]: Events["inviteeRinging"];
  [EVENT.CALL_ENDED]: Events["callEnded"];
  [EVENT.SIGNAL_RECEIVED]: Events["signalReceived"];
  [EVENT.GROUP_CHANGED]: Events["groupChanged"];
  [EVENT.SDK_READY]: object;
  [EVENT.SDK_NOT_READY]: object;
  [EVENT.NET_STATE_CHANGE]: { state: string };
  [EVENT.KICKED_OUT]: { type: string; code: number; reason: string };
  [EVENT.MESSAGE_RECEIVED]: Message[];
  [EVENT.CONVERSATION_LIST_UPDATED]: Conversation[];
  [EVENT.TOTAL_UNREAD_MESSAGE_COUNT_UPDATED]: number;
  [EVENT.GROUP_LIST_UPDATED]: Group[];
  [EVENT.USER_STATUS_UPDATED]: UserStatus[];
  [EVENT.PROFILE_UPDATED]: Profile[];
  [EVENT.BLACKLIST_UPDATED]: string[];
}

/** The name of an event. */
export type EventName = keyof EventData;

/** Code that hears of an event. */
export type HandlerOf<Name extends EventName> = (event: ChatEvent<EventData[Name]>) => unknown;

/** Events whose data goes through as it is, by their names on the wire. */
const NAMES: Record<string, EventName> = {
  newInvitationReceived: TSignaling.NEW_INVITATION_RECEIVED,
  inviteeAccepted: TSignaling.INVITEE_ACCEPTED,
  inviteeRejected: TSignaling.INVITEE_REJECTED,
  invitationCancelled: TSignaling.INVITATION_CANCELLED,
  invitationTimeout: TSignaling.INVITATION_TIMEOUT,
  invitationModified: TSignaling.INVITATION_MODIFIED,
  inviteeRinging: EVENT.INVITEE_RINGING,
  callEnded: EVENT.CALL_ENDED,
  signalReceived: EVENT.SIGNAL_RECEIVED,
  groupChanged: EVENT.GROUP_CHANGED,
} satisfies Partial<Record<keyof Events, EventName>>;

/** Tells listeners of an event; one of a later version is told by its own name. */
export function tellOf({ method, params }: WireEvent, line: Line, lists: Lists): void {
  const { listeners } = line;
  switch (method) {
    case "messageReceived": {
      const message = fromWire(params as Events["messageReceived"], line.me());
      listeners.tell(EVENT.MESSAGE_RECEIVED, [message]);
      lists.conversations();
      return;
    }
    case "userStatusChanged":
      listeners.tell(EVENT.USER_STATUS_UPDATED, [asStatus(params as Events["userStatusChanged"])]);
      return;
    case "groupChanged":
      lists.groups();
  }
  listeners.tell(NAMES[method] ?? method, params);
}
