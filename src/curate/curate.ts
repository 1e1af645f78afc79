import { readRows } from "../convert/read-jsonl.js";
import { createKeptRowNames } from "../internal/row-names.js";
import { createMeter } from "../internal/progress.js";
import { createByteSink } from "../internal/storage/byte-sink.js";
import { sourceLine, sourceLineOf, withBlocks } from "../internal/storage/row-blocks.js";
import { namesKeysOnce } from "../internal/raw-line.js";
import { createSpoolFor, READ_BYTES, type Spool } from "../internal/storage/spool.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../internal/step.js";
import { targetsOf, withSource } from "../source.js";
import type { AnyIterable, DatasetRow, Finding, Skip, TrainingExample } from "../types.js";
import { SPLITS, type SplitName } from "./split/assign-splits.js";
import { either, iterable, text } from "../internal/kinds.js";
import { checkArgument } from "../internal/options.js";
import { parseExact } from "../internal/exact-json.js";
import { createFlags } from "../internal/storage/column.js";
import { withProof, type CheckedBy } from "./validate/checked-rows.js";
import { named } from "./conversations/joined-row.js";
import { checkCurateOptions, runUrlOf, type CurateOptions } from "./curate-options.js";
import { conclude, type Concluded } from "./plan/conclude.js";
import { planDecision } from "./plan/decide.js";
import { createFactsOf } from "./plan/facts.js";
import { finishedLine } from "./plan/finished-line.js";
import { createLog } from "./plan/log.js";
import { createRowMapper, type RowOutcome } from "./plan/map-rows.js";
import type { CurationReport } from "./report/report.js";
import { createTally, originsOf } from "./report/tally.js";
import { rowSettingsOf } from "./row-settings.js";
import { where } from "./split/sample-examples.js";

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
 * The steps, in this order: `filter`, `trainOn`, `redact`, `tokens`, `validate`, `join`, `deduplicate`, `sample`,
 * `split`. Each is a function of its own too. By default rows are checked by the backend's rules (or
 * OpenAI's), the calls of a conversation are joined as far as the backend can learn them so, and what would be
 * learned twice goes; all that is left is for training.
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
// A text is iterable too, so without a signature of its own no type of row would be inferred from a path.
export function curate(path: string, options?: CurateOptions): Promise<Curated>;
export function curate<T extends DatasetRow = TrainingExample>(
  rows: AnyIterable<T> | string,
  options?: CurateOptions,
): Promise<Curated<T>>;
export async function curate<T extends DatasetRow = TrainingExample>(
  rows: AnyIterable<T> | string,
  options: CurateOptions = {},
): Promise<Curated<T>> {
  checkArgument("rows", rows, either(iterable, text));
  checkCurateOptions(options);
  const { signal, strict = false } = options;
  const plan = planDecision(options);
  const settings = await rowSettingsOf(options);
  const runUrl = runUrlOf(options.runUrl);
  const mapper = await createRowMapper(options, settings);
  const factsOf = createFactsOf(plan.needs, settings);
  const log = createLog(options, settings.rules, runUrl);
  const tally = createTally();
  const spool = createSpoolFor<T>(rows);
  const names = createKeptRowNames((row) => spool.source(row));
  const decision = plan.start(names, {
    counting: settings.counter !== undefined,
    access: {
      read: (numbers) => spool.read(numbers),
      at: (row) => spool.at(row),
      signal,
      onProgress: options.onProgress,
    },
  });

  /** By row, whether it was checked and nothing was found. */
  const clean = createFlags();
  /** @param text Of a row that no step changed, its line in the file: it is written as it was read. */
  const keep = (outcome: RowOutcome, isPart: boolean, text: string | undefined): void => {
    if (!log.take(outcome, isPart) || outcome.row === undefined) return;
    const targets = targetsOf(outcome.row);
    const row = named(outcome.row, targets);
    const counts = tally.add(row);
    for (const origin of originsOf(row, targets)) tally.origin(origin);
    // Measured only where the service has a limit: of rows that are held, nobody else makes JSON.
    const limited = settings.rules.maxBytes !== undefined;
    const json = text !== undefined && namesKeysOnce(text, row) ? text.trim() : undefined;
    const bytes = spool.add(row as T, json) ?? (limited ? Buffer.byteLength(JSON.stringify(row)) + 1 : 0);
    clean.push(outcome.checked !== undefined && outcome.findings.length === 0 ? 1 : 0);
    decision.add(factsOf(row, outcome.line, targets, counts, bytes));
  };

  signal?.throwIfAborted();
  const unreadable = (skip: Skip) => void log.take(mapper.unreadable(skip));
  // With `strict` nobody takes the broken lines, and reading throws.
  const reading = { ...(!strict && { onSkip: unreadable }), ...(signal && { signal }) };
  /** The lines of the rows of a file that were read and not yet taken. */
  let lines: string[] = [];
  const chunks =
    typeof rows === "string"
      ? readRows(rows, SINK_CHUNK_SIZE, reading, (line) => void lines.push(line))
      : chunksOf(rows, SINK_CHUNK_SIZE);
  const meter = createMeter({ step: "curate", unit: "row", onProgress: options.onProgress });
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    meter.add(chunk.length);
    const texts = lines;
    lines = [];
    for (const [index, input] of chunk.entries()) {
      const loading = mapper.prepare(input);
      if (loading) await loading;
      const taken = mapper.take(input);
      const outcome = taken instanceof Promise ? await taken : taken;
      keep(outcome, false, outcome.row === input ? texts[index] : undefined);
      for (const part of outcome.parts ?? []) keep(part, true, undefined);
    }
  }

  meter.end();
  const concluded = await conclude({
    options,
    settings,
    log,
    tally,
    decision,
    division: plan.division,
    redactions: mapper.redactions,
    trimmed: mapper.trimmed,
    read: (numbers) => spool.read(numbers),
  });
  const { encoding, tokenizer } = typeof options.tokens === "object" ? options.tokens : {};
  // Rows that the caller holds may have changed when they are read again.
  const proof: Proof | undefined = Array.isArray(rows)
    ? undefined
    : {
        by: {
          rules: settings.rules,
          maxTokens: settings.maxTokens,
          // Nobody else counts as a tokenizer of the caller's does.
          model: encoding === undefined && tokenizer === undefined ? settings.model : undefined,
        },
        isClean: (row) => clean.at(row) === 1,
      };
  const part = (name: SplitName) => partOf(spool, concluded, name, proof);
  const [train, validation, test] = SPLITS.map(part) as [AsyncIterable<T>, AsyncIterable<T>, AsyncIterable<T>];
  return { train, validation, test, findings: log.findings, report: concluded.report };
}

interface Proof {
  readonly by: CheckedBy;
  isClean(row: number): boolean;
}

function partOf<T extends object>(
  spool: Spool<T>,
  { staying, splits, changed, finish }: Concluded,
  name: SplitName,
  proof: Proof | undefined,
): AsyncIterable<T> {
  const numbers = () => where(staying, (row) => splits.of(row) === name);
  const part = withBlocks(
    reiterableChunks(async function* () {
      const own = numbers();
      for await (const chunk of spool.read(numbers())) {
        yield chunk.map((row) => finish(own.next().value ?? 0, row));
      }
    }),
    async function* () {
      const bytes = createByteSink(READ_BYTES);
      for await (const lines of spool.readLines(numbers())) {
        bytes.clear();
        let sources = "";
        for (const line of lines) {
          if (changed(line.number)) {
            const { json, source } = finishedLine<T>(line, (row) => finish(line.number, row));
            bytes.add(`${json}\n`);
            sources += sourceLine(source);
          } else {
            bytes.addBytes(line.bytes);
            sources += sourceLineOf(line.sourceText);
          }
        }
        yield { count: lines.length, lines: bytes.bytes(), sources: () => sources };
      }
    },
  );
  if (!proof) return part;
  return withProof<T, typeof part>(part, {
    by: proof.by,
    async *open() {
      for await (const lines of spool.readLines(numbers())) {
        yield lines.map(({ number, json, source }) => {
          const row = withSource(parseExact(json) as T, source);
          return changed(number)
            ? { row: finish(number, row), json, clean: false }
            : { row, json, clean: proof.isClean(number) };
        });
      }
    },
  });
}
