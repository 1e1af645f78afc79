import type { Sender } from "./sender.js";

/** A sender to an API whose messages have no names. */
export function nameless(sender: Sender): Sender {
  return { ...sender, name: () => undefined };
}
