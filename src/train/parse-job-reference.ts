import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import type { JobReference } from "./backend.js";

const FIELDS = [
  "backend",
  "id",
  "model",
  "method",
  "key",
  "createdAt",
] as const satisfies readonly (keyof JobReference)[];

/** Checks that a value is a job reference: for JSON that was stored and read back. */
export function parseJobReference(value: unknown): JobReference {
  const wrong = isRecord(value) ? FIELDS.find((field) => typeof value[field] !== "string") : "backend";
  if (wrong === undefined) return value as unknown as JobReference;
  throw new InvalidOptionError({
    option: "reference",
    value,
    message: `This is not a job reference: ${wrong} is missing.`,
    hint: "Pass the JSON of job.reference, parsed.",
  });
}
