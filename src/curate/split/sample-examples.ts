import { InvalidOptionError } from "../../errors.js";
import { createIntegers, createNumbers, createFlags } from "../../internal/storage/column.js";
import { orderBy } from "../../internal/storage/order-by.js";
import { createSpoolFor, range, type Spool } from "../../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, DatasetRow, ExampleSource, Skip, SkipOptions, TrainingExample } from "../../types.js";
import {
  abortSignal,
  callback,
  either,
  iterable,
  number,
  positiveInteger,
  skipKinds,
  string,
  word,
} from "../../internal/kinds.js";
import { checkArgument, checkOptions, type OptionKinds } from "../../internal/options.js";
import { lineOf } from "../../internal/row-names.js";
import { reportSkips } from "../../internal/skips.js";
import { createFingerprint, digest } from "../duplicates/fingerprint.js";
import { createGroups, unitInterval } from "../duplicates/groups.js";
import { calledTools } from "../row-facts.js";
import { clusterRows, diverseKind, STANDARD_CLUSTERS, type DiverseSettings } from "../semantic/cluster-rows.js";
import type { RowAccess } from "../semantic/embed-rows.js";

/** How rows are chosen. */
export interface SampleSettings {
  /** How many rows stay; `size` or `fraction` must be given. */
  size?: number;
  /** Which part of the rows stays, from 0 to 1. */
  fraction?: number;
  /**
   * Chooses another sample.
   * @default 0
   */
  seed?: number | string;
  /** What rows are grouped by: the model that answered, the tools called, the run's tags, or what the function returns. */
  by?: "model" | "tools" | "tags" | ((example: TrainingExample, source: ExampleSource) => string);
  /**
   * `"stratified"`: every group keeps its share. `"balanced"`: every group gives the same number of
   * rows, or all that it has.
   * @default "stratified", with `diverse` "balanced"
   */
  method?: "stratified" | "balanced";
  /**
   * Rows with a higher score are chosen first, within their group; those with the same by the seed.
   * @default none: by the seed alone
   */
  score?: (example: TrainingExample, source: ExampleSource) => number;
  /**
   * Rows from all over what they mean, by any LangChain `Embeddings`: they are divided into clusters of like meaning, and every cluster gives
   * the same number of rows, or with `method: "stratified"` its share. In the place of `by`.
   * @default none
   */
  diverse?: DiverseSettings;
}

/**
 * Options of {@link sampleExamples}. Rows outside the sample go to `onSkip` with the code `not-chosen`;
 * without `onSkip` no summary is written, since leaving them out is what was asked for.
 */
export interface SampleOptions extends SampleSettings, SkipOptions {
  signal?: AbortSignal;
}

const kinds: OptionKinds<SampleOptions> = {
  size: positiveInteger,
  fraction: number({ min: 0, max: 1 }),
  seed: either(number(), string),
  by: either(word("model", "tools", "tags"), callback),
  method: word("stratified", "balanced"),
  score: callback,
  diverse: diverseKind,
  ...skipKinds,
  signal: abortSignal,
};

/**
 * Chooses some of the rows. Each row has a place by the hash of its content and the seed, so the same
 * rows give the same sample in whatever order they come; those that stay keep their order. The whole input
 * is read before the first row comes out (in memory up to 1 MB of JSON, then in a temporary file; an array stays where it is).
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 *
 * @example
 * ```ts
 * import { readJsonl, sampleExamples } from "langsmith-finetune";
 *
 * const rows = sampleExamples(readJsonl("examples.jsonl"), { size: 500, by: "tools", method: "balanced", seed: 7 });
 * ```
 */
export function sampleExamples<T extends DatasetRow>(
  examples: AnyIterable<T>,
  options: SampleOptions,
): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  const sampling = samplingOf(options);
  return reiterableChunks(async function* () {
    const spool = createSpoolFor<T>(examples);
    const sampler = sampling.createSampler();
    const fingerprintOf = createFingerprint();
    for await (const chunk of chunksOf(examples, SINK_CHUNK_SIZE)) {
      options.signal?.throwIfAborted();
      for (const example of chunk) {
        sampler.add(sampling.placeOf(example, fingerprintOf(example).row));
        spool.add(example);
      }
    }
    const rows = numbersWhere(spool.size, () => true);
    const access = { read: (numbers: Uint32Array) => spool.read(numbers), at: (row: number) => spool.at(row) };
    const chosen = sampler.finish(rows, await sampling.strataOf(rows, { ...access, signal: options.signal }));
    if (options.onSkip || options.strict) await reportNotChosen(spool, chosen, options);
    yield* spool.read(where(range(spool.size), chosen));
  });
}

/** What decides whether a row is chosen: its group, and its place from 0 to 1 in the order of those that are. */
export interface SamplePlace {
  readonly stratum: string;
  readonly place: number;
  /** Higher ones come before all places. */
  readonly score?: number;
}

async function reportNotChosen(spool: Spool<object>, chosen: (row: number) => boolean, options: SampleOptions) {
  const skips = reportSkips("sampleExamples", options);
  const numbers = numbersWhere(spool.size, (row) => !chosen(row));
  let index = 0;
  for await (const chunk of spool.read(numbers)) {
    options.signal?.throwIfAborted();
    for (const example of chunk) {
      const { runId } = sourceOf(example);
      const line = lineOf(example, (numbers[index++] as number) + 1);
      skips.skip({ ...NOT_CHOSEN, line, ...(runId !== undefined && { runId }) });
    }
  }
}

/** What is reported of a row outside the sample. */
export const NOT_CHOSEN = {
  code: "not-chosen",
  message: "The row is not in the sample.",
  path: "$",
} as const satisfies Skip;

/** Takes one row after the other and then chooses. 12 bytes for each row. */
export interface Sampler {
  add(place: SamplePlace): void;
  /**
   * Chooses among the rows with these numbers.
   * @param stratumOf Of a row, where its place does not say it.
   */
  finish(rows: Uint32Array, stratumOf?: (row: number) => string): (row: number) => boolean;
}

/** Sampling with settings that were checked. */
export interface Sampling {
  placeOf(example: object, rowDigest: string): SamplePlace;
  /** Makes a sampler for each pass. */
  createSampler(): Sampler;
  /** The groups of rows that are found by comparing them, where that is asked for. */
  strataOf(rows: Uint32Array, access: RowAccess): Promise<((row: number) => string) | undefined>;
}

/** Checks the settings at once. */
export function samplingOf(settings: SampleSettings, prefix = ""): Sampling {
  checkOptions<SampleOptions>("sampleExamples", settings, kinds, prefix);
  const { size, fraction, seed = 0, by, diverse, score: scoreOf } = settings;
  const { method = diverse ? "balanced" : "stratified" } = settings;
  if ((size === undefined) === (fraction === undefined)) {
    throw new InvalidOptionError({
      option: `${prefix}size`,
      value: size,
      message: `Either ${prefix}size or ${prefix}fraction must be given, and not both.`,
    });
  }
  if (by !== undefined && diverse !== undefined) {
    throw new InvalidOptionError({
      option: `${prefix}by`,
      value: by,
      message: `${prefix}by and ${prefix}diverse both say what rows are grouped by; only one of them can be given.`,
    });
  }
  const ownStratum = stratum(by);

  const createSampler = (): Sampler => {
    let strata = createGroups();
    const numbers = createIntegers();
    const places = createNumbers();
    const scores = scoreOf && createNumbers();
    return {
      add({ stratum, place, score = 0 }) {
        scores?.push(score);
        numbers.push(strata.add(stratum));
        places.push(place);
      },
      finish(rows, stratumOf) {
        if (stratumOf) {
          strata = createGroups();
          for (const row of rows) numbers.set(row, strata.add(stratumOf(row)));
        }
        const chosen = createFlags();
        for (let row = 0; row < numbers.length; row += 1) chosen.push(0);
        const sizes = new Array<number>(strata.size).fill(0);
        for (const row of rows) sizes[numbers.at(row)] = (sizes[numbers.at(row)] ?? 0) + 1;
        const wanted = Math.min(rows.length, size ?? Math.round((fraction as number) * rows.length));
        // By the hash of their names, so that ties fall alike in every order.
        const ranked = [...sizes.keys()].sort(strata.compare);
        const quotas = method === "balanced" ? balanced(sizes, ranked, wanted) : stratified(sizes, ranked, wanted);
        const inOrder = orderBy(
          rows,
          (row) => (scores ? descendingKey(scores.at(row)) : Math.floor(places.at(row) * 2 ** 26)),
          (left, right) =>
            (scores ? scores.at(right) - scores.at(left) : 0) || places.at(left) - places.at(right) || left - right,
        );
        for (const row of inOrder) {
          const group = numbers.at(row);
          if ((quotas[group] ?? 0) === 0) continue;
          quotas[group] = (quotas[group] as number) - 1;
          chosen.set(row, 1);
        }
        return (row) => chosen.at(row) === 1;
      },
    };
  };
  return {
    placeOf: (example, rowDigest) => ({
      stratum: ownStratum(example),
      place: unitInterval(digest(`sample:${seed}:${rowDigest}`)),
      ...(scoreOf && { score: checkedScore(scoreOf(example as TrainingExample, sourceOf(example)), `${prefix}score`) }),
    }),
    createSampler,
    async strataOf(rows, access) {
      if (diverse === undefined) return undefined;
      const wanted = size ?? Math.round((fraction as number) * rows.length);
      const { clusters = Math.max(1, Math.min(STANDARD_CLUSTERS, wanted)) } = diverse;
      const clusterOf = await clusterRows(rows, access, { ...diverse, clusters, seed }, `${prefix}diverse`);
      return (row) => String(clusterOf(row) ?? "none");
    },
  };
}

function checkedScore(score: unknown, option: string): number {
  if (typeof score === "number" && Number.isFinite(score)) return score;
  throw new InvalidOptionError({
    option,
    value: score,
    message: `The function given as ${option} must return a number; it returned ${typeof score === "number" ? score : typeof score}.`,
  });
}

const bits = new DataView(new ArrayBuffer(4));

/** 26 bits that are smaller for higher numbers: the order of floating-point numbers is that of their bits, with the sign turned. */
function descendingKey(score: number): number {
  bits.setFloat32(0, score);
  const word = bits.getUint32(0);
  const ascending = (word >>> 31 === 1 ? ~word : word | 0x80000000) >>> 0;
  return 0x3ffffff - (ascending >>> 6);
}

/** The numbers below `size` for which the test holds, which is asked twice: so nothing larger than the result is held. */
export function numbersWhere(size: number, test: (number: number) => boolean): Uint32Array {
  const numbers = new Uint32Array(size);
  let count = 0;
  for (let number = 0; number < size; number += 1) if (test(number)) numbers[count++] = number;
  return count === size ? numbers : numbers.slice(0, count);
}

/** The numbers for which the test holds. */
export function* where(
  numbers: Iterable<number>,
  test: (number: number) => boolean,
): Generator<number, void, undefined> {
  for (const number of numbers) if (test(number)) yield number;
}

function stratum(by: SampleSettings["by"]): (example: object) => string {
  if (by === undefined) return () => "";
  if (by === "model") return (example) => sourceOf(example).model ?? "";
  if (by === "tools") return (example) => calledTools(example).sort().join("\n");
  if (by === "tags") return (example) => [...(sourceOf(example).tags ?? [])].sort().join("\n");
  return (example) => String(by(example as TrainingExample, sourceOf(example)));
}

// The largest remainder method: shares are met to less than one row.
function stratified(sizes: readonly number[], ranked: readonly number[], wanted: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (total === 0 ? 0 : (size * wanted) / total));
  const quotas = exact.map(Math.floor);
  const missing = wanted - quotas.reduce((sum, quota) => sum + quota, 0);
  const remainder = (group: number) => (exact[group] as number) - (quotas[group] as number);
  const neediest = [...ranked].sort((left, right) => remainder(right) - remainder(left));
  for (const group of neediest.slice(0, missing)) quotas[group] = (quotas[group] as number) + 1;
  return quotas;
}

// Small groups give all they have, and what they lack the others share.
function balanced(sizes: readonly number[], ranked: readonly number[], wanted: number): number[] {
  const quotas = sizes.map(() => 0);
  const ascending = [...ranked].sort((left, right) => (sizes[left] as number) - (sizes[right] as number));
  let rest = wanted;
  for (const [index, group] of ascending.entries()) {
    const quota = Math.min(sizes[group] as number, Math.floor(rest / (ascending.length - index)));
    quotas[group] = quota;
    rest -= quota;
  }
  return quotas;
}
