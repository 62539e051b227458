/**
 * What every screen acts through: the signaling API, the app's own operations, and one place where
 * their refusals are shown.
 *
 * Owns the last failed action until it is dismissed; keeps no state of any call.
 */
import { getContext, setContext } from "svelte";
import type { Chat } from "./api/chat";
import { asChatError } from "./api/error";
import type { App } from "./chat";

const KEY = "desk";

/** The signaling API and the app's own operations, with their refusals collected. */
export class Desk {
  /** Why the last action failed, until it is dismissed or another one succeeds. */
  failure = $state<string | null>(null);

  constructor(
    readonly chat: Chat,
    readonly app: App,
  ) {}

  /** Waits for an action; resolves with whether it succeeded, and keeps the sentence if not. */
  attempt = async (action: Promise<unknown>): Promise<boolean> => {
    try {
      await action;
      this.failure = null;
      return true;
    } catch (thrown) {
      this.failure = asChatError(thrown).message;
      return false;
    }
  };
}

/** The component context that holds a desk. */
export function deskContext(desk: Desk): Map<string, Desk> {
  return new Map([[KEY, desk]]);
}

/** Makes a desk the one that the screens inside this component act through. */
export function provideDesk(desk: Desk): Desk {
  return setContext(KEY, desk);
}

/** The desk of the surrounding screen. */
export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}
