/**
 * Snapshots of every state of the app, for the gallery and the tests. Development only.
 *
 * Owns made-up people and calls; nothing here reaches the shipped pages.
 */
import type { AppView } from "../bindings/AppView";
import type { AudioDeviceView } from "../bindings/AudioDeviceView";
import type { CallView } from "../bindings/CallView";
import type { ContactView } from "../bindings/ContactView";
import type { Direction } from "../bindings/Direction";
import type { EndedView } from "../bindings/EndedView";
import type { Ending } from "../bindings/Ending";
import type { OutgoingView } from "../bindings/OutgoingView";
import type { PeerView } from "../bindings/PeerView";
import type { Presence } from "../bindings/Presence";
import type { Progress } from "../bindings/Progress";
import type { RecentView } from "../bindings/RecentView";
import type { RingView } from "../bindings/RingView";
import type { RungState } from "../bindings/RungState";
import type { RungView } from "../bindings/RungView";
import type { ShortcutView } from "../bindings/ShortcutView";

/** Every way a call can end. */
export const endings = [
  "answered",
  "rejected",
  "busy",
  "cancelled",
  "timedOut",
  "answeredElsewhere",
  "rejectedElsewhere",
  "unreachable",
  "inviterGone",
  "failed",
] as const satisfies Ending[];

/** Every stage of an outgoing call. */
export const progresses = [
  "calling",
  "sent",
  "ringing",
  "notReachable",
] as const satisfies Progress[];

/** A name that tries to be markup, to turn the writing around and to be far too long. */
export const hostileName = `<img src=x onerror="alert(1)"><b>\u202Eevil\u202C\u0007 ${"long ".repeat(2000)}`;

const HOUR = 3_600_000;

/** A person a call or a conversation is with. */
export function user(userID: string, name: string): PeerView {
  return { kind: "user", userID, name };
}

/** Ada, who is called most. */
export const ada = user("ada", "Ada Lovelace");

/** The group whose calls and messages are shown. */
export const lighthouse = {
  kind: "group",
  groupID: "lighthouse",
  name: "Lighthouse crew",
} as const satisfies PeerView;

/** How it stands with one person of a call. */
export function rung(userID: string, name: string, state: RungState): RungView {
  return { userID, name, state };
}

/** What calls can be heard on. */
export const audioDevices: AudioDeviceView[] = [
  { id: "pulseaudio:speakers", name: "Built-in speakers" },
  { id: "pulseaudio:headset", name: "Headset" },
];

/** Every shortcut with its usual keys. */
export const shortcuts: ShortcutView[] = (
  [
    ["answer", "Ctrl+Alt+A", true],
    ["reject", "Ctrl+Alt+R", true],
    ["silence", "Ctrl+Alt+S", true],
    ["hangUp", "Ctrl+Alt+E", true],
    ["dial", "Ctrl+D", false],
    ["contacts", "Ctrl+1", false],
    ["chats", "Ctrl+2", false],
    ["settings", "Ctrl+,", false],
    ["doNotDisturb", "Ctrl+Shift+D", false],
    ["quit", "Ctrl+Q", false],
  ] as const
).map(([action, keys, global]) => ({ action, keys, usual: keys, global }));

/** A connected app with nothing going on, changed as asked. */
export function aView(change: Partial<AppView> = {}): AppView {
  return {
    revision: 1,
    profile: {
      profile: "default",
      userID: "maya",
      nick: "",
      server: "ws://127.0.0.1:40123/v1/signaling",
      hosting: "thisApp",
    },
    connection: { state: "online" },
    contacts: [...people, ...testContacts],
    groups: [],
    blocked: [],
    recents: [],
    missed: 0,
    conversations: [],
    unread: 0,
    openConversation: null,
    rings: [],
    outgoing: null,
    call: null,
    ended: null,
    problem: null,
    settings: {
      userID: "maya",
      server: "",
      userSig: "",
      theme: "system",
      sound: { volume: 80, output: null, second: null },
      quiet: {
        byHand: { kind: "off" },
        schedule: { enabled: false, from: "22:00", to: "07:00", days: [1, 2, 3, 4, 5, 6, 7] },
        followDesktop: false,
        notHere: false,
      },
      callWaiting: "ringSoftly",
      presence: { keepRunning: true, openAtLogin: false, ringWhenClosed: false },
      shortcuts: {},
    },
    notifications: { state: "withActions" },
    audio: { devices: audioDevices, trouble: null },
    quiet: { because: null, untilMs: null },
    question: null,
    dial: null,
    shortcuts,
    desktop: {
      session: "x11",
      ringScreen: "window",
      globalShortcuts: { state: "available", taken: [] },
      tray: { state: "shown" },
      doNotDisturb: false,
    },
    deliveries: [],
    ...change,
  };
}

/** A ring of Ada's, changed as asked. */
export function aRing(change: Partial<RingView> = {}): RingView {
  return {
    inviteID: "invite-1",
    userID: "ada",
    name: "Ada Lovelace",
    group: null,
    others: [],
    mediaType: "audio",
    remainingMs: 21_000,
    timeoutMs: 30_000,
    manner: "aloud",
    silenced: false,
    answering: false,
    ...change,
  };
}

/** A call to Ada that rings, changed as asked. */
export function anOutgoing(change: Partial<OutgoingView> = {}): OutgoingView {
  return {
    inviteID: "invite-2",
    with: ada,
    people: [rung("ada", "Ada Lovelace", "ringing")],
    mediaType: "audio",
    progress: "ringing",
    remainingMs: 24_000,
    timeoutMs: 30_000,
    cancelling: false,
    ...change,
  };
}

/** An ended call with Ada. */
export function anEnded(ending: Ending, direction: Direction): EndedView {
  return {
    inviteID: "invite-3",
    with: ada,
    direction,
    ending,
    durationMs: ending === "answered" ? 723_000 : null,
    mediaType: "audio",
    reply: null,
  };
}

/** A call with Ada, changed as asked. */
export function aCall(change: Partial<CallView> = {}): CallView {
  return {
    callID: "call-1",
    with: ada,
    people: [rung("ada", "Ada Lovelace", "inCall")],
    ringingInviteIDs: [],
    mediaType: "video",
    elapsedMs: 723_000,
    hangingUp: false,
    ...change,
  };
}

/** An entry of the recent calls, changed as asked. */
export function aRecent(change: Partial<RecentView> = {}): RecentView {
  return {
    inviteID: "recent-1",
    with: ada,
    direction: "outgoing",
    ending: "answered",
    durationMs: 723_000,
    atMs: Date.now() - HOUR / 2,
    mediaType: "audio",
    missed: false,
    ...change,
  };
}

function contact(
  userID: string,
  name: string,
  presence: Presence,
  test: string | null = null,
): ContactView {
  return { userID, name, presence, blocked: false, muted: false, test };
}

/** People in the address book. */
export const people: ContactView[] = [
  contact("ada", "Ada Lovelace", "online"),
  contact("grace", "Grace Hopper", "inCall"),
  contact("hedy", "Hedy Lamarr", "offline"),
  contact("tanaka", "田中 さくら", "online"),
  contact("layla", "ليلى حداد", "unknown"),
];

/** The built-in test contacts. */
export const testContacts: ContactView[] = [
  contact("echo", "Echo", "online", "Answers after 2 seconds"),
  contact("busy", "Busy", "online", "Is always in another call"),
  contact("declines", "Declines", "online", "Rejects every call"),
  contact("never-answers", "Never answers", "online", "Lets it ring until the time is up"),
  contact("calls-back", "Calls you back", "online", "Rejects, and calls you 3 seconds later"),
  contact("hangs-up", "Hangs up on you", "online", "Answers, and hangs up after 5 seconds"),
];

/** Recent calls of every kind. */
export function recents(): RecentView[] {
  const ago = (hours: number) => Date.now() - hours * HOUR;
  const [grace, hedy] = [user("grace", "Grace Hopper"), user("hedy", "Hedy Lamarr")];
  const missed = { ending: "timedOut", durationMs: null, missed: true } as const;
  const entries: Partial<RecentView>[] = [
    { ...missed, direction: "incoming", atMs: ago(0.1) },
    { atMs: ago(0.6), mediaType: "video" },
    { with: grace, ending: "busy", durationMs: null, atMs: ago(2) },
    { direction: "incoming", ending: "answeredElsewhere", durationMs: null, atMs: ago(4) },
    { with: hedy, ending: "unreachable", durationMs: null, atMs: ago(25) },
    {
      ...missed,
      ending: "busy",
      direction: "incoming",
      with: user("tanaka", "田中 さくら"),
      atMs: ago(28),
    },
    { with: lighthouse, ending: "timedOut", durationMs: null, atMs: ago(50) },
    { direction: "incoming", ending: "rejected", durationMs: null, atMs: ago(74) },
    { with: user("x", hostileName), ending: "cancelled", durationMs: null, atMs: ago(400) },
    { ending: "failed", durationMs: null, atMs: ago(900) },
  ];
  return entries.map((entry, index) => aRecent({ inviteID: `recent-${index}`, ...entry }));
}
