/**
 * Who is logged in, and whether the server can be reached.
 *
 * Owns the one subscription of this window and the events about the connection; hands every other
 * event on. Decides nothing: the backend logs in, reconnects and gives up.
 */
import { EVENT, TYPES } from "./constants";
import { asChatError, badParameter, type ChatError } from "./error";
import type { Listeners } from "./listeners";
import type { Backend, ConnectionState, Events, Session, WireEvent } from "./wire";

const NET = {
  connecting: TYPES.NET_STATE_CONNECTING,
  online: TYPES.NET_STATE_CONNECTED,
  reconnecting: TYPES.NET_STATE_CONNECTING,
  stopped: TYPES.NET_STATE_DISCONNECTED,
} as const satisfies Record<ConnectionState["state"], string>;

const NOT_LOGGED_IN = 6014;
const SIGNATURE_EXPIRED = [6206, 70001];

/** Who is logged in on this window's backend. */
export class LoginSession {
  private userID = "";
  private deviceID = "";
  private connection: ConnectionState = { state: "connecting" };
  private ready = false;
  private kicked = false;
  private started: Promise<Session> | null = null;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly backend: Backend,
    private readonly listeners: Listeners,
    private readonly hand: (event: WireEvent) => void,
  ) {}

  /** Subscribes to the backend, once; a failed attempt may be repeated. */
  start(): Promise<Session> {
    this.started ??= this.subscribe().catch((thrown: unknown) => {
      this.started = null;
      throw asChatError(thrown);
    });
    return this.started;
  }

  /** Whether somebody is logged in; short disconnections do not change that. */
  isReady(): boolean {
    return this.ready;
  }

  /** Whose app this is, logged in or not. */
  me(): string {
    return this.userID;
  }

  /** Resolves when this user is logged in and connected; rejects when that will not be. */
  async login(userID: string): Promise<{ userID: string; deviceID: string }> {
    await this.start();
    for (;;) {
      if (this.userID && this.userID !== userID) throw loggedInAs(this.userID);
      if (this.connection.state === "online") return { userID, deviceID: this.deviceID };
      if (this.connection.state === "stopped") throw stopped(this.connection);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private async subscribe(): Promise<Session> {
    let early: WireEvent[] | null = [];
    const session = await this.backend.subscribe((event) => {
      if (early) early.push(event);
      else this.receive(event);
    });
    this.userID = session.userID;
    this.deviceID = session.deviceID;
    this.follow(session.connection);
    const missed = early;
    early = null;
    for (const event of missed) this.receive(event);
    return session;
  }

  private receive(event: WireEvent): void {
    if (event.method === "connectionChanged") this.follow(event.params as ConnectionState);
    else if (event.method === "kickedOffline") {
      this.kick(event.params as Events["kickedOffline"]);
    } else this.hand(event);
  }

  private follow(connection: ConnectionState): void {
    const before = NET[this.connection.state];
    this.connection = connection;
    this.userID = connection.userID ?? this.userID;
    this.deviceID = connection.deviceID ?? this.deviceID;
    const { state, code = 0 } = connection;
    if (NET[state] !== before) this.listeners.tell(EVENT.NET_STATE_CHANGE, { state: NET[state] });
    if (state === "online") this.comeOnline();
    if (state === "stopped" && SIGNATURE_EXPIRED.includes(code) && !this.kicked) {
      this.kick({ code, reason: "signatureExpired" });
    }
    if ((state === "stopped" || state === "connecting") && this.ready) {
      this.ready = false;
      this.listeners.tell(EVENT.SDK_NOT_READY, {});
    }
    const waiting = this.waiting;
    this.waiting = [];
    for (const goOn of waiting) goOn();
  }

  private comeOnline(): void {
    this.kicked = false;
    if (this.ready) return;
    this.ready = true;
    this.listeners.tell(EVENT.SDK_READY, {});
  }

  private kick({ code, reason }: Events["kickedOffline"]): void {
    this.kicked = true;
    const type = SIGNATURE_EXPIRED.includes(code)
      ? TYPES.KICKED_OUT_USERSIG_EXPIRED
      : TYPES.KICKED_OUT_MULT_ACCOUNT;
    this.listeners.tell(EVENT.KICKED_OUT, { type, code, reason });
  }
}

function loggedInAs(userID: string): ChatError {
  return badParameter(
    `This app is logged in as "${userID}". Log in as that user, or change the account in its settings.`,
  );
}

function stopped({ code = NOT_LOGGED_IN, message }: ConnectionState): ChatError {
  const sentence = message ?? "This app is not logged in. Log in through its settings.";
  return { code, message: sentence, data: { reason: "notLoggedIn" } };
}
