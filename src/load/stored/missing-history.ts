import { Unreadable } from "../../messages/unreadable.js";

/** @param previousResponseId The response that the call goes on from, where only what came before it is missing. */
export function missingHistory(path: string, previousResponseId?: string): Unreadable {
  return new Unreadable(
    "missing-history",
    "The call continues a conversation that is stored at the provider and not in the run.",
    path,
    previousResponseId,
  );
}
