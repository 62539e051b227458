/** The shape in which every operation rejects. */

/** What a refused operation rejects with. */
export interface ChatError {
  /** The number of SIGNALING §4, or -32603 when the backend itself failed. */
  code: number;
  /** A sentence for the person. */
  message: string;
  /** What belongs to the refusal, such as its `reason` and `inviteID`. */
  data: unknown;
}

/** The number of a bad parameter. */
const BAD_PARAMETER = 6017;

/** Whatever was thrown, in the shape of a refusal. */
export function asChatError(thrown: unknown): ChatError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const { code, message } = thrown;
    if (typeof code === "number" && typeof message === "string") {
      return { code, message, data: "data" in thrown ? thrown.data : null };
    }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: -32603, message, data: null };
}

/** A parameter with which nobody can be asked. */
export function badParameter(message: string): ChatError {
  return { code: BAD_PARAMETER, message, data: { reason: "badParameter" } };
}
