/** Keys as the backend writes them, from what a keyboard sends. */
import { describe, expect, it } from "vitest";
import { ariaKeys, isModifier, isPressOf, keysOf } from "./keys";

const pressed = (key: string, code: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, code, ...more });
const [ctrlKey, altKey, shiftKey, metaKey] = [true, true, true, true];

describe("a press", () => {
  it.each<[string | null, KeyboardEvent]>([
    ["Ctrl+Alt+A", pressed("a", "KeyA", { ctrlKey, altKey })],
    ["Ctrl+Shift+A", pressed("A", "KeyA", { ctrlKey, shiftKey })],
    ["Ctrl+Alt+Shift+Super+F12", pressed("F12", "F12", { ctrlKey, altKey, shiftKey, metaKey })],
    ["F9", pressed("F9", "F9")],
    ["Ctrl+Space", pressed(" ", "Space", { ctrlKey })],
    ["Alt+PageUp", pressed("PageUp", "PageUp", { altKey })],
    ["Ctrl+,", pressed(",", "Comma", { ctrlKey })],
    ["Ctrl+Shift+,", pressed("<", "Comma", { ctrlKey, shiftKey })],
    ["Ctrl+Shift+1", pressed("!", "Digit1", { ctrlKey, shiftKey })],
    ["Ctrl+7", pressed("7", "Numpad7", { ctrlKey })],
    // A French keyboard has A where others have Q, and writes digits with Shift.
    ["Ctrl+A", pressed("a", "KeyQ", { ctrlKey })],
    ["Ctrl+1", pressed("&", "Digit1", { ctrlKey })],
    // Another script, and what a Mac's Option key makes of a letter.
    ["Ctrl+A", pressed("ф", "KeyA", { ctrlKey })],
    ["Alt+Super+A", pressed("å", "KeyA", { altKey, metaKey })],
    // AltGr writes letters.
    [null, pressed("ą", "KeyA", { ctrlKey, altKey, modifierAltGraph: true })],
    [null, pressed("Escape", "Escape")],
    [null, pressed("Tab", "Tab", { ctrlKey })],
    [null, pressed("Backspace", "Backspace", { ctrlKey })],
    [null, pressed("AudioVolumeMute", "AudioVolumeMute")],
    [null, pressed("ä", "", { ctrlKey })],
  ])("is written as %s", (keys, event) => {
    expect(keysOf(event)).toBe(keys);
  });

  it("is of the same keys, whatever the system calls the one with its logo", () => {
    const event = pressed("d", "KeyD", { metaKey });
    expect(isPressOf(event, "Cmd+D")).toBe(true);
    expect(isPressOf(event, "Super+D")).toBe(true);
    expect(isPressOf(event, "Ctrl+D")).toBe(false);
  });

  it("of a modifier waits for more", () => {
    expect(isModifier(pressed("Control", "ControlLeft", { ctrlKey }))).toBe(true);
    expect(isModifier(pressed("a", "KeyA", { ctrlKey }))).toBe(false);
  });
});

it("keys are told to screen readers in their own words", () => {
  expect(ariaKeys("Ctrl+Alt+A")).toBe("Control+Alt+A");
  expect(ariaKeys("Shift+Cmd+D")).toBe("Shift+Meta+D");
});
