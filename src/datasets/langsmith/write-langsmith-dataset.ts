import { SPLITS, type SplitName } from "../../curate/split/assign-splits.js";
import type { DatasetConflict } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import {
  boolean,
  callback,
  either,
  iterable,
  kind,
  required,
  skipKinds,
  string,
  text,
  word,
} from "../../internal/kinds.js";
import { checkArgument, checkOptions, type OptionKinds } from "../../internal/options.js";
import { createMeter, type StepProgressListener } from "../../internal/progress.js";
import { reportSkips } from "../../internal/skips.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { connect, connectionKinds, type ConnectionOptions } from "../../select/server/connection.js";
import { sourceOf } from "../../source.js";
import type { SkipOptions, TrainingExample } from "../../types.js";
import type { SplitRows } from "../diff/diff-datasets.js";
import { createDiffFacts, type DiffFacts } from "../diff/row-facts.js";
import { createNumbering } from "../diff/row-index.js";
import { conflict } from "../manifest.js";
import { readDataset } from "../read-dataset.js";
import { type ExampleUpload, exampleOfRow, writtenForm } from "./example-of-row.js";
import { createKnownExamples, type KnownExamples } from "./known-examples.js";
import { openExamples } from "./langsmith-examples.js";
import { uuid5 } from "./uuid.js";

/** Options of {@link writeLangSmithDataset}. */
export interface WriteLangSmithDatasetOptions extends ConnectionOptions, SkipOptions {
  /** The dataset's name in LangSmith. It is made where there is none. */
  name: string;
  /** What LangSmith shows beside the name of a dataset that is made. */
  description?: string;
  /**
   * The name of this version: it goes into the metadata of the examples that it adds or changes, and LangSmith's
   * version gets it as a tag.
   * @default of a folder the first twelve digits of its manifest's `sha256`, of rows none
   */
  version?: string;
  /**
   * Remove the examples that this package wrote and that no row has any more.
   * @default false
   */
  prune?: boolean;
  /**
   * Examples that somebody edited or added in LangSmith: `refuse` to write, with an error that names them, or `keep` them
   * as they are.
   * @default "refuse"
   */
  edited?: "refuse" | "keep";
  /**
   * A row whose example has other content and is not its exact beginning, or is in another split: an `error` that names
   * both runs, or `replace` the example.
   * @default "error"
   */
  onConflict?: "error" | "replace";
  /** Called a few times a second with how many rows were written: `terminalProgress()` shows it. */
  onProgress?: StepProgressListener;
}

/** What was written. */
export interface WrittenLangSmithDataset {
  readonly name: string;
  readonly datasetId: string;
  readonly created: number;
  /** Examples whose conversation grew, or that were replaced. */
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Rows that cannot be examples, and those whose example was edited. */
  readonly skipped: number;
  /** The version of LangSmith that has it all: for `asOf` of the loader. */
  readonly asOf?: string;
}

const kinds: OptionKinds<WriteLangSmithDatasetOptions> = {
  ...connectionKinds,
  ...skipKinds,
  name: required(text),
  description: string,
  version: text,
  prune: boolean,
  edited: word("refuse", "keep"),
  onConflict: word("error", "replace"),
  onProgress: callback,
};
const datasetKind = either(
  text,
  kind<SplitRows>(
    "a dataset: a folder, or what curate() or readDataset() returns",
    (value) => isRecord(value) && SPLITS.every((split) => iterable.fits(value[split])),
  ),
);

/** Examples in one request: as many, or as many characters. */
const BATCH = 100;
const BATCH_CHARACTERS = 2_000_000;

/**
 * Writes a dataset to LangSmith: each row as an example whose inputs are the messages, tools and settings of the
 * call and whose output is the answer, in its split. Weights, targets and sources travel in the messages and the metadata,
 * so `LangSmithDatasetChatLoader` and `convertMessagesForFinetuning` read the same rows back.
 *
 * Rows that are there already are not sent again, so the same call goes on after an interruption, and appends what is new.
 * An example whose conversation grew is changed in place and keeps its id. All rows are compared with what is there before
 * anything is written; they are read twice.
 *
 * @throws {InvalidOptionError} for an option that cannot be used.
 * @throws {DatasetConflictError} for examples that somebody edited or added, and for rows that contradict what is there.
 * @throws {ServiceError} when LangSmith refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { LangSmithDatasetChatLoader, convertMessagesForFinetuning, writeLangSmithDataset } from "langsmith-finetune";
 *
 * const { created, asOf } = await writeLangSmithDataset("datasets/support", { name: "support bot, training" });
 * console.log(created);
 * const loader = new LangSmithDatasetChatLoader({ datasetName: "support bot, training", splits: ["train"], asOf });
 * for await (const row of convertMessagesForFinetuning(loader)) console.log(row.messages.length);
 * ```
 */
export async function writeLangSmithDataset(
  dataset: string | SplitRows,
  options: WriteLangSmithDatasetOptions,
): Promise<WrittenLangSmithDataset> {
  checkArgument("dataset", dataset, datasetKind);
  checkOptions<WriteLangSmithDatasetOptions>("writeLangSmithDataset", options, kinds);
  const { name, description, signal, prune = false, edited = "refuse", onConflict = "error" } = options;
  const stored = typeof dataset === "string" ? await readDataset(dataset, { ...(signal && { signal }) }) : undefined;
  const rows = stored ?? (dataset as SplitRows);
  const version = options.version ?? stored?.manifest.sha256.slice(0, 12);
  const connection = await connect(options);
  const examples = await openExamples(connection, { name, description, signal });
  const known = createKnownExamples();
  for await (const page of examples.all()) for (const example of page) known.add(example);
  if (edited === "refuse" && known.conflicts.length > 0)
    throw conflict(
      name,
      known.conflicts,
      'Nothing was written. Undo the edit, or pass edited: "keep" to leave these examples as they are.',
    );
  if (onConflict === "error") await checkConflicts(name, rows, known, signal);

  const counts = { created: 0, changed: 0, unchanged: 0, removed: 0, skipped: 0 };
  const skips = reportSkips("writeLangSmithDataset", options);
  const meter = createMeter({ step: "write", unit: "row", onProgress: options.onProgress });
  const creating = batches((batch) => examples.create(batch));
  const changing = batches((batch) => examples.update(batch));
  try {
    const find = known.finder();
    const nameOf = createNumbering();
    for await (const { row, split, facts } of rowsOf(rows, signal)) {
      meter.add(1);
      const number = find(facts);
      if (number !== undefined) known.keep(number);
      if (number !== undefined && known.isEdited(number)) {
        counts.skipped += 1;
        skips.skip({
          code: "edited-example",
          message: `Example ${known.id(number)} was edited in LangSmith and stays as it is.`,
        });
        continue;
      }
      const made = exampleOfRow(row, { split, version });
      if ("skip" in made) {
        counts.skipped += 1;
        skips.skip(made.skip);
        continue;
      }
      const { row: hash } = made.upload.metadata.langsmith_finetune;
      // The same content may be there several times.
      const own = nameOf(hash);
      if (number === undefined) {
        counts.created += 1;
        await creating.add({ id: uuid5(examples.datasetId, own), ...made.upload });
      } else if (known.is(number, hash) && known.isIn(number, split)) counts.unchanged += 1;
      else {
        counts.changed += 1;
        await changing.add({ id: known.id(number), ...made.upload });
      }
    }
    await creating.end();
    await changing.end();
    if (prune) {
      const left = known.left();
      counts.removed = left.length;
      for (let start = 0; start < left.length; start += BATCH) await examples.remove(left.slice(start, start + BATCH));
    }
    meter.end();
  } finally {
    skips.close();
  }
  const touched = counts.created + counts.changed + counts.removed > 0;
  const asOf = version !== undefined && touched ? await examples.tag(version) : undefined;
  return { name, datasetId: examples.datasetId, ...counts, ...(asOf !== undefined && { asOf }) };
}

/** Compares all rows with what is there, before anything is written. */
async function checkConflicts(
  name: string,
  rows: SplitRows,
  known: KnownExamples,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (known.size === 0) return;
  const conflicts: DatasetConflict[] = [];
  const find = known.finder();
  for await (const { row, split, facts } of rowsOf(rows, signal)) {
    const number = find(facts);
    if (number === undefined || known.isEdited(number)) continue;
    const { runId, threadId } = sourceOf(row);
    const places = { exampleId: known.id(number), ...(threadId !== undefined && { threadId }) };
    const before = known.runOf(number);
    const runs = { ...(before !== undefined && { runId: before }), ...(runId !== undefined && { otherRunId: runId }) };
    const said = `example ${places.exampleId}${before === undefined ? "" : ` (run ${before})`}`;
    const what = runId === undefined ? "A row" : `The row of run ${runId}`;
    if (!facts.turns.some((turn) => known.endsWith(number, turn)))
      conflicts.push({
        code: "other-answer",
        ...places,
        ...runs,
        message: `${what} does not continue ${said}: what came before differs.`,
      });
    else if (!known.isIn(number, split))
      conflicts.push({
        code: "other-split",
        ...places,
        ...runs,
        message: `${what} is in ${split}, and ${said} is not.`,
      });
    if (conflicts.length >= BATCH) break;
  }
  if (conflicts.length > 0)
    throw conflict(
      name,
      conflicts,
      'Nothing was written. Pass onConflict: "replace" to write the rows in their place.',
    );
}

async function* rowsOf(
  rows: SplitRows,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ row: TrainingExample; split: SplitName; facts: DiffFacts }, void, undefined> {
  const factsOf = createDiffFacts();
  for (const split of SPLITS) {
    for await (const chunk of chunksOf(rows[split], SINK_CHUNK_SIZE)) {
      signal?.throwIfAborted();
      for (const row of chunk as readonly TrainingExample[]) yield { row, split, facts: factsOf(writtenForm(row)) };
    }
  }
}

/** Sends items in batches as they come. */
function batches(send: (batch: readonly (ExampleUpload & { id: string })[]) => Promise<void>) {
  let batch: (ExampleUpload & { id: string })[] = [];
  let characters = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const full = batch;
    batch = [];
    characters = 0;
    await send(full);
  };
  return {
    async add(example: ExampleUpload & { id: string }) {
      batch.push(example);
      characters += JSON.stringify(example).length;
      if (batch.length >= BATCH || characters >= BATCH_CHARACTERS) await flush();
    },
    end: flush,
  };
}
