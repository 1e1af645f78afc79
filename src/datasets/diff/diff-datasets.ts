import { SPLITS } from "../../curate/split/assign-splits.js";
import type { DatasetManifest } from "../../curate/write-dataset.js";
import { createDigestIndex, highWord, lowWord } from "../../internal/storage/digest-index.js";
import { isRecord } from "../../internal/is-record.js";
import { sameJson } from "../../internal/same-json.js";
import { abortSignal, callback, either, iterable, kind, number, text } from "../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../internal/options.js";
import { chunksOf, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, JsonValue } from "../../types.js";
import { readDataset } from "../read-dataset.js";
import type { DatasetDiff, DiffPlace, DiffReason, DiffSide, RowChange, SettingChange } from "./dataset-diff.js";
import { createDiffFacts, type DiffFacts } from "./row-facts.js";
import { createRowIndex, type RowIndex } from "./row-index.js";

/** Rows in their splits: what `curate` and `readDataset` return. */
export interface SplitRows {
  readonly train: AnyIterable<object>;
  readonly validation: AnyIterable<object>;
  readonly test: AnyIterable<object>;
}

/** What is compared: the folder of a dataset, rows in their splits, or rows. */
export type DiffInput = string | SplitRows | AnyIterable<object>;

/** Options of {@link diffDatasets}. */
export interface DiffOptions {
  /**
   * How many differences `changes` has. The counts are of all.
   * @default 1000
   */
  limit?: number;
  /** Called for each difference, also beyond `limit`. */
  onChange?: (change: RowChange) => void;
  signal?: AbortSignal;
}

const splitRows = kind<SplitRows>(
  "rows in their splits: { train, validation, test }",
  (value) => isRecord(value) && SPLITS.every((split) => iterable.fits(value[split])),
);
const input = either(text, iterable, splitRows);

/**
 * Says what is different between two datasets: which rows were added, removed and changed, and why. A row is
 * the same row by the runs whose answers it teaches, or by its LangSmith example, or else by its content, so a
 * conversation that grew is one changed row. Of folders it also says which settings of the manifests differ.
 *
 * Each input is read once. Of each row only hashes stay in memory.
 *
 * @throws {InvalidOptionError} for a folder that is not a dataset.
 * @throws {DatasetConflictError} for files that are not what their manifest says.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { diffDatasets, renderDiffHtml } from "langsmith-finetune";
 *
 * const diff = await diffDatasets("datasets/october", "datasets/november");
 * console.log(diff.added, diff.removed, diff.changed, diff.reasons);
 * await writeFile("diff.html", renderDiffHtml(diff));
 * ```
 */
export async function diffDatasets(a: DiffInput, b: DiffInput, options: DiffOptions = {}): Promise<DatasetDiff> {
  checkArgument("a", a, input);
  checkArgument("b", b, input);
  checkOptions<DiffOptions>("diffDatasets", options, {
    limit: number({ min: 0, integer: true }),
    onChange: callback,
    signal: abortSignal,
  });
  const { limit = 1000, onChange, signal } = options;
  const [before, after] = [await openSide(a, signal), await openSide(b, signal)];
  const factsOf = createDiffFacts();
  const index = createRowIndex();
  for await (const { row, place } of before.rows()) {
    const facts = factsOf(row);
    index.add(facts, placeOf(row, place, facts));
  }

  const counts = { same: 0, added: 0, removed: 0, changed: 0 };
  const reasons: Record<string, number> = {};
  const changes: RowChange[] = [];
  const report = async (kind: RowChange["kind"], why: readonly DiffReason[], places: PlacesOf) => {
    counts[kind] += 1;
    for (const reason of why) {
      const name = `${kind}: ${reason}`;
      reasons[name] = (reasons[name] ?? 0) + 1;
    }
    if (changes.length >= limit && !onChange) return;
    const change = { kind, reasons: why, ...(await places()) } as RowChange;
    if (changes.length < limit) changes.push(change);
    onChange?.(change);
  };

  const conversations = createDigestIndex();
  for await (const { row, place } of after.rows()) {
    const facts = factsOf(row);
    if (facts.conversation !== undefined) conversations.add(facts.conversation);
    const here = () => placeOf(row, place, facts);
    const number = index.take(facts);
    if (number === undefined) {
      await report("added", [whyAdded(facts, index)], async () => ({ b: here() }));
      continue;
    }
    const why = whyChanged(index, number, facts, place.split);
    if (why.length === 0) counts.same += 1;
    else await report("changed", why, async () => ({ a: await index.place(number), b: here() }));
  }
  const stays = (conversation: string) => conversations.find(highWord(conversation), lowWord(conversation)) >= 0;
  for (let row = 0; row < index.size; row += 1) {
    if (index.isFound(row)) continue;
    signal?.throwIfAborted();
    await report("removed", [whyRemoved(index, row, stays)], async () => ({ a: await index.place(row) }));
  }
  return {
    a: before.side(),
    b: after.side(),
    ...counts,
    reasons: Object.fromEntries(Object.entries(reasons).sort(([left], [right]) => (left < right ? -1 : 1))),
    settings: settingsOf(before.manifest, after.manifest),
    changes,
  };
}

type PlacesOf = () => Promise<{ a?: DiffPlace; b?: DiffPlace }>;

interface OpenSide {
  readonly manifest: DatasetManifest | undefined;
  rows(): AsyncGenerator<{ row: object; place: { split: string | undefined; line: number } }, void, undefined>;
  /** After all rows were read. */
  side(): DiffSide;
}

async function openSide(given: DiffInput, signal: AbortSignal | undefined): Promise<OpenSide> {
  const folder = typeof given === "string" ? given : undefined;
  const stored = folder === undefined ? undefined : await readDataset(folder, { ...(signal && { signal }) });
  const opened = stored ?? (given as Exclude<DiffInput, string>);
  const parts: (readonly [string | undefined, AnyIterable<object>])[] = splitRows.fits(opened)
    ? SPLITS.map((split) => [split, (opened as SplitRows)[split]] as const)
    : [[undefined, opened as AnyIterable<object>]];
  let count = 0;
  const splits: Record<string, number> = {};
  return {
    manifest: stored?.manifest,
    async *rows() {
      for (const [split, rows] of parts) {
        let line = 0;
        for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
          signal?.throwIfAborted();
          for (const row of chunk) {
            line += 1;
            count += 1;
            const name = split ?? sourceOf(row).splits?.[0];
            if (name !== undefined) splits[name] = (splits[name] ?? 0) + 1;
            yield { row, place: { split: name, line } };
          }
        }
      }
    },
    side: () => ({
      ...(folder !== undefined && { folder }),
      ...(stored?.manifest.title !== undefined && { title: stored.manifest.title }),
      ...(stored && { sha256: stored.manifest.sha256 }),
      rows: count,
      splits,
    }),
  };
}

function placeOf(
  row: object,
  { split, line }: { split: string | undefined; line: number },
  facts: DiffFacts,
): DiffPlace {
  const { runId, traceId, threadId, exampleId } = sourceOf(row);
  return {
    ...(split !== undefined && { split }),
    line,
    targets: facts.targets,
    ...(runId !== undefined && { runId }),
    ...(traceId !== undefined && { traceId }),
    ...(threadId !== undefined && { threadId }),
    ...(exampleId !== undefined && { exampleId }),
  };
}

function whyAdded({ conversation, identified }: DiffFacts, index: RowIndex): DiffReason {
  if (!identified) return "unknown-source";
  return conversation !== undefined && index.hasConversation(conversation) ? "known-conversation" : "new-conversation";
}

function whyRemoved(index: RowIndex, row: number, stays: (conversation: string) => boolean): DiffReason {
  if (!index.isIdentified(row)) return "unknown-source";
  if (index.isAskedFor(row)) return "joined";
  const conversation = index.conversationOf(row);
  return conversation !== undefined && stays(conversation) ? "answer-gone" : "conversation-gone";
}

function whyChanged(index: RowIndex, row: number, facts: DiffFacts, split: string | undefined): DiffReason[] {
  const why: DiffReason[] = [];
  if (!index.is(row, "json", facts)) why.push(...whyOtherContent(index, row, facts));
  if (!index.isIn(row, split)) why.push("split");
  if (why.length === 0 && !index.is(row, "source", facts)) why.push("source");
  return why;
}

function whyOtherContent(index: RowIndex, row: number, facts: DiffFacts): DiffReason[] {
  if (index.is(row, "canonical", facts)) return ["form"];
  const { turns } = facts;
  if (!index.is(row, "settings", facts))
    return index.is(row, "messages", facts) ? ["settings"] : ["settings", "messages"];
  const last = turns.at(-1);
  if (index.endsWith(row, last)) return turns.length === index.turns(row) ? ["targets"] : ["messages"];
  if (turns.some((turn) => index.endsWith(row, turn))) return ["grew"];
  return index.hasTurn(row, last) ? ["shrank"] : ["messages"];
}

/** Settings whose difference explains rows that differ. */
function settingsOf(a: DatasetManifest | undefined, b: DatasetManifest | undefined): SettingChange[] {
  if (!a || !b) return [];
  const parts = ({ package: { version }, options, query }: DatasetManifest): JsonValue => ({
    package: version,
    options,
    ...(query !== undefined && { query }),
  });
  return [...differences(parts(a), parts(b), "")];
}

function* differences(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  path: string,
): Generator<SettingChange, void, undefined> {
  if (sameJson(a, b)) return;
  if (isRecord(a) && isRecord(b)) {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort())
      yield* differences(a[key], b[key], path === "" ? key : `${path}.${key}`);
    return;
  }
  yield { path, ...(a !== undefined && { a }), ...(b !== undefined && { b }) };
}
