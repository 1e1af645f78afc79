import { createFingerprint, digest } from "../../curate/duplicates/fingerprint.js";
import type { DatasetConflict } from "../../errors.js";
import { createRowNames } from "../../internal/row-names.js";
import { createColumn, createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex, highWord, lowWord } from "../../internal/storage/digest-index.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { ExampleSource } from "../../types.js";

/** The answers that a dataset teaches, to compare new calls with: some 60 bytes for each. */
export interface KnownRows {
  readonly size: number;
  /** When the newest of their runs started, in milliseconds since 1970. */
  readonly newest: number | undefined;
  add(row: object): void;
  hasRun(runId: string): boolean;
  /** The runs of the dataset, with when they started. */
  runs(): Generator<{ runId: string; start: number | undefined }, void, undefined>;
  /** The runs of the dataset in these traces. */
  runsIn(traceIds: ReadonlySet<string>): string[];
  /** Where the row of a new call contradicts an answer of the dataset. */
  contradictions(row: object): DatasetConflict[];
}

export const conversationOf = ({ threadId, traceId, runId }: ExampleSource): string =>
  threadId ?? traceId ?? runId ?? "";

export function createKnownRows(): KnownRows {
  const fingerprintOf = createFingerprint();
  const runs = createDigestIndex();
  const prompts = createDigestIndex();
  const targetOfPrompt = createIntegers();
  const turns = createColumn((length) => new Uint32Array(length));
  const names = createRowNames();
  const traces = createColumn((length) => new Uint32Array(length));
  const starts = createColumn((length) => new Float64Array(length));
  let newest: number | undefined;
  let size = 0;
  const promptKey = (source: ExampleSource, prompt: string) => digest(`${conversationOf(source)} ${prompt}`);

  return {
    get size() {
      return size;
    },
    get newest() {
      return newest;
    },
    add(row) {
      size += 1;
      const source = sourceOf(row);
      const fingerprint = fingerprintOf(row);
      for (const target of targetsOf(row)) {
        const { runId, startTime } = target;
        if (runId === undefined) continue;
        runs.add(digest(runId));
        const start = startTime === undefined ? Number.NaN : Date.parse(startTime);
        if (Number.isFinite(start)) newest = Math.max(newest ?? start, start);
        const turn = fingerprint.places.indexOf(target.message);
        const prompt = fingerprint.prompts[turn];
        const number = names.length;
        names.addNamed(runId, number);
        starts.push(start);
        const trace = digest(target.traceId ?? source.traceId ?? runId);
        traces.push(highWord(trace));
        traces.push(lowWord(trace));
        turns.push(highWord(fingerprint.turns[turn] ?? "0"));
        turns.push(lowWord(fingerprint.turns[turn] ?? "0"));
        if (prompt === undefined) continue;
        const key = prompts.add(promptKey(source, prompt));
        if (key === targetOfPrompt.length) targetOfPrompt.push(number);
      }
    },
    hasRun(runId) {
      const text = digest(runId);
      return runs.find(highWord(text), lowWord(text)) >= 0;
    },
    *runs() {
      for (let number = 0; number < names.length; number += 1) {
        const { runId } = names.at(number);
        const start = starts.at(number);
        if (runId !== undefined) yield { runId, start: Number.isNaN(start) ? undefined : start };
      }
    },
    runsIn(traceIds) {
      const wanted = createDigestIndex();
      for (const traceId of traceIds) wanted.add(digest(traceId));
      const found: string[] = [];
      for (let number = 0; number < names.length; number += 1) {
        const { runId } = names.at(number);
        if (runId !== undefined && wanted.find(traces.at(number * 2), traces.at(number * 2 + 1)) >= 0)
          found.push(runId);
      }
      return found;
    },
    contradictions(row) {
      const source = sourceOf(row);
      const { prompts: asked, turns: given, places } = fingerprintOf(row);
      const learned = new Set(targetsOf(row).map(({ message }) => message));
      for (const [turn, prompt] of asked.entries()) {
        const text = promptKey(source, prompt);
        const key = prompts.find(highWord(text), lowWord(text));
        if (key < 0) continue;
        const number = targetOfPrompt.at(key);
        const answer = given[turn] ?? "0";
        if (turns.at(number * 2) === highWord(answer) && turns.at(number * 2 + 1) === lowWord(answer)) continue;
        const before = names.at(number).runId;
        const { runId, threadId } = source;
        const isTarget = learned.has(places[turn] ?? -1);
        return [
          {
            code: isTarget ? "other-answer" : "edited-history",
            ...(threadId !== undefined && { threadId }),
            ...(before !== undefined && { runId: before }),
            ...(runId !== undefined && { otherRunId: runId }),
            message: isTarget
              ? `Run ${runId} gave another answer to exactly the prompt that run ${before} answered.`
              : `The history of run ${runId} has another answer in the place of the one that run ${before} gave.`,
          },
        ];
      }
      return [];
    },
  };
}
