import { sourceOf } from "../../source.js";
import type { AnyIterable, ExampleSource, FeedbackSummary } from "../../types.js";
import { stringifyExact } from "../exact-json.js";
import { omit } from "../omit.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../step.js";

// Rows that are on the disk already are written from there, without being parsed for it.
const BLOCKS = Symbol.for("langsmith-finetune.blocks");

/** Some rows as they are written. */
export interface RowBlock {
  readonly count: number;
  /** JSON lines, each with its end. Bytes are overwritten when the next block is asked for. */
  readonly lines: Uint8Array | string;
  /** JSON lines of where the rows came from, as {@link traceable} has it. */
  sources(): Uint8Array | string;
}

interface WithBlocks {
  [BLOCKS]?: () => AsyncGenerator<RowBlock, void, undefined>;
}

/** Gives an iterable of rows a shorter way to their JSON. */
export function withBlocks<T extends object>(rows: T, open: () => AsyncGenerator<RowBlock, void, undefined>): T {
  Object.defineProperty(rows, BLOCKS, { value: open });
  return rows;
}

/** The rows as they are written, where they are on the disk already or were held as lines. */
export function blocksIn(rows: object): AsyncGenerator<RowBlock, void, undefined> | undefined {
  return (rows as WithBlocks)[BLOCKS]?.();
}

/** The rows as they are written, whatever they are. */
export async function* blocksOf(rows: AnyIterable<object>): AsyncGenerator<RowBlock, void, undefined> {
  const blocks = blocksIn(rows);
  if (blocks) yield* blocks;
  else for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) yield blockOf(chunk);
}

/** A block of rows that are held. */
function blockOf(rows: readonly object[]): RowBlock {
  return {
    count: rows.length,
    lines: rows.map((row) => `${stringifyExact(row)}\n`).join(""),
    sources: () => rows.map((row) => sourceLine(sourceOf(row))).join(""),
  };
}

export const sourceLine = (source: ExampleSource): string =>
  `${placeText(source) ?? JSON.stringify(traceable(source))}\n`;

let lastFile: string | undefined;
let lastFileText = "";

/** The JSON of a source that has a file and a line only, as those of rows of files have; undefined for others. */
export function placeText(source: ExampleSource): string | undefined {
  const { file, line } = source;
  if (typeof file !== "string" || !Number.isSafeInteger(line)) return undefined;
  for (const key in source) if (key !== "file" && key !== "line") return undefined;
  if (file !== lastFile) {
    lastFile = file;
    lastFileText = JSON.stringify(file);
  }
  return `{"file":${lastFileText},"line":${line}}`;
}

const PLACE_TEXT = /^\{"file":"(?:[^"\\]|\\.)*","line":\d+\}$/;

/** {@link sourceLine} of the JSON of a source. */
export const sourceLineOf = (json: string): string =>
  PLACE_TEXT.test(json) ? `${json}\n` : sourceLine(JSON.parse(json) as ExampleSource);

// Who and when, not what: texts of the run, its metadata and its other answers may hold what the rows were cleaned of.
// The line comes last, so that it can be added to what was written without it.
const TRACEABLE = [
  "targets",
  "runId",
  "runName",
  "traceId",
  "threadId",
  "userId",
  "projectId",
  "projectName",
  "exampleId",
  "datasetId",
  "splits",
  "model",
  "provider",
  "startTime",
  "finishReason",
  "feedback",
  "joinedFeedback",
  "tags",
  "tokens",
  "votes",
  "verdict",
  "teacher",
  "disagreement",
  "file",
  "line",
] as const satisfies readonly (keyof ExampleSource)[];

/** The fields of a source that are written, of a record that was read. */
export function traceableFields(record: Readonly<Record<string, unknown>>): ExampleSource {
  return Object.fromEntries(TRACEABLE.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])));
}

/** What is written of a row's source: who and when, and nothing of what was said. */
export function traceable(source: ExampleSource): Partial<ExampleSource> {
  const kept: Record<string, unknown> = {};
  for (const key of TRACEABLE) if (source[key] !== undefined) kept[key] = source[key];
  Object.assign(kept, opinionsIn(source));
  if (source.targets) kept.targets = source.targets.map((target) => ({ ...target, ...opinionsIn(target) }));
  return kept;
}

/** What people and judges think, without their own words. */
function opinionsIn({ feedback, joinedFeedback, votes }: Pick<ExampleSource, "feedback" | "joinedFeedback" | "votes">) {
  return {
    ...(votes && { votes: votes.map((vote) => omit(vote, "reason")) }),
    ...(feedback && { feedback: scoresOf(feedback) }),
    ...(joinedFeedback && {
      joinedFeedback: joinedFeedback.map((joined) => ({ ...joined, feedback: scoresOf(joined.feedback) })),
    }),
  };
}

/** Without comments and corrections, in which people write what they like. */
function scoresOf(feedback: Record<string, FeedbackSummary>): Record<string, FeedbackSummary> {
  return Object.fromEntries(
    Object.entries(feedback).map(([key, summary]) => [key, omit(summary, "comments", "corrections")]),
  );
}
