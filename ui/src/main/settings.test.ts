/** The settings: what they show, and what each control asks for. */
import { readFileSync } from "node:fs";
import { fireEvent, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { SoundView } from "../bindings/SoundView";
import { aView } from "../gallery/views";
import { deliveries, onWayland, onWaylandAlone } from "../gallery/settings-screens";
import { drawMain } from "../test/screen";
import { version } from "./settings/version";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();

describe("settings", () => {
  it("lists its sections with how it stands in each", async () => {
    const { redraw } = drawMain(aView(), "settings");
    expect(byId("settings-quiet")).toHaveAccessibleName("Do not disturb Off");
    expect(byId("settings-sound")).toHaveAccessibleName("Sound 80 % · Same as the desktop");
    expect(byId("settings-calls")).toHaveAccessibleName("Calls Ring softly");
    expect(byId("settings-blocked")).toHaveAccessibleName("Blocked Nobody");
    expect(byId("settings-diagnostics")).toHaveAccessibleName("Diagnostics Connected");
    const trouble = "No audio device: calls are shown but not heard.";
    await redraw(aView({ audio: { devices: [], trouble } }));
    expect(byId("settings-sound")).toHaveAccessibleName(`Sound ${trouble}`);
  });

  it("opens a section and comes back to its line, with the keyboard too", async () => {
    drawMain(aView(), "settings");
    byId("settings-calls").focus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("heading", { name: "Calls" })).toBeVisible();
    expect(byId("settings-back")).toHaveFocus();
    await user.keyboard("{Escape}");
    expect(byId("settings-calls")).toHaveFocus();
    await user.click(byId("settings-about"));
    expect(byId("about-app-version")).toHaveTextContent(`Version ${version}`);
    await user.click(byId("settings-tab"));
    expect(byId("settings-about")).toBeVisible();
  });

  it("sets the theme at once", async () => {
    const { app } = drawMain(aView(), "settings");
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    const dark = { ...aView().settings, theme: "dark" };
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(dark);
    expect(byId("theme-dark")).toBeChecked();
  });

  it("loses no choice when the next follows before the first is told", async () => {
    const { app, redraw } = drawMain(aView(), "settings", { section: "computer" });
    app.saveSettings.mockReturnValueOnce(new Promise(() => undefined));
    await user.click(byId("computer-openAtLogin"));
    await redraw(aView({ revision: 2 }));
    expect(byId("computer-openAtLogin")).toBeChecked();
    await user.click(byId("computer-ringWhenClosed"));
    expect(byId("computer-openAtLogin")).toBeChecked();
    expect(byId("computer-ringWhenClosed")).toBeChecked();
  });

  it("shows what is set again when a choice is refused", async () => {
    const { app } = drawMain(aView(), "settings", { section: "computer" });
    app.saveSettings.mockRejectedValue({ code: 6017, message: "No autostart.", data: null });
    await user.click(byId("computer-openAtLogin"));
    expect(byId("problem")).toHaveTextContent("No autostart.");
    expect(byId("computer-openAtLogin")).not.toBeChecked();
  });
});

describe("the account", () => {
  it("saves what was typed, trimmed, and then follows the snapshot again", async () => {
    const { app, redraw } = drawMain(aView(), "settings", { section: "account" });
    await user.clear(byId("settings-user-id"));
    await user.type(byId("settings-user-id"), " zoe ");
    await user.type(byId("settings-server"), "ws://10.0.0.2:7700");
    await user.type(byId("settings-user-sig"), "eJx");
    await redraw(aView({ revision: 2 }));
    expect(byId("settings-user-id")).toHaveValue(" zoe ");
    await user.click(byId("settings-save"));
    const saved = { userID: "zoe", server: "ws://10.0.0.2:7700", userSig: "eJx" } as const;
    const rest = aView().settings;
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith({ ...rest, ...saved });
    expect(screen.getByText("Saved")).toBeVisible();
    await redraw(aView({ settings: { ...rest, ...saved, userSig: "" } }));
    expect(byId("settings-user-id")).toHaveValue("zoe");
    expect(byId("settings-user-sig")).toHaveValue("");
  });

  it("keeps what was typed when saving is refused", async () => {
    const { app } = drawMain(aView(), "settings", { section: "account" });
    app.saveSettings.mockRejectedValue({ code: 6017, message: "Not an address.", data: null });
    await user.type(byId("settings-server"), "nowhere");
    await user.click(byId("settings-save"));
    expect(byId("settings-server")).toHaveValue("nowhere");
    expect(byId("problem")).toHaveTextContent("Not an address.");
    expect(screen.queryByText("Saved")).toBeNull();
  });
});

describe("sound", () => {
  const heard = (change: Partial<SoundView>) => {
    const { settings } = aView();
    return { ...settings, sound: { ...settings.sound, ...change } };
  };

  it("is heard on the device that is chosen, as loud as is set, at once", async () => {
    const { app, redraw } = drawMain(aView(), "settings", { section: "sound" });
    await user.selectOptions(byId("sound-output"), "Headset");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ output: "pulseaudio:headset" }));
    await redraw(aView({ settings: heard({ output: "pulseaudio:headset" }) }));
    expect(byId("sound-output")).toHaveDisplayValue("Headset");
    await user.selectOptions(byId("sound-output"), "Same as the desktop");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ output: null }));
    await redraw(aView());
    await user.selectOptions(byId("sound-second"), "Built-in speakers");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ second: "pulseaudio:speakers" }));
    await redraw(aView());
    await fireEvent.change(byId("sound-volume"), { target: { value: "35" } });
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ volume: 35 }));
  });

  it("is tried out on each device", async () => {
    const settings = heard({ second: "pulseaudio:speakers" });
    const { app, redraw } = drawMain(aView(), "settings", { section: "sound" });
    expect(byId("sound-test-second")).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Test the ring" }));
    expect(app.testSound).toHaveBeenLastCalledWith({ device: null });
    await redraw(aView({ settings }));
    await user.click(byId("sound-test-second"));
    expect(app.testSound).toHaveBeenLastCalledWith({ device: "pulseaudio:speakers" });
  });

  it("says when no device is there, and keeps the one that was chosen", async () => {
    const trouble = "No audio device: calls are shown but not heard.";
    const settings = heard({ output: "pulseaudio:headset" });
    const { redraw } = drawMain(aView(), "settings", { section: "sound" });
    expect(screen.queryByTestId("audio-trouble")).toBeNull();
    await redraw(aView({ settings, audio: { devices: [], trouble } }));
    expect(byId("audio-trouble")).toHaveTextContent(trouble);
    expect(byId("sound-output")).toHaveDisplayValue("pulseaudio:headset (not connected)");
  });
});

describe("one's own name", () => {
  const named = (nick: string) => aView({ profile: { ...aView().profile, nick } });

  it("stands at the top, and the user ID where there is none", async () => {
    const { redraw } = drawMain(named("Maya Angelou"), "settings", { section: "account" });
    expect(screen.getByRole("heading", { name: "Maya Angelou" })).toBeVisible();
    await redraw(named(""));
    expect(screen.getByRole("heading", { name: "maya" })).toBeVisible();
  });

  it("is saved, trimmed, and then follows the snapshot again", async () => {
    const { chat, redraw } = drawMain(named("Maya"), "settings", { section: "account" });
    chat.updateMyProfile.mockResolvedValue({} as never);
    expect(byId("settings-nick-save")).toBeDisabled();
    await user.type(byId("settings-nick"), " A. ");
    await user.click(byId("settings-nick-save"));
    expect(chat.updateMyProfile).toHaveBeenCalledExactlyOnceWith({ nick: "Maya A." });
    await redraw(named("Maya A."));
    expect(byId("settings-nick")).toHaveValue("Maya A.");
    expect(screen.getByText("Saved")).toBeVisible();
  });

  it("stays as typed when it is refused", async () => {
    const { chat } = drawMain(named(""), "settings", { section: "account" });
    chat.updateMyProfile.mockRejectedValue({ code: 6017, message: "Too long.", data: null });
    await user.type(byId("settings-nick"), "M");
    await user.click(byId("settings-nick-save"));
    expect(byId("settings-nick")).toHaveValue("M");
    expect(byId("problem")).toHaveTextContent("Too long.");
  });
});

describe("blocked people", () => {
  it("are listed and unblocked", async () => {
    const blocked = [{ userID: "grace", name: "Grace Hopper" }];
    const { chat } = drawMain(aView({ blocked }), "settings", { section: "blocked" });
    expect(within(byId("blocked-grace")).getByText("Grace Hopper")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Unblock Grace Hopper" }));
    expect(chat.removeFromBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["grace"] });
  });

  it("may be nobody", () => {
    drawMain(aView(), "settings", { section: "blocked" });
    expect(screen.getByText("Nobody is blocked.")).toBeVisible();
  });
});

describe("calls", () => {
  it("during a call ring softly, are refused or are ignored, at once", async () => {
    const { app } = drawMain(aView(), "settings", { section: "calls" });
    const group = screen.getByRole("radiogroup", { name: "When someone calls during a call" });
    const radios = within(group).getAllByRole("radio");
    expect(radios.map((radio) => radio.getAttribute("aria-label"))).toEqual([
      "Ring softly",
      "Tell them I am busy",
      "Ignore it",
    ]);
    await user.click(byId("call-waiting-refuseAsBusy"));
    const wanted = { ...aView().settings, callWaiting: "refuseAsBusy" };
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(wanted);
    expect(byId("call-waiting-refuseAsBusy")).toHaveAccessibleDescription(/listed as missed/);
  });
});

describe("Bellhop on this computer", () => {
  it.each(["keepRunning", "openAtLogin", "ringWhenClosed"] as const)("sets %s", async (kind) => {
    const { settings } = aView();
    const { app } = drawMain(aView(), "settings", { section: "computer" });
    await user.click(byId(`computer-${kind}`));
    const presence = { ...settings.presence, [kind]: !settings.presence[kind] };
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith({ ...settings, presence });
  });

  it("says when there is no tray", async () => {
    drawMain(aView(onWayland), "settings", { section: "computer" });
    expect(byId("computer-tray")).toHaveTextContent("This desktop shows no tray.");
  });
});

describe("diagnostics", () => {
  const told = (...names: string[]) => names.map((name) => byId(`about-${name}`).textContent);

  it("show how this app is set up", () => {
    const notifications = { state: "unavailable", reason: "No service is running." } as const;
    drawMain(aView({ notifications }), "settings", { section: "diagnostics" });
    expect(
      told("profile", "server", "hosting", "connection", "notifications", "tray", "version"),
    ).toEqual([
      "default",
      "ws://127.0.0.1:40123/v1/signaling",
      "Server in this app",
      "Connected",
      "No service is running.",
      "Shown",
      version,
    ]);
    expect(screen.queryByTestId("wayland")).toBeNull();
    expect(screen.getByText("None since Bellhop was started.")).toBeVisible();
  });

  it("say plainly what Wayland keeps back", () => {
    drawMain(aView(onWayland), "settings", { section: "diagnostics" });
    expect(byId("wayland")).toHaveTextContent(
      "the notification is the ring screen, and shortcuts work in Bellhop’s windows alone",
    );
    expect(told("session", "ring-screen", "tray", "global-shortcuts")).toEqual([
      "Wayland",
      "The notification",
      "This desktop shows no tray. Start Bellhop again to bring its window back.",
      "Wayland gives a key to the window in front alone.",
    ]);
  });

  it("say where the ring window is when nothing else can be answered", () => {
    drawMain(aView(onWaylandAlone), "settings", { section: "diagnostics" });
    expect(byId("wayland")).toHaveTextContent("the ring window may be behind others");
    expect(told("ring-screen")).toEqual(["A window of its own, and a notification"]);
  });

  it("tell the fate of the last notifications", () => {
    drawMain(aView({ deliveries }), "settings", { section: "diagnostics" });
    const rows = screen.getAllByTestId("delivery").map((row) =>
      within(row)
        .getAllByRole("cell")
        .slice(1)
        .map((cell) => cell.textContent.replace(/\s+/g, " ").trim()),
    );
    expect(rows.slice(0, 4)).toEqual([
      ["Ada Lovelace Missed call", "Shown"],
      ["Ada Lovelace Incoming call", "Replaced by what came after"],
      ["田中 さくら Incoming call", "Shown, without buttons"],
      ["ليلى حداد Incoming call", "Not shown: not allowed"],
    ]);
    expect(rows[4]?.[1]).toBe("Not shown: no notification service");
  });
});

it("is of the version that the workspace has", () => {
  const cargo = readFileSync("../Cargo.toml", "utf8");
  expect(cargo.match(/^version = "(.*)"$/m)?.[1]).toBe(version);
});
