/** PROTOCOL.md "The JavaScript surface", SIGNALING §5: login state as code of SDKs follows it. */
import { describe, expect, it, vi } from "vitest";
import { fakeBackend } from "../test/backend";
import { createChat } from "./chat";
import { EVENT, TYPES } from "./constants";
import type { Session, WireEvent } from "./wire";

const { SDK_READY, SDK_NOT_READY, NET_STATE_CHANGE, KICKED_OUT } = EVENT;

function chatting(change: Partial<Session> = {}) {
  const { backend, ...fake } = fakeBackend(change);
  const chat = createChat(backend);
  const heard: unknown[] = [];
  for (const name of [SDK_READY, SDK_NOT_READY, NET_STATE_CHANGE, KICKED_OUT] as const) {
    chat.on(name, ({ data }) => heard.push([name, data]));
  }
  return { chat, heard, ...fake };
}

const connecting = { connection: { state: "connecting" } } as const;

describe("the subscription", () => {
  it("is made once, by whatever comes first", async () => {
    const { chat, subscribe } = chatting();
    await Promise.all([chat.start(), chat.login("maya"), chat.start()]);
    expect(subscribe).toHaveBeenCalledOnce();
  });

  it("is not made before anybody wants it", () => {
    const { backend, subscribe } = fakeBackend();
    createChat(backend);
    expect(subscribe).not.toHaveBeenCalled();
  });

  it("tells how things stand before what was told meanwhile", async () => {
    const { backend, subscribe } = fakeBackend();
    let answer: (session: Session) => void = () => undefined;
    let tell: (event: WireEvent) => void = () => undefined;
    subscribe.mockImplementation((onEvent) => {
      tell = onEvent;
      return new Promise((resolve) => (answer = resolve));
    });
    const chat = createChat(backend);
    const heard: string[] = [];
    chat.on(SDK_READY, () => heard.push("ready"));
    chat.on("callEnded", () => heard.push("callEnded"));
    chat.on(SDK_NOT_READY, () => heard.push("not ready"));
    tell({ method: "callEnded", params: {} });
    tell({ method: "connectionChanged", params: { state: "stopped" } });
    answer({ userID: "maya", deviceID: "d", connection: { state: "online" }, qa: false });
    await chat.start();
    expect(heard).toEqual(["ready", "callEnded", "not ready"]);
  });

  it("may be tried again after it failed", async () => {
    const { backend, subscribe } = fakeBackend();
    subscribe.mockRejectedValueOnce("not yet");
    const chat = createChat(backend);
    await expect(chat.start()).rejects.toEqual({ code: -32603, message: "not yet", data: null });
    await expect(chat.login("maya")).resolves.toMatchObject({ code: 0 });
  });
});

describe("ready", () => {
  it("is told once for a login, through short disconnections", async () => {
    const { chat, heard, tell } = chatting(connecting);
    await chat.start();
    expect([chat.isReady(), chat.getLoginUser()]).toEqual([false, ""]);
    for (const state of ["online", "reconnecting", "reconnecting", "online"] as const) {
      tell("connectionChanged", { state });
      expect([chat.isReady(), chat.getLoginUser()]).toEqual([true, "maya"]);
    }
    tell("connectionChanged", { state: "stopped" });
    expect([chat.isReady(), chat.getLoginUser()]).toEqual([false, ""]);
    expect(heard).toEqual([
      [NET_STATE_CHANGE, { state: TYPES.NET_STATE_CONNECTED }],
      [SDK_READY, {}],
      [NET_STATE_CHANGE, { state: TYPES.NET_STATE_CONNECTING }],
      [NET_STATE_CHANGE, { state: TYPES.NET_STATE_CONNECTED }],
      [NET_STATE_CHANGE, { state: TYPES.NET_STATE_DISCONNECTED }],
      [SDK_NOT_READY, {}],
    ]);
  });

  it("is told to whoever listens later, and only to him", async () => {
    const { chat, heard } = chatting();
    await chat.start();
    const before = heard.length;
    const [late, gone] = [vi.fn(), vi.fn()];
    chat.once(SDK_READY, late);
    chat.on(SDK_READY, gone);
    chat.off(SDK_READY, gone);
    await vi.waitFor(() => expect(late).toHaveBeenCalledOnce());
    expect(gone).not.toHaveBeenCalled();
    expect(heard).toHaveLength(before);
  });

  it("ends when another login begins, whose user is told", async () => {
    const { chat, tell } = chatting();
    await chat.start();
    tell("connectionChanged", { state: "connecting", userID: "zoe", deviceID: "zoe-desk" });
    expect(chat.isReady()).toBe(false);
    tell("connectionChanged", { state: "online" });
    expect(chat.getLoginUser()).toBe("zoe");
  });
});

describe("login", () => {
  it("resolves for the user who is logged in", async () => {
    const { chat } = chatting();
    expect(await chat.login({ userID: "maya", userSig: "whatever" })).toEqual({
      code: 0,
      data: { userID: "maya", deviceID: "maya-desk", repeatLogin: true },
    });
  });

  it("waits until the server can be reached", async () => {
    const { chat, tell } = chatting(connecting);
    await chat.start();
    const settled = vi.fn();
    void chat.login("maya").then(settled);
    tell("connectionChanged", { state: "reconnecting" });
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
    tell("connectionChanged", { state: "online" });
    await vi.waitFor(() => expect(settled).toHaveBeenCalledOnce());
  });

  it("is refused for another user, by name", async () => {
    const { chat } = chatting(connecting);
    await expect(chat.login({ userID: "zoe" })).rejects.toMatchObject({
      code: 6017,
      message: expect.stringContaining('"maya"'),
    });
  });

  it("is refused with the reason why the connection stopped", async () => {
    const { chat, tell } = chatting(connecting);
    await chat.start();
    const login = chat.login("maya");
    tell("connectionChanged", { state: "stopped", code: 70003, message: "Forged." });
    await expect(login).rejects.toEqual({
      code: 70003,
      message: "Forged.",
      data: { reason: "notLoggedIn" },
    });
    tell("connectionChanged", { state: "stopped" });
    await expect(chat.login("maya")).rejects.toMatchObject({ code: 6014 });
  });
});

describe("kicked", () => {
  it("by another login", async () => {
    const { chat, heard, tell } = chatting();
    await chat.start();
    heard.length = 0;
    tell("kickedOffline", { code: 6208, reason: "kicked" });
    tell("connectionChanged", { state: "stopped", code: 6208, message: "Kicked." });
    expect(heard).toEqual([
      [KICKED_OUT, { type: TYPES.KICKED_OUT_MULT_ACCOUNT, code: 6208, reason: "kicked" }],
      [NET_STATE_CHANGE, { state: TYPES.NET_STATE_DISCONNECTED }],
      [SDK_NOT_READY, {}],
    ]);
  });

  it("by a signature that expired, told once whoever noticed it", async () => {
    const type = TYPES.KICKED_OUT_USERSIG_EXPIRED;
    const { chat, heard, tell } = chatting();
    await chat.start();
    tell("connectionChanged", { state: "stopped", code: 6206 });
    expect(heard).toContainEqual([KICKED_OUT, { type, code: 6206, reason: "signatureExpired" }]);
    tell("connectionChanged", { state: "online" });
    heard.length = 0;
    tell("kickedOffline", { code: 70001, reason: "signatureExpired" });
    tell("connectionChanged", { state: "stopped", code: 70001 });
    expect(heard.filter((each) => (each as unknown[])[0] === KICKED_OUT)).toHaveLength(1);
  });
});

it("logout logs this device out", async () => {
  const { chat, request } = chatting();
  expect(await chat.logout()).toEqual({ code: 0, data: {} });
  expect(request.mock.calls).toEqual([["logout", {}]]);
});
