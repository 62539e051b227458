/** A menu with the keyboard, as the ARIA practices describe it. */
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import Menu, { type MenuItem } from "./Menu.svelte";

const user = userEvent.setup();

function drawMenu() {
  const run = vi.fn<(word: string) => void>();
  const item = (word: string): MenuItem => {
    return { icon: "chat", word, testid: word, run: () => run(word) };
  };
  const items = ["One", "Two", "Three"].map(item);
  render(Menu, { props: { label: "More", testid: "menu", items } });
  return { run, button: screen.getByRole("button", { name: "More" }) };
}

it("opens onto its first line, moves in a circle, and runs a line", async () => {
  const { run, button } = drawMenu();
  expect(button).toHaveAttribute("aria-expanded", "false");
  button.focus();
  await user.keyboard("{Enter}");
  expect(button).toHaveAttribute("aria-expanded", "true");
  const has = (name: string) => expect(screen.getByRole("menuitem", { name })).toHaveFocus();
  has("One");
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}");
  has("Three");
  await user.keyboard("{Home}{ArrowDown}");
  has("Two");
  await user.keyboard("{Enter}");
  expect(run.mock.calls).toEqual([["Two"]]);
  expect(screen.queryByRole("menu")).toBeNull();
  expect(button).toHaveFocus();
});

it("closes with Escape, which goes no further, and with a press elsewhere", async () => {
  const { button } = drawMenu();
  const above = vi.fn();
  document.body.addEventListener("keydown", above);
  await user.click(button);
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(button).toHaveFocus();
  expect(above).not.toHaveBeenCalled();
  document.body.removeEventListener("keydown", above);

  await user.click(button);
  await user.click(document.body);
  expect(screen.queryByRole("menu")).toBeNull();
});

it("closes with Tab and when what it hangs on scrolls away", async () => {
  const { button } = drawMenu();
  await user.click(button);
  await user.tab();
  expect(screen.queryByRole("menu")).toBeNull();
  await user.click(button);
  window.dispatchEvent(new Event("scroll"));
  await vi.waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
});
