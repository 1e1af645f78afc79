import type { Sender } from "./senders/sender.js";

/** What is known of a message from its place in the run. */
export interface Reading {
  /** It is what the model said, and not a part of what it was sent. */
  isAnswer?: boolean;
  /** The client that sent it, where it is known; the plain client of the message's own language otherwise. */
  sender?: Sender;
}
