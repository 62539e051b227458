/** The settings: what they show, and what each control asks for. */
import { fireEvent, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { SoundView } from "../bindings/SoundView";
import { aView } from "../gallery/views";
import { drawMain } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();

describe("settings", () => {
  it("shows how this app is set up", () => {
    const notifications = { state: "unavailable", reason: "No service is running." } as const;
    drawMain(aView({ notifications }), "settings");
    const facts = ["profile", "server", "hosting", "connection", "notifications"].map(
      (name) => byId(`about-${name}`).textContent,
    );
    expect(facts).toEqual([
      "default",
      "ws://127.0.0.1:40123/v1/signaling",
      "Server in this app",
      "Connected",
      "No service is running.",
    ]);
  });

  it("saves what was typed, trimmed, and then follows the snapshot again", async () => {
    const { app, redraw } = drawMain(aView(), "settings");
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
    const { app } = drawMain(aView(), "settings");
    app.saveSettings.mockRejectedValue({ code: 6017, message: "Not an address.", data: null });
    await user.type(byId("settings-server"), "nowhere");
    await user.click(byId("settings-save"));
    expect(byId("settings-server")).toHaveValue("nowhere");
    expect(byId("problem")).toHaveTextContent("Not an address.");
    expect(screen.queryByText("Saved")).toBeNull();
  });

  it("sets the theme at once, without what is half typed", async () => {
    const { app } = drawMain(aView(), "settings");
    await user.type(byId("settings-server"), "ws:/");
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith({
      ...aView().settings,
      theme: "dark",
    });
    expect(byId("theme-dark")).toBeChecked();
  });
});

describe("sound", () => {
  const heard = (change: Partial<SoundView>) => {
    const { settings } = aView();
    return { ...settings, sound: { ...settings.sound, ...change } };
  };

  it("is heard on the device that is chosen, as loud as is set, at once", async () => {
    const { app, redraw } = drawMain(aView(), "settings");
    await user.selectOptions(byId("sound-output"), "Headset");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ output: "pulseaudio:headset" }));
    await redraw(aView({ settings: heard({ output: "pulseaudio:headset" }) }));
    expect(byId("sound-output")).toHaveDisplayValue("Headset");
    await user.selectOptions(byId("sound-output"), "Same as the desktop");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ output: null }));
    await redraw(aView());
    await user.selectOptions(byId("sound-second"), "Built-in speakers");
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ second: "pulseaudio:speakers" }));
    await fireEvent.change(byId("sound-volume"), { target: { value: "35" } });
    expect(app.saveSettings).toHaveBeenLastCalledWith(heard({ volume: 35 }));
  });

  it("is tried out on each device", async () => {
    const settings = heard({ second: "pulseaudio:speakers" });
    const { app, redraw } = drawMain(aView(), "settings");
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
    const { redraw } = drawMain(aView(), "settings");
    expect(screen.queryByTestId("audio-trouble")).toBeNull();
    await redraw(aView({ settings, audio: { devices: [], trouble } }));
    expect(byId("audio-trouble")).toHaveTextContent(trouble);
    expect(byId("sound-output")).toHaveDisplayValue("pulseaudio:headset (not connected)");
  });
});

describe("one's own name", () => {
  const named = (nick: string) => aView({ profile: { ...aView().profile, nick } });

  it("stands at the top, and the user ID where there is none", async () => {
    const { redraw } = drawMain(named("Maya Angelou"), "settings");
    expect(screen.getByRole("heading", { name: "Maya Angelou" })).toBeVisible();
    await redraw(named(""));
    expect(screen.getByRole("heading", { name: "maya" })).toBeVisible();
  });

  it("is saved, trimmed, and then follows the snapshot again", async () => {
    const { chat, redraw } = drawMain(named("Maya"), "settings");
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
    const { chat } = drawMain(named(""), "settings");
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
    const { chat } = drawMain(aView({ blocked }), "settings");
    expect(within(byId("blocked-grace")).getByText("Grace Hopper")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Unblock Grace Hopper" }));
    expect(chat.removeFromBlacklist).toHaveBeenCalledExactlyOnceWith({ userIDList: ["grace"] });
  });

  it("may be nobody", () => {
    drawMain(aView(), "settings");
    expect(screen.getByText("Nobody is blocked.")).toBeVisible();
  });
});
