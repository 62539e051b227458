/** A backend for tests: it records what it is asked, grants everything, and tells what it is told to. */
import { vi } from "vitest";
import type { Backend, Events, Session, WireEvent } from "../api/wire";

/** A backend on which maya is logged in, changed as asked. */
export function fakeBackend(change: Partial<Session> = {}) {
  const request = vi.fn<(method: string, params: object) => Promise<unknown>>(() =>
    Promise.resolve({}),
  );
  const session: Session = {
    userID: "maya",
    deviceID: "maya-desk",
    connection: { state: "online" },
    qa: false,
    ...change,
  };
  let onEvent: (event: WireEvent) => void = () => undefined;
  const subscribe = vi.fn<Backend["subscribe"]>((told) => {
    onEvent = told;
    return Promise.resolve(session);
  });
  const backend: Backend = { request: request as Backend["request"], subscribe };
  /** Tells an event as the client SDK does. */
  const tell = <Name extends keyof Events>(method: Name, params: Events[Name]) =>
    onEvent({ method, params });
  /** Tells what no version of this API knows. */
  const tellUnknown = (event: WireEvent) => onEvent(event);
  return { backend, request, subscribe, tell, tellUnknown };
}
