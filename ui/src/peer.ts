/** Whom a call or a conversation is with, a person or a group, told apart in one place. */
import type { PeerView } from "./bindings/PeerView";

/** The user ID, or the group ID. */
export function peerID(peer: PeerView): string {
  switch (peer.kind) {
    case "user":
      return peer.userID;
    case "group":
      return peer.groupID;
  }
}
