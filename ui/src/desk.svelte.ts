/**
 * What every screen acts through: the signaling API, the app's own operations, and one place where
 * their refusals are shown.
 *
 * Owns the last failed action until it is dismissed; keeps no state of any call.
 */
import { getContext, setContext } from "svelte";
import { invitationData } from "./api/call-layer";
import type { Chat } from "./api/chat";
import { asChatError } from "./api/error";
import type { GroupView } from "./bindings/GroupView";
import type { MediaType } from "./bindings/MediaType";
import type { PeerView } from "./bindings/PeerView";
import type { App } from "./chat";

const KEY = "desk";

/** The members of a group without this user. */
function othersOf(groupID: string, groups: GroupView[]): string[] {
  const members = groups.find((group) => group.groupID === groupID)?.members ?? [];
  return members.filter(({ own }) => !own).map(({ userID }) => userID);
}

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

  /** Calls one person; with a `callID`, into that call. */
  callUser = (userID: string, mediaType: MediaType, callID?: string): Promise<boolean> =>
    this.attempt(
      this.chat.invite({ userID, data: invitationData(mediaType), ...(callID && { callID }) }),
    );

  /** Calls members of a group; with a `callID`, into that call. */
  callMembers = (
    groupID: string,
    inviteeList: string[],
    mediaType: MediaType,
    callID?: string,
  ): Promise<boolean> => {
    const data = invitationData(mediaType);
    return this.attempt(
      this.chat.inviteInGroup({ groupID, inviteeList, data, ...(callID && { callID }) }),
    );
  };

  /** Calls a person, or everybody else in a group. */
  call = (peer: PeerView, mediaType: MediaType, groups: GroupView[]): Promise<boolean> => {
    switch (peer.kind) {
      case "user":
        return this.callUser(peer.userID, mediaType);
      case "group":
        return this.callMembers(peer.groupID, othersOf(peer.groupID, groups), mediaType);
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
