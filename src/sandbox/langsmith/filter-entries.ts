import { isRecord } from "../../internal/is-record.js";
import type { FeedbackRecord } from "./feedback-store.js";
import type { Comparison, Literal } from "./filter-parser.js";
import { readPayload, type RunRecord } from "./run-record.js";

/** One entry of something that filters see as pairs: a feedback, a metadata key with its value, … */
export type Entry = Record<string, unknown>;

/** The feedback that a query looks at. */
export type FeedbackOf = (run: RunRecord) => readonly FeedbackRecord[];

/** Fields that belong together, and the entries of a run that they are compared with. */
export interface EntryFamily {
  /** The field that names the entry. */
  key: string;
  /** Filter field to the name in the entry. */
  fields: Readonly<Record<string, string>>;
  entries(run: RunRecord, feedback: FeedbackOf): readonly Entry[];
}

export const entryFamilies: readonly EntryFamily[] = [
  {
    key: "feedback_key",
    fields: {
      feedback_key: "key",
      feedback_score: "score",
      feedback_value: "value",
      feedback_comment: "comment",
      feedback_source: "source",
    },
    entries: (run, feedback) =>
      feedback(run).map(({ key, score, value, comment, feedback_source }) => ({
        key,
        score,
        value,
        comment,
        source: feedback_source.type,
      })),
  },
  {
    key: "metadata_key",
    fields: { metadata_key: "key", metadata_value: "value" },
    entries: (run) => flatten(run.metadata),
  },
  {
    key: "input_key",
    fields: { input_key: "key", input_value: "value" },
    entries: (run) => flatten(readPayload(run, "inputs")),
  },
  {
    key: "output_key",
    fields: { output_key: "key", output_value: "value" },
    entries: (run) => flatten(readPayload(run, "outputs")),
  },
];

/** The keys of an object and, joined with dots, of the objects in it. */
function flatten(value: unknown, prefix = ""): Entry[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    return [{ key, value: inner }, ...flatten(inner, key)];
  });
}

/**
 * A condition on the entries of a run, made of comparisons that stand together in one `and`.
 * Where the key is asked for, the others hold for the same entry. Where it is not, each stands for
 * itself, and `neq` means that no entry is so. That is how the documentation explains its examples:
 * https://docs.langchain.com/langsmith/export-traces#negative-filtering-on-key-value-pairs
 */
export function entryCondition(
  family: EntryFamily,
  comparisons: readonly Comparison[],
): (entries: readonly Entry[]) => boolean {
  const tests = comparisons.map((comparison) => ({
    comparison,
    holds: entryTest(comparison, family.fields[comparison.field] ?? comparison.field),
  }));
  const keyed = comparisons.some(({ field, comparator }) => field === family.key && comparator !== "neq");
  if (keyed) return (entries) => entries.some((entry) => tests.every(({ holds }) => holds(entry)));
  return (entries) =>
    tests.every(({ comparison, holds }) =>
      comparison.comparator === "neq" ? entries.every(holds) : entries.some(holds),
    );
}

function entryTest({ comparator, value }: Comparison, name: string): (entry: Entry) => boolean {
  if (Array.isArray(value)) return (entry) => value.some((item) => same(entry[name], item));
  switch (comparator) {
    case "eq":
      return (entry) => same(entry[name], value);
    case "neq":
      return (entry) => !same(entry[name], value);
    default: {
      const bound = Number(value);
      return (entry) => {
        const score = entry[name];
        const number = typeof score === "boolean" ? Number(score) : score;
        if (typeof number !== "number") return false;
        return comparator === "gt"
          ? number > bound
          : comparator === "gte"
            ? number >= bound
            : comparator === "lt"
              ? number < bound
              : number <= bound;
      };
    }
  }
}

/** Values are compared as text, because metadata arrives as numbers, booleans or text. */
function same(found: unknown, wanted: Literal): boolean {
  if (wanted === null || found === null || found === undefined) return (found ?? null) === wanted;
  if (typeof found === "boolean" && typeof wanted === "number") return Number(found) === wanted;
  if (typeof found === "object") return JSON.stringify(found) === wanted;
  return String(found) === String(wanted);
}
