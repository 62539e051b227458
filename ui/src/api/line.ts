/** What every part of the API works with: a way to ask, a way to tell, and who is logged in. */
import { asChatError } from "./error";
import type { Listeners } from "./listeners";
import type { Backend, Method, Results } from "./wire";

/** What an operation resolves with. */
export interface Response<Data> {
  code: 0;
  data: Data;
}

/** A way to the server. */
export interface Line {
  /** Resolves with the method's result; rejects with `{code, message, data}` and nothing else. */
  ask<M extends Method>(method: M, params: object): Promise<Results[M]>;
  /** Who hears of events. */
  listeners: Listeners;
  /** Who is logged in. */
  me(): string;
}

/** A line over this backend. */
export function lineOver(backend: Backend, listeners: Listeners, me: () => string): Line {
  const ask: Line["ask"] = async (method, params) => {
    try {
      return await backend.request(method, params);
    } catch (thrown) {
      throw asChatError(thrown);
    }
  };
  return { ask, listeners, me };
}

/** A success. */
export function done<Data>(data: Data): Response<Data> {
  return { code: 0, data };
}

/** Options that may be given as their one important value: `"alice"` for `{userID: "alice"}`. */
export function named<Options extends object>(
  key: keyof Options & string,
  given: Options | Options[keyof Options] | undefined,
): Options {
  const isPlain = typeof given !== "object" || given === null || Array.isArray(given);
  return (isPlain ? { [key]: given } : given) as Options;
}
