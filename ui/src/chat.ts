/**
 * The signaling API as this app's screens use it, over Tauri commands and one channel.
 *
 * Owns every contact with Tauri, and is the only file that imports it. Knows no component and keeps
 * nothing of a call: the truth is the `AppView` that the backend sends.
 */
import { Channel, invoke, type InvokeArgs } from "@tauri-apps/api/core";
import type { AppView } from "./bindings/AppView";
import type { MediaType } from "./bindings/MediaType";
import type { SettingsView } from "./bindings/SettingsView";

/** What a refused operation rejects with. */
export interface ChatError {
  /** The number of SIGNALING §4, or -32603 when the backend itself failed. */
  code: number;
  /** A sentence for the person. */
  message: string;
  /** What belongs to the refusal, such as its `reason` and `inviteID`. */
  data: unknown;
}

/** What the screens act through; every operation may be repeated without harm. */
export interface Chat {
  /** Draws the snapshot of this moment, then each newer one, in order. */
  subscribe(onView: (view: AppView) => void): Promise<void>;
  /** Calls somebody. */
  invite(options: { userID: string; mediaType: MediaType }): Promise<void>;
  /** Gives up a call that has not been answered. */
  cancel(options: { inviteID: string }): Promise<void>;
  /** Answers a ring. */
  accept(options: { inviteID: string }): Promise<void>;
  /** Declines a ring. */
  reject(options: { inviteID: string; reason?: string }): Promise<void>;
  /** Ends a call. */
  hangUp(options: { callID: string }): Promise<void>;
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
  /** Sets everything the person can set. */
  saveSettings(settings: SettingsView): Promise<void>;
  /** Says that the missed calls have been looked at. */
  seenMissed(): Promise<void>;
  /** Says how high the stack of rings is, in CSS pixels. */
  ringResized(options: { height: number }): Promise<void>;
  /** Lets the ring window take the keyboard, because the person touched it. */
  focusRing(): Promise<void>;
}

/** The signaling API of this app. */
export const chat: Chat = {
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
  invite: ({ userID, mediaType }) => tell("invite", { userId: userID, mediaType }),
  cancel: ({ inviteID }) => tell("cancel", { inviteId: inviteID }),
  accept: ({ inviteID }) => tell("accept", { inviteId: inviteID }),
  reject: ({ inviteID, reason }) => tell("reject", { inviteId: inviteID, reason: reason ?? null }),
  hangUp: ({ callID }) => tell("hang_up", { callId: callID }),
  silence: ({ inviteID }) => tell("silence", { inviteId: inviteID }),
  dismissEnded: () => tell("dismiss_ended"),
  dismissProblem: () => tell("dismiss_problem"),
  addContact: ({ userID, name }) => tell("add_contact", { userId: userID, name }),
  removeContact: ({ userID }) => tell("remove_contact", { userId: userID }),
  saveSettings: (settings) => tell("save_settings", { settings }),
  seenMissed: () => tell("seen_missed"),
  ringResized: ({ height }) => tell("ring_resized", { height }),
  focusRing: () => tell("focus_ring"),
};

/** Whatever was thrown, in the shape of a refusal. */
export function asChatError(thrown: unknown): ChatError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message } = thrown;
    if (typeof code === "number" && typeof message === "string") {
      return { code, message, data: "data" in thrown ? thrown.data : null };
    }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: -32603, message, data: null };
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
