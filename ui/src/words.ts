/**
 * Every word the app shows, by key. Another language is another value of the same type.
 *
 * Owns the words only; names of people never stand inside a sentence, because they may be written in
 * the other direction, and are cleaned where they appear in a label for a screen reader.
 */
import type { Action } from "./bindings/Action";
import type { Direction } from "./bindings/Direction";
import type { Hosting } from "./bindings/Hosting";
import type { JoinOption } from "./bindings/JoinOption";
import type { MediaType } from "./bindings/MediaType";
import type { Place } from "./bindings/Place";
import type { Presence } from "./bindings/Presence";
import type { Progress } from "./bindings/Progress";
import type { RingScreen } from "./bindings/RingScreen";
import type { RungState } from "./bindings/RungState";
import { about, callWaiting, computer, diagnostics, quiet, settings } from "./words-settings";
import { endedIncoming, endedOutgoing, recentIncoming, recentOutgoing } from "./endings";

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
  incomingGroup: {
    audio: "Group audio call",
    video: "Group video call",
  } satisfies Record<MediaType, string>,
  waiting: {
    audio: "Audio call waiting",
    video: "Video call waiting",
  } satisfies Record<MediaType, string>,
  back: "Back",
  more: (name: string) => `More about ${name}`,
  you: "You",

  rung: {
    pending: "Calling…",
    notReachable: "Not reachable",
    ringing: "Ringing…",
    inCall: "In the call",
    rejected: "Declined",
    busy: "Busy",
    cancelled: "Not rung any more",
    leftGroup: "Left the group",
    timedOut: "No answer",
    left: "Left the call",
  } satisfies Record<RungState, string>,

  tabs: {
    label: "Sections",
    contacts: "Contacts",
    chats: "Chats",
    groups: "Groups",
    recents: "Recents",
    settings: "Settings",
    chatsUnread: (unread: number) => `Chats, ${unread} unread`,
    recentsMissed: (missed: number) => `Recents, ${missed} missed`,
  },

  person: {
    message: "Message",
    messageLabel: (name: string) => `Messages with ${name}`,
    addContact: "Add to contacts",
    remove: "Remove contact",
    block: "Block",
    unblock: "Unblock",
    unblockLabel: (name: string) => `Unblock ${name}`,
    blocked: "Blocked",
    mute: "Mute on this device",
    unmute: "Unmute",
    unmuteLabel: (name: string) => `Unmute ${name}`,
    muted: "Muted",
  },

  picker: {
    typed: "Someone else, by user ID",
    typedHint: "Separate several with a space.",
    nobody: "Nobody to choose. Type a user ID.",
    all: "Everyone is in the call already, or being rung.",
    chosen: (count: number) => (count === 1 ? "1 chosen" : `${count} chosen`),
  },

  groups: {
    create: "New group",
    join: "Join a group",
    joinID: "Group ID",
    joinHint: "You can join a group by yourself when it is open to everyone.",
    joinDo: "Join",
    empty: "No groups yet",
    emptyHint: "Make one to call several people at once, or join one by its ID.",
    cancel: "Cancel",
    name: "Name",
    id: "Group ID",
    idHint: "Others join by it. Leave empty to get one made up.",
    members: "Members",
    joinOption: "Who can join",
    joinOptions: {
      inviteOnly: "People whom members add",
      free: "Everyone who knows the ID",
    } satisfies Record<JoinOption, string>,
    joinNotes: {
      inviteOnly: "Members add others",
      free: "Open to everyone with the ID",
    } satisfies Record<JoinOption, string>,
    createDo: "Create group",
    count: (members: number) => (members === 1 ? "1 member" : `${members} members`),
    page: "Group",
    owner: "Owner",
    add: "Add members",
    addDo: "Add",
    remove: "Remove from group",
    leave: "Leave group",
    leaveAsk: "Leave this group?",
    leaveDo: "Leave",
    dismiss: "Delete group",
    dismissAsk: "Delete this group for everyone?",
    dismissDo: "Delete",
    messages: "Messages",
    callEveryone: "Call everyone",
    videoEveryone: "Video call everyone",
    choose: "Choose who to call",
    chooseShort: "Call some…",
    callChosen: "Call",
    videoChosen: "Video call",
    loading: "Reading the members…",
    goneTitle: "No such group",
    gone: "This group does not exist any more, or you are not in it.",
  },

  groupCall: {
    title: "Call in progress",
    region: "Call in progress in this group",
    place: {
      here: "You are in it",
      elsewhere: "You are in it on another device",
      others: "You are not in it",
    } satisfies Record<Place, string>,
    began: "Started by",
  },

  chats: {
    empty: "No conversations yet",
    emptyHint: "Messages and calls with people and groups appear here.",
    unread: (count: number) => `${count} unread`,
    nothing: "Nothing yet",
  },

  conversation: {
    region: "Conversation",
    entries: "Messages and calls",
    older: "Show earlier",
    loading: "Reading…",
    empty: "Nothing here yet",
    emptyHint: "Write the first message, or call.",
    write: "Message",
    send: "Send",
    blocked: "You have blocked this person.",
    notMember: "You are not in this group any more.",
    groupInfo: "About this group",
    today: "Today",
    yesterday: "Yesterday",
    program: "Message for another program",
    you: "You:",
    callAgain: "Call again",
    callBack: "Call back",
  },

  callEntry: {
    ringing: "Ringing…",
    running: "In progress",
    missed: { audio: "Missed call", video: "Missed video call" } satisfies Record<
      MediaType,
      string
    >,
    hungUp: "Call",
    answeredOn: {
      phone: "Answered on your phone",
      computer: "Answered on your other computer",
      browser: "Answered in a browser",
      other: "Answered on another device",
    },
    declinedOn: {
      phone: "Declined on your phone",
      computer: "Declined on your other computer",
      browser: "Declined in a browser",
      other: "Declined on another device",
    },
  },

  contacts: {
    people: "People",
    tests: "Test contacts",
    testsHint: "They answer by themselves, so you can try every kind of call.",
    empty: "Nobody here yet. Add someone by their user ID.",
    add: "Add contact",
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
    prepared: {
      audio: "A link prepared this audio call. Check the user ID, then call.",
      video: "A link prepared this video call. Check the user ID, then call.",
    } satisfies Record<MediaType, string>,
    preparedBusy: "A link prepared this call. Hang up before you place it.",
    putAway: "Do not call",
  },

  shortcuts: {
    everywhere: "From everywhere",
    everywhereHint:
      "While a call rings or runs. Other programs have these keys the rest of the time.",
    here: "In Bellhop’s windows",
    actions: {
      answer: "Answer",
      reject: "Reject",
      silence: "Silence the ring",
      hangUp: "Hang up",
      dial: "Call by user ID",
      contacts: "Contacts",
      chats: "Chats",
      settings: "Settings",
      doNotDisturb: "Do not disturb",
      quit: "Quit",
    } satisfies Record<Action, string>,
    none: "None",
    change: (action: string, keys: string) => `Keys for ${action}: ${keys}. Change`,
    press: "Press keys…",
    pressLabel: (action: string) => `Press the new keys for ${action}`,
    pressHint: "Escape keeps the ones it has.",
    notThese: "These keys cannot be a shortcut.",
    more: (action: string) => `More about the keys for ${action}`,
    clear: "Clear",
    usual: (keys: string) => `Back to ${keys}`,
    allUsual: "Usual keys for all",
    taken: "Another program has these keys.",
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

  sound: {
    sound: "Sound",
    output: "Play calls on",
    systemDefault: "Same as the desktop",
    second: "Ring on this as well",
    noSecond: "No second device",
    notConnected: (device: string) => `${device} (not connected)`,
    test: "Test",
    testOutput: "Test the ring",
    testSecond: "Test the ring on the second device",
    volume: "Volume",
  },
  settings,
  quiet,
  callWaiting,
  computer,
  diagnostics,
  about,

  question: {
    answerInstead: {
      title: "End this call and answer?",
      now: "This call ends",
      next: "This one is answered",
      yes: "End and answer",
      no: "Stay in the call",
    },
    quit: {
      title: "Quit and end the call?",
      now: "This call ends",
      yes: "Quit and end it",
      no: "Keep talking",
    },
  },

  outgoing: {
    region: "Outgoing call",
    progress: {
      calling: "Calling…",
      sent: "Calling…",
      ringing: "Ringing…",
      notReachable: "Not online right now",
    } satisfies Record<Progress, string>,
    detail: {
      calling: "",
      sent: "Waiting for one of their devices.",
      ringing: "",
      notReachable:
        "It rings as soon as one of their devices connects, and may do so already where the app is closed.",
    } satisfies Record<Progress, string>,
    left: (time: string) => `${time} left`,
    cancel: "Cancel",
    cancelling: "Cancelling…",
  },

  call: {
    region: "Call",
    people: "People in this call",
    hangUp: "Hang up",
    hangingUp: "Hanging up…",
    invite: "Add people",
    inviteDo: "Ring",
    inviteCancel: "Cancel",
    stopRinging: "Stop ringing",
    minimise: "Show contacts",
    return: "Return to call",
  },

  ended: {
    region: "Call ended",
    text: { incoming: endedIncoming, outgoing: endedOutgoing },
    again: { incoming: "Call back", outgoing: "Call again" } satisfies Record<Direction, string>,
    close: "Close",
    reply: "They wrote:",
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
    reply: "Reply",
    replyLabel: (name: string) => `Reject call from ${name} with a message`,
    replies: ["Can’t talk now. I’ll call you back.", "In a meeting.", "Please text me."],
    replyOther: "Write a message…",
    others: "Also in this call",
    moreOthers: (count: number) => `+${count}`,
    moreOthersLabel: (count: number) => `and ${count} more`,
  },

  idle: {
    title: "Ready to ring",
    hint: "Choose a contact, or call someone by their user ID.",
    quiet: "Nothing rings here",
    quietDetail: "Do not disturb is on. Calls you miss are listed.",
    ringing: "Someone is calling",
    ringingHint: {
      window: "Answer in the window that rings.",
      notification: "Answer above, or in the notification.",
    } satisfies Record<RingScreen, string>,
    quietHint: "It does not ring here. You can answer above.",
    missed: (missed: number) => (missed === 1 ? "1 missed call" : `${missed} missed calls`),
    showMissed: "Show recents",
  },
  problem: { dismiss: "Dismiss" },
  unnamed: "Unknown",
};

/** The words of one language. */
export type Words = typeof english;

/** The words in use. */
export const words: Words = english;
