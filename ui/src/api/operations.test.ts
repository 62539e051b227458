/** PROTOCOL.md "Requests", SIGNALING §2: what each operation asks and resolves with. */
import { beforeEach, describe, expect, it } from "vitest";
import { fakeBackend } from "../test/backend";
import { message, operations, shown, without } from "../test/operations";
import { createChat, type Chat } from "./chat";
import { TYPES } from "./constants";

let chat: Chat;
let request: ReturnType<typeof fakeBackend>["request"];

beforeEach(async () => {
  const fake = fakeBackend();
  request = fake.request;
  chat = createChat(fake.backend);
  await chat.start();
});

describe("an operation", () => {
  it.each(operations)("%s", async (_title, operate, method, params, result, resolved) => {
    request.mockResolvedValue(result);
    expect(await operate(chat)).toEqual(resolved);
    expect(request.mock.calls).toEqual([[method, params]]);
  });

  it.each(operations)("%s rejects with code, message and data", async (_title, operate) => {
    const refusal = { code: 8010, message: "Cancelled.", data: { reason: "cancelled" } };
    request.mockRejectedValue(refusal);
    await expect(operate(chat)).rejects.toEqual(refusal);
  });

  it("rejects as an internal error when the backend says something else", async () => {
    request.mockRejectedValue(new Error("no such command"));
    const internal = { code: -32603, message: "no such command", data: null };
    await expect(chat.accept("i")).rejects.toEqual(internal);
  });

  it("without parameters is the server's to refuse", async () => {
    const refusal = { code: 6017, message: "Bad parameter.", data: { reason: "badParameter" } };
    request.mockRejectedValue(refusal);
    const none = undefined as never;
    const names: (keyof Chat)[] = [
      ...(["invite", "inviteInGroup", "cancel", "accept", "reject", "modifyInvitation"] as const),
      ...(["getInvitation", "getCall", "hangUp", "sendSignal", "getMessageList"] as const),
      ...(["setMessageRead", "createGroup", "joinGroup", "addGroupMember"] as const),
      ...(["deleteGroupMember", "getUserStatus", "addToBlacklist", "updateMyProfile"] as const),
    ];
    for (const name of names) {
      const operate = chat[name] as (options: never) => Promise<unknown>;
      await expect(operate(none), name).rejects.toEqual(refusal);
    }
  });

  it("works without its object", async () => {
    const { accept } = chat;
    request.mockResolvedValue({ inviteID: "i" });
    expect(await accept("i")).toEqual(without);
  });
});

describe("a created message", () => {
  const options = { to: "ada", conversationType: TYPES.CONV_C2C, payload: { text: "hi" } };

  it("becomes the sent one", async () => {
    request.mockResolvedValue({ message });
    const created = chat.createTextMessage(options);
    expect(created).toMatchObject({
      conversationID: "C2Cada",
      from: "maya",
      flow: "out",
      type: TYPES.MSG_TEXT,
      status: "unSend",
    });
    const { ID } = created;
    const { data } = await chat.sendMessage(created);
    expect(data.message).toBe(created);
    expect(created).toEqual(shown);
    const asked = { userID: "ada", type: "text", payload: { text: "hi" }, opID: ID };
    expect(request.mock.calls).toEqual([["sendMessage", asked]]);
  });

  it("may be sent again after it failed, by the same opID", async () => {
    const refusal = { code: 6200, message: "No network.", data: null };
    request.mockRejectedValueOnce(refusal).mockResolvedValue({ message });
    const created = chat.createTextMessage(options);
    await expect(chat.sendMessage(created)).rejects.toEqual(refusal);
    expect(created.status).toBe("fail");
    await chat.sendMessage(created);
    expect(created.status).toBe("success");
    expect(request.mock.calls[1]).toEqual(request.mock.calls[0]);
  });

  it("of one's own making goes to a group", async () => {
    request.mockResolvedValue({ message });
    const payload = { data: "{}", description: "d", extension: "e" };
    const created = chat.createCustomMessage({
      to: "team",
      conversationType: TYPES.CONV_GROUP,
      payload,
    });
    expect(created).toMatchObject({ conversationID: "GROUPteam", groupID: "team" });
    const asked = { groupID: "team", type: "custom", payload, opID: created.ID };
    await chat.sendMessage(created);
    expect(request.mock.calls).toEqual([["sendMessage", asked]]);
  });

  it("is refused where nobody could be asked", async () => {
    const refused = { code: 6017, data: { reason: "badParameter" } };
    const none = undefined as never;
    expect(() => chat.createTextMessage(none)).toThrow(expect.objectContaining(refused));
    const odd = { ...options, conversationType: "@TIM#SYSTEM" };
    expect(() => chat.createTextMessage(odd)).toThrow(expect.objectContaining(refused));
    await expect(chat.sendMessage(none)).rejects.toMatchObject(refused);
    const online = chat.sendMessage(chat.createTextMessage(options), { onlineUserOnly: true });
    await expect(online).rejects.toMatchObject(refused);
    expect(request).not.toHaveBeenCalled();
  });
});
