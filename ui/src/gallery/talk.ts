/** Snapshots of groups and conversations, for the gallery and the tests. Development only. */
import type { CallEntryView } from "../bindings/CallEntryView";
import type { ConversationView } from "../bindings/ConversationView";
import type { EntryKind } from "../bindings/EntryKind";
import type { EntryView } from "../bindings/EntryView";
import type { GroupCallView } from "../bindings/GroupCallView";
import type { GroupView } from "../bindings/GroupView";
import type { MemberView } from "../bindings/MemberView";
import type { OpenConversationView } from "../bindings/OpenConversationView";
import type { PersonView } from "../bindings/PersonView";
import type { RungState } from "../bindings/RungState";
import { ada, hostileName, lighthouse, rung, user } from "./views";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** This user, as one of the people. */
export const maya: PersonView = { userID: "maya", name: "maya" };
const adaPerson: PersonView = { userID: "ada", name: "Ada Lovelace" };
const grace: PersonView = { userID: "grace", name: "Grace Hopper" };
const hedy: PersonView = { userID: "hedy", name: "Hedy Lamarr" };

/** Every state that somebody who is rung can be in. */
export const rungStates = [
  "pending",
  "notReachable",
  "ringing",
  "inCall",
  "rejected",
  "busy",
  "cancelled",
  "leftGroup",
  "timedOut",
  "left",
] as const satisfies RungState[];

/** People in every state a call knows. */
export const everyState = rungStates.map((state, index) =>
  rung(`person-${index}`, `${["Alma", "Bo", "Chidi", "Dana", "Esra"][index % 5]} ${index}`, state),
);

function member(person: PersonView, change: Partial<MemberView> = {}): MemberView {
  return { ...person, role: "member", presence: "online", blocked: false, own: false, ...change };
}

/** The lighthouse crew, changed as asked. */
export function aGroup(change: Partial<GroupView> = {}): GroupView {
  return {
    groupID: lighthouse.groupID,
    conversationID: "GROUPlighthouse",
    name: lighthouse.name,
    owner: "ada",
    role: "member",
    joinOption: "inviteOnly",
    memberCount: 5,
    members: [
      member(adaPerson, { role: "owner" }),
      member(maya, { own: true }),
      member(grace, { presence: "inCall" }),
      member(hedy, { presence: "offline" }),
      member({ userID: "zoe", name: "zoe" }, { presence: "unknown", blocked: true }),
    ],
    calls: [],
    ...change,
  };
}

/** A call among others of the group, changed as asked. */
export function aGroupCall(change: Partial<GroupCallView> = {}): GroupCallView {
  return {
    callID: "call-9",
    inviteID: "invite-9",
    inviter: adaPerson,
    mediaType: "audio",
    people: [
      rung("ada", "Ada Lovelace", "inCall"),
      rung("grace", "Grace Hopper", "ringing"),
      rung("hedy", "Hedy Lamarr", "timedOut"),
    ],
    place: "others",
    ...change,
  };
}

/** A call as an entry, changed as asked. */
export function aCallEntry(change: Partial<CallEntryView> = {}): CallEntryView & { kind: "call" } {
  return {
    kind: "call",
    inviteID: "invite-5",
    direction: "outgoing",
    ending: "answered",
    durationMs: 723_000,
    mediaType: "audio",
    missed: false,
    invitees: [adaPerson],
    answeredBy: { ...adaPerson, platform: "linux", own: false, thisDevice: false },
    ...change,
  };
}

let made = 0;

/** An entry of a conversation, by Ada unless it says otherwise. */
export function anEntry(entry: EntryKind, change: Partial<EntryView> = {}): EntryView {
  made += 1;
  return {
    messageID: `message-${made}`,
    seq: made,
    from: adaPerson,
    own: false,
    atMs: Date.now() - MINUTE,
    entry,
    ...change,
  };
}

const text = (words: string): EntryKind => ({ kind: "text", text: words });
const own = { from: maya, own: true };
const unanswered = { durationMs: null, answeredBy: null };
const ownPhone = { ...maya, platform: "android", own: true, thisDevice: false };

/** A conversation with entries of every kind. */
export function entries(): EntryView[] {
  const at = (days: number, minutes = 0) => ({
    atMs: Date.now() - days * DAY - (200 - minutes) * MINUTE,
  });
  const missed = aCallEntry({
    ...unanswered,
    direction: "incoming",
    ending: "timedOut",
    missed: true,
  });
  return [
    anEntry(text("Did the new lamp arrive?"), at(9)),
    anEntry(text("Yes! It is brighter than the old one."), { ...own, ...at(9, 1) }),
    anEntry(aCallEntry({ mediaType: "video" }), { ...own, ...at(9, 3) }),
    anEntry(missed, at(1)),
    anEntry({ ...missed, ending: "busy", mediaType: "video" }, at(1, 20)),
    anEntry(aCallEntry({ ...unanswered, ending: "cancelled" }), { ...own, ...at(1, 30) }),
    anEntry(aCallEntry({ ...unanswered, ending: "rejected" }), { ...own, ...at(1, 40) }),
    anEntry(text("In a meeting."), at(1, 41)),
    anEntry(aCallEntry({ ...unanswered, ending: "busy" }), { ...own, ...at(0, 1) }),
    anEntry(aCallEntry({ ...unanswered, ending: "timedOut", mediaType: "video" }), {
      ...own,
      ...at(0, 2),
    }),
    anEntry(aCallEntry({ direction: "incoming", answeredBy: ownPhone }), at(0, 10)),
    anEntry({ kind: "hungUp", durationMs: 95_000 }, at(0, 40)),
    anEntry({ kind: "custom", description: null }, at(0, 41)),
    anEntry(text("The ferry leaves at 7.\nBring the long ladder, please."), at(0, 100)),
    anEntry(text("On my way 🚢"), { ...own, ...at(0, 101) }),
    anEntry(aCallEntry({ ...unanswered, ending: null }), { ...own, ...at(0, 199) }),
  ];
}

/** A conversation of a group. */
export function groupEntries(): EntryView[] {
  const at = (minutes: number) => ({ atMs: Date.now() - (100 - minutes) * MINUTE });
  return [
    anEntry(text("Who has the keys of the boat house?"), at(1)),
    anEntry(text("I left them with Hedy."), { from: grace, ...at(2) }),
    anEntry(text("She is on the island today."), { from: grace, ...at(3) }),
    anEntry(text("Let us call her, all of us."), { ...own, ...at(4) }),
    anEntry(aCallEntry({ invitees: [adaPerson, grace, hedy], mediaType: "video" }), {
      ...own,
      ...at(5),
    }),
    anEntry(text("مفاتيح القارب عندي 🔑"), {
      from: { userID: "layla", name: "ليلى حداد" },
      ...at(60),
    }),
  ];
}

/** The open conversation with Ada, changed as asked. */
export function anOpen(change: Partial<OpenConversationView> = {}): OpenConversationView {
  return {
    conversationID: "C2Cada",
    with: ada,
    entries: entries(),
    hasOlder: false,
    loading: false,
    blocked: false,
    ...change,
  };
}

/** The open conversation of the group, changed as asked. */
export function anOpenGroup(change: Partial<OpenConversationView> = {}): OpenConversationView {
  return anOpen({
    conversationID: "GROUPlighthouse",
    with: lighthouse,
    entries: groupEntries(),
    ...change,
  });
}

/** A conversation of the list, changed as asked. */
export function aConversation(change: Partial<ConversationView> = {}): ConversationView {
  return {
    conversationID: "C2Cada",
    with: ada,
    presence: "online",
    unread: 0,
    last: anEntry(text("On my way 🚢"), own),
    ...change,
  };
}

/** Conversations whose newest entry is of every kind. */
export function conversations(): ConversationView[] {
  const ago = (hours: number) => ({ atMs: Date.now() - hours * 60 * MINUTE });
  const missed = aCallEntry({
    ...unanswered,
    direction: "incoming",
    ending: "timedOut",
    missed: true,
  });
  const isolated = { presence: "unknown", unread: 0 } as const;
  return [
    aConversation({ unread: 2, last: anEntry(text("The ferry leaves at 7."), ago(0.1)) }),
    aConversation({
      ...isolated,
      conversationID: "GROUPlighthouse",
      with: lighthouse,
      unread: 12,
      last: anEntry(text("She is on the island today, as far as I know."), {
        from: grace,
        ...ago(1),
      }),
    }),
    aConversation({
      conversationID: "C2Cgrace",
      with: user("grace", "Grace Hopper"),
      presence: "inCall",
      unread: 1,
      last: anEntry(missed, ago(3)),
    }),
    aConversation({
      conversationID: "C2Chedy",
      with: user("hedy", "Hedy Lamarr"),
      presence: "offline",
      last: anEntry(aCallEntry(), { ...own, ...ago(26) }),
    }),
    aConversation({
      ...isolated,
      conversationID: "C2Clayla",
      with: user("layla", "ليلى حداد"),
      last: anEntry(text("شكرا جزيلا"), ago(30)),
    }),
    aConversation({
      ...isolated,
      conversationID: "C2Cx",
      with: user("x", hostileName),
      unread: 140,
      last: anEntry(text(hostileName), ago(60)),
    }),
    aConversation({
      ...isolated,
      conversationID: "C2Cnew",
      with: user("new", "Niko"),
      last: null,
    }),
  ];
}
