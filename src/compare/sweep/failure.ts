import { isRecord } from "../../internal/is-record.js";
import type { SweepFailure } from "./types.js";

/** An error as data. */
export function failureOf(
  name: string,
  step: SweepFailure["step"],
  error: unknown,
  more: Pick<SweepFailure, "job" | "tuned">,
): SweepFailure {
  const known = error instanceof Error ? error : new Error(String(error));
  const code = isRecord(known) && typeof known["code"] === "string" ? known["code"] : undefined;
  return {
    name,
    step,
    error: { name: known.name, message: known.message, ...(code === undefined ? {} : { code }) },
    ...(more.job && { job: more.job }),
    ...(more.tuned && { tuned: more.tuned }),
  };
}
