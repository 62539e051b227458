/** What can be done about a person, as lines of a menu: the same wherever he appears. */
import type { ContactView } from "../bindings/ContactView";
import type { PersonView } from "../bindings/PersonView";
import type { Desk } from "../desk.svelte";
import type { MenuItem } from "../parts/Menu.svelte";
import { words } from "../words";

/** How it stands with a person here. */
export interface Acquaintance {
  blocked: boolean;
  /** His entry in the address book. */
  contact: ContactView | null;
}

/** Adding a stranger to the address book, blocking and unblocking. */
export function personItems(
  { app, chat, attempt }: Desk,
  { userID, name }: PersonView,
  { blocked, contact }: Acquaintance,
): MenuItem[] {
  const userIDList = [userID];
  const add: MenuItem = {
    icon: "invite",
    word: words.person.addContact,
    testid: `person-add-${userID}`,
    run: () => void attempt(app.addContact({ userID, name })),
  };
  const block: MenuItem = {
    icon: "block",
    word: words.person.block,
    testid: `person-block-${userID}`,
    run: () => void attempt(chat.addToBlacklist({ userIDList })),
    danger: true,
  };
  const unblock: MenuItem = {
    icon: "check",
    word: words.person.unblock,
    testid: `person-unblock-${userID}`,
    run: () => void attempt(chat.removeFromBlacklist({ userIDList })),
  };
  return [...(contact ? [] : [add]), blocked ? unblock : block];
}

/** Opening the conversation with a person. */
export function messageItem(userID: string, open: (userID: string) => void): MenuItem {
  return {
    icon: "chat",
    word: words.person.message,
    testid: `person-message-${userID}`,
    run: () => open(userID),
  };
}

/** Keeping this device from ringing when a contact calls, and letting it ring again. */
export function muteItem({ app, attempt }: Desk, { userID, muted }: ContactView): MenuItem {
  return {
    icon: muted ? "bell" : "quiet",
    word: muted ? words.person.unmute : words.person.mute,
    testid: `person-mute-${userID}`,
    run: () => void attempt(app.muteContact({ userID, muted: !muted })),
  };
}

/** Taking a contact out of the address book. */
export function removeItem({ app, attempt }: Desk, userID: string): MenuItem {
  return {
    icon: "trash",
    word: words.person.remove,
    testid: `contact-remove-${userID}`,
    run: () => void attempt(app.removeContact({ userID })),
    danger: true,
  };
}
