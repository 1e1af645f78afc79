import { createFlags, createIntegers } from "../../internal/storage/column.js";
import { createSpoolFor, range, type Spool } from "../../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import type { AnyIterable, DatasetRow } from "../../types.js";
import { assignSplits, keptSplit, type SplitName, type SplitPlan } from "./assign-splits.js";
import { iterable } from "../../internal/kinds.js";
import { checkArgument } from "../../internal/options.js";
import { createFingerprint } from "../duplicates/fingerprint.js";
import { createGroups } from "../duplicates/groups.js";
import { createNearIndex } from "../duplicates/near-duplicates.js";
import { numbersWhere, where } from "./sample-examples.js";
import { createSourceKey } from "./source-key.js";
import { splitRules, type SplitRules, type SplitSettings } from "./split-options.js";

/** Options of {@link splitExamples}. */
export interface SplitOptions extends SplitSettings {
  signal?: AbortSignal;
}

/** Three parts of one dataset, each of which can be read as often as one likes. */
export interface Splits<T> {
  train: AsyncIterable<T>;
  validation: AsyncIterable<T>;
  test: AsyncIterable<T>;
}

/**
 * Divides rows into training, validation and test without leakage: rows of one thread (or trace, or any key)
 * stay together, and so do near duplicates. Where they go is decided by the hash of the key and the
 * seed, so the same rows are divided alike in whatever order they come, and most stay where they are when
 * others are added.
 *
 * A share is met as well as the threads allow. The smallest dataset still gives at least one thread to each
 * part that was asked for, as long as one is left for training; a cluster with more than half of all rows is
 * trained on.
 *
 * The input is read once, when the first of the parts is; it is kept in memory up to 1 MB of JSON, and in a
 * temporary file from there on; an array stays where it is.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 *
 * @example
 * ```ts
 * import { readJsonl, splitExamples, writeJsonl } from "langsmith-finetune";
 *
 * const { train, validation } = splitExamples(readJsonl("examples.jsonl"), { validation: 0.1, by: "thread" });
 * await writeJsonl("train.jsonl", train);
 * await writeJsonl("validation.jsonl", validation);
 * ```
 */
export function splitExamples<T extends DatasetRow>(examples: AnyIterable<T>, options: SplitOptions = {}): Splits<T> {
  checkArgument("examples", examples, iterable);
  const rules = splitRules(options);
  createSourceKey(rules.by, "by");
  let planned: Promise<Planned<T>> | undefined;
  const part = (name: SplitName) =>
    reiterableChunks(async function* () {
      // A pass that failed is tried again by the next reader.
      planned ??= plan(examples, rules, options.signal).catch((error: unknown) => {
        planned = undefined;
        throw error;
      });
      const { spool, splits } = await planned;
      yield* spool.read(where(range(spool.size), (row) => splits.of(row) === name));
    });
  return { train: part("train"), validation: part("validation"), test: part("test") };
}

interface Planned<T extends object> {
  spool: Spool<T>;
  splits: SplitPlan;
}

async function plan<T extends DatasetRow>(
  examples: AnyIterable<T>,
  rules: SplitRules,
  signal: AbortSignal | undefined,
): Promise<Planned<T>> {
  const spool = createSpoolFor<T>(examples);
  const groups = createGroups();
  const groupOf = createIntegers();
  const kept = rules.keep ? createFlags() : undefined;
  const near = rules.near > 0 ? createNearIndex((row) => spool.at(row)) : undefined;
  const keyOf = createSourceKey(rules.by, "by");
  const fingerprintOf = createFingerprint();
  for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const example of chunk) {
      groupOf.push(groups.add(keyOf(example) ?? `prompt:${fingerprintOf(example).prompt}`));
      near?.add(example);
      kept?.push(keptSplit(example));
      spool.add(example);
    }
  }
  const splits = assignSplits(
    numbersWhere(spool.size, () => true),
    groupOf,
    groups,
    rules,
    near,
    { kept },
  );
  near?.close();
  return { spool, splits };
}
