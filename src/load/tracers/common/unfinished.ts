import { Unreadable } from "../../../messages/unreadable.js";

/** Refuses an answer that was put together from a stream without an end. */
export function checkFinished(isPartial: boolean): void {
  if (isPartial)
    throw new Unreadable("partial-stream", "The answer was put together from a stream that did not end.", "outputs");
}
