import { convertSessionToExample, type ConvertOptions } from "../../convert/convert-session-to-example.js";
import { named } from "../../curate/conversations/joined-row.js";
import { planDecision } from "../../curate/plan/decide.js";
import { createFactsOf } from "../../curate/plan/facts.js";
import { createRowMapper, type RowOutcome } from "../../curate/plan/map-rows.js";
import { createTally, originsOf } from "../../curate/report/tally.js";
import { rowSettingsOf } from "../../curate/row-settings.js";
import type { CurateOptions } from "../../curate/curate-options.js";
import { stringifyExact } from "../../internal/exact-json.js";
import { isRecord } from "../../internal/is-record.js";
import { namesKeysOnce } from "../../internal/raw-line.js";
import { createByteSink } from "../../internal/storage/byte-sink.js";
import { sourceLine } from "../../internal/storage/row-blocks.js";
import type { AnswerOptions } from "../../load/checks/finish-reason.js";
import { convertRunToChatSession } from "../../load/convert-run-to-chat-session.js";
import { visitRecords } from "../../select/files/records-in.js";
import { readRunRecord } from "../../select/run-record.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { ExampleSource, Skip, TrainingExample } from "../../types.js";
import type { S3Settings } from "../files/s3.js";
import { createFileStore } from "../files/file-store.js";
import type { Part } from "../part.js";
import { partPath, writePart, type PartEntry } from "./part-file.js";
import { readPart, type PartRecord } from "./read-part.js";

/** How runs become sessions. */
export interface BuildLoadOptions extends AnswerOptions {
  /**
   * Only runs of this type: a bulk export holds the runs of every type.
   * @default "llm"
   */
  runType?: string;
}

/** What is done with every record, functions included. */
export interface Work {
  /** The records are runs; otherwise each is a run or a row by its own keys. */
  readonly runs: boolean;
  readonly load: BuildLoadOptions;
  readonly convert: ConvertOptions;
  readonly curate: CurateOptions;
  /** Where S3 is. */
  readonly s3?: S3Settings;
}

/** Does the first phase of a dataset for one part after the other. */
export interface PartMapper {
  /** Writes what becomes of the part into the folder. */
  map(part: Part, folder: string): Promise<void>;
}

// The rows that the sampled scan looks at one by one are those of the first part.
const BEYOND_THE_FIRST = 1 << 20;

/** @throws {InvalidOptionError} for options that cannot be used. */
export async function createPartMapper(work: Work): Promise<PartMapper> {
  const settings = await rowSettingsOf(work.curate);
  const mapper = await createRowMapper(work.curate, settings);
  const factsOf = createFactsOf(planDecision(work.curate).needs, settings);
  const store = createFileStore(work);
  // For one part after the other: new ones for each would wait for the garbage collector by the dozen.
  const rows = createByteSink();
  const sources = createByteSink();

  return {
    async map(part, folder) {
      mapper.restart(part.index === 0 ? 0 : BEYOND_THE_FIRST);
      const tally = createTally();
      rows.clear();
      sources.clear();
      const entries: PartEntry[] = [];
      let lines = 0;
      let inputs = 0;

      const keep = (
        outcome: RowOutcome,
        own: boolean,
        record: PartRecord,
        read: unknown,
        isPart = false,
      ): PartEntry => {
        const { line, findings, checked, leftOut, targetsLeftOut = [], targets, row: taken } = outcome;
        const learned = taken ? targetsOf(taken) : [];
        const row = taken && named(taken, learned);
        const spoken = findings.length > 0 || leftOut !== undefined || targetsLeftOut.length > 0;
        const entry: PartEntry = {
          line,
          own,
          ...(checked && { checked }),
          ...(findings.length > 0 && { findings: findings.map((finding) => ({ ...finding, source: undefined })) }),
          ...(spoken && { source: withoutLine(outcome.source, own) }),
          ...(leftOut && { leftOut }),
          ...(targetsLeftOut.length > 0 && { targetsLeftOut }),
          ...(targets !== undefined && { targets }),
          ...(isPart && { isPart }),
        };
        if (row === undefined) return entry;
        const unchanged = taken === read && record.text !== undefined && namesKeysOnce(record.text, row);
        const bytes = rows.add(`${unchanged ? record.text.trim() : stringifyExact(row)}
`);
        const lengths = [bytes, sources.add(sourceLine(withoutLine(sourceOf(row), own)))] as const;
        for (const origin of originsOf(row, learned)) tally.origin(origin);
        const { signature, ...facts } = factsOf(row, line, learned, tally.add(row), bytes);
        return {
          ...entry,
          facts: { ...facts, ...(signature && { signature: base64(signature) }) },
          lengths,
        };
      };

      for await (const { records, lines: upTo } of readPart(part, store)) {
        lines = upTo;
        for (const record of records) {
          if (record.fault) {
            inputs += 1;
            mapper.unreadable({ ...record.fault, path: "$", line: record.line });
            entries.push({ line: record.line, own: true, fault: record.fault });
            continue;
          }
          for (const found of rowsIn(record, part, work)) {
            if ("leftOut" in found) {
              entries.push({ line: record.line, own: true, ...found });
              continue;
            }
            const { row, own } = found;
            inputs += 1;
            const loading = mapper.prepare(row);
            if (loading) await loading;
            const outcome = await mapper.take(row);
            entries.push(keep(outcome, own, record, row));
            for (const further of outcome.parts ?? []) entries.push(keep(further, own, record, row, true));
          }
        }
      }
      const counts = {
        lines,
        inputs,
        trimmed: mapper.trimmed,
        tally: tally.state(),
        redactions: mapper.redactions.state(),
      };
      await writePart(partPath(folder, part.index), { rows: rows.bytes(), sources: sources.bytes(), entries, counts });
    },
  };
}

type Found =
  | { readonly row: unknown; readonly own: boolean }
  | { readonly leftOut: { step: string; skip: Skip }; readonly source: ExampleSource };

/** The rows of a record: itself, or what its runs give. */
function rowsIn(record: PartRecord, part: Part, { runs, load, convert }: Work): Found[] {
  const { value, line } = record;
  if (!runs && isRow(value)) return [{ row: withSource(value, { file: part.file, line }), own: true }];
  const found: Found[] = [];
  const { runType = "llm", ...answers } = load;
  visitRecords(value, (inner) => {
    const run = readRunRecord(inner);
    if (!run) {
      if (!runs) found.push({ row: isRecord(inner) ? withSource(inner, { file: part.file, line }) : inner, own: true });
      else found.push(leaveOut("read", { code: "not-a-run", message: "It is not an object with an id." }));
      return;
    }
    if (run.run_type !== runType) return;
    const loaded = convertRunToChatSession(run, answers);
    if ("skip" in loaded) return void found.push(leaveOut("load", loaded.skip));
    const converted = convertSessionToExample(loaded.session, convert);
    if ("skip" in converted) return void found.push(leaveOut("convert", converted.skip));
    found.push({ row: converted.example, own: false });
  });
  return found;
}

function leaveOut(step: string, skip: Skip): Found {
  const { runId } = skip;
  return { leftOut: { step, skip: { path: "$", ...skip } }, source: runId === undefined ? {} : { runId } };
}

/** A row of any kind, and no run. */
function isRow(value: unknown): value is TrainingExample {
  if (!isRecord(value) || "run_type" in value) return false;
  return Array.isArray(value.messages) || "preferred_output" in value || isRecord(value.input);
}

function withoutLine(source: ExampleSource, own: boolean): ExampleSource {
  return own ? { ...source, line: undefined } : source;
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint32Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");
