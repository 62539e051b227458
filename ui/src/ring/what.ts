/** What rings: the same in the ring window and in the main window. */
import type { RingView } from "../bindings/RingView";
import { cleanName } from "../text";
import { words } from "../words";

/** "Incoming audio call", or that it waits beside the call this device is in. */
export function whatRings({ manner, group, mediaType }: RingView): string {
  switch (manner) {
    case "softly":
      return words.waiting[mediaType];
    case "aloud":
    case "quietly":
      return (group ? words.incomingGroup : words.incoming)[mediaType];
  }
}

/** The caller's user ID, unless the name shows it: names are easily copied. */
export function idBeside({ userID, name }: RingView): string | undefined {
  return cleanName(userID) === cleanName(name) ? undefined : userID;
}

/** The ring that keys answer and reject: the first that is heard, as in the backend. */
export function firstToAnswer(rings: readonly RingView[]): RingView | undefined {
  return rings.find(({ manner }) => manner !== "quietly") ?? rings[0];
}
