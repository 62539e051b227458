/** What follows the backend: each page draws the newest snapshot and nothing else. */
import { render, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { AppView } from "./bindings/AppView";
import { aView } from "./gallery/views";
import Live from "./Live.svelte";
import Main from "./main/Main.svelte";
import { fakeApp, fakeChat } from "./test/screen";

function subscribed() {
  const app = fakeApp();
  let send: (view: AppView) => void = () => undefined;
  app.subscribe.mockImplementation((onView) => {
    send = onView;
    return new Promise(() => undefined);
  });
  render(Live, { props: { chat: fakeChat(), app, Screen: Main } });
  return (view: AppView) => send(view);
}

it("waits for the first snapshot, then draws each", async () => {
  const send = subscribed();
  expect(screen.getByRole("status")).toHaveTextContent("Starting…");
  send(aView({ connection: { state: "connecting" } }));
  expect(await screen.findByText("Connecting…")).toBeVisible();
  send(aView());
  expect(await screen.findByText("Connected")).toBeVisible();
});

it("puts the set theme above the desktop's", async () => {
  const send = subscribed();
  send(aView({ settings: { ...aView().settings, theme: "dark" } }));
  await screen.findByTestId("connection");
  expect(document.documentElement).toHaveAttribute("data-theme", "dark");
});

it("says why it cannot start", async () => {
  const app = fakeApp();
  app.subscribe.mockRejectedValue({ code: 1, message: "The profile is \u202Ein use.", data: null });
  render(Live, { props: { chat: fakeChat(), app, Screen: Main } });
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Bellhop could not start. The profile is in use.");
});
