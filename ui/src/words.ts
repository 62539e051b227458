/**
 * Every word the app shows, by key. Another language is another value of the same type.
 *
 * Owns the words only; names of people never stand inside a sentence, because they may be written in
 * the other direction, and are cleaned where they appear in a label for a screen reader.
 */
import type { Direction } from "./bindings/Direction";
import type { Ending } from "./bindings/Ending";
import type { Hosting } from "./bindings/Hosting";
import type { MediaType } from "./bindings/MediaType";
import type { Presence } from "./bindings/Presence";
import type { Progress } from "./bindings/Progress";
import type { Theme } from "./bindings/Theme";

/** How an ending is told: a title, and a sentence where the title leaves a question open. */
interface EndingWords {
  title: string;
  detail: string;
}

const endedOutgoing: Record<Ending, EndingWords> = {
  answered: { title: "Call ended", detail: "" },
  rejected: { title: "Declined", detail: "They declined your call." },
  busy: { title: "Busy", detail: "They are in another call right now." },
  cancelled: { title: "Cancelled", detail: "You hung up before anyone answered." },
  timedOut: { title: "No answer", detail: "It rang, but nobody answered." },
  answeredElsewhere: {
    title: "Answered on another device",
    detail: "The call goes on there.",
  },
  rejectedElsewhere: { title: "Ended on another device", detail: "It was ended there." },
  unreachable: { title: "Not reachable", detail: "None of their devices could be reached." },
  inviterGone: {
    title: "Connection lost",
    detail: "This device was offline for too long, so the call was given up.",
  },
  failed: { title: "Call failed", detail: "The call could not be placed or kept." },
};

const endedIncoming: Record<Ending, EndingWords> = {
  answered: { title: "Call ended", detail: "" },
  rejected: { title: "Declined", detail: "You declined the call." },
  busy: { title: "You were busy", detail: "You were in another call, so it did not ring." },
  cancelled: { title: "Missed call", detail: "They hung up before you answered." },
  timedOut: { title: "Missed call", detail: "You did not answer in time." },
  answeredElsewhere: {
    title: "Answered on another device",
    detail: "You took the call there.",
  },
  rejectedElsewhere: {
    title: "Declined on another device",
    detail: "You declined the call there.",
  },
  unreachable: { title: "Missed call", detail: "It could not reach this device." },
  inviterGone: { title: "Caller disconnected", detail: "Their connection was lost while it rang." },
  failed: { title: "Call failed", detail: "The call could not be kept." },
};

const recentOutgoing: Record<Ending, string> = {
  answered: "Answered",
  rejected: "Declined",
  busy: "Busy",
  cancelled: "Cancelled",
  timedOut: "No answer",
  answeredElsewhere: "Answered on another device",
  rejectedElsewhere: "Ended on another device",
  unreachable: "Not reachable",
  inviterGone: "Connection lost",
  failed: "Failed",
};

const recentIncoming: Record<Ending, string> = {
  answered: "Answered",
  rejected: "Declined",
  busy: "You were busy",
  cancelled: "Cancelled",
  timedOut: "Not answered",
  answeredElsewhere: "Answered on another device",
  rejectedElsewhere: "Declined on another device",
  unreachable: "Did not arrive",
  inviterGone: "Caller disconnected",
  failed: "Failed",
};

const english = {
  app: "Bellhop",
  starting: "Starting…",
  startFailed: "Bellhop could not start.",

  connection: {
    connecting: "Connecting…",
    online: "Connected",
    reconnecting: "Reconnecting…",
    stopped: "Not connected",
  },
  hosting: {
    thisApp: "Server in this app",
    otherProfile: "Another profile’s server",
    remote: "Remote server",
  } satisfies Record<Hosting, string>,
  presence: {
    unknown: "",
    online: "Online",
    offline: "Offline",
    inCall: "In a call",
  } satisfies Record<Presence, string>,
  media: { audio: "Audio call", video: "Video call" } satisfies Record<MediaType, string>,
  incoming: {
    audio: "Incoming audio call",
    video: "Incoming video call",
  } satisfies Record<MediaType, string>,

  tabs: {
    label: "Sections",
    contacts: "Contacts",
    recents: "Recents",
    settings: "Settings",
    recentsMissed: (missed: number) => `Recents, ${missed} missed`,
  },

  contacts: {
    people: "People",
    tests: "Test contacts",
    testsHint: "They answer by themselves, so you can try every kind of call.",
    empty: "Nobody here yet. Add someone by their user ID.",
    add: "Add contact",
    edit: "Edit contacts",
    editDone: "Done",
    remove: "Remove",
    removeLabel: (name: string) => `Remove ${name}`,
    userID: "User ID",
    name: "Name",
    save: "Add",
    cancel: "Cancel",
    callAudio: (name: string) => `Audio call to ${name}`,
    callVideo: (name: string) => `Video call to ${name}`,
  },

  dial: {
    label: "Call by user ID",
    audio: "Call",
    audioLabel: "Audio call to this user ID",
    videoLabel: "Video call to this user ID",
  },

  recents: {
    empty: "No calls yet",
    emptyHint: "Calls you make, take and miss appear here.",
    now: "Now",
    missed: "Missed call",
    missedBusy: "Missed, you were in a call",
    direction: { incoming: "Incoming", outgoing: "Outgoing" } satisfies Record<Direction, string>,
    ending: { incoming: recentIncoming, outgoing: recentOutgoing },
    callBack: (name: string) => `Call ${name} again`,
  },

  settings: {
    account: "Account",
    userID: "User ID",
    server: "Server address",
    serverHint: "Leave empty to host the server in this app.",
    userSig: "User signature",
    userSigHint: "Leave empty to keep the current one.",
    save: "Save",
    saved: "Saved",
    appearance: "Appearance",
    theme: { system: "System", light: "Light", dark: "Dark" } satisfies Record<Theme, string>,
    about: "This app",
    profile: "Profile",
    connectedTo: "Server",
    noServer: "None yet",
    hostedBy: "Hosted by",
    connection: "Connection",
    notifications: "Notifications",
    notificationsState: {
      unknown: "Not checked yet",
      withActions: "On, with Accept and Reject",
      withoutActions: "On, without buttons",
    },
  },

  outgoing: {
    region: "Outgoing call",
    progress: {
      calling: "Calling…",
      sent: "Calling…",
      ringing: "Ringing…",
      notReachable: "Not reachable right now",
    } satisfies Record<Progress, string>,
    detail: {
      calling: "",
      sent: "Waiting for one of their devices.",
      ringing: "",
      notReachable: "It rings as soon as one of their devices connects.",
    } satisfies Record<Progress, string>,
    left: (time: string) => `${time} left`,
    cancel: "Cancel",
    cancelling: "Cancelling…",
  },

  call: { region: "Call", hangUp: "Hang up", hangingUp: "Hanging up…" },

  ended: {
    region: "Call ended",
    text: { incoming: endedIncoming, outgoing: endedOutgoing } satisfies Record<
      Direction,
      Record<Ending, EndingWords>
    >,
    again: { incoming: "Call back", outgoing: "Call again" } satisfies Record<Direction, string>,
    close: "Close",
  },

  ring: {
    window: "Incoming calls",
    accept: "Accept",
    reject: "Reject",
    silence: "Silence",
    silenced: "Silenced",
    answering: "Answering…",
    acceptLabel: (name: string) => `Accept call from ${name}`,
    rejectLabel: (name: string) => `Reject call from ${name}`,
  },

  idle: {
    title: "Ready to ring",
    hint: "Choose a contact, or call someone by their user ID.",
  },
  problem: { dismiss: "Dismiss" },
  unnamed: "Unknown",
};

/** The words of one language. */
export type Words = typeof english;

/** The words in use. */
export const words: Words = english;
