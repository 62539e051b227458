/** Do not disturb: in the header, in the settings, and what a ring looks like then. */
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QuietView } from "../bindings/QuietView";
import type { AppView } from "../bindings/AppView";
import { aCall, aRing, aView } from "../gallery/views";
import { drawMain, drawRing } from "../test/screen";
import { nextMorning } from "./quiet";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
const NOON = new Date(2026, 10, 22, 12, 0).getTime();

beforeEach(() => void vi.spyOn(Date, "now").mockReturnValue(NOON));
afterEach(() => void vi.restoreAllMocks());

/** The settings with this about quiet. */
function quiet(change: Partial<QuietView>): AppView["settings"] {
  const { settings } = aView();
  return { ...settings, quiet: { ...settings.quiet, ...change } };
}
const at = (hours: number) => NOON + hours * 3_600_000;
const isQuiet = (quiet: AppView["quiet"], change: Partial<AppView> = {}) =>
  drawMain(aView({ quiet, ...change }));
/** What Intl writes between a time and AM differs between its versions. */
const label = () => byId("quiet-menu").getAttribute("aria-label")?.replace(/\s/g, " ");

describe("a night", () => {
  it.each([
    [22, 23, 0, 23],
    [23, 0, 30, 23],
    [23, 7, 59, 23],
    [23, 8, 0, 24],
  ])("that begins on day %i at %i:%i is over on day %i at 8:00", (day, hour, minute, ends) => {
    const now = new Date(2026, 10, day, hour, minute).getTime();
    expect(new Date(nextMorning(now))).toEqual(new Date(2026, 10, ends, 8, 0));
  });
});

describe("the header", () => {
  it.each([
    [{ because: "byHand", untilMs: at(2) }, "Do not disturb until 2:00 PM"],
    [{ because: "byHand", untilMs: null }, "Do not disturb"],
    [{ because: "schedule", untilMs: at(19) }, "Quiet hours until tomorrow 7:00 AM"],
    [{ because: "schedule", untilMs: at(44) }, "Quiet hours until Tuesday 8:00 AM"],
    [{ because: "notHere", untilMs: null }, "Does not ring on this device"],
    [{ because: "desktop", untilMs: null }, "The desktop’s do not disturb is on"],
  ] as const)("says in words: %o", (now, words) => {
    isQuiet(now);
    expect(label()).toBe(words);
    expect(byId("quiet-menu").textContent.replace(/\s/g, " ").trim()).toBe(words);
  });

  it("offers quiet for a while at a press, with the keyboard too", async () => {
    const { app } = isQuiet({ because: null, untilMs: null });
    byId("quiet-menu").focus();
    await user.keyboard("{Enter}");
    expect(byId("quiet-now-halfAnHour")).toHaveFocus();
    const lines = within(screen.getByRole("menu")).getAllByRole("menuitem");
    expect(lines.map((line) => line.textContent.trim())).toEqual([
      "For 30 minutes",
      "For 1 hour",
      "Until 8:00 in the morning",
      "Until I turn it off",
      "More choices…",
    ]);
    await user.keyboard("{ArrowDown}{Enter}");
    const hour = quiet({ byHand: { kind: "until", atMs: at(1) } });
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(hour);
    expect(byId("quiet-menu")).toHaveFocus();
  });

  const everything: QuietView = {
    byHand: { kind: "on" },
    schedule: { ...aView().settings.quiet.schedule, enabled: true },
    followDesktop: true,
    notHere: true,
  };
  it.each([
    ["notHere", "Turn “Do not ring on this device” off", { notHere: false }],
    ["byHand", "Turn do not disturb off", { byHand: { kind: "off" } }],
    ["schedule", "Turn quiet hours off", { schedule: { ...everything.schedule, enabled: false } }],
    ["desktop", "Ring whatever the desktop says", { followDesktop: false }],
  ] as const)("ends what it names and nothing else: %s", async (because, words, then) => {
    const { app } = isQuiet({ because, untilMs: null }, { settings: quiet(everything) });
    await user.click(byId("quiet-menu"));
    await user.click(screen.getByRole("menuitem", { name: words }));
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(quiet({ ...everything, ...then }));
  });

  it("says what keeps it quiet when the first reason is ended", async () => {
    const { redraw } = isQuiet({ because: "byHand", untilMs: null });
    await redraw(aView({ quiet: { because: "schedule", untilMs: at(19) } }));
    expect(label()).toBe("Quiet hours until tomorrow 7:00 AM");
    await user.click(byId("quiet-menu"));
    expect(byId("quiet-now-off")).toHaveTextContent("Turn quiet hours off");
  });

  it("leads to everything that can be set, with the keyboard", async () => {
    isQuiet({ because: null, untilMs: null });
    await user.click(byId("quiet-menu"));
    await user.click(byId("quiet-now-settings"));
    expect(byId("quiet-by-hand")).toBeVisible();
    expect(byId("settings-back")).toHaveFocus();
  });
});

describe("the settings", () => {
  const draw = (change: Partial<AppView> = {}) =>
    drawMain(aView(change), "settings", { section: "quiet" });

  it("turn it on until it is turned off, and for a while", async () => {
    const { app } = draw();
    await user.click(screen.getByRole("switch", { name: "Do not disturb" }));
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ byHand: { kind: "on" } }));
    await user.click(byId("quiet-theNight"));
    const morning = nextMorning(NOON);
    expect(new Date(morning)).toEqual(new Date(2026, 10, 23, 8, 0));
    const byHand = { kind: "until", atMs: morning } as const;
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ byHand }));
    expect(byId("quiet-by-hand")).toBeChecked();
  });

  it("keep quiet hours on the days that are chosen", async () => {
    const { app, redraw } = draw();
    const { schedule } = aView().settings.quiet;
    await user.click(byId("quiet-schedule"));
    const on = { ...schedule, enabled: true };
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ schedule: on }));
    await redraw(aView({ settings: quiet({ schedule: on }) }));
    await user.click(screen.getByRole("checkbox", { name: "Sunday" }));
    const days = [1, 2, 3, 4, 5, 6];
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ schedule: { ...on, days } }));
    await user.selectOptions(byId("quiet-from"), "21:30");
    const from = "21:30";
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ schedule: { ...on, days, from } }));
    expect(screen.getByLabelText("To, the next day")).toBe(byId("quiet-to"));
  });

  it("turn quiet hours off with their last day", async () => {
    const schedule = { ...aView().settings.quiet.schedule, enabled: true, days: [3] };
    const { app } = draw({ settings: quiet({ schedule }) });
    await user.click(screen.getByRole("checkbox", { name: "Wednesday" }));
    const off = { ...schedule, enabled: false, days: [] };
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(quiet({ schedule: off }));
    expect(byId("quiet-schedule")).toBeDisabled();
    expect(screen.getByText("Choose at least one day.")).toBeVisible();
  });

  it("follow the desktop only where it can be read", async () => {
    const { app, redraw } = draw();
    await user.click(byId("quiet-follow-desktop"));
    expect(app.saveSettings).toHaveBeenLastCalledWith(quiet({ followDesktop: true }));
    const desktop = { ...aView().desktop, doNotDisturb: null };
    await redraw(aView({ desktop, settings: quiet({ followDesktop: true }) }));
    expect(byId("quiet-follow-desktop")).toBeDisabled();
    expect(byId("quiet-follow-desktop")).not.toBeChecked();
    expect(byId("quiet-follow-desktop")).toHaveAccessibleDescription(/does not tell apps/);
  });

  it("list who is muted", async () => {
    const contacts = aView().contacts.map((each) => ({ ...each, muted: each.userID === "ada" }));
    const { app } = draw({ contacts });
    await user.click(screen.getByRole("button", { name: "Unmute Ada Lovelace" }));
    expect(app.muteContact).toHaveBeenCalledExactlyOnceWith({ userID: "ada", muted: false });
  });
});

describe("a person", () => {
  const muted = aView().contacts.map((each) => ({ ...each, muted: each.userID === "ada" }));

  it("is muted and unmuted in his menu, and marked", async () => {
    const { app, redraw } = drawMain(aView());
    await user.click(byId("contact-menu-ada"));
    await user.click(screen.getByRole("menuitem", { name: "Mute on this device" }));
    expect(app.muteContact).toHaveBeenCalledExactlyOnceWith({ userID: "ada", muted: true });
    await redraw(aView({ contacts: muted }));
    expect(byId("contact-ada")).toHaveTextContent("Online · Muted");
    await user.click(byId("contact-menu-ada"));
    await user.click(screen.getByRole("menuitem", { name: "Unmute" }));
    expect(app.muteContact).toHaveBeenLastCalledWith({ userID: "ada", muted: false });
  });
});

describe("a ring", () => {
  const rings = [aRing({ manner: "quietly" }), aRing({ inviteID: "i-2", name: "Grace Hopper" })];

  it("that is quiet is seen in the main window alone", () => {
    drawRing(aView({ rings }));
    expect(screen.getAllByTestId("ring").map((ring) => ring.dataset.invite)).toEqual(["i-2"]);
    expect(screen.queryByText(/Ada/)).toBeNull();
  });

  it("that is quiet does not pretend that something rings", () => {
    drawMain(aView({ rings: [rings[0]!] }));
    expect(byId("ring-banner")).toHaveAttribute("data-manner", "quietly");
    expect(byId("idle")).toHaveTextContent("It does not ring here. You can answer above.");
  });

  it("during a call says that it waits", () => {
    const waiting = aView({ call: aCall(), rings: [aRing({ manner: "softly" })] });
    drawRing(waiting);
    expect(screen.getByRole("alertdialog")).toHaveAccessibleDescription("Audio call waiting ada");
    drawMain(waiting);
    expect(byId("ring-banner")).toHaveTextContent("Audio call waiting");
  });
});
