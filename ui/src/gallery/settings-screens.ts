/** Every section of the settings, and do not disturb, in every state. Development only. */
import type { AppView } from "../bindings/AppView";
import type { DeliveryView } from "../bindings/DeliveryView";
import type { SettingsView } from "../bindings/SettingsView";
import type { Section } from "../main/settings/sections";
import type { Held } from "./screens";
import { aCall, aRing, aView, hostileName, shortcuts } from "./views";

const NOON = new Date().setHours(12, 0, 0, 0);
const HOUR = 3_600_000;

const main = (change: Partial<AppView>): Held => ({ window: "main", view: aView(change) });
const section = (section: Section, change: Partial<AppView> = {}): Held => ({
  ...main(change),
  tab: "settings",
  section,
});

/** The settings, changed as asked. */
export function settingsWith(change: Partial<SettingsView>): Pick<AppView, "settings"> {
  return { settings: { ...aView().settings, ...change } };
}

/** Quiet by hand until this evening. */
export const quietUntil: Partial<AppView> = {
  ...settingsWith({
    quiet: { ...aView().settings.quiet, byHand: { kind: "until", atMs: NOON + 9 * HOUR } },
  }),
  quiet: { because: "byHand", untilMs: NOON + 9 * HOUR },
};

/** On Wayland, where windows cannot come to the front and keys belong to the window in front. */
export const onWayland = {
  desktop: {
    session: "wayland",
    ringScreen: "notification",
    globalShortcuts: {
      state: "unavailable",
      reason: "Wayland gives a key to the window in front alone.",
    },
    tray: {
      state: "absent",
      reason: "This desktop shows no tray. Start Bellhop again to bring its window back.",
    },
    doNotDisturb: null,
  },
} satisfies Partial<AppView>;

const noNotifications = {
  notifications: { state: "unavailable", reason: "No notification service is running." },
} as const satisfies Partial<AppView>;

/** The same where no notification can be answered either. */
export const onWaylandAlone = {
  ...noNotifications,
  desktop: { ...onWayland.desktop, ringScreen: "window" },
} satisfies Partial<AppView>;

/** Keys that were chosen, cleared and taken by another program. */
const chosenKeys: Partial<AppView> = {
  ...settingsWith({ shortcuts: { answer: "Ctrl+Alt+Shift+F9", contacts: null } }),
  shortcuts: shortcuts.map((each) => {
    if (each.action === "answer") return { ...each, keys: "Ctrl+Alt+Shift+F9" };
    return each.action === "contacts" ? { ...each, keys: null } : each;
  }),
  desktop: { ...aView().desktop, globalShortcuts: { state: "available", taken: ["hangUp"] } },
};

function delivery(change: Partial<DeliveryView>, index: number): DeliveryView {
  return {
    inviteID: `invite-${index}`,
    name: "Ada Lovelace",
    kind: "ring",
    fate: "shown",
    atMs: NOON - index * 7 * HOUR,
    ...change,
  };
}

/** Notifications of every fate. */
export const deliveries: DeliveryView[] = (
  [
    { kind: "missed" },
    { fate: "replaced" },
    { name: "田中 さくら", fate: "noActions" },
    { name: "ليلى حداد", fate: "denied" },
    { name: hostileName, fate: "noDaemon" },
  ] as const
).map(delivery);

const noAudio = {
  audio: {
    devices: [],
    trouble: "Calls are shown but not heard: no audio device is connected.",
  },
} satisfies Partial<AppView>;

/** The sections and states, by name. */
export const settingsScreens: Record<string, Held> = {
  settings: { ...main({}), tab: "settings" },
  "settings-troubled": {
    ...main({ ...quietUntil, ...noAudio, ...onWaylandAlone }),
    tab: "settings",
  },
  "settings-account": section("account", {
    profile: { ...aView().profile, nick: "Maya Angelou" },
  }),
  "settings-quiet": section("quiet"),
  "settings-quiet-on": section("quiet", {
    ...quietUntil,
    contacts: aView().contacts.map((each) => ({
      ...each,
      muted: ["grace", "tanaka"].includes(each.userID),
    })),
  }),
  "settings-quiet-hours": section("quiet", {
    ...onWayland,
    ...settingsWith({
      quiet: {
        ...aView().settings.quiet,
        schedule: { enabled: true, from: "22:15", to: "07:00", days: [1, 2, 3, 4, 5] },
        notHere: true,
      },
    }),
    quiet: { because: "notHere", untilMs: null },
  }),
  "settings-sound": section("sound"),
  "settings-no-audio": section("sound", noAudio),
  "settings-audio-elsewhere": section("sound", {
    ...settingsWith({
      sound: { volume: 35, output: "pulseaudio:earphones", second: "pulseaudio:speakers" },
    }),
    audio: {
      ...aView().audio,
      trouble: "A chosen audio device is missing; calls ring on Built-in speakers.",
    },
  }),
  "settings-calls": section("calls"),
  "settings-computer": section("computer"),
  "settings-computer-no-tray": section("computer", onWayland),
  "settings-shortcuts": {
    ...section("shortcuts", chosenKeys),
    pressed: ["shortcut-change-chats"],
  },
  "settings-shortcuts-unavailable": section("shortcuts", onWayland),
  "settings-blocked": section("blocked", {
    blocked: [
      { userID: "grace", name: "Grace Hopper" },
      { userID: "h", name: hostileName },
    ],
  }),
  "settings-diagnostics": section("diagnostics", { deliveries }),
  "settings-diagnostics-troubled": section("diagnostics", {
    ...noAudio,
    ...onWaylandAlone,
  }),
  "settings-about": section("about"),
  "quiet-by-hand": main(quietUntil),
  "quiet-menu": { ...main(quietUntil), pressed: ["quiet-menu"] },
  "quiet-menu-off": { ...main({}), pressed: ["quiet-menu"] },
  "quiet-desktop": main({ quiet: { because: "desktop", untilMs: null } }),
  "wayland-ring": main({ ...onWayland, rings: [aRing()] }),
  "quiet-ring": main({ ...quietUntil, rings: [aRing({ manner: "quietly" })] }),
  "waiting-ring": main({
    call: aCall(),
    rings: [aRing({ userID: "tanaka", name: "田中 さくら", manner: "softly" })],
  }),
  "ring-waiting": { window: "ring", view: aView({ rings: [aRing({ manner: "softly" })] }) },
  "question-answer": main({
    call: aCall(),
    rings: [aRing({ userID: "tanaka", name: "田中 さくら", manner: "softly" })],
    question: { kind: "answerInstead", inviteID: "invite-1", name: "田中 さくら" },
  }),
  "question-hostile": main({
    call: aCall({ with: { kind: "user", userID: "h", name: hostileName } }),
    question: { kind: "answerInstead", inviteID: "invite-1", name: hostileName },
  }),
  "question-quit": main({ call: aCall(), question: { kind: "quit" } }),
};
