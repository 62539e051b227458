/** SIGNALING §3 "a listener that throws…", PROTOCOL.md "addSignalingListener": who hears what. */
import { describe, expect, it, vi } from "vitest";
import { fakeBackend } from "../test/backend";
import { createChat } from "./chat";
import { EVENT, TSignaling } from "./constants";

const { INVITATION_MODIFIED } = TSignaling;
const modified = { inviteID: "i", rev: 2, data: "x" };

async function listening() {
  const { backend, ...fake } = fakeBackend();
  const chat = createChat(backend);
  await chat.start();
  const modify = () => fake.tell("invitationModified", modified);
  return { chat, modify, ...fake };
}

describe("a signaling listener", () => {
  it("gets name and data, and its context as this", async () => {
    const { chat, modify } = await listening();
    const context = {};
    const heard: unknown[] = [];
    function hear(this: unknown, event: unknown) {
      heard.push(this, event);
    }
    await chat.addSignalingListener(INVITATION_MODIFIED, hear, context);
    modify();
    expect(heard[0]).toBe(context);
    expect(heard[1]).toEqual({ name: "ts_invitation_modified", data: modified });
  });

  it("is added and removed as one object too", async () => {
    const { chat, modify } = await listening();
    const handler = vi.fn();
    const context = { me: true };
    await chat.addSignalingListener({ eventName: INVITATION_MODIFIED, handler, context });
    modify();
    expect(handler.mock.contexts).toEqual([context]);
    await chat.removeSignalingListener({ eventName: INVITATION_MODIFIED, handler });
    modify();
    expect(handler).toHaveBeenCalledOnce();
  });

  it("is there at once, before its promise resolves", async () => {
    const { chat, modify } = await listening();
    const handler = vi.fn();
    const added = chat.addSignalingListener(INVITATION_MODIFIED, handler);
    modify();
    expect(handler).toHaveBeenCalledOnce();
    expect(await added).toEqual({ code: 0, data: null });
  });

  it("is added before the login and lasts over logout and login", async () => {
    const { backend, tell } = fakeBackend({ connection: { state: "connecting" } });
    const chat = createChat(backend);
    const handler = vi.fn();
    await chat.addSignalingListener(INVITATION_MODIFIED, handler);
    tell("connectionChanged", { state: "online" });
    tell("invitationModified", modified);
    expect(handler).toHaveBeenCalledTimes(1);

    await chat.logout();
    tell("connectionChanged", { state: "connecting", userID: "zoe", deviceID: "zoe-desk" });
    tell("connectionChanged", { state: "online" });
    tell("invitationModified", modified);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it("that was added twice and removed once is left once", async () => {
    const { chat, modify } = await listening();
    const handler = vi.fn();
    await chat.addSignalingListener(INVITATION_MODIFIED, handler);
    await chat.addSignalingListener(INVITATION_MODIFIED, handler);
    modify();
    expect(handler).toHaveBeenCalledTimes(2);
    await chat.removeSignalingListener(INVITATION_MODIFIED, handler);
    modify();
    expect(handler).toHaveBeenCalledTimes(3);
    await chat.removeSignalingListener(INVITATION_MODIFIED, handler);
    modify();
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it("is removed with its context only, where one is named", async () => {
    const { chat, modify } = await listening();
    const handler = vi.fn();
    const [a, b] = [{ a: 1 }, { b: 1 }];
    await chat.addSignalingListener(INVITATION_MODIFIED, handler, a);
    await chat.addSignalingListener(INVITATION_MODIFIED, handler, b);
    await chat.removeSignalingListener(INVITATION_MODIFIED, handler, a);
    modify();
    expect(handler.mock.contexts).toEqual([b]);
  });

  it("that throws is reported and does not stop the others", async () => {
    const reported = vi.spyOn(console, "error").mockReturnValue(undefined);
    const { chat, modify } = await listening();
    const [early, late] = [new Error("early"), new Error("late")];
    const last = vi.fn();
    await chat.addSignalingListener(INVITATION_MODIFIED, () => {
      throw early;
    });
    await chat.addSignalingListener(INVITATION_MODIFIED, () => Promise.reject(late));
    await chat.addSignalingListener(INVITATION_MODIFIED, last);
    modify();
    expect(last).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(reported).toHaveBeenCalledTimes(2));
    expect(reported.mock.calls.map(([, thrown]) => thrown)).toEqual([early, late]);
  });

  it("hears what it has heard of when another is removed meanwhile", async () => {
    const { chat, modify } = await listening();
    const second = vi.fn();
    await chat.addSignalingListener(INVITATION_MODIFIED, () => {
      void chat.removeSignalingListener(INVITATION_MODIFIED, second);
    });
    await chat.addSignalingListener(INVITATION_MODIFIED, second);
    modify();
    modify();
    expect(second).toHaveBeenCalledOnce();
  });

  it("is refused without a name or a handler", async () => {
    const { chat } = await listening();
    const refused = { code: 6017, data: { reason: "badParameter" } };
    const none = undefined as never;
    await expect(chat.addSignalingListener(none, vi.fn())).rejects.toMatchObject(refused);
    await expect(chat.addSignalingListener(INVITATION_MODIFIED, none)).rejects.toMatchObject(
      refused,
    );
    await expect(chat.removeSignalingListener(none, vi.fn())).rejects.toMatchObject(refused);
    expect(() => chat.on(none, vi.fn())).toThrow(expect.objectContaining(refused));
  });
});

describe("on, once and off", () => {
  it("hear of general events, as often as asked", async () => {
    const { chat, tell } = await listening();
    const [always, one, removed] = [vi.fn(), vi.fn(), vi.fn()];
    chat.on(EVENT.USER_STATUS_UPDATED, always);
    chat.once(EVENT.USER_STATUS_UPDATED, one);
    chat.on(EVENT.USER_STATUS_UPDATED, removed);
    chat.off(EVENT.USER_STATUS_UPDATED, removed);
    tell("userStatusChanged", { userID: "ada", status: "online" });
    tell("userStatusChanged", { userID: "ada", status: "offline" });
    expect([always, one, removed].map((handler) => handler.mock.calls.length)).toEqual([2, 1, 0]);
  });

  it("tell one that listens once only once, also when it causes the event itself", async () => {
    const { chat, tell } = await listening();
    const status = { userID: "ada", status: "online" } as const;
    const handler = vi.fn(() => tell("userStatusChanged", status));
    chat.once(EVENT.USER_STATUS_UPDATED, handler);
    tell("userStatusChanged", status);
    expect(handler).toHaveBeenCalledOnce();
  });
});

it("an event of a later version is told by its own name", async () => {
  const { chat, tellUnknown } = await listening();
  const handler = vi.fn();
  chat.on("somethingNew" as never, handler);
  tellUnknown({ method: "somethingNew", params: { a: 1 } });
  expect(handler.mock.calls).toEqual([[{ name: "somethingNew", data: { a: 1 } }]]);
});
