import { readJsonl } from "../convert/read-jsonl.js";
import { EmptyDatasetError } from "../errors.js";
import { createFlags, createIntegers, createSmallIntegers } from "../internal/storage/column.js";
import { createKeptRowNames } from "../internal/row-names.js";
import { createSpoolFor, type Spool } from "../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../internal/step.js";
import { sourceOf } from "../source.js";
import type { AnyIterable, Finding, PreferenceExample, Skip, TrainingExample } from "../types.js";
import { assignSplits, SPLITS, type SplitName, type SplitPlan } from "./split/assign-splits.js";
import { checkIterable } from "../internal/options.js";
import { checkCurateOptions, optionsAsJson, runUrlOf, type CurateOptions } from "./curate-options.js";
import { conversationOf, duplicateRules, duplicateSkip } from "./duplicates/deduplicate.js";
import { createDuplicateFinder } from "./duplicates/find-duplicates.js";
import { createFingerprint } from "./duplicates/fingerprint.js";
import { createGroups } from "./duplicates/groups.js";
import { createNearIndex } from "./duplicates/near-duplicates.js";
import { createRowSteps } from "./steps/row-steps.js";
import { numbersWhere, samplerOf, where } from "./split/sample-examples.js";
import { createSourceKey } from "./split/source-key.js";
import { splitRules } from "./split/split-options.js";
import { withLines } from "./split/split-lines.js";
import { buildReport } from "./report/build-report.js";
import type { CurationReport } from "./report/report.js";
import { createTally } from "./report/tally.js";
import { textLength } from "./row-facts.js";

/** A dataset that was looked through. */
export interface Curated<T = TrainingExample> {
  /** What is to be trained on. Like the others it can be read as often as one likes, in the order of the input. */
  train: AsyncIterable<T>;
  validation: AsyncIterable<T>;
  test: AsyncIterable<T>;
  /** Faults of rows, in their order, and of the dataset as a whole (line 0). The first 10,000; the report counts all. */
  findings: Finding[];
  report: CurationReport;
}

/**
 * Makes a dataset worth paying for of rows: leaves out what the service would refuse, what would be
 * learned twice and what nobody wanted, divides the rest without leakage, and reports all of it.
 *
 * The steps, in this order: `filter`, `trainOn`, `redact`, `tokens`, `validate`, `deduplicate`, `sample`,
 * `split`. Each is a function of its own too. By default rows are checked by the backend's rules (or
 * OpenAI's) and deduplicated; all that is left is for training.
 *
 * `rows` are read once, to the end: an iterable of rows, or the path of a JSONL file, whose broken lines are
 * findings. What is left is kept in memory up to 1 MB of JSON, and in a temporary file from there on (an
 * array stays where it is); of each row only hashes and counts stay in memory.
 *
 * The same rows and options give the same result. With `split`, also the order of the rows does not matter to
 * which of them stay and where they go.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {EmptyDatasetError} if nothing is left; it says which step left out how many.
 * @throws {InvalidExamplesError} with `strict: true`, for the first fault.
 *
 * @example
 * ```ts
 * import { curate, writeJsonl, type TrainingExample } from "langsmith-finetune";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 *
 * const { train, validation, report } = await curate(examples, {
 *   tokens: { model: "gpt-4o-mini", maxTokens: 16_000 },
 *   deduplicate: { near: { threshold: 0.9 } },
 *   split: { validation: 0.1, by: "thread" },
 * });
 * await writeJsonl("train.jsonl", train);
 * console.log(report.rows, report.removed);
 * ```
 */
export async function curate<T extends TrainingExample | PreferenceExample = TrainingExample>(
  rows: AnyIterable<T> | string,
  options: CurateOptions = {},
): Promise<Curated<T>> {
  if (typeof rows !== "string") checkIterable("rows", rows);
  checkCurateOptions(options);
  const { signal, strict = false } = options;
  const duplicates =
    options.deduplicate === false
      ? undefined
      : duplicateRules(typeof options.deduplicate === "object" ? options.deduplicate : {}, "deduplicate.");
  const sampler = options.sample && samplerOf(options.sample, "sample.")();
  const division =
    options.split === undefined || options.split === false
      ? undefined
      : splitRules(typeof options.split === "object" ? options.split : {}, "split.");
  const keyOf = createSourceKey(division?.by ?? "thread", "split.by");

  const runUrl = runUrlOf(options.runUrl);
  const steps = await createRowSteps(options, runUrl);
  const near = (duplicates && duplicates.near > 0) || (division && division.near > 0) ? createNearIndex() : undefined;
  const finder = duplicates && createDuplicateFinder(duplicates, near);
  const fingerprintOf = finder || sampler || division ? createFingerprint() : undefined;
  const groups = createGroups();
  const groupOf = createIntegers();
  const spool = createSpoolFor<T>(rows);
  const names = createKeptRowNames((row) => spool.source(row));
  const tally = createTally();
  const measures = {
    bytes: createIntegers(),
    tokens: createIntegers(),
    characters: createIntegers(),
    messages: createSmallIntegers(),
    turns: createSmallIntegers(),
  };
  let threads = 0;

  signal?.throwIfAborted();
  const source = typeof rows === "string" ? readRows(rows, strict, signal, steps.unreadable) : rows;
  for await (const chunk of chunksOf(source as AnyIterable<T>, SINK_CHUNK_SIZE)) {
    signal?.throwIfAborted();
    for (const input of chunk) {
      if (steps.needsTokenizer(input)) await steps.loadTokenizer();
      const taken = steps.take(input);
      if (!taken) continue;
      const { row, line, tokens } = taken;
      const fingerprint = fingerprintOf?.(row);
      // One numbering for both: by default the key of the split is the conversation.
      const known = groups.size;
      const conversation = groups.add(conversationOf(row));
      threads += groups.size - known;
      if (fingerprint) {
        finder?.add(fingerprint, conversation);
        sampler?.add(row, fingerprint.row);
        if (division) groupOf.push(groups.add(keyOf(row) ?? `prompt:${fingerprint.prompt}`));
      }
      near?.add(row);
      names.add(row, line);
      const written = spool.add(row as T);
      if (steps.rules.maxBytes !== undefined)
        measures.bytes.push(written ?? Buffer.byteLength(JSON.stringify(row)) + 1);
      const counts = tally.add(row);
      if (steps.counter) measures.tokens.push(tokens);
      measures.characters.push(textLength(row));
      measures.messages.push(counts.messages);
      measures.turns.push(counts.turns);
    }
  }

  // What is left out now is read again, to take it off the counts and to name where it came from.
  const removed = createFlags();
  for (let row = 0; row < spool.size; row += 1) removed.push(0);
  const kept = (row: number) => removed.at(row) === 0;
  const takeOff = async (step: string, rowsOff: Uint32Array, skipOf: (row: number) => Skip) => {
    let index = 0;
    for await (const chunk of spool.read(rowsOff)) {
      signal?.throwIfAborted();
      for (const example of chunk) {
        const row = rowsOff[index++] as number;
        removed.set(row, 1);
        tally.add(example, -1);
        steps.removed(step, skipOf(row), sourceOf(example));
      }
    }
  };
  if (finder) {
    // With a split, of equal rows that stays whose thread comes first by its hash, so that the order of
    // the input does not decide on which side the row is.
    const found = finder.finish(division && ((left, right) => groups.compare(groupOf.at(left), groupOf.at(right))));
    const off = numbersWhere(spool.size, (row) => found.code(row) !== undefined);
    await takeOff("deduplicate", off, (row) =>
      duplicateSkip(found.code(row) ?? "duplicate", names.at(row), names.at(found.of(row))),
    );
  }
  if (sampler) {
    const chosen = sampler.finish(numbersWhere(spool.size, kept));
    const off = numbersWhere(spool.size, (row) => kept(row) && !chosen(row));
    await takeOff("sample", off, (row) => ({
      code: "not-chosen",
      message: "The row is not in the sample.",
      path: "$",
      ...names.at(row),
    }));
  }
  const staying = numbersWhere(spool.size, kept);
  if (staying.length === 0) throw nothingLeft(steps.total, steps.removals.counts());

  const splits: SplitPlan = division
    ? assignSplits(staying, groupOf, groups, division, near)
    : {
        of: () => "train",
        counts: { train: staying.length, validation: 0, test: 0 },
        clusters: staying.length,
        largestCluster: 1,
      };
  near?.close();
  const bytes = { train: 0, validation: 0, test: 0 };
  if (steps.rules.maxBytes !== undefined) for (const row of staying) bytes[splits.of(row)] += measures.bytes.at(row);
  steps.dataset(splits.counts.train, bytes);

  const report = buildReport({
    options: optionsAsJson(options),
    curateOptions: options,
    steps,
    tally,
    measures,
    staying,
    splits,
    division,
    threads,
  });
  const part = (name: SplitName) => partOf(spool, staying, splits, name);
  const [train, validation, test] = SPLITS.map(part) as [AsyncIterable<T>, AsyncIterable<T>, AsyncIterable<T>];
  return { train, validation, test, findings: steps.findings, report };
}

function partOf<T extends object>(
  spool: Spool<T>,
  staying: Uint32Array,
  splits: SplitPlan,
  name: SplitName,
): AsyncIterable<T> {
  const numbers = () => where(staying, (row) => splits.of(row) === name);
  return withLines(
    reiterableChunks(() => spool.read(numbers())),
    () => spool.readLines(numbers()),
  );
}

// With `strict` nobody takes the broken lines, and `readJsonl` throws.
function readRows(
  path: string,
  strict: boolean,
  signal: AbortSignal | undefined,
  onSkip: (skip: Skip) => void,
): AsyncIterable<TrainingExample> {
  return readJsonl(path, { ...(!strict && { onSkip }), ...(signal && { signal }) });
}

function nothingLeft(total: number, removed: Record<string, number>): EmptyDatasetError {
  const steps = Object.entries(removed).sort(([, left], [, right]) => right - left);
  return new EmptyDatasetError({
    message:
      total === 0
        ? "There is nothing to curate: no rows came in."
        : `Nothing is left of ${total} row${total === 1 ? "" : "s"}: ${steps.map(([step, count]) => `${step} took ${count}`).join(", ")}.`,
    hint:
      total === 0
        ? "Check the query, and what onSkip of the loader says."
        : "onSkip and onFinding tell of each row why.",
    removed,
  });
}
