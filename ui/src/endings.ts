/** The words for every way a call can end; part of `words.ts`, and owned like it. */
import type { Ending } from "./bindings/Ending";

/** How an ending is told: a title, and a sentence where the title leaves a question open. */
export interface EndingWords {
  title: string;
  detail: string;
}

/** The endings of calls that this user placed. */
export const endedOutgoing: Record<Ending, EndingWords> = {
  answered: { title: "Call ended", detail: "" },
  rejected: { title: "Declined", detail: "They declined your call." },
  busy: { title: "Busy", detail: "They are in another call right now." },
  cancelled: { title: "Cancelled", detail: "You hung up before anyone answered." },
  timedOut: { title: "No answer", detail: "It rang, but nobody answered." },
  answeredElsewhere: {
    title: "Answered on another device",
    detail: "The call goes on there.",
  },
  rejectedElsewhere: { title: "Ended on another device", detail: "It was ended there." },
  unreachable: { title: "Not reachable", detail: "None of their devices could be reached." },
  inviterGone: {
    title: "Connection lost",
    detail: "This device was offline for too long, so the call was given up.",
  },
  failed: { title: "Call failed", detail: "The call could not be placed or kept." },
};

/** The endings of calls that this user was called by. */
export const endedIncoming: Record<Ending, EndingWords> = {
  answered: { title: "Call ended", detail: "" },
  rejected: { title: "Declined", detail: "You declined the call." },
  busy: { title: "You were busy", detail: "You were in another call, so it did not ring." },
  cancelled: { title: "Missed call", detail: "They hung up before you answered." },
  timedOut: { title: "Missed call", detail: "You did not answer in time." },
  answeredElsewhere: {
    title: "Answered on another device",
    detail: "You took the call there.",
  },
  rejectedElsewhere: {
    title: "Declined on another device",
    detail: "You declined the call there.",
  },
  unreachable: { title: "Missed call", detail: "It could not reach this device." },
  inviterGone: { title: "Caller disconnected", detail: "Their connection was lost while it rang." },
  failed: { title: "Call failed", detail: "The call could not be kept." },
};

/** The endings of placed calls, in a few words for a list. */
export const recentOutgoing: Record<Ending, string> = {
  answered: "Answered",
  rejected: "Declined",
  busy: "Busy",
  cancelled: "Cancelled",
  timedOut: "No answer",
  answeredElsewhere: "Answered on another device",
  rejectedElsewhere: "Ended on another device",
  unreachable: "Not reachable",
  inviterGone: "Connection lost",
  failed: "Failed",
};

/** The endings of others' calls, in a few words for a list. */
export const recentIncoming: Record<Ending, string> = {
  answered: "Answered",
  rejected: "Declined",
  busy: "You were busy",
  cancelled: "Cancelled",
  timedOut: "Not answered",
  answeredElsewhere: "Answered on another device",
  rejectedElsewhere: "Declined on another device",
  unreachable: "Did not arrive",
  inviterGone: "Caller disconnected",
  failed: "Failed",
};
