/** The one file that knows Tauri, against a Tauri that only records. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVENT, TSignaling, TYPES } from "./api/constants";
import type { AppView } from "./bindings/AppView";
import { aView } from "./gallery/views";

type Update = { index: number; message: unknown };
const invoke = vi.fn<(command: string, args: Record<string, unknown>) => Promise<unknown>>();
let callbacks: ((update: Update) => void)[];
let app: typeof import("./chat").app;
let chat: typeof import("./chat").chat;
let start: typeof import("./chat").start;

beforeEach(async () => {
  callbacks = [];
  invoke.mockReset();
  invoke.mockResolvedValue(null);
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (command: string, args: Record<string, unknown>) => invoke(command, args),
      transformCallback: (callback: (update: Update) => void) => callbacks.push(callback) - 1,
      unregisterCallback: () => undefined,
    },
  });
  // Each test is a window of its own.
  vi.resetModules();
  ({ app, chat, start } = await import("./chat"));
});

afterEach(() => {
  for (const name of ["chat", "TencentCloudChat"]) Reflect.deleteProperty(window, name);
});

/** Sends on a channel as the backend does, in the given place of its order. */
function send(index: number, message: unknown, channel = 0) {
  callbacks[channel]?.({ index, message });
}

describe("subscribe", () => {
  it("draws the snapshot, then the updates in order", async () => {
    invoke.mockResolvedValue(aView({ revision: 4 }));
    const drawn: number[] = [];
    await app.subscribe((view) => drawn.push(view.revision));
    expect(invoke.mock.calls.map(([command]) => command)).toEqual(["subscribe"]);
    expect(Object.keys(invoke.mock.calls[0]?.[1] ?? {})).toEqual(["channel"]);

    send(1, aView({ revision: 6 }));
    send(0, aView({ revision: 5 }));
    expect(drawn).toEqual([4, 5, 6]);
  });

  it("does not draw a snapshot that is older than an update drawn before it", async () => {
    let answer: (view: AppView) => void = () => undefined;
    invoke.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const drawn: number[] = [];
    const subscribed = app.subscribe((view) => drawn.push(view.revision));
    send(0, aView({ revision: 9 }));
    answer(aView({ revision: 8 }));
    await subscribed;
    send(1, aView({ revision: 7 }));
    send(2, aView({ revision: 10 }));
    expect(drawn).toEqual([9, 10]);
  });

  it("rejects with the backend's refusal", async () => {
    const refusal = { code: 6014, message: "Not logged in.", data: null };
    invoke.mockRejectedValue(refusal);
    await expect(app.subscribe(() => undefined)).rejects.toEqual(refusal);
  });
});

describe("each of the app's operations is one command", () => {
  const settings = { ...aView().settings, theme: "dark" } as const;
  const operations: [() => Promise<void>, string, Record<string, unknown>][] = [
    [() => app.silence({ inviteID: "i" }), "silence", { inviteId: "i" }],
    [() => app.dismissEnded(), "dismiss_ended", {}],
    [() => app.dismissProblem(), "dismiss_problem", {}],
    [
      () => app.addContact({ userID: "ada", name: "Ada" }),
      "add_contact",
      { userId: "ada", name: "Ada" },
    ],
    [() => app.removeContact({ userID: "ada" }), "remove_contact", { userId: "ada" }],
    [
      () => app.muteContact({ userID: "ada", muted: true }),
      "mute_contact",
      { userId: "ada", muted: true },
    ],
    [
      () => app.openConversation({ conversationID: "C2Cada" }),
      "open_conversation",
      { conversationId: "C2Cada" },
    ],
    [() => app.closeConversation(), "close_conversation", {}],
    [() => app.readOlder(), "read_older", {}],
    [() => app.showMain(), "show_main", {}],
    [() => app.saveSettings(settings), "save_settings", { settings }],
    [() => app.testSound({ device: null }), "test_sound", { device: null }],
    [() => app.seenMissed(), "seen_missed", {}],
    [() => app.answerQuestion({ yes: false }), "answer_question", { yes: false }],
    [() => app.dismissDial(), "dismiss_dial", {}],
    [() => app.press({ action: "answer" }), "press", { action: "answer" }],
    [() => app.ringResized({ height: 196 }), "ring_resized", { height: 196 }],
    [() => app.focusRing(), "focus_ring", {}],
  ];

  it.each(operations)("%s → %s", async (operate, command, args) => {
    await operate();
    expect(invoke.mock.calls).toEqual([[command, args]]);
  });
});

describe("the signaling API", () => {
  const session = {
    userID: "maya",
    deviceID: "maya-desk",
    connection: { state: "online" },
    qa: false,
  };

  it("asks by one command for all methods", async () => {
    invoke.mockResolvedValue({ inviteID: "i" });
    const done = { code: 0, inviteID: "i", data: {} };
    expect(await chat.invite({ userID: "ada", data: "" })).toEqual(done);
    expect(invoke.mock.calls).toEqual([
      ["api_request", { method: "invite", params: { userID: "ada", data: "" } }],
    ]);
  });

  it("rejects with code, message and data", async () => {
    const refusal = {
      code: 8010,
      message: "This invitation was already cancelled.",
      data: { reason: "cancelled", inviteID: "i" },
    };
    invoke.mockRejectedValue(refusal);
    await expect(chat.accept({ inviteID: "i" })).rejects.toEqual(refusal);
  });

  it("rejects as an internal error when the backend says something else", async () => {
    invoke.mockRejectedValue("command api_request not found");
    await expect(chat.accept({ inviteID: "i" })).rejects.toEqual({
      code: -32603,
      message: "command api_request not found",
      data: null,
    });
  });

  it("hears events on one channel, in order", async () => {
    invoke.mockResolvedValue(session);
    const heard: unknown[] = [];
    await chat.addSignalingListener(TSignaling.INVITATION_MODIFIED, ({ data }) => heard.push(data));
    await start();
    expect(invoke.mock.calls.map(([command]) => command)).toEqual(["api_subscribe"]);
    const modified = (rev: number) => ({ inviteID: "i", rev, data: "x" });
    send(1, { method: "invitationModified", params: modified(3) });
    send(0, { method: "invitationModified", params: modified(2) });
    expect(heard).toEqual([modified(2), modified(3)]);
    expect(chat.getLoginUser()).toBe("maya");
  });

  it("is not in the window outside QA mode", async () => {
    invoke.mockResolvedValue(session);
    await start();
    expect(window).not.toHaveProperty("chat");
    expect(window).not.toHaveProperty("TencentCloudChat");
  });

  it("is in the window in QA mode, where code of SDKs looks for it", async () => {
    invoke.mockResolvedValue({ ...session, qa: true });
    await start();
    expect(window).toMatchObject({ chat, TencentCloudChat: { TSignaling, TYPES, EVENT } });
  });

  it("says in the log that it could not start", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue(undefined);
    invoke.mockRejectedValue("no such command");
    await start();
    expect(logged.mock.calls[0]?.[1]).toMatchObject({ message: "no such command" });
    expect(window).not.toHaveProperty("chat");
  });
});

/** PROTOCOL.md "The JavaScript surface": code as people have it for such SDKs. */
it("code written for such SDKs runs unchanged in the console of QA mode", async () => {
  const asked: [string, unknown][] = [];
  invoke.mockImplementation((command, { method, params }) => {
    if (command === "api_subscribe") {
      const connection = { state: "online" };
      return Promise.resolve({ userID: "maya", deviceID: "d", connection, qa: true });
    }
    asked.push([String(method), params]);
    return Promise.resolve({ inviteID: "i" });
  });
  await start();
  const snippet = `
    const heard = [];
    const chat = TencentCloudChat.create({ SDKAppID: 0 });
    const onReady = function (event) { heard.push(event.name); };
    const onNewInvitation = function (event) {
      const { inviteID, inviter, groupID, inviteeList, data } = event.data;
      heard.push([inviteID, inviter, groupID, inviteeList, data]);
      chat.accept({ inviteID, data: JSON.stringify({ ok: 1 }) });
    };
    chat.on(TencentCloudChat.EVENT.SDK_READY, onReady);
    chat.addSignalingListener(TencentCloudChat.TSignaling.NEW_INVITATION_RECEIVED, onNewInvitation);
    return chat.login({ userID: "maya", userSig: "x" })
      .then(() => chat.invite({ userID: "ada", data: "{}", timeout: 20, onlineUserOnly: false }))
      .then((imResponse) => [heard, imResponse]);
  `;
  const run = new Function(snippet) as () => Promise<[unknown[], object]>;
  const [heard, response] = await run();
  expect(response).toEqual({ code: 0, inviteID: "i", data: {} });
  const invitation = {
    inviteID: "j",
    inviter: "ada",
    groupID: "",
    inviteeList: ["maya"],
    data: "",
  };
  send(0, { method: "newInvitationReceived", params: invitation });
  expect(heard).toEqual(["sdkStateReady", ["j", "ada", "", ["maya"], ""]]);
  expect(asked).toEqual([
    ["invite", { userID: "ada", data: "{}", timeout: 20, onlineUserOnly: false }],
    ["accept", { inviteID: "j", data: '{"ok":1}' }],
  ]);
});
