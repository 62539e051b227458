/** The words of the settings and of do not disturb; a part of `words`. */
import type { CallWaiting } from "./bindings/CallWaiting";
import type { DesktopSession } from "./bindings/DesktopSession";
import type { Fate } from "./bindings/Fate";
import type { NotificationKind } from "./bindings/NotificationKind";
import type { PresenceSettingsView } from "./bindings/PresenceSettingsView";
import type { QuietBecause } from "./bindings/QuietBecause";
import type { RingScreen } from "./bindings/RingScreen";
import type { Theme } from "./bindings/Theme";

/** The words of the settings' list and of the sections about the person. */
export const settings = {
  settings: "Settings",
  back: "Back to settings",
  sections: {
    account: "Account",
    quiet: "Do not disturb",
    sound: "Sound",
    calls: "Calls",
    computer: "Bellhop on this computer",
    shortcuts: "Shortcuts",
    blocked: "Blocked",
    diagnostics: "Diagnostics",
    about: "About",
  },
  accountHint: "Your name, user ID and server",
  shortcutsHint: "Keys to answer, hang up and more",
  blockedCount: (count: number) =>
    count === 0 ? "Nobody" : count === 1 ? "1 person" : `${count} people`,
  you: "You",
  nick: "Your name",
  nickHint: "What people you call and write to see. Empty: your user ID.",
  blockedHint: "Their calls and messages do not reach you.",
  nobodyBlocked: "Nobody is blocked.",
  login: "Log in",
  userID: "User ID",
  server: "Server address",
  serverHint: "Leave empty to host the server in this app.",
  userSig: "User signature",
  userSigHint: "Leave empty to keep the current one.",
  save: "Save",
  saved: "Saved",
  appearance: "Look",
  theme: { system: "System", light: "Light", dark: "Dark" } satisfies Record<Theme, string>,
};

/** The words of do not disturb. */
export const quiet = {
  doNotDisturb: "Do not disturb",
  rings: "Off",
  on: "On",
  because: {
    notHere: "Does not ring on this device",
    byHand: "Do not disturb",
    schedule: "Quiet hours",
    desktop: "The desktop’s do not disturb is on",
  } satisfies Record<QuietBecause, string>,
  until: (moment: string) => `until ${moment}`,
  onUntil: (moment: string) => `On until ${moment}`,
  hint: "No sound, no ring window and no notification on this device.",
  missed: "Calls you miss are listed all the same.",
  spans: {
    halfAnHour: "For 30 minutes",
    anHour: "For 1 hour",
    theNight: "Until 8:00 in the morning",
  },
  untilOff: "Until I turn it off",
  /** How each is ended; another may keep it quiet then. */
  end: {
    notHere: "Turn “Do not ring on this device” off",
    byHand: "Turn do not disturb off",
    schedule: "Turn quiet hours off",
    desktop: "Ring whatever the desktop says",
  } satisfies Record<QuietBecause, string>,
  settings: "More choices…",
  schedule: "Quiet hours",
  scheduleHint: "Do not disturb at these hours.",
  noDay: "Choose at least one day.",
  from: "From",
  to: "To",
  toNextDay: "To, the next day",
  days: "Beginning on",
  followDesktop: "Follow the desktop",
  desktopOn: "Quiet while the desktop’s own do not disturb is on. It is on now.",
  desktopOff: "Quiet while the desktop’s own do not disturb is on. It is off now.",
  desktopUnreadable: "This desktop does not tell apps whether its do not disturb is on.",
  notHere: "Do not ring on this device",
  notHereHint: "Your other devices ring.",
  muted: "Muted people",
  mutedHint: "This device does not ring when they call. Mute people in their menu.",
  nobodyMuted: "Nobody is muted.",
};

/** The words of call waiting. */
export const callWaiting = {
  title: "When someone calls during a call",
  hint: "You are in one call at a time. Answering another asks first.",
  options: {
    ringSoftly: { word: "Ring softly", hint: "It is shown, with a soft tone." },
    refuseAsBusy: {
      word: "Tell them I am busy",
      hint: "They hear at once that you are in a call, and it is listed as missed.",
    },
    ignore: {
      word: "Ignore it",
      hint: "Nothing is shown or heard. It rings for them until the time is up, and is listed as missed.",
    },
  } satisfies Record<CallWaiting, { word: string; hint: string }>,
};

/** The words of when the app is there. */
export const computer = {
  keeps: "Keeps running when closed",
  quits: "Quits when closed",
  keepRunning: {
    word: "Keep running when the window is closed",
    hint: "Calls still ring. Quit from the tray’s menu or with the keys for it.",
  },
  openAtLogin: {
    word: "Start when I log in",
    hint: "Without a window, so that calls ring from the start.",
  },
  ringWhenClosed: {
    word: "Ring when Bellhop is closed",
    hint: "A small process stays, and notifies you of calls through a server on another machine.",
  },
} satisfies Record<keyof PresenceSettingsView, { word: string; hint: string }> &
  Record<"keeps" | "quits", string>;

/** The words of the diagnostics. */
export const diagnostics = {
  server: "Server",
  profile: "Profile",
  connection: "Connection",
  connectedTo: "Address",
  noServer: "None yet",
  hostedBy: "Hosted by",
  version: "Version",
  rings: "Rings",
  notifications: "Notifications",
  notificationsState: {
    unknown: "Not checked yet",
    withActions: "On, with Accept and Reject",
    withoutActions: "On, without buttons",
  },
  noNotifications: "Notifications do not work",
  ringScreen: "Ring screen",
  ringScreens: {
    window: "A window of its own, and a notification",
    notification: "The notification",
  } satisfies Record<RingScreen, string>,
  sound: "Sound",
  devices: (count: number) => (count === 1 ? "1 device" : `${count} devices`),
  deliveries: "Last notifications",
  deliveriesHint: "What became of each, newest first.",
  noDeliveries: "None since Bellhop was started.",
  columns: { time: "Time", call: "Call", fate: "Outcome" },
  kind: { ring: "Incoming call", missed: "Missed call" } satisfies Record<NotificationKind, string>,
  fate: {
    shown: "Shown",
    noActions: "Shown, without buttons",
    noDaemon: "Not shown: no notification service",
    denied: "Not shown: not allowed",
    replaced: "Replaced by what came after",
  } satisfies Record<Fate, string>,
  desktop: "Desktop",
  session: "Windows drawn by",
  sessions: {
    x11: "X11",
    wayland: "Wayland",
    native: "The operating system",
  } satisfies Record<DesktopSession, string>,
  wayland: {
    notification:
      "On Wayland no window can come to the front by itself, so the notification is the ring screen, and shortcuts work in Bellhop’s windows alone.",
    window:
      "On Wayland no window can come to the front by itself, and no notification here can be answered, so the ring window may be behind others. Shortcuts work in Bellhop’s windows alone.",
  } satisfies Record<RingScreen, string>,
  tray: "Tray icon",
  trayState: { unknown: "Not checked yet", shown: "Shown" },
  globalShortcuts: "Shortcuts from everywhere",
  shortcutsWork: (taken: number) =>
    taken === 0 ? "On" : taken === 1 ? "On, but one is taken" : `On, but ${taken} are taken`,
};

/** The words about the app itself. */
export const about = {
  version: (version: string) => `Version ${version}`,
  what: "Calls and messages that ring wherever you are, through a server of your own.",
  licence: "Free software under the MIT licence or the Apache licence 2.0.",
};
