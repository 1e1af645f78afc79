import { RECORD_WORDS } from "../curate/duplicates/min-hash.js";
import { SPLITS, type SplitName } from "../curate/split/assign-splits.js";
import { runUrlOf, type CurateOptions } from "../curate/curate-options.js";
import type { Curated } from "../curate/curate.js";
import { conclude, type Concluded } from "../curate/plan/conclude.js";
import { planDecision } from "../curate/plan/decide.js";
import { createLog } from "../curate/plan/log.js";
import { unreadableRow, type LeftOut, type RowOutcome } from "../curate/plan/map-rows.js";
import { createRedactionTally } from "../curate/report/reasons.js";
import { createTally, originsOf } from "../curate/report/tally.js";
import { rowSettingsOf } from "../curate/row-settings.js";
import { createRowNames } from "../internal/row-names.js";
import { withBlocks } from "../internal/storage/row-blocks.js";
import { reiterableChunks } from "../internal/step.js";
import type { ExampleSource } from "../types.js";
import { failedPart } from "./failed-part.js";
import type { FileStore } from "./files/stored-file.js";
import type { Part } from "./part.js";
import { createPartRows, type Place } from "./part-rows.js";
import { partPath, readPartEntries, type PartEntry } from "./worker/part-file.js";

/** Puts together what the workers made, in the order of the parts, whatever the order in which they are done. */
export interface Merge {
  done(part: Part): void;
  failed(part: Part, error: Error): void;
  /** No further part will be done. */
  abandon(error: unknown): void;
  /** Takes one part after the other, as they are there. */
  read(signal: AbortSignal | undefined): Promise<void>;
  /** Decides, and gives the dataset as `curate` does. */
  conclude(): Promise<Curated<object>>;
}

export async function createMerge(
  options: CurateOptions,
  parts: readonly Part[],
  folder: string,
  store: FileStore,
): Promise<Merge> {
  const settings = await rowSettingsOf(options);
  const plan = planDecision(options);
  const log = createLog(options, settings.rules, runUrlOf(options.runUrl));
  const tally = createTally();
  const redactions = createRedactionTally();
  const rows = createPartRows(folder);
  const decision = plan.start(createRowNames(), {
    counting: settings.counter !== undefined,
    access: {
      read: (numbers) => rows.read(numbers),
      at: (row) => rows.at(row),
      signal: options.signal,
      onProgress: options.onProgress,
    },
  });
  const arrivals = createArrivals();
  const signature = new Uint32Array(RECORD_WORDS);
  const signatureBytes = new Uint8Array(signature.buffer);
  /** Lines of each file in the parts before. */
  const linesBefore = new Map<string, number>();
  let inputsBefore = 0;
  let trimmed = 0;

  /** A promise only where a row has to be read again: these are many. */
  const takeEntry = (entry: PartEntry, part: Part, place: Place): Promise<void> | undefined => {
    const before = entry.own ? (linesBefore.get(part.file) ?? 0) : inputsBefore;
    const line = before + entry.line;
    const { facts, lengths } = entry;
    const stays = log.take(entry.fault ? faultyRow(entry.fault, part, line) : outcomeOf(entry, line), entry.isPart);
    if (!facts || !lengths) return undefined;
    const own = { ...place };
    place.row += lengths[0];
    place.source += lengths[1];
    if (!stays)
      return rows.readAt(part.index, own, lengths).then((row) => {
        tally.add(row, -1);
        for (const origin of originsOf(row)) tally.origin(origin, -1);
      });
    const { signature: text, ...others } = facts;
    if (text !== undefined) signatureBytes.set(Buffer.from(text, "base64"));
    rows.add(part.index, own, lengths, entry.own ? line : undefined);
    decision.add({ ...others, line, signature: text === undefined ? undefined : signature });
    return undefined;
  };

  const takePart = async (part: Part): Promise<void> => {
    const { entries, counts } = await readPartEntries(partPath(folder, part.index));
    tally.merge(counts.tally);
    const before = linesBefore.get(part.file) ?? 0;
    redactions.merge({
      ...counts.redactions,
      found: counts.redactions.found.map((found) => ({
        ...found,
        examples: found.examples.map(({ line, source, ...example }) => {
          const own = source.file === part.file && source.line !== undefined;
          const at = (own ? before : inputsBefore) + line;
          return { ...example, line: at, source: own ? { ...source, line: at } : source };
        }),
      })),
    });
    trimmed += counts.trimmed;
    const place = { row: 0, source: 0 };
    for (const entry of entries) {
      const waiting = takeEntry(entry, part, place);
      if (waiting) await waiting;
    }
    linesBefore.set(part.file, before + counts.lines);
    inputsBefore += counts.inputs;
  };

  return {
    done: (part) => arrivals.arrive(part.index, undefined),
    failed: (part, error) => arrivals.arrive(part.index, error),
    abandon: (error) => arrivals.abandon(error),
    async read(signal) {
      for (const part of parts) {
        const error = await arrivals.at(part.index);
        signal?.throwIfAborted();
        if (error === undefined) {
          await takePart(part);
          continue;
        }
        const before = linesBefore.get(part.file) ?? 0;
        const { outcomes, lines } = await failedPart(part, before, error, store);
        outcomes.forEach((outcome) => log.take(outcome));
        linesBefore.set(part.file, before + lines);
        inputsBefore += lines;
      }
    },
    async conclude() {
      const { division } = plan;
      const read = (numbers: Uint32Array) => rows.read(numbers);
      const concluded = await conclude({
        options,
        settings,
        log,
        tally,
        decision,
        division,
        redactions,
        trimmed,
        read,
      });
      const [train, validation, test] = SPLITS.map((name) => partOf(rows, concluded, name));
      const empty = reiterableChunks<object>(async function* () {});
      return {
        train: train ?? empty,
        validation: validation ?? empty,
        test: test ?? empty,
        findings: log.findings,
        report: concluded.report,
      };
    },
  };
}

function outcomeOf(
  { own, checked, findings = [], source = {}, leftOut, targetsLeftOut, targets, facts }: PartEntry,
  line: number,
): RowOutcome {
  const known: ExampleSource = own ? { ...source, line } : source;
  const named = Object.keys(known).length > 0 ? { source: known } : {};
  return {
    line,
    source: known,
    findings: findings.map((finding) => ({ ...finding, line, ...named })),
    ...(checked && { checked }),
    ...(leftOut && { leftOut: atLine(leftOut, line) }),
    ...(targets !== undefined && { targets }),
    ...(targetsLeftOut && { targetsLeftOut: targetsLeftOut.map((target) => atLine(target, line)) }),
    ...(facts && { row: facts }),
  };
}

const atLine = ({ step, skip }: LeftOut, line: number): LeftOut => ({ step, skip: { ...skip, line } });

function faultyRow(fault: { code: string; message: string }, { file, range }: Part, line: number): RowOutcome {
  const unit = range.kind === "lines" || range.kind === "gzip" ? "line" : "record";
  return unreadableRow({
    code: fault.code,
    message: `${file}, ${unit} ${line}: ${fault.message}`,
    path: `${unit} ${line}`,
    line,
  });
}

function partOf(
  rows: ReturnType<typeof createPartRows>,
  { staying, splits, changed, finish }: Concluded,
  name: SplitName,
): AsyncIterable<object> {
  const numbers = () => staying.filter((row) => splits.of(row) === name);
  return withBlocks(
    reiterableChunks(async function* () {
      const wanted = numbers();
      let index = 0;
      for await (const chunk of rows.read(wanted)) {
        yield chunk.map((row) => finish(wanted[index++] ?? 0, row));
      }
    }),
    () => rows.blocks(numbers(), { changed, finish }),
  );
}

/** Parts as they are done, to be waited for in their order. */
function createArrivals() {
  const arrived = new Map<number, Error | undefined>();
  let waiting:
    { index: number; resolve: (error: Error | undefined) => void; reject: (error: unknown) => void } | undefined;
  let over: { error: unknown } | undefined;
  return {
    arrive(index: number, error: Error | undefined): void {
      arrived.set(index, error);
      if (waiting?.index === index) waiting.resolve(error);
    },
    abandon(error: unknown): void {
      over = { error };
      waiting?.reject(error);
    },
    async at(index: number): Promise<Error | undefined> {
      if (!arrived.has(index)) {
        if (over) throw over.error;
        await new Promise<Error | undefined>((resolve, reject) => (waiting = { index, resolve, reject }));
        waiting = undefined;
      }
      const error = arrived.get(index);
      arrived.delete(index);
      return error;
    },
  };
}
