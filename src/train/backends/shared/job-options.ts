import type { JsonObject } from "../../../types.js";

/**
 * The part of a backend's options that makes a job another job, as plain JSON: without the fields
 * named, which are credentials, clients and how often one looks.
 */
export function jobOptions(options: object, ...left: readonly string[]): JsonObject {
  const entries = Object.entries(options).filter(([name]) => !left.includes(name));
  return JSON.parse(
    JSON.stringify(Object.fromEntries(entries), (name, value: unknown) =>
      /key$|token$|secret/i.test(name) ? undefined : value,
    ),
  ) as JsonObject;
}
