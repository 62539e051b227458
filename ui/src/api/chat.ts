/**
 * The JavaScript signaling API of PROTOCOL.md, over any backend.
 *
 * Owns how its parts fit together; keeps nothing of a call. Promises resolve with `{code: 0, data}` and
 * reject with `{code, message, data}`.
 */
import { calls } from "./calls";
import { EVENT } from "./constants";
import { badParameter } from "./error";
import { tellOf, type EventName, type HandlerOf } from "./events";
import { groups } from "./groups";
import { history } from "./history";
import { done, lineOver, named, type Response } from "./line";
import { listsOf } from "./lists";
import { Listeners, type Handler } from "./listeners";
import { people } from "./people";
import { LoginSession } from "./session";
import type { Backend, Session } from "./wire";

/** A listener as one object. */
export interface ListenerOptions<Name extends EventName> {
  eventName: Name;
  handler: HandlerOf<Name>;
  /** What `this` is in the handler. */
  context?: unknown;
}

/** The signaling API over this backend. It subscribes when it is first listened to or logged in to. */
export function createChat(backend: Backend) {
  const listeners = new Listeners();
  const line = lineOver(backend, listeners, () => session.me());
  const lists = listsOf(line);
  const session = new LoginSession(backend, listeners, (event) => tellOf(event, line, lists));

  /** Subscribes; whoever waits for `login` or `start` hears why it failed. */
  const wake = () => void session.start().catch(() => undefined);
  const listen = (name: EventName, handler: Handler, context: unknown, once: boolean) => {
    check(name, handler);
    listeners.add(name, handler, context, once);
    wake();
    // Code that listens and then logs in waits for this event, also where the login was long ago.
    if (name === EVENT.SDK_READY && session.isReady()) {
      queueMicrotask(() => session.isReady() && listeners.tellOne(handler, name, {}));
    }
  };

  function addSignalingListener<Name extends EventName>(
    options: ListenerOptions<Name>,
  ): Promise<Response<null>>;
  function addSignalingListener<Name extends EventName>(
    eventName: Name,
    handler: HandlerOf<Name>,
    context?: unknown,
  ): Promise<Response<null>>;
  async function addSignalingListener(first: unknown, handler?: unknown, context?: unknown) {
    const given = asListener(first, handler, context);
    listen(given.eventName, given.handler, given.context, false);
    return done(null);
  }

  function removeSignalingListener<Name extends EventName>(
    options: ListenerOptions<Name>,
  ): Promise<Response<null>>;
  function removeSignalingListener<Name extends EventName>(
    eventName: Name,
    handler: HandlerOf<Name>,
    context?: unknown,
  ): Promise<Response<null>>;
  async function removeSignalingListener(first: unknown, handler?: unknown, context?: unknown) {
    const given = asListener(first, handler, context);
    check(given.eventName, given.handler);
    listeners.remove(given.eventName, given.handler, given.context);
    return done(null);
  }

  return {
    /** Subscribes to the backend; resolves with how things stand. */
    start: (): Promise<Session> => session.start(),
    /** Adds a listener; it may be added before login and survives logout and login. */
    addSignalingListener,
    /** Removes a listener; one that was added twice is left once. */
    removeSignalingListener,
    /** Hears of an event. */
    on<Name extends EventName>(name: Name, handler: HandlerOf<Name>, context?: unknown): void {
      listen(name, handler, context, false);
    },
    /** Hears of an event one time. */
    once<Name extends EventName>(name: Name, handler: HandlerOf<Name>, context?: unknown): void {
      listen(name, handler, context, true);
    },
    /** Stops hearing of an event. */
    off<Name extends EventName>(name: Name, handler: HandlerOf<Name>, context?: unknown): void {
      check(name, handler);
      listeners.remove(name, handler, context);
    },
    /** Whether somebody is logged in. */
    isReady: (): boolean => session.isReady(),
    /** Who is logged in; "" for nobody. */
    getLoginUser: (): string => (session.isReady() ? session.me() : ""),
    /**
     * Resolves when this user is logged in. The app logs in by itself, with the account of its settings:
     * another user is refused, and `userSig` is not needed.
     */
    async login(options: { userID: string; userSig?: string } | string) {
      const { userID } = named<{ userID: string }>("userID", options);
      return done({ ...(await session.login(userID)), repeatLogin: true });
    },
    /** Logs this device out. */
    async logout(): Promise<Response<object>> {
      return done(await line.ask("logout", {}));
    },
    ...calls(line),
    ...history(line, lists),
    ...groups(line, lists),
    ...people(line, lists),
  };
}

/** The signaling API. */
export type Chat = ReturnType<typeof createChat>;

interface GivenListener {
  eventName: EventName;
  handler: Handler;
  context: unknown;
}

function asListener(first: unknown, handler: unknown, context: unknown): GivenListener {
  const isOne = typeof first === "object" && first !== null;
  return (isOne ? first : { eventName: first, handler, context }) as GivenListener;
}

function check(name: unknown, handler: unknown): void {
  if (typeof name !== "string" || name === "") {
    throw badParameter("The name of the event must be one of TSignaling or EVENT.");
  }
  if (typeof handler !== "function") {
    throw badParameter(`The handler of "${name}" must be a function.`);
  }
}
