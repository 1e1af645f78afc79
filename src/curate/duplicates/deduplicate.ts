import { createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { createKeptRowNames, createRowNames, lineOf, type RowNames } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { createSpoolFor, range } from "../../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE, step } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, DatasetRow, Skip, SkipOptions } from "../../types.js";
import {
  abortSignal,
  boolean,
  either,
  iterable,
  number,
  object,
  limit,
  required,
  skipKinds,
} from "../../internal/kinds.js";
import { checkArgument, checkOptions, type Kind, type OptionKinds } from "../../internal/options.js";
import type { RowAccess } from "../semantic/embed-rows.js";
import { removeSameMeaning, semanticKind, type SemanticSettings } from "../semantic/semantic-settings.js";
import {
  createDuplicateFinder,
  type DuplicateCode,
  type DuplicateRules,
  type Duplicates,
  type RemoveSameMeaning,
} from "./find-duplicates.js";
import { createFingerprint, type Fingerprint } from "./fingerprint.js";
import { createNearIndex } from "./near-duplicates.js";
import { createTaught } from "./taught.js";

/** Which rows count as duplicates. */
export interface DuplicateOptions {
  /**
   * Targets with the same answer to the same prompt and tools: equal up to the order of keys, the ids of tool calls, the spelling of
   * JSON arguments, and text given as a string or as one text part.
   * @default true
   */
  exact?: boolean;
  /**
   * Rows whose conversations are alike, system messages and tool definitions left out: the Jaccard
   * similarity of their three-word shingles is at least `threshold`. MinHash finds candidates, and each is compared
   * exactly: no row goes without one that is so similar to it, and of a hundred that have one, one at most stays.
   * `true` is a threshold of 0.9.
   * @default false
   */
  near?: boolean | { threshold: number };
  /**
   * Rows that mean the same, by any LangChain `Embeddings`: the cosine of their vectors is at least `threshold`. By default only rows
   * whose answers are mostly the same words go. What is embedded, where vectors are kept, and how many calls are made:
   * see `SemanticSettings`.
   * @default none
   */
  semantic?: SemanticSettings;
  /**
   * How many rows may share everything before the last answer.
   * @default Infinity
   */
  perPrompt?: number;
}

/** Options of {@link deduplicate}. */
export interface DeduplicateOptions extends DuplicateOptions, SkipOptions {
  signal?: AbortSignal;
}

/**
 * Leaves out rows that would be trained twice. Each that goes is named to `onSkip`, with the row that
 * stays in `duplicateOf`; its code is `duplicate`, `near-duplicate`, `semantic-duplicate` or `prompt-cap`. Of equal
 * targets the first stays, and the order of the rest does not change. In a row that has other targets too, one that is
 * taught already gets the weight 0.
 *
 * With `near` or `semantic` the whole input is read before the first row comes out: kept in memory up to
 * 1 MB of JSON, and in a temporary file from there on; an array stays where it is. Without them it is one lazy pass. What is known
 * of each row is at most a fixed number of hashes.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {SkippedError} with `strict: true`, for the first duplicate.
 * @throws {ServiceError} with `semantic`, where the embeddings are refused.
 * @throws {MissingPackageError} with `semantic` and more than 20,000 different texts, without the package `usearch`.
 *
 * @example
 * ```ts
 * import { deduplicate, readJsonl } from "langsmith-finetune";
 *
 * const rows = deduplicate(readJsonl("examples.jsonl"), {
 *   near: { threshold: 0.85 },
 *   perPrompt: 3,
 *   onSkip: ({ line, code, duplicateOf }) => console.log(`row ${line}: ${code} of row ${duplicateOf?.line}`),
 * });
 * ```
 */
export function deduplicate<T extends DatasetRow>(
  examples: AnyIterable<T>,
  options: DeduplicateOptions = {},
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  const rules = duplicateRules(options);
  return rules.near > 0 || options.semantic !== undefined
    ? twoPasses(examples, rules, options)
    : onePass(examples, rules, options);
}

/** `true`, `false`, or a threshold: below 0.3 MinHash finds too little to be of use. */
export const nearKind: Kind<boolean | { threshold: number }> = either(
  boolean,
  object<{ threshold: number }>({ threshold: required(number({ min: 0.3, max: 1 })) }),
);
const kinds: OptionKinds<DeduplicateOptions> = {
  exact: boolean,
  near: nearKind,
  semantic: semanticKind,
  perPrompt: limit,
  ...skipKinds,
  signal: abortSignal,
};

/** The options with their defaults, checked. */
export function duplicateRules(options: DuplicateOptions, prefix = ""): DuplicateRules {
  checkOptions<DeduplicateOptions>("deduplicate", options, kinds, prefix);
  const { exact = true, near = false, perPrompt } = options;
  return {
    exact,
    near: nearThreshold(near),
    perPrompt: perPrompt === undefined || perPrompt === Infinity ? 0 : perPrompt,
  };
}

/** What compares rows by meaning, where that is asked for. */
export function sameMeaningRemover(
  settings: SemanticSettings | undefined,
  access: RowAccess,
  option: string,
): RemoveSameMeaning | undefined {
  if (settings === undefined) return undefined;
  return (rows, compare, remove) => removeSameMeaning(rows, access, settings, option, compare, remove);
}

/** 0 for none. */
export function nearThreshold(near: boolean | { threshold: number }, standard = 0.9): number {
  if (typeof near === "boolean") return near ? standard : 0;
  return near.threshold;
}

// Of the rows before, only hashes and names are kept.
function onePass<T extends DatasetRow>(
  examples: AnyIterable<T>,
  rules: DuplicateRules,
  options: DeduplicateOptions,
): AsyncIterable<T> {
  return step(
    examples,
    () => {
      const reporter = reportSkips("deduplicate", options);
      const fingerprintOf = createFingerprint();
      const untaught = rules.exact ? createTaught() : undefined;
      const prompts = createFirsts();
      let line = 0;
      return {
        item(example: T, output: T[]) {
          line += 1;
          const fingerprint = fingerprintOf(example);
          const { row, skips } = untaught?.(example, fingerprint, line) ?? { row: example, skips: [] };
          for (const skip of skips) reporter.skip(skip);
          if (!row) return;
          if (rules.perPrompt > 0) {
            const prompt = prompts.add(fingerprint.prompt, example, line);
            if (prompt.count > rules.perPrompt)
              return reporter.skip(duplicateSkip("prompt-cap", nameOf(example, line), prompt.first));
          }
          output.push(row);
        },
        close: reporter.close,
      };
    },
    { signal: options.signal },
  );
}

// How many rows had a hash, and the name of the first.
function createFirsts() {
  const digests = createDigestIndex();
  const names = createRowNames();
  const counts = createIntegers();
  return {
    add(text: string, example: object, line: number): { count: number; first: RowName } {
      const number = digests.add(text);
      if (number === names.length) {
        names.add(example, lineOf(example, line));
        counts.push(0);
      }
      counts.set(number, counts.at(number) + 1);
      return { count: counts.at(number), first: names.at(number) };
    },
  };
}

/** Of rows whose hashes nobody compares. */
const NO_FINGERPRINT: Fingerprint = { row: "", prompt: "", turns: [], prompts: [], places: [] };

function twoPasses<T extends DatasetRow>(
  examples: AnyIterable<T>,
  rules: DuplicateRules,
  options: DeduplicateOptions,
): AsyncIterable<T> {
  const { signal } = options;
  return reiterableChunks(async function* () {
    const reporter = reportSkips("deduplicate", options);
    const spool = createSpoolFor<T>(examples);
    const names = createKeptRowNames((row) => spool.source(row));
    const fingerprintOf = rules.exact || rules.perPrompt > 0 ? createFingerprint() : () => NO_FINGERPRINT;
    const untaught = rules.exact ? createTaught() : undefined;
    const near = rules.near > 0 ? createNearIndex((row) => spool.at(row)) : undefined;
    const access = { read: (rows: Uint32Array) => spool.read(rows), at: (row: number) => spool.at(row), signal };
    const finder = createDuplicateFinder(
      { ...rules, exact: false },
      near,
      sameMeaningRemover(options.semantic, access, "semantic"),
    );
    let line = 0;
    signal?.throwIfAborted();
    for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
      signal?.throwIfAborted();
      for (const example of chunk) {
        line += 1;
        const fingerprint = fingerprintOf(example);
        const { row, skips } = untaught?.(example, fingerprint, line) ?? { row: example, skips: [] };
        for (const skip of skips) reporter.skip(skip);
        if (!row) continue;
        names.add(row, lineOf(row, line));
        finder.add(fingerprint);
        near?.add(row);
        spool.add(row);
      }
    }
    try {
      const duplicates = await finder.finish();
      near?.close();
      yield* spool.read(keptRows(spool.size, duplicates, names, (skip) => reporter.skip(skip)));
    } finally {
      reporter.close();
    }
  });
}

/** The rows that stay; the others are reported to `onSkip` on the way. */
function* keptRows(
  size: number,
  duplicates: Duplicates,
  names: RowNames,
  onSkip: (skip: Skip) => void,
): Generator<number, void, undefined> {
  for (const row of range(size)) {
    const code = duplicates.code(row);
    if (code === undefined) yield row;
    else onSkip(duplicateSkip(code, names.at(row), names.at(duplicates.of(row)), duplicates.similarity(row)));
  }
}

/** The thread or trace of a row; the same empty text for all that know of none. */
export function conversationOf(example: object): string {
  const { threadId, traceId } = sourceOf(example);
  if (threadId !== undefined) return `thread:${threadId}`;
  return traceId === undefined ? "" : `trace:${traceId}`;
}

type RowName = { line: number; runId?: string };

const nameOf = (example: object, line: number): RowName => {
  const { runId } = sourceOf(example);
  return { line: lineOf(example, line), ...(runId !== undefined && { runId }) };
};

const REASONS: Record<DuplicateCode, (other: string, similarity: string) => string> = {
  duplicate: (other) => `The row trains the same as ${other}.`,
  "near-duplicate": (other) => `The conversation is nearly that of ${other}.`,
  "semantic-duplicate": (other, similarity) => `The row means the same as ${other}: their similarity is ${similarity}.`,
  "prompt-cap": (other) => `Enough rows have this prompt already; the first is ${other}.`,
};

/** What is reported about a row that is left out. */
export function duplicateSkip(
  code: DuplicateCode,
  { line, runId }: RowName,
  stays: RowName,
  similarity?: number,
): Skip {
  const other = `row ${stays.line}${stays.runId === undefined ? "" : ` (run ${stays.runId})`}`;
  return {
    code,
    message: REASONS[code](other, similarity?.toFixed(3) ?? "not known"),
    ...(runId !== undefined && { runId }),
    path: "$",
    line,
    duplicateOf: stays,
  };
}
