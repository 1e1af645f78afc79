import { shown, Unreadable, type LoadSkipCode } from "./unreadable.js";

type Fields = Record<string, unknown>;

/** What names of fields say about them. */
interface FieldNames {
  /** Fields that are read, or that are known to hold nothing of what was said. */
  known: ReadonlySet<string>;
  /** Names of fields that may hold what was said. */
  meaningful: RegExp;
  code: LoadSkipCode;
  /** The holder of the fields, for the reason: `A message`. */
  holder: string;
}

/**
 * Builds a check that refuses a value which may hold what was said under a name that is not known. A
 * writer with names of its own would otherwise lose calls, files or texts without a sign.
 */
export function refusesUnknownFields({ known, meaningful, code, holder }: FieldNames) {
  // The same few names come in every message.
  const verdicts = new Map<string, boolean>();
  const isMeaningful = (key: string): boolean => {
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = !known.has(key) && meaningful.test(key);
      if (verdicts.size < 1000) verdicts.set(key, verdict);
    }
    return verdict;
  };
  return (fields: Fields, path: string): void => {
    for (const key in fields) {
      if (isMeaningful(key) && isFilled(fields[key]))
        throw new Unreadable(
          code,
          `${holder} has the field ${shown(key)}, which is not known and may hold what was said.`,
          `${path}.${key}`,
        );
    }
  };
}

/** True for a text, a list or an object that holds something. Numbers and marks say nothing of a conversation. */
export function isFilled(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
