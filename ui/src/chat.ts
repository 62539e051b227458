/**
 * The signaling API and the app's own operations, over Tauri commands and channels.
 *
 * Owns every contact with Tauri, and is the only file that imports it. Knows no component and keeps
 * nothing of a call: the truth is the `AppView` that the backend sends.
 */
import { Channel, invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { createChat } from "./api/chat";
import { EVENT, TSignaling, TYPES } from "./api/constants";
import { asChatError } from "./api/error";
import type { Backend, Session, WireEvent } from "./api/wire";
import type { Action } from "./bindings/Action";
import type { AppView } from "./bindings/AppView";
import type { SettingsView } from "./bindings/SettingsView";

export { asChatError, type ChatError } from "./api/error";
export type { Chat } from "./api/chat";

/** What the app does beside signaling; every operation may be repeated without harm. */
export interface App {
  /** Draws the snapshot of this moment, then each newer one, in order. */
  subscribe(onView: (view: AppView) => void): Promise<void>;
  /** Stops the sound of a ring, which goes on waiting for an answer. */
  silence(options: { inviteID: string }): Promise<void>;
  /** Puts the last call's ending away. */
  dismissEnded(): Promise<void>;
  /** Puts the shown problem away. */
  dismissProblem(): Promise<void>;
  /** Adds somebody to the address book. */
  addContact(options: { userID: string; name: string }): Promise<void>;
  /** Takes somebody out of the address book. */
  removeContact(options: { userID: string }): Promise<void>;
  /** Keeps this device from ringing when a contact calls, or lets it ring again. */
  muteContact(options: { userID: string; muted: boolean }): Promise<void>;
  /** Opens a conversation on the screen, which reads its newest entries and marks them as read. */
  openConversation(options: { conversationID: string }): Promise<void>;
  /** Puts the open conversation away. */
  closeConversation(): Promise<void>;
  /** Reads older entries of the open conversation. */
  readOlder(): Promise<void>;
  /** Brings the main window to the person. */
  showMain(): Promise<void>;
  /** Sets everything the person can set. */
  saveSettings(settings: SettingsView): Promise<void>;
  /** Lets the ring be heard for a moment, on a device or on the one that the desktop plays on. */
  testSound(options: { device: string | null }): Promise<void>;
  /** Says that the missed calls have been looked at. */
  seenMissed(): Promise<void>;
  /** Answers what the app asks; yes goes on, no leaves everything as it is. */
  answerQuestion(options: { yes: boolean }): Promise<void>;
  /** Puts a call away that a link or another program has prepared. */
  dismissDial(): Promise<void>;
  /** Does what a shortcut says, as if it had been pressed somewhere else. */
  press(options: { action: Action }): Promise<void>;
  /** Says how high the stack of rings is, in CSS pixels. */
  ringResized(options: { height: number }): Promise<void>;
  /** Lets the ring window take the keyboard, because the person touched it. */
  focusRing(): Promise<void>;
}

/** The app's own operations. */
export const app: App = {
  async subscribe(onView) {
    let drawn = -1;
    const draw = (view: AppView) => {
      if (view.revision < drawn) return;
      drawn = view.revision;
      onView(view);
    };
    const channel = new Channel<AppView>(draw);
    draw(await ask<AppView>("subscribe", { channel }));
  },
  silence: ({ inviteID }) => tell("silence", { inviteId: inviteID }),
  dismissEnded: () => tell("dismiss_ended"),
  dismissProblem: () => tell("dismiss_problem"),
  addContact: ({ userID, name }) => tell("add_contact", { userId: userID, name }),
  removeContact: ({ userID }) => tell("remove_contact", { userId: userID }),
  muteContact: ({ userID, muted }) => tell("mute_contact", { userId: userID, muted }),
  openConversation: ({ conversationID }) =>
    tell("open_conversation", { conversationId: conversationID }),
  closeConversation: () => tell("close_conversation"),
  readOlder: () => tell("read_older"),
  showMain: () => tell("show_main"),
  saveSettings: (settings) => tell("save_settings", { settings }),
  testSound: ({ device }) => tell("test_sound", { device }),
  seenMissed: () => tell("seen_missed"),
  answerQuestion: ({ yes }) => tell("answer_question", { yes }),
  dismissDial: () => tell("dismiss_dial"),
  press: ({ action }) => tell("press", { action }),
  ringResized: ({ height }) => tell("ring_resized", { height }),
  focusRing: () => tell("focus_ring"),
};

const backend: Backend = {
  request: (method, params) => ask("api_request", { method, params }),
  subscribe: (onEvent) => ask("api_subscribe", { channel: new Channel<WireEvent>(onEvent) }),
};

/** The signaling API. */
export const chat = createChat(backend);

/**
 * Subscribes this window to the signaling API's events. In QA mode the API is put where code written for
 * such SDKs looks for it, so that it runs unchanged in the console.
 */
export async function start(): Promise<void> {
  try {
    show(await chat.start());
  } catch (thrown) {
    console.error("The signaling API could not be started:", thrown);
  }
}

function show({ qa }: Session): void {
  if (!qa) return;
  const TencentCloudChat = { TSignaling, TYPES, EVENT, create: () => chat };
  Object.assign(window, { chat, TencentCloudChat });
}

async function tell(command: string, args: InvokeArgs = {}): Promise<void> {
  await ask<unknown>(command, args);
}

async function ask<Reply>(command: string, args: InvokeArgs): Promise<Reply> {
  try {
    return await invoke<Reply>(command, args);
  } catch (thrown) {
    throw asChatError(thrown);
  }
}
