import { describe, expect, it } from "vitest";
import { aCallEntry } from "./gallery/talk";
import { aRecent, endings, hostileName } from "./gallery/views";
import {
  callDetail,
  cleanName,
  cleanText,
  hueOf,
  initials,
  previewText,
  recentText,
  remaining,
  span,
  when,
} from "./text";

describe("names", () => {
  it("loses controls and characters that turn the writing around", () => {
    expect(cleanName("\u202Eevil\u202C\u2066x\u2069\u200F\u0007\n y")).toBe("evilx y");
  });

  it("keeps joiners, accents and every script", () => {
    expect(cleanName("👩‍💻 Zoë 田中 ليلى")).toBe("👩‍💻 Zoë 田中 ليلى");
  });

  it("is cut when it is very long", () => {
    expect(Array.from(cleanName(hostileName)).length).toBe(121);
    expect(cleanName("é".repeat(120))).toBe("é".repeat(120));
  });

  it("has a word when nothing is left", () => {
    expect(cleanName("\u202E\u0000 ")).toBe("Unknown");
  });

  it.each([
    ["Ada Lovelace", "AL"],
    ["ada", "A"],
    ["Ada Augusta King Lovelace", "AL"],
    ["田中 さくら", "田"],
    ["(Zoë) <Q>", "ZQ"],
    ["👩‍💻 Dev", "👩‍💻"],
    ["ǆ", "Ǆ"],
    ["???", ""],
  ])("initials of %s are %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it("has a colour that depends on the user ID only", () => {
    expect(hueOf("ada")).toBe(hueOf("ada"));
    const hues = new Set(Array.from({ length: 200 }, (_, index) => hueOf(`user-${index}`)));
    expect([...hues].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i * 30));
  });
});

describe("messages", () => {
  it("keep their lines, and lose controls and what turns the writing around", () => {
    expect(cleanText(" one\r\ntwo\u0000\u202E\n\n\tthree ")).toBe("one\ntwo\n\n\tthree");
    expect(cleanText("👩‍💻 ليلى")).toBe("👩‍💻 ليلى");
  });

  it("are previewed on one line", () => {
    expect(previewText({ kind: "text", text: "one\ntwo" })).toBe("one two");
    expect(previewText({ kind: "text", text: "x".repeat(500) }).length).toBe(121);
    expect(previewText({ kind: "text", text: "\u202E " })).toBe("");
    expect(previewText({ kind: "hungUp", durationMs: 95_000 })).toBe("Call · 1:35");
    expect(previewText({ kind: "custom", description: "A\nsticker" })).toBe("A sticker");
    expect(previewText({ kind: "custom", description: null })).toBe("Message for another program");
  });
});

describe("a call of a conversation", () => {
  const unanswered = { durationMs: null, answeredBy: null };
  const elsewhere = (platform: string) => ({
    direction: "incoming" as const,
    answeredBy: { userID: "maya", name: "maya", platform, own: true, thisDevice: false },
  });
  const missed = { ...unanswered, direction: "incoming", missed: true } as const;

  it.each([
    [{}, "Audio call · 12:03"],
    [{ mediaType: "video" as const }, "Video call · 12:03"],
    [{ ...missed, ending: "timedOut" as const }, "Missed call"],
    [{ ...missed, ending: "cancelled" as const, mediaType: "video" as const }, "Missed video call"],
    [{ ...missed, ending: "busy" as const }, "Missed call · You were busy"],
    [{ ...unanswered, ending: "cancelled" as const }, "Audio call · Cancelled"],
    [{ ...unanswered, ending: "rejected" as const }, "Audio call · Declined"],
    [{ ...unanswered, ending: "busy" as const }, "Audio call · Busy"],
    [{ ...unanswered, ending: "timedOut" as const }, "Audio call · No answer"],
    [elsewhere("android"), "Audio call · Answered on your phone · 12:03"],
    [elsewhere("linux"), "Audio call · Answered on your other computer · 12:03"],
    [elsewhere("web"), "Audio call · Answered in a browser · 12:03"],
    [{ ...elsewhere("cli"), durationMs: null }, "Audio call · Answered on another device"],
    [
      { ...elsewhere("ios"), ending: "rejectedElsewhere" as const, durationMs: null },
      "Audio call · Declined on your phone",
    ],
    [
      { ...unanswered, direction: "incoming" as const, ending: "answeredElsewhere" as const },
      "Audio call · Answered on another device",
    ],
    [{ ...unanswered, ending: null }, "Audio call · Ringing…"],
    [{ ending: null, durationMs: null }, "Audio call · In progress"],
  ])("%o is “%s”", (change, text) => {
    expect(previewText(aCallEntry(change))).toBe(text);
  });

  it("has words for every ending, both ways", () => {
    for (const direction of ["incoming", "outgoing"] as const) {
      for (const ending of endings) {
        expect(callDetail(aCallEntry({ ...unanswered, direction, ending }))).not.toBe("");
      }
    }
  });
});

describe("times", () => {
  it.each([
    [0, "0:00"],
    [7_999, "0:07"],
    [723_000, "12:03"],
    [3_723_000, "1:02:03"],
    [-5, "0:00"],
  ])("%d ms lasted is %s", (ms, text) => expect(span(ms)).toBe(text));

  it.each([
    [1, "0:01"],
    [1_000, "0:01"],
    [1_001, "0:02"],
    [0, "0:00"],
    [-100, "0:00"],
  ])("%d ms left is %s", (ms, text) => expect(remaining(ms)).toBe(text));

  it("is said as short as is clear", () => {
    const now = new Date(2026, 10, 22, 15, 0).getTime();
    const at = (...date: [number, number, number, number]) => new Date(...date).getTime();
    const format = (options: Intl.DateTimeFormatOptions, ms: number) =>
      new Intl.DateTimeFormat(undefined, options).format(ms);
    const morning = at(2026, 10, 22, 9);
    expect(when(morning, now)).toBe(format({ timeStyle: "short" }, morning));
    expect(when(at(2026, 10, 21, 23), now)).toBe("Yesterday");
    expect(when(at(2026, 10, 18, 9), now)).toBe("Wednesday");
    expect(when(at(2026, 10, 1, 9), now)).toBe(format({ dateStyle: "short" }, at(2026, 10, 1, 9)));
    expect(when(now + 60_000, now)).toBe(format({ timeStyle: "short" }, now + 60_000));
  });
});

describe("a recent call in words", () => {
  const said = (direction: "incoming" | "outgoing") =>
    endings.map((ending) => recentText(aRecent({ direction, ending })));

  it("has words for each ending of an outgoing call", () => {
    expect(said("outgoing")).toEqual([
      "12:03",
      "Declined",
      "Busy",
      "Cancelled",
      "No answer",
      "Answered on another device",
      "Ended on another device",
      "Not reachable",
      "Connection lost",
      "Failed",
    ]);
  });

  it("has words for each ending of an incoming call", () => {
    expect(said("incoming")).toEqual([
      "12:03",
      "Declined",
      "You were busy",
      "Cancelled",
      "Not answered",
      "Answered on another device",
      "Declined on another device",
      "Did not arrive",
      "Caller disconnected",
      "Failed",
    ]);
  });

  it("says that it was missed", () => {
    const missed = { direction: "incoming", missed: true } as const;
    expect(recentText(aRecent({ ...missed, ending: "timedOut" }))).toBe("Missed call");
    expect(recentText(aRecent({ ...missed, ending: "cancelled" }))).toBe("Missed call");
    expect(recentText(aRecent({ ...missed, ending: "busy" }))).toBe("Missed, you were in a call");
  });

  it("says that it still goes on", () => {
    expect(recentText(aRecent({ ending: null, durationMs: null }))).toBe("Now");
  });
});
