/**
 * Keys that are pressed together, in the backend's words: `Ctrl+Alt+A`.
 *
 * Owns how a press of the keyboard becomes such words; knows no action.
 */

const MODIFIERS = ["Control", "Alt", "Shift", "Meta", "AltGraph", "CapsLock", "NumLock", "Fn"];
const NAMED: Record<string, string> = {
  " ": "Space",
  Enter: "Enter",
  PageUp: "PageUp",
  PageDown: "PageDown",
};
/** Marks by the place of their key, for layouts and modifiers that make something else of it. */
const MARKS: Record<string, string> = {
  Comma: ",",
  Period: ".",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Backquote: "`",
  Minus: "-",
  Equal: "=",
};

/** Whether more keys have to follow. */
export function isModifier({ key }: KeyboardEvent): boolean {
  return MODIFIERS.includes(key);
}

/** What is pressed, or nothing if it cannot be a shortcut. */
export function keysOf(event: KeyboardEvent): string | null {
  const key = keyOf(event);
  if (key === null || event.getModifierState("AltGraph")) return null;
  const modifiers = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Super",
  ];
  return [...modifiers.filter(Boolean), key].join("+");
}

/** Whether a press is of these keys. */
export function isPressOf(event: KeyboardEvent, keys: string): boolean {
  return keysOf(event) === keys.replace("Cmd+", "Super+");
}

/** The keys as `aria-keyshortcuts` has them. */
export function ariaKeys(keys: string): string {
  return keys.replace("Ctrl+", "Control+").replace(/(Cmd|Super)\+/, "Meta+");
}

/** The letter, digit or mark that is on the key, in upper case, or its name. */
function keyOf({ key, code }: KeyboardEvent): string | null {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (/^F([1-9]|1\d|2[0-4])$/.test(key)) return key;
  if (NAMED[key]) return NAMED[key];
  const digit = /^Digit(\d)$/.exec(code)?.[1] ?? (/^\d$/.test(key) ? key : null);
  if (digit) return digit;
  if (Object.values(MARKS).includes(key)) return key;
  // Another script, or what a modifier has made of a letter.
  return /^Key([A-Z])$/.exec(code)?.[1] ?? MARKS[code] ?? null;
}
