import { convertMessagesForFinetuning } from "../../convert/convert-messages-for-finetuning.js";
import { curate, type Curated } from "../../curate/curate.js";
import type { CurateOptions } from "../../curate/curate-options.js";
import { EmptyDatasetError, type DatasetConflict } from "../../errors.js";
import { omit } from "../../internal/omit.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { createSpool, range } from "../../internal/storage/spool.js";
import { loadChatSessions } from "../../load/load-chat-sessions.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { AnyIterable, Run, Skip, TrainingExample } from "../../types.js";
import { isErased } from "../erased.js";
import { conflict } from "../manifest.js";
import type { KnownRows } from "./known-rows.js";
import type { UpdateDatasetOptions } from "./update-options.js";

const MOST_CONFLICTS = 100;

/** Rows of new runs, without what was erased, and with their user where that is wanted. */
export function candidatesOf(
  runs: AnyIterable<Run>,
  { load, convert, userKey }: UpdateDatasetOptions,
  erased: ReadonlySet<string>,
  onSkip: (skip: Skip) => void,
): AsyncIterable<TrainingExample> {
  const rows = convertMessagesForFinetuning(loadChatSessions(runs, { ...load, onSkip }), { ...convert, onSkip });
  return reiterableChunks(async function* (size) {
    for await (const chunk of chunksOf(rows, size))
      yield chunk.flatMap((row) => {
        const named = userKey === undefined ? row : withUser(row, userKey);
        if (!isErased(named, erased)) return [named];
        onSkip({ code: "erased", message: "It is of what was erased from the dataset." });
        return [];
      });
  });
}

function withUser(row: TrainingExample, key: string): TrainingExample {
  const source = sourceOf(row);
  const user = source.metadata?.[key];
  if (typeof user !== "string" && typeof user !== "number") return row;
  const userId = String(user);
  return withSource(row, { ...source, userId, targets: targetsOf(row).map((target) => ({ ...target, userId })) });
}

/** What is done with new rows alone: all steps that look at one row at a time. */
export async function clean(
  rows: AsyncIterable<TrainingExample>,
  options: CurateOptions,
  salt: string,
  signal: AbortSignal | undefined,
  onSkip: (skip: Skip) => void,
): Promise<Curated | undefined> {
  const { redact } = options;
  try {
    return await curate(rows, {
      ...omit(options, "redact", "onProgress"),
      ...(redact !== undefined && redact !== false && { redact: { salt, ...(redact === true ? {} : redact) } }),
      join: false,
      deduplicate: false,
      split: false,
      onSkip: options.onSkip ?? onSkip,
      ...(signal && { signal }),
    });
  } catch (error) {
    if (EmptyDatasetError.isInstance(error)) return undefined;
    throw error;
  }
}

/** The new rows that do not contradict the dataset, or nothing. */
export async function acceptedOf(
  folder: string,
  rows: AsyncIterable<TrainingExample>,
  known: KnownRows,
  { onConflict = "error" }: UpdateDatasetOptions,
  onSkip: (skip: Skip) => void,
): Promise<AsyncIterable<TrainingExample> | undefined> {
  const conflicts: DatasetConflict[] = [];
  const out = createSpool<TrainingExample>();
  for await (const chunk of chunksOf(rows, SINK_CHUNK_SIZE)) {
    for (const row of chunk) {
      const found = onConflict === "join" ? [] : known.contradictions(row);
      if (found.length === 0) out.add(row);
      else if (onConflict === "skip")
        for (const { code, message, otherRunId } of found)
          onSkip({ code, message, ...(otherRunId !== undefined && { runId: otherRunId }) });
      else if (conflicts.length < MOST_CONFLICTS) conflicts.push(...found);
    }
  }
  if (conflicts.length > 0)
    throw conflict(
      folder,
      conflicts,
      'Nothing was changed. Pass onConflict: "join" to learn both as branches, or "skip" to leave the new ones out.',
    );
  return out.size === 0 ? undefined : reiterableChunks(() => out.read(range(out.size)));
}
