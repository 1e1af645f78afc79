import * as crypto from "node:crypto";
import { FinetuneError } from "../errors.js";

/** `hash` of `node:crypto`. Imported by its name, it would end every import of the package on an older Node with a SyntaxError. */
export const hash: typeof crypto.hash = "hash" in crypto ? crypto.hash : tooOld();

function tooOld(): never {
  throw new FinetuneError({
    message: `langsmith-finetune needs Node 20.19 or newer; this is Node ${process.versions.node}.`,
  });
}
