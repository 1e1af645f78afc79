import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ConvertOptions } from "../convert/convert-session-to-example.js";
import { checkCurateOptions, withMeaning, withoutMeaning, type CurateOptions } from "../curate/curate-options.js";
import type { CurationReport } from "../curate/report/report.js";
import { writeDataset } from "../curate/write-dataset.js";
import { InvalidOptionError } from "../errors.js";
import { writeWhole } from "../internal/files/new-file.js";
import { unwritable } from "../internal/files/unwritable.js";
import { boolean, either, kind, list, object, path, required, text } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import { omit } from "../internal/omit.js";
import { packageVersion } from "../internal/package-version.js";
import { stableStringify } from "../internal/stable-stringify.js";
import type { Engine } from "./engine.js";
import { cutFiles } from "./files/cut-files.js";
import type { S3Settings } from "./files/s3.js";
import { createFileStore } from "./files/file-store.js";
import { isRemote, type InputFile } from "./files/stored-file.js";
import { inline } from "./inline/index.js";
import { createMerge } from "./merge.js";
import type { Part } from "./part.js";
import { encodeJob, withSteps, type Job } from "./worker/job.js";
import { createPartMapper, type BuildLoadOptions, type Work } from "./worker/map-part.js";
import { isWhole, partPath } from "./worker/part-file.js";

/** Options of {@link buildDataset}. */
export interface BuildDatasetOptions {
  /**
   * Files or directories of rows or runs: JSON lines (also compressed with gzip), JSON, the Parquet files of a bulk
   * export. A record with `messages` is a row, any other a run. On S3: `s3://bucket/path`, which needs the package
   * `@aws-sdk/client-s3`; every process that reads finds its own credentials as that does.
   */
  from: string | URL | readonly (string | URL)[];
  /** Where S3 is, if not where Amazon's SDK looks for it. */
  s3?: S3Settings;
  /** How runs are loaded. Where it is given, every record is a run. */
  load?: BuildLoadOptions;
  /** How sessions become rows. Where it is given, every record is a run. */
  convert?: ConvertOptions;
  /** What `curate` does with the rows. */
  curate?: CurateOptions;
  /** The directory of the dataset: see `writeDataset`. */
  to: string | URL;
  /**
   * Who does the work: `inline()`, `threads()` or `ray()` of `langsmith-finetune/engines/…`.
   * @default inline()
   */
  engine?: Engine;
  /**
   * A module that exports `load`, `convert` or `curate`: options which hold functions (`where`, detectors, `check`),
   * for an engine whose workers are in other threads or on other machines.
   */
  steps?: string | URL;
  /** Ends the work with the signal's reason. What is done is kept for the next attempt. */
  signal?: AbortSignal;
}

/**
 * Makes a dataset of files: reads rows or runs, loads and converts runs, curates, and writes the dataset as
 * `writeDataset` does. The files are cut into ranges of some 2 MB, which the engine's workers take one by one; what
 * compares rows is decided here, over some hundred bytes of facts for each row. The same files and options give the
 * same bytes with every engine.
 *
 * A worker that dies has its range done again. A range that fails three times is reported in the findings with its
 * file and lines, and the rest goes on, or stops with `curate: { strict: true }`. A build that was interrupted goes on
 * where it was: the ranges that are done lie in `.build` below `to` until the dataset is written. Options that hold
 * functions, and other files or options, begin again.
 *
 * @throws {InvalidOptionError} for an option that cannot be used, a file that cannot be read, and a function among the
 * options of an engine that is not in this thread.
 * @throws {EmptyDatasetError} if nothing is left.
 * @throws {InvalidExamplesError} with `curate: { strict: true }`, for the first fault.
 *
 * @example
 * ```ts
 * import { buildDataset } from "langsmith-finetune";
 * import { threads } from "langsmith-finetune/engines/threads";
 *
 * const report = await buildDataset({
 *   from: "exports/runs",
 *   curate: { split: { validation: 0.1 }, tokens: { model: "gpt-4o-mini" } },
 *   to: "datasets/november",
 *   engine: threads(),
 * });
 * console.log(report.rows, report.removed);
 * ```
 */
export async function buildDataset(options: BuildDatasetOptions): Promise<CurationReport> {
  checkOptions<BuildDatasetOptions>("buildDataset", options, {
    from: required(either(path, list(path))),
    s3: object<S3Settings>({ region: text, endpoint: text, forcePathStyle: boolean }),
    load: kind("an object", isObject),
    convert: kind("an object", isObject),
    curate: kind("an object", isObject),
    to: required(path),
    engine: kind("an engine, such as inline() or threads()", isEngine),
    steps: path,
    signal: kind("an AbortSignal", isObject),
  });
  const { engine = inline(), signal } = options;
  const { steps, given, work } = await readWork(options);
  checkCurateOptions(work.curate);
  const to = folderPath(options.to);
  const store = createFileStore(work);
  const paths = Array.isArray(options.from) ? (options.from as (string | URL)[]) : [options.from as string | URL];
  const { files, parts } = await cutFiles(paths.map(addressOf), store);
  const folder = await openFolder(to, files, given, steps);
  const job: Job = engine.inThread ? { options: null } : encodeJob(folder.withSalt(given), steps, engine.name);
  const live = folder.withSalt(work);

  // Strict, or a listener that throws, ends all workers too.
  const stop = new AbortController();
  const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const merge = await createMerge(work.curate, parts, folder.path, store);
  const missing: Part[] = [];
  for (const part of parts) {
    if (folder.resumed && (await isWhole(partPath(folder.path, part.index)))) merge.done(part);
    else missing.push(part);
  }
  const running = engine
    .run({
      parts: missing,
      folder: folder.path,
      job,
      createMapper: () => createPartMapper(live),
      done: (part) => merge.done(part),
      failed: (part, error) => merge.failed(part, error),
      signal: all,
    })
    .catch((error: unknown) => {
      merge.abandon(error);
    });
  try {
    await merge.read(signal);
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    await running;
  }
  const curated = await merge.conclude();
  await writeDataset(to, curated, { ...(signal && { signal }) });
  await folder.remove();
  return curated.report;
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;
const isEngine = (value: unknown) => isObject(value) && typeof (value as Partial<Engine>).run === "function";

/** A path of this machine, or an address of object storage as it is written. */
function addressOf(location: string | URL): string {
  if (typeof location === "string") return location.startsWith("file:") ? fileURLToPath(location) : location;
  if (location.protocol === "file:") return fileURLToPath(location);
  return `${location.protocol}//${location.host}${decodeURIComponent(location.pathname)}`;
}

function folderPath(location: string | URL): string {
  const path = addressOf(location);
  if (!isRemote(path)) return path;
  throw new InvalidOptionError({
    option: "to",
    value: path,
    message: `to must be a folder of this machine, and not ${path}.`,
    hint: "Write the dataset to a folder, then copy it to the storage.",
  });
}

/** Options that matter to whoever called and not to a worker. */
const CALLER = ["onSkip", "onFinding", "runUrl", "signal", "title", "strict"] as const;

async function readWork({ load, convert, curate = {}, s3, signal, ...options }: BuildDatasetOptions) {
  const steps =
    options.steps === undefined
      ? undefined
      : options.steps instanceof URL
        ? options.steps.href
        : pathToFileURL(options.steps).href;
  const runs = load !== undefined || convert !== undefined;
  // Of a backend, workers need what it says of rows.
  const backend = curate.backend && { rules: curate.backend.rules, model: curate.backend.model };
  const forWorkers = { ...withoutMeaning(omit(curate, ...CALLER)), ...(backend && { backend }) };
  const given: Work = { runs, load: load ?? {}, convert: convert ?? {}, curate: forWorkers, ...(s3 && { s3 }) };
  const { curate: all, ...work } = await withSteps(given, steps);
  const live = { ...withMeaning(all, curate), ...callerOptions(curate), ...(signal && { signal }) };
  return { steps, given, work: { ...work, curate: live } };
}

function callerOptions(curate: CurateOptions): CurateOptions {
  return Object.fromEntries(CALLER.filter((name) => curate[name] !== undefined).map((name) => [name, curate[name]]));
}

/** Where the parts of this very build lie: those of another are thrown away. */
async function openFolder(to: string, files: readonly InputFile[], given: Work, steps: string | undefined) {
  const root = join(to, ".build");
  const path = join(root, "parts");
  const refused = (cause: unknown) => {
    throw unwritable(to, cause, { option: "to", value: to });
  };
  const key = keyOf(files, given, steps);
  const before = await readFile(join(root, "build.json"), "utf8").then(
    (text) => JSON.parse(text) as { key?: string; salt?: string },
    () => ({}) as { key?: string; salt?: string },
  );
  const resumed = key !== undefined && before.key === key;
  // Without a salt of the caller's, all workers and attempts must have the same.
  const salt = resumed && before.salt !== undefined ? before.salt : randomBytes(16).toString("hex");
  if (!resumed) {
    await rm(root, { recursive: true, force: true }).catch(refused);
    await mkdir(path, { recursive: true, mode: 0o700 }).catch(refused);
    await writeWhole(join(root, "build.json"), JSON.stringify({ key, salt }), { option: "to", value: to });
  }
  return {
    path,
    resumed,
    withSalt(work: Work): Work {
      const { redact } = work.curate;
      if (redact === undefined || redact === false) return work;
      const settings = redact === true ? {} : redact;
      return { ...work, curate: { ...work.curate, redact: { salt, ...settings } } };
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Nothing where functions are among the options: nobody can say whether they are the same as before. */
function keyOf(files: readonly InputFile[], given: Work, steps: string | undefined): string | undefined {
  try {
    const { options } = encodeJob(given, steps, "inline");
    if (steps !== undefined) return undefined;
    return createHash("sha256")
      .update(stableStringify({ version: packageVersion.version, files, options }))
      .digest("hex");
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return undefined;
    throw error;
  }
}
