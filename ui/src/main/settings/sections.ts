/** The sections of the settings: what each is called, drawn with, and says of itself in the list. */
import type { AppView } from "../../bindings/AppView";
import type { QuietNowView } from "../../bindings/QuietNowView";
import type { SettingsView } from "../../bindings/SettingsView";
import type { IconName } from "../../parts/icons";
import { cleanName, momentIn } from "../../text";
import { words } from "../../words";
import { quietText } from "../quiet";
import { version } from "./version";

/** A section of the settings, by name. */
export type Section =
  | "account"
  | "quiet"
  | "sound"
  | "calls"
  | "computer"
  | "shortcuts"
  | "blocked"
  | "diagnostics"
  | "about";

/** The sections after the account, in groups that belong together. */
export const groups: { name: Section; icon: IconName }[][] = [
  [
    { name: "quiet", icon: "moon" },
    { name: "sound", icon: "sound" },
    { name: "calls", icon: "phone" },
  ],
  [
    { name: "computer", icon: "computer" },
    { name: "shortcuts", icon: "keyboard" },
    { name: "blocked", icon: "block" },
  ],
  [
    { name: "diagnostics", icon: "pulse" },
    { name: "about", icon: "about" },
  ],
];

/** What a section says of itself in the list. */
export function summary(section: Section, view: AppView, now: SettingsView): string {
  switch (section) {
    case "account":
      return view.profile.userID;
    case "quiet":
      return shortly(view.quiet);
    case "sound": {
      const device = view.audio.devices.find(({ id }) => id === now.sound.output);
      const on = device ? cleanName(device.name) : words.sound.systemDefault;
      return `${now.sound.volume} % · ${on}`;
    }
    case "calls":
      return words.callWaiting.options[now.callWaiting].word;
    case "computer":
      return now.presence.keepRunning ? words.computer.keeps : words.computer.quits;
    case "shortcuts":
      return words.settings.shortcutsHint;
    case "blocked":
      return words.settings.blockedCount(view.blocked.length);
    case "diagnostics":
      return words.connection[view.connection.state];
    case "about":
      return words.about.version(version);
  }
}

/** Under "Do not disturb", that it is not again called so. */
function shortly({ because, untilMs }: QuietNowView): string {
  const now = Date.now();
  if (because !== "byHand") return quietText({ because, untilMs }, now);
  return untilMs === null ? words.quiet.on : words.quiet.onUntil(momentIn(untilMs, now));
}

/** What a section has to warn of, in a sentence; absent when all is well. */
export function trouble(section: Section, view: AppView): string | null {
  switch (section) {
    case "sound":
      return view.audio.trouble;
    case "diagnostics":
      return view.notifications.state === "unavailable" ? words.diagnostics.noNotifications : null;
    case "account":
    case "quiet":
    case "calls":
    case "computer":
    case "shortcuts":
    case "blocked":
    case "about":
      return null;
  }
}
