/** The signaling API of PROTOCOL.md "The JavaScript surface", against a Tauri that only records. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AppView } from "./bindings/AppView";
import { chat } from "./chat";
import { aView } from "./gallery/views";

type Message = { index: number; message: AppView };
const invoke = vi.fn<(command: string, args: Record<string, unknown>) => Promise<unknown>>();
let callbacks: ((message: Message) => void)[];

beforeEach(() => {
  callbacks = [];
  invoke.mockReset();
  invoke.mockResolvedValue(null);
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (command: string, args: Record<string, unknown>) => invoke(command, args),
      transformCallback: (callback: (message: Message) => void) => callbacks.push(callback) - 1,
      unregisterCallback: () => undefined,
    },
  });
});

/** Sends an update as the backend does, in the given place of the channel's order. */
function send(index: number, message: AppView) {
  callbacks[0]?.({ index, message });
}

describe("subscribe", () => {
  it("draws the snapshot, then the updates in order", async () => {
    invoke.mockResolvedValue(aView({ revision: 4 }));
    const drawn: number[] = [];
    await chat.subscribe((view) => drawn.push(view.revision));
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
    const subscribed = chat.subscribe((view) => drawn.push(view.revision));
    send(0, aView({ revision: 9 }));
    answer(aView({ revision: 8 }));
    await subscribed;
    send(1, aView({ revision: 7 }));
    send(2, aView({ revision: 10 }));
    expect(drawn).toEqual([9, 10]);
  });

  it("rejects with the backend's refusal", async () => {
    invoke.mockRejectedValue({ code: 6014, message: "Not logged in.", data: null });
    await expect(chat.subscribe(() => undefined)).rejects.toEqual({
      code: 6014,
      message: "Not logged in.",
      data: null,
    });
  });
});

describe("each operation is one command", () => {
  const settings = { userID: "maya", server: "", userSig: "", theme: "dark" } as const;
  const operations: [() => Promise<void>, string, Record<string, unknown>][] = [
    [
      () => chat.invite({ userID: "ada", mediaType: "video" }),
      "invite",
      { userId: "ada", mediaType: "video" },
    ],
    [() => chat.cancel({ inviteID: "i" }), "cancel", { inviteId: "i" }],
    [() => chat.accept({ inviteID: "i" }), "accept", { inviteId: "i" }],
    [() => chat.reject({ inviteID: "i" }), "reject", { inviteId: "i", reason: null }],
    [
      () => chat.reject({ inviteID: "i", reason: "Later" }),
      "reject",
      { inviteId: "i", reason: "Later" },
    ],
    [() => chat.hangUp({ callID: "c" }), "hang_up", { callId: "c" }],
    [() => chat.silence({ inviteID: "i" }), "silence", { inviteId: "i" }],
    [() => chat.dismissEnded(), "dismiss_ended", {}],
    [() => chat.dismissProblem(), "dismiss_problem", {}],
    [
      () => chat.addContact({ userID: "ada", name: "Ada" }),
      "add_contact",
      { userId: "ada", name: "Ada" },
    ],
    [() => chat.removeContact({ userID: "ada" }), "remove_contact", { userId: "ada" }],
    [() => chat.saveSettings(settings), "save_settings", { settings }],
    [() => chat.seenMissed(), "seen_missed", {}],
    [() => chat.ringResized({ height: 196 }), "ring_resized", { height: 196 }],
    [() => chat.focusRing(), "focus_ring", {}],
  ];

  it.each(operations)("%s → %s", async (operate, command, args) => {
    await operate();
    expect(invoke.mock.calls).toEqual([[command, args]]);
  });
});

describe("a refusal", () => {
  const refusal = {
    code: 8010,
    message: "This invitation was already cancelled.",
    data: { reason: "cancelled", inviteID: "i" },
  };

  it("rejects with code, message and data", async () => {
    invoke.mockRejectedValue(refusal);
    await expect(chat.accept({ inviteID: "i" })).rejects.toEqual(refusal);
  });

  it("is an internal error when the backend says something else", async () => {
    invoke.mockRejectedValue("command accept not found");
    await expect(chat.accept({ inviteID: "i" })).rejects.toEqual({
      code: -32603,
      message: "command accept not found",
      data: null,
    });
  });
});
