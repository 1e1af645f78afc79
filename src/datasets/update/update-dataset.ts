import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { curate, type Curated } from "../../curate/curate.js";
import type { CurateOptions } from "../../curate/curate-options.js";
import { type DatasetManifest, writeDataset } from "../../curate/write-dataset.js";
import { SPLITS } from "../../curate/split/assign-splits.js";
import { sameJson } from "../../internal/same-json.js";
import { either, object, required, text } from "../../internal/kinds.js";
import { omit } from "../../internal/omit.js";
import { checkArgument } from "../../internal/options.js";
import { createMeter } from "../../internal/progress.js";
import { reportSkips, type SkipReporter } from "../../internal/skips.js";
import { chunksOf, reiterableChunks, SINK_CHUNK_SIZE } from "../../internal/step.js";
import { createSpool, range } from "../../internal/storage/spool.js";
import { unwritable } from "../../internal/files/unwritable.js";
import { type ChangeReader, openChanges } from "../../select/changes.js";
import { timeOf, type RunQuery } from "../../select/query/run-query.js";
import { sourceOf, withSource } from "../../source.js";
import type { Run, Skip, TrainingExample } from "../../types.js";
import { diffDatasets } from "../diff/diff-datasets.js";
import { checkFiles, conflict, findManifest } from "../manifest.js";
import { storedDataset } from "../read-dataset.js";
import { acceptedOf, candidatesOf, clean } from "./candidates.js";
import { createKnownRows, type KnownRows } from "./known-rows.js";
import { freshRatings, readRatings, shortDigest } from "./ratings.js";
import type { DatasetUpdate } from "./dataset-update.js";
import { updateLangSmithDataset } from "./update-langsmith-dataset.js";
import { withFreshRatings, withoutRuns } from "./take-out.js";
import { checkUpdate, fixedParts, type UpdateDatasetOptions } from "./update-options.js";
import { lockDataset, readState, STATE_FORMAT, type UpdateState, writeState } from "./update-state.js";
import { keepVersion, olderVersions, restoreInterrupted } from "./versions.js";

const targetKind = either(text, object<{ langSmithDataset: string }>({ langSmithDataset: required(text) }));
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const RETENTION = 400 * DAY;

/**
 * Brings a dataset up to date: reads the runs that started since the last update, and those whose feedback was changed
 * since, makes rows of them and adds these. A conversation that grew extends its row and stays in its split; new
 * conversations are divided by the shares. Without a dataset in the folder the first version is made of all runs of the query.
 *
 * With nothing new, two requests are made at most and no file is touched. Otherwise the version before is kept under
 * `versions/` with its manifest, and the result says what is different. The query and the options must be the same each time.
 *
 * With `{ langSmithDataset }` the dataset is the one of that name in LangSmith, which is read, updated and written back;
 * LangSmith keeps its versions. One process of a machine at a time may change it; those of other machines are not seen. All
 * its examples are read each time, and what was erased before is not remembered.
 *
 * Nothing is overwritten unless all is well: files that were edited, a manifest of another format, another update at
 * work, and new calls that contradict the dataset are errors.
 *
 * @throws {InvalidOptionError} for a query or option that cannot be used, and while another process changes the dataset.
 * @throws {DatasetConflictError} for a dataset that is not as it was written, other options than before, and contradictions.
 * @throws {EmptyDatasetError} if nothing is left.
 * @throws {ServiceError} when LangSmith refuses or cannot be reached.
 *
 * @example
 * ```ts
 * import { updateDataset } from "langsmith-finetune";
 *
 * const { changed, diff, ratedDown } = await updateDataset(
 *   "datasets/support",
 *   { projectName: "support-bot", feedback: { key: "user_score", min: 1 } },
 *   { curate: { split: { validation: 0.1 }, redact: true }, takeOut: { rated: true } },
 * );
 * console.log(changed, diff?.reasons, ratedDown.length);
 * ```
 */
export async function updateDataset(
  target: string | { langSmithDataset: string },
  query: RunQuery,
  options: UpdateDatasetOptions = {},
): Promise<DatasetUpdate> {
  checkArgument("target", target, targetKind);
  checkUpdate(query, options);
  if (typeof target === "string") return updateFolder(target, query, options);
  return updateLangSmithDataset(target.langSmithDataset, query, options, (folder) =>
    updateFolder(folder, query, options),
  );
}

async function updateFolder(folder: string, query: RunQuery, options: UpdateDatasetOptions): Promise<DatasetUpdate> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(folder, cause, { option: "folder", value: folder });
  });
  const lock = await lockDataset(folder);
  const skips = reportSkips("updateDataset", options);
  try {
    return await updateLocked(folder, query, options, skips);
  } finally {
    skips.close();
    await lock.release();
  }
}

async function updateLocked(
  folder: string,
  query: RunQuery,
  options: UpdateDatasetOptions,
  skips: SkipReporter,
): Promise<DatasetUpdate> {
  const { signal, overlap = HOUR } = options;
  await restoreInterrupted(folder);
  const manifest = await findManifest(folder);
  if (manifest) await checkFiles(folder, manifest, signal);
  const found = await readState(folder);
  const fixed = fixedParts(query, options);
  if (found) checkSame(folder, found, fixed);
  const salt = found?.salt ?? randomBytes(16).toString("hex");

  const known = createKnownRows();
  const stored = manifest && storedDataset<TrainingExample>(folder, manifest, signal);
  const storedRows = () => rowsOfSplits(stored);
  for await (const chunk of chunksOf(storedRows(), SINK_CHUNK_SIZE)) for (const row of chunk) known.add(row);

  const state = found && stateFor(found, manifest, known.newest);
  const began = Date.now();
  const first = query.since === undefined ? began - RETENTION : timeOf("since", query.since);
  const runsUntil = state?.runsUntil ?? known.newest;
  const from = runsUntil === undefined ? first : Math.max(first, runsUntil - overlap);
  const changes = await openChanges(query, options, state?.server, skips);

  // What LangSmith has that the dataset has not.
  const spool = createSpool<Run>();
  const seen = new Set(state?.seen);
  const stillSeen = new Set<string>();
  let newest = runsUntil;
  const take = (runs: readonly Run[]) => {
    for (const run of runs) {
      const start = startOf(run);
      // A clock that is ahead must not hide what comes after.
      if (start !== undefined) newest = Math.max(newest ?? start, Math.min(start, began));
      if (known.hasRun(run.id)) continue;
      const hash = shortDigest(run.id);
      // A run that has not ended is looked at again.
      if (run.end_time !== undefined && run.end_time !== null) stillSeen.add(hash);
      if (seen.has(hash)) continue;
      seen.add(hash);
      spool.add(run);
    }
  };
  const meter = createMeter({ step: "update", unit: "run", onProgress: options.onProgress });
  for await (const page of changes.runsSince(from)) {
    meter.add(page.length);
    take(page);
  }
  const rated = await readRatings(changes, { query, options, known, state, from: first, began, overlap });
  // A rating may bring in what was seen before and left out.
  for (const run of rated.fitting) seen.delete(shortDigest(run.id));
  take(rated.fitting);
  const deleted = await readDeleted(changes, known, options);
  meter.end();

  const fresh = await freshRatings(rated.fitting, known, storedRows());
  const gone = new Set([...(options.takeOut?.rated ? rated.down : []), ...deleted]);
  const erased = new Set(state?.erased);
  const onSkip = (skip: Skip) => skips.skip(skip);
  const runs = reiterableChunks<Run>(() => spool.read(range(spool.size)));
  const candidates = candidatesOf(runs, options, erased, onSkip);
  const cleaned = spool.size === 0 ? undefined : await clean(candidates, { ...options.curate }, salt, signal, onSkip);
  const accepted = cleaned && (await acceptedOf(folder, cleaned.train, known, options, onSkip));
  const result = {
    newRuns: spool.size,
    ratedDown: rated.down,
    deleted,
    feedback: rated.feedback,
  };
  const next: UpdateState = {
    format: STATE_FORMAT,
    dataset: manifest?.sha256 ?? "",
    ...fixed,
    server: changes.server(),
    ...(newest !== undefined && { runsUntil: newest }),
    feedbackUntil: began,
    seen: [...stillSeen].sort(),
    rated: rated.seen,
    salt,
    erased: state?.erased ?? [],
  };
  const count = (await olderVersions(folder)).length;
  if (manifest && accepted === undefined && gone.size === 0 && fresh.size === 0) {
    // Where nothing was read, the next update may ask for the same time again.
    if (spool.size > 0 || rated.isNew || state === undefined) await writeState(folder, next);
    return { changed: false, manifest, version: count + 1, ...result };
  }
  const all = reiterableChunks<TrainingExample>(async function* (size) {
    for await (const chunk of chunksOf(storedRows(), size))
      yield chunk.flatMap((row) => {
        const left = withoutRuns(row, gone);
        return left === undefined ? [] : [withFreshRatings(left, fresh)];
      });
    if (accepted) yield* chunksOf(accepted, size);
  });
  const curated = await curate(all, { ...forAll(options.curate ?? {}, signal), onSkip });
  const previous = manifest && (await keepVersion(folder, manifest));
  const written = await writeDataset(folder, withoutSplits(curated), {
    query,
    ...(signal && { signal }),
    metadata: { version: count + (previous ? 2 : 1), ...(manifest && { previous: manifest.sha256 }) },
  });
  await writeState(folder, { ...next, dataset: written.sha256 });
  return {
    changed: true,
    manifest: written,
    version: (await olderVersions(folder)).length + 1,
    ...(previous !== undefined && {
      previous,
      diff: await diffDatasets(previous, folder, { ...(signal && { signal }) }),
    }),
    ...result,
  };
}

/** The position as far as the rows bear it out: they may be those of an older version that was brought back. */
function stateFor(state: UpdateState, manifest: DatasetManifest | undefined, newest: number | undefined): UpdateState {
  if (state.dataset === (manifest?.sha256 ?? "")) return state;
  const { runsUntil, feedbackUntil, ...rest } = state;
  const known = (time: number | undefined) =>
    time === undefined || newest === undefined ? undefined : Math.min(time, newest);
  const [runs, feedback] = [known(runsUntil), known(feedbackUntil)];
  return {
    ...rest,
    ...(runs !== undefined && { runsUntil: runs }),
    ...(feedback !== undefined && { feedbackUntil: feedback }),
    seen: [],
    rated: {},
  };
}

function checkSame(folder: string, state: UpdateState, fixed: Pick<UpdateState, "query" | "options">): void {
  for (const part of ["query", "options"] as const) {
    if (sameJson(state[part], fixed[part])) continue;
    throw conflict(
      folder,
      [
        {
          code: `other-${part}`,
          message: `The ${part} of this update differ from those that the dataset was made with: ${JSON.stringify(state[part])}.`,
        },
      ],
      `Nothing was changed. Pass the same ${part}, or make a dataset in another folder.`,
    );
  }
}

async function* readAll(stored: ReturnType<typeof storedDataset<TrainingExample>>) {
  for (const split of SPLITS) yield* chunksOf(stored[split], SINK_CHUNK_SIZE);
}

function rowsOfSplits(
  stored: ReturnType<typeof storedDataset<TrainingExample>> | undefined,
): AsyncIterable<TrainingExample> {
  return reiterableChunks(async function* () {
    if (stored) yield* readAll(stored);
  });
}

function startOf({ start_time: start }: Run): number | undefined {
  if (start === undefined || start === null) return undefined;
  const time =
    typeof start === "number" ? start : Date.parse(/(?:z|[+-]\d\d:?\d\d)$/i.test(start) ? start : `${start}Z`);
  return Number.isFinite(time) ? time : undefined;
}

async function readDeleted(
  changes: ChangeReader,
  known: KnownRows,
  { takeOut: { deleted = false } = {} }: UpdateDatasetOptions,
): Promise<string[]> {
  if (deleted === false) return [];
  const since = Date.now() - (deleted === true ? 14 : deleted.days) * DAY;
  const missing = new Set<string>();
  for (const { runId, start } of known.runs()) if (start !== undefined && start >= since) missing.add(runId);
  if (missing.size === 0) return [];
  for await (const ids of changes.existing([...missing])) for (const id of ids) missing.delete(id);
  return [...missing];
}

/** What is done with all rows: those of the dataset went through the other steps when they came. */
function forAll(options: CurateOptions, signal: AbortSignal | undefined): CurateOptions {
  const { backend, rules, join, deduplicate, tokens, template, validate, title, runUrl, split = false } = options;
  const given = { backend, rules, join, deduplicate, tokens, template, validate, title, runUrl };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    split: split === false ? false : { ...(split === true ? {} : split), keep: true },
    ...(signal && { signal }),
  };
}

/** The rows as `curate` gives them, without the name of their split in the source: its file says it. */
function withoutSplits(curated: Curated): Curated {
  const part = (rows: AsyncIterable<TrainingExample>) =>
    reiterableChunks<TrainingExample>(async function* (size) {
      for await (const chunk of chunksOf(rows, size))
        yield chunk.map((row) => withSource(row, omit(sourceOf(row), "splits")));
    });
  const [train, validation, test] = [part(curated.train), part(curated.validation), part(curated.test)];
  return { ...curated, train, validation, test };
}
