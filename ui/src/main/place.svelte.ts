/** Keeps the place in a list that grows at both ends: what is read stays where it is, or at the end. */
import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

const NEAR_END = 48;

/** Follows the end of a scrolling list while it is in sight, and otherwise leaves what is read in place. */
export function keepPlace(list: () => readonly unknown[]): Attachment<HTMLElement> {
  return (element) => {
    element.scrollTop = element.scrollHeight;
    let [isAtEnd, fromEnd] = [true, 0];
    const look = () => {
      fromEnd = element.scrollHeight - element.scrollTop;
      isAtEnd = fromEnd - element.clientHeight < NEAR_END;
    };
    element.addEventListener("scroll", look);
    let [first, last] = [list()[0], list().at(-1)];

    $effect(() => {
      const entries = list();
      const isOlder = entries.at(-1) === last && entries[0] !== first;
      [first, last] = [entries[0], entries.at(-1)];
      void tick().then(() => {
        if (isAtEnd) element.scrollTop = element.scrollHeight;
        else if (isOlder) element.scrollTop = element.scrollHeight - fromEnd;
        look();
      });
    });
    return () => element.removeEventListener("scroll", look);
  };
}
