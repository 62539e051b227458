/** Every screen in every state, by name. Development only. */
import type { AppView } from "../bindings/AppView";
import type { Page } from "../main/pages.svelte";
import type { Section } from "../main/settings/sections";
import type { Tab } from "../main/Tabs.svelte";
import { settingsScreens } from "./settings-screens";
import { conversationScreens, groupScreens } from "./talk-screens";
import {
  aCall,
  aRing,
  aView,
  anEnded,
  anOutgoing,
  endings,
  hostileName,
  progresses,
  recents,
  user,
} from "./views";

/** One state of one window. */
export interface Held {
  window: "main" | "ring";
  view: AppView;
  /** The section of the list. */
  tab?: Tab;
  /** The section of the settings. */
  section?: Section;
  /** The page on top of the open conversation. */
  page?: Page;
  /** Whether the call is put aside. */
  aside?: boolean;
  /** The test IDs of what has been pressed, in order. */
  pressed?: string[];
}

const main = (change: Partial<AppView>, tab?: Tab): Held => ({
  window: "main",
  view: aView(change),
  ...(tab ? { tab } : {}),
});
const ring = (...rings: AppView["rings"]): Held => ({ window: "ring", view: aView({ rings }) });
const second = aRing({
  inviteID: "invite-9",
  userID: "tanaka",
  name: "田中 さくら",
  mediaType: "video",
  remainingMs: 9_000,
});

const known: Record<string, Held> = {
  contacts: main({ recents: recents(), missed: 2 }),
  "contacts-menu": { ...main({}), pressed: ["contact-menu-ada"] },
  "contacts-adding": { ...main({}), pressed: ["contact-add"] },
  "contacts-first-run": main({ contacts: aView().contacts.filter(({ test }) => test !== null) }),
  "contacts-blocked": main({
    contacts: aView().contacts.map((each) => ({ ...each, blocked: each.userID === "grace" })),
  }),
  "contacts-muted": main({
    contacts: aView().contacts.map((each) => ({
      ...each,
      muted: ["grace", "layla"].includes(each.userID),
    })),
  }),
  "contacts-hostile": main({
    contacts: [
      {
        userID: "h",
        name: hostileName,
        presence: "online",
        blocked: false,
        muted: false,
        test: null,
      },
      ...aView().contacts,
    ],
  }),
  connecting: main({ connection: { state: "connecting" } }),
  reconnecting: main({ connection: { state: "reconnecting" } }),
  stopped: main({
    profile: { ...aView().profile, profile: "bob", hosting: "remote" },
    connection: {
      state: "stopped",
      reason: "The user signature has expired. Enter a new one in the settings.",
    },
  }),
  recents: main({ recents: recents(), missed: 0 }, "recents"),
  "recents-empty": main({}, "recents"),
  missed: main({ recents: recents(), missed: 2, contacts: [] }),
  "dial-prepared": main({ dial: { userID: "ada", mediaType: "audio", number: 1 } }),
  "dial-prepared-in-call": main({
    dial: { userID: "tanaka", mediaType: "video", number: 1 },
    call: aCall(),
  }),
  problem: main({ problem: "Nobody here is called “adda”. Check the user ID." }),
  "ring-banner": main({ rings: [aRing()] }),
  "ring-banner-two": main({ rings: [aRing({ answering: true }), second] }),
  call: main({ call: aCall() }),
  "call-inviting": { ...main({ call: aCall() }), pressed: ["invite-more"] },
  "call-hanging-up": main({ call: aCall({ hangingUp: true }) }),
  "call-and-ring": main({ call: aCall(), rings: [second] }),
  "call-hostile": main({ call: aCall({ with: user("h", hostileName) }) }),
  "call-aside": { ...main({ call: aCall() }), aside: true },
  "ended-reply": main({
    ended: { ...anEnded("rejected", "outgoing"), reply: "Can’t talk now. I’ll call you back." },
  }),
  "ended-hostile": main({
    ended: {
      ...anEnded("rejected", "outgoing"),
      with: user("h", hostileName),
      reply: hostileName,
    },
  }),
  ring: ring(aRing()),
  "ring-video": ring(second),
  "ring-stack": ring(aRing(), second),
  "ring-silenced": ring(aRing({ silenced: true })),
  "ring-answering": ring(aRing({ answering: true })),
  "ring-for-ever": ring(aRing({ remainingMs: null, timeoutMs: null })),
  "ring-hostile": ring(aRing({ name: hostileName })),
  "ring-replies": { ...ring(aRing()), pressed: ["ring-reply"] },
};

/** Every screen that can be held open. */
export const screens: Record<string, Held> = {
  ...known,
  ...settingsScreens,
  ...groupScreens,
  ...conversationScreens,
};

for (const progress of progresses) {
  const times = progress === "calling" ? { remainingMs: null, timeoutMs: null } : {};
  screens[`outgoing-${progress}`] = main({ outgoing: anOutgoing({ progress, ...times }) });
}
screens["outgoing-cancelling"] = main({ outgoing: anOutgoing({ cancelling: true }) });
for (const direction of ["outgoing", "incoming"] as const) {
  for (const ending of endings) {
    screens[`ended-${direction}-${ending}`] = main({ ended: anEnded(ending, direction) });
  }
}
