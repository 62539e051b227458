/** The data that this app's phone puts into its signals (SIGNALING §8), as the backend's does. */
import type { MediaType } from "../bindings/MediaType";

/** The data of an invitation to a call. */
export function invitationData(mediaType: MediaType): string {
  return JSON.stringify({ version: 1, businessID: "bellhop_call", mediaType });
}

/** The data of an answer with some words for the other side. */
export function replyData(reply: string): string {
  return JSON.stringify({ reply });
}
