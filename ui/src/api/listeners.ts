/**
 * Who wants to hear of what.
 *
 * Owns the lists of handlers and the rules of SIGNALING §3 about them; knows no event.
 */

/** What a handler gets. */
export interface ChatEvent<Data = unknown> {
  name: string;
  data: Data;
}

/** Code that hears of an event. */
export type Handler = (event: ChatEvent<never>) => unknown;

interface Listener {
  handler: Handler;
  context: unknown;
  once: boolean;
}

/** The handlers of one chat, by the names of their events. */
export class Listeners {
  private readonly byName = new Map<string, Listener[]>();

  /** Adds a handler; one that is there already is there twice from now on. */
  add(name: string, handler: Handler, context?: unknown, once = false): void {
    this.byName.set(name, [...this.of(name), { handler, context, once }]);
  }

  /** Takes the handler's latest addition out, the one with this context if one is given. */
  remove(name: string, handler: Handler, context?: unknown): void {
    const is = (listener: Listener) =>
      listener.handler === handler && (context === undefined || listener.context === context);
    const index = this.of(name).findLastIndex(is);
    if (index >= 0) this.byName.set(name, this.of(name).toSpliced(index, 1));
  }

  /** Whether anybody wants to hear of it. */
  has(name: string): boolean {
    return this.of(name).length > 0;
  }

  /** Tells whoever listens at this moment, in the order of adding. */
  tell(name: string, data: unknown): void {
    for (const listener of this.of(name)) this.call(listener, name, data);
  }

  /** Tells one handler, if it still listens. */
  tellOne(handler: Handler, name: string, data: unknown): void {
    const listener = this.of(name).findLast((each) => each.handler === handler);
    if (listener) this.call(listener, name, data);
  }

  private of(name: string): Listener[] {
    return this.byName.get(name) ?? [];
  }

  private call(listener: Listener, name: string, data: unknown): void {
    const left = this.of(name);
    if (listener.once) {
      if (!left.includes(listener)) return;
      this.byName.set(
        name,
        left.filter((each) => each !== listener),
      );
    }
    try {
      const said = listener.handler.call(listener.context, { name, data } as ChatEvent<never>);
      if (said instanceof Promise) said.catch((thrown: unknown) => report(name, thrown));
    } catch (thrown) {
      report(name, thrown);
    }
  }
}

function report(name: string, thrown: unknown): void {
  console.error(`A listener of "${name}" failed:`, thrown);
}
