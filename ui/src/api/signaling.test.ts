/** SIGNALING §2 getSignalingInfo, §6 bodies, §8 the older hang-up: the vectors that Rust reads too. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TYPES } from "./constants";
import { getSignalingInfo, hungUpAfter, type SignalingInfo } from "./signaling";

interface Vector {
  name: string;
  message: { type: string; from: string; to?: string; groupID?: string; payload: object };
  info: SignalingInfo | null;
  hungUpAfter: number | null;
}

const path = "../crates/protocol/src/signaling-vectors.json";
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[];

it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, vector) => {
  const info = getSignalingInfo(vector.message);
  expect(info).toEqual(vector.info);
  expect(info && hungUpAfter(info)).toBe(vector.hungUpAfter);
});

it.each(vectors.map((vector) => [vector.name, vector] as const))(
  "%s, as listeners get the message",
  (_name, { message, info }) => {
    const type = message.type === "text" ? TYPES.MSG_TEXT : TYPES.MSG_CUSTOM;
    const to = message.to ?? message.groupID;
    expect(getSignalingInfo({ ...message, type, to })).toEqual(info);
  },
);

it("is nothing for what is no message", () => {
  for (const none of [null, undefined, 7, "x", [], {}, { type: "custom" }, { payload: {} }]) {
    expect(getSignalingInfo(none)).toBeNull();
  }
});
