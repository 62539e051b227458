/** Invitations and calls: the operations of SIGNALING §2 and §8. */
import type { Line, Response } from "./line";
import { done, named } from "./line";
import { fromWire, type Message } from "./messages";
import { getSignalingInfo, type SignalingInfo } from "./signaling";
import type { Call, Invitation, OfflinePushInfo, WireMessage } from "./wire";

/** What an operation on an invitation resolves with; no message where it leaves none. */
export interface InvitationResponse extends Response<{ message?: Message }> {
  inviteID: string;
}

/** What every invitation may say. */
export interface InviteBasics {
  /** Passed on byte for byte. */
  data?: string;
  /** Whole seconds from 0 (no time-out) to 86 400; 30 when absent. */
  timeout?: number;
  /** Whether it reaches only devices that are connected now, and leaves no message. */
  onlineUserOnly?: boolean;
  offlinePushInfo?: OfflinePushInfo;
  /** Its name; minted when absent. */
  inviteID?: string;
  /** The call it makes or joins; the `inviteID` when absent. */
  callID?: string;
}

/** An operation on an invitation. */
export interface OnInvitation {
  inviteID: string;
  /** Passed on byte for byte. */
  data?: string;
  /** Of a reject `busy`, `declined` or `glare`; of a cancel `glare`. */
  reason?: string;
  /** Makes a repetition harmless. */
  opID?: string;
}

/** The operations on invitations and calls. */
export function calls(line: Line) {
  const answered = (result: { inviteID: string; message?: WireMessage }): InvitationResponse => {
    const { inviteID, message } = result;
    return { ...done(message ? { message: fromWire(message, line.me()) } : {}), inviteID };
  };
  return {
    /** Rings one user. */
    async invite(options: InviteBasics & { userID: string }) {
      return answered(await line.ask("invite", named("userID", options)));
    },
    /** Rings members of a group; all of them, or nobody if one cannot be rung. */
    async inviteInGroup(options: InviteBasics & { groupID: string; inviteeList: string[] }) {
      return answered(await line.ask("inviteInGroup", named("groupID", options)));
    },
    /** Ends one's own invitation for those who have not answered. */
    async cancel(options: OnInvitation | string) {
      return answered(await line.ask("cancel", named<OnInvitation>("inviteID", options)));
    },
    /** Answers an invitation with yes; of all devices of the user one wins. */
    async accept(options: OnInvitation | string) {
      return answered(await line.ask("accept", named<OnInvitation>("inviteID", options)));
    },
    /** Answers an invitation with no. */
    async reject(options: OnInvitation | string) {
      return answered(await line.ask("reject", named<OnInvitation>("inviteID", options)));
    },
    /** Changes the data of one's own live invitation. */
    async modifyInvitation(options: { inviteID: string; data: string; opID?: string }) {
      return answered(await line.ask("modifyInvitation", named("inviteID", options)));
    },
    /** Takes in an invitation that came by push or any other road. */
    async addInvitedSignaling(signaling: Partial<SignalingInfo>): Promise<Response<object>> {
      return done(await line.ask("addInvitedSignaling", { signaling }));
    },
    /** The signaling information of a message, or null for an ordinary one. */
    getSignalingInfo,
    /** How an invitation stands, also a recently ended one. */
    async getInvitation(options: { inviteID: string } | string): Promise<Response<Invitation>> {
      return done(
        await line.ask("getInvitation", named<{ inviteID: string }>("inviteID", options)),
      );
    },
    /** How a call stands. */
    async getCall(options: { callID: string } | string): Promise<Response<Call>> {
      return done(await line.ask("getCall", named<{ callID: string }>("callID", options)));
    },
    /** Leaves a call; when one party is left, it ends. */
    async hangUp(options: { callID: string; reason?: string; opID?: string } | string) {
      return done(await line.ask("hangUp", named<{ callID: string }>("callID", options)));
    },
    /** Carries media negotiation to the other parties of a call, or to one of them. */
    async sendSignal(options: {
      callID: string;
      data: string;
      to?: { userID: string; deviceID?: string };
      opID?: string;
    }): Promise<Response<object>> {
      return done(await line.ask("sendSignal", named("callID", options)));
    },
  };
}
