/** Keeps the place in a list that grows at both ends: what is read stays where it is, or at the end. */
import { untrack } from "svelte";
import type { Attachment } from "svelte/attachments";

const NEAR_END = 48;

/**
 * Follows the end of a scrolling list while it is in sight, and otherwise leaves what is read in place,
 * also when older lines come before it. `keys` names the lines that are there.
 */
export function keepPlace(keys: () => readonly string[]): Attachment<HTMLElement> {
  return (element) => {
    let [first, last] = untrack(() => ends(keys()));
    let [isAtEnd, fromEnd] = [true, 0];
    element.scrollTop = element.scrollHeight;
    const look = () => {
      fromEnd = element.scrollHeight - element.scrollTop;
      isAtEnd = fromEnd - element.clientHeight < NEAR_END;
    };
    element.addEventListener("scroll", look);

    $effect(() => {
      const [newFirst, newLast] = ends(keys());
      const isOlder = newLast === last && newFirst !== first;
      [first, last] = [newFirst, newLast];
      if (isAtEnd) element.scrollTop = element.scrollHeight;
      else if (isOlder) element.scrollTop = element.scrollHeight - fromEnd;
      look();
    });
    return () => element.removeEventListener("scroll", look);
  };
}

function ends(keys: readonly string[]): [string | undefined, string | undefined] {
  return [keys[0], keys.at(-1)];
}
