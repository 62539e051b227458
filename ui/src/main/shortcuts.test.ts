/** Shortcuts: what they do in a window, and how the settings change them. */
import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { badParameter } from "../api/error";
import type { AppView } from "../bindings/AppView";
import type { GlobalShortcuts } from "../bindings/GlobalShortcuts";
import { aCall, aRing, aView, shortcuts } from "../gallery/views";
import { GUARD_MS } from "../ring/guard";
import { axeFindings, drawMain, drawRing } from "../test/screen";

const byId = (id: string) => screen.getByTestId(id);
const user = userEvent.setup();
function guardIsOver() {
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + GUARD_MS + 1);
}
afterEach(() => vi.restoreAllMocks());
/** What the settings are saved with. */
const saved = (chosen: AppView["settings"]["shortcuts"], change: Partial<AppView> = {}) => ({
  ...aView(change).settings,
  userSig: "",
  shortcuts: chosen,
});

describe("in the main window", () => {
  it.each([
    ["{Control>}d{/Control}", "contacts-tab", "dial-input"],
    ["{Control>}1{/Control}", "contacts-tab", "contacts-tab"],
    ["{Control>}2{/Control}", "chats-tab", "chats-tab"],
    ["{Control>},{/Control}", "settings-tab", "settings-tab"],
  ])("%s leads to a section", async (keys, tab, focused) => {
    drawMain(aView(), "recents");
    await user.keyboard(keys);
    expect(byId(tab)).toHaveAttribute("aria-selected", "true");
    expect(byId(focused)).toHaveFocus();
  });

  it.each([
    ["{Control>}{Alt>}e{/Alt}{/Control}", "hangUp"],
    ["{Control>}{Shift>}d{/Shift}{/Control}", "doNotDisturb"],
    ["{Control>}q{/Control}", "quit"],
  ] as const)("%s asks for %s, also from a field", async (keys, action) => {
    const { app } = drawMain(aView({ call: aCall() }));
    byId("dial-input").focus();
    await user.keyboard(keys);
    expect(app.press).toHaveBeenCalledExactlyOnceWith({ action });
    expect(byId("dial-input")).toHaveValue("");
  });

  it("those of the snapshot act, and none that were cleared", async () => {
    const changed = shortcuts.map((each) => {
      if (each.action === "quit") return { ...each, keys: "F9" };
      return each.action === "doNotDisturb" ? { ...each, keys: null } : each;
    });
    const { app } = drawMain(aView({ shortcuts: changed }));
    await user.keyboard("{Control>}q{Shift>}d{/Shift}{/Control}");
    expect(app.press).not.toHaveBeenCalled();
    await user.keyboard("{F9}");
    expect(app.press).toHaveBeenCalledExactlyOnceWith({ action: "quit" });
  });

  it("answer no ring that is heard for a moment only, whatever is quiet before it", async () => {
    const quiet = aRing({ manner: "quietly" });
    const { app, redraw } = drawMain(aView({ rings: [quiet] }));
    guardIsOver();
    await redraw(aView({ rings: [quiet, aRing({ inviteID: "b" })] }));
    await user.keyboard("{Control>}{Alt>}ar{/Alt}{/Control}");
    expect(app.press).not.toHaveBeenCalled();
    guardIsOver();
    await user.keyboard("{Control>}{Alt>}a{/Alt}{/Control}");
    expect(app.press).toHaveBeenCalledExactlyOnceWith({ action: "answer" });
  });

  it("are told to screen readers", () => {
    drawMain(aView({ call: aCall() }));
    expect(byId("settings-tab")).toHaveAttribute("aria-keyshortcuts", "Control+,");
    expect(byId("hang-up")).toHaveAttribute("aria-keyshortcuts", "Control+Alt+E");
  });
});

describe("in the ring window", () => {
  it("answer, reject and silence, once the first ring has been there for a moment", async () => {
    const { app, chat } = drawRing(aView({ rings: [aRing(), aRing({ inviteID: "b" })] }));
    await user.keyboard("{Control>}{Alt>}a{/Alt}{/Control}");
    expect(chat.accept).not.toHaveBeenCalled();
    guardIsOver();
    await user.keyboard("{Control>}{Alt>}ars{/Alt}{/Control}");
    expect(chat.accept).toHaveBeenCalledExactlyOnceWith({ inviteID: "invite-1" });
    const rejected = { inviteID: "invite-1", reason: "declined" };
    expect(chat.reject).toHaveBeenCalledExactlyOnceWith(rejected);
    expect(app.silence.mock.calls).toEqual([[{ inviteID: "invite-1" }], [{ inviteID: "b" }]]);
    const [first, second] = screen.getAllByTestId("ring-accept");
    expect(first).toHaveAttribute("aria-keyshortcuts", "Control+Alt+A");
    expect(second).not.toHaveAttribute("aria-keyshortcuts");
  });

  it("answer none that is heard for a moment only, whatever is quiet before it", async () => {
    const quiet = aRing({ manner: "quietly" });
    const { chat, redraw } = drawRing(aView({ rings: [quiet] }));
    guardIsOver();
    await redraw(aView({ rings: [quiet, aRing({ inviteID: "b" })] }));
    await user.keyboard("{Control>}{Alt>}ar{/Alt}{/Control}");
    expect(chat.accept).not.toHaveBeenCalled();
    expect(chat.reject).not.toHaveBeenCalled();
    guardIsOver();
    await user.keyboard("{Control>}{Alt>}a{/Alt}{/Control}");
    expect(chat.accept).toHaveBeenCalledExactlyOnceWith({ inviteID: "b" });
  });

  it("do nothing that only the main window can", async () => {
    const { app } = drawRing(aView({ rings: [aRing()] }));
    guardIsOver();
    await user.keyboard("{Control>}qd,1{/Control}");
    expect(app.press).not.toHaveBeenCalled();
  });
});

describe("in the settings", () => {
  const row = (action: string) => within(byId(`shortcut-${action}`));
  const refuse = 'Ctrl+2 is the shortcut for "Chats" already.';

  it("lists every action with its keys, by where they work", () => {
    drawMain(aView(), "settings", { section: "shortcuts" });
    const [everywhere, here] = within(byId("shortcuts")).getAllByRole("list");
    expect(within(everywhere!).getAllByRole("listitem")).toHaveLength(4);
    expect(within(here!).getAllByRole("listitem")).toHaveLength(6);
    expect(byId("shortcut-change-answer")).toHaveAccessibleName(
      "Keys for Answer: Ctrl+Alt+A. Change",
    );
  });

  it("takes the keys that are pressed, and nothing acts on them meanwhile", async () => {
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    byId("shortcut-change-answer").focus();
    await user.keyboard("{Enter}");
    expect(byId("shortcut-press-answer")).toHaveFocus();
    await user.keyboard("{Control>}q{/Control}");
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(saved({ answer: "Ctrl+Q" }));
    expect(app.press).not.toHaveBeenCalled();
    expect(byId("shortcut-change-answer")).toHaveFocus();
  });

  it("keeps the old keys on Escape and on Tab, which leads on", async () => {
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    await user.click(byId("shortcut-change-dial"));
    await user.keyboard("{Escape}");
    expect(byId("shortcut-change-dial")).toHaveFocus();
    await user.click(byId("shortcut-change-dial"));
    await user.tab();
    expect(screen.queryByTestId("shortcut-press-dial")).toBeNull();
    expect(byId("settings-tab")).toHaveAttribute("aria-selected", "true");
    expect(app.saveSettings).not.toHaveBeenCalled();
  });

  it("says which keys cannot be one, and goes on waiting", async () => {
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    await user.click(byId("shortcut-change-dial"));
    await user.keyboard("{Control>}{Backspace}{/Control}");
    expect(row("dial").getByRole("alert")).toHaveTextContent("These keys cannot be a shortcut.");
    await user.keyboard("{Alt>}{PageDown}{/Alt}");
    expect(app.saveSettings).toHaveBeenCalledExactlyOnceWith(saved({ dial: "Alt+PageDown" }));
    expect(row("dial").queryByRole("alert")).toBeNull();
  });

  it.each(["{Escape}", "{Tab}"])("says it no longer once %s keeps the old keys", async (key) => {
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    await user.click(byId("shortcut-change-dial"));
    await user.keyboard("{Control>}{Backspace}{/Control}");
    await user.keyboard(key);
    expect(byId("shortcut-change-dial")).toBeVisible();
    expect(row("dial").queryByRole("alert")).toBeNull();
    expect(app.saveSettings).not.toHaveBeenCalled();
  });

  it.each(["dial", "quit"])(
    "says no longer why keys were refused once %s begins anew",
    async (at) => {
      const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
      app.saveSettings.mockRejectedValueOnce(badParameter(refuse));
      await user.click(byId("shortcut-change-dial"));
      await user.keyboard("{Control>}2{/Control}");
      await user.click(byId(`shortcut-change-${at}`));
      expect(screen.queryByRole("alert")).toBeNull();
      expect(byId(`shortcut-press-${at}`)).toHaveAccessibleDescription(
        "Escape keeps the ones it has.",
      );
      await user.keyboard("{Escape}");
      expect(screen.queryByRole("alert")).toBeNull();
      expect(byId("shortcut-change-dial")).not.toHaveAccessibleDescription();
    },
  );

  it("says beside the action why its keys were refused", async () => {
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    app.saveSettings.mockRejectedValueOnce(badParameter(refuse));
    await user.click(byId("shortcut-change-dial"));
    await user.keyboard("{Control>}2{/Control}");
    expect(row("dial").getByRole("alert")).toHaveTextContent(refuse);
    expect(byId("shortcut-change-dial")).toHaveAccessibleDescription(refuse);
  });

  it("clears keys, and brings back the usual ones of one action or of all", async () => {
    const chosen = { settings: { ...aView().settings, shortcuts: { chats: "F2", quit: null } } };
    const changed = shortcuts.map((each) => {
      if (each.action === "chats") return { ...each, keys: "F2" };
      return each.action === "quit" ? { ...each, keys: null } : each;
    });
    const view = aView({ ...chosen, shortcuts: changed });
    const { app, redraw } = drawMain(view, "settings", { section: "shortcuts" });
    const choose = async (action: string, what: string) => {
      await user.click(byId(`shortcut-more-${action}`));
      await user.click(byId(`shortcut-${what}-${action}`));
      return app.saveSettings.mock.lastCall?.[0].shortcuts;
    };
    expect(await choose("chats", "clear")).toEqual({ chats: null, quit: null });
    expect(await choose("chats", "usual")).toEqual({ quit: null });
    await redraw({ ...view, revision: 2, settings: { ...view.settings } });
    expect(await choose("quit", "usual")).toEqual({ chats: "F2" });
    expect(byId("shortcut-quit")).toHaveTextContent("None");
    await user.click(byId("shortcuts-usual"));
    expect(app.saveSettings).toHaveBeenLastCalledWith(saved({}, chosen));
  });

  it("undoes nothing that is still on its way, nor is undone by it", async () => {
    const { app } = drawMain(aView(), "settings", { section: "quiet" });
    const saves: (() => void)[] = [];
    app.saveSettings.mockImplementation(() => new Promise((done) => saves.push(done)));
    await user.click(byId("quiet-not-here"));
    await user.click(byId("settings-back"));
    await user.click(byId("settings-shortcuts"));
    await user.click(byId("shortcut-change-dial"));
    await user.keyboard("{F2}");
    saves[0]!();
    await waitFor(() => expect(saves).toHaveLength(2));
    const { quiet } = aView().settings;
    expect(app.saveSettings).toHaveBeenLastCalledWith({
      ...saved({ dial: "F2" }),
      quiet: { ...quiet, notHere: true },
    });
  });

  it("says which keys another program has, and where none work from everywhere", async () => {
    const { desktop } = aView();
    const taken: GlobalShortcuts = { state: "available", taken: ["hangUp"] };
    const { redraw } = drawMain(
      aView({ desktop: { ...desktop, globalShortcuts: taken } }),
      "settings",
      { section: "shortcuts" },
    );
    expect(row("hangUp").getByText("Another program has these keys.")).toBeVisible();
    expect(row("answer").queryByTestId("shortcut-taken")).toBeNull();
    const reason = "Wayland gives a key to the window in front alone.";
    const unavailable = { state: "unavailable", reason } as const;
    await redraw(aView({ desktop: { ...desktop, globalShortcuts: unavailable } }));
    expect(byId("shortcuts-unavailable")).toHaveTextContent(reason);
  });

  it("has nothing for axe to find while keys are waited for or refused", async () => {
    document.documentElement.lang = "en";
    document.title = "Bellhop";
    const { app } = drawMain(aView(), "settings", { section: "shortcuts" });
    app.saveSettings.mockRejectedValueOnce(badParameter(refuse));
    await user.click(byId("shortcut-change-dial"));
    expect(await axeFindings(document.documentElement)).toEqual([]);
    await user.keyboard("{Control>}2{/Control}");
    expect(await axeFindings(document.documentElement)).toEqual([]);
  });
});
