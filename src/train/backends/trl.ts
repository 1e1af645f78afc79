import { checkOptions } from "../../internal/options.js";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ServiceError } from "../../errors.js";
import { redactCredentials } from "../../http/redact-credentials.js";
import { secretsOfEnvironment } from "../../http/secrets.js";
import { isRecord } from "../../internal/is-record.js";
import { copyWhole, writeWhole } from "../../internal/files/new-file.js";
import type { MessageForms } from "../../templates/template-messages.js";
import { formsOf } from "../../templates/template-traits.js";
import type { JsonObject } from "../../types.js";
import type { CallOptions, FineTuneBackend, JobReference, JobRequest, JobSchedule, JobSnapshot } from "../backend.js";
import { templateAtHand, withTemplate } from "./shared/template.js";
import { listCheckpoints } from "./trl/checkpoints.js";
import { configText, dataFiles, labelWeights, trlCommand, trlConfig } from "./trl/config.js";
import { interrupted, readFailure } from "./trl/failures.js";
import { completeLines, readEvents, readProgress } from "./trl/log.js";
import { hyperparametersOf, trlKinds, type TrlOptions } from "./trl/options.js";
import { defaultPython, inspectPython } from "./trl/python.js";
import { wholeModel } from "./trl/continue.js";
import { renderTrlRow } from "./trl/rows.js";
import { trlRules } from "./trl/rules.js";
import type { Runner, RunnerStatus } from "./trl/runner.js";
import { local } from "./trl/runners/local.js";
import { CHECK_ROWS, RESUME, trainScript } from "./trl/scripts.js";

export type { LoraOptions, TrlHyperparameters, TrlOptions } from "./trl/options.js";
export type { Runner, RunnerStatus, TrainingWork } from "./trl/runner.js";
export { type HfJobsOptions, hfJobs } from "./trl/runners/hf-jobs.js";
export { type LocalOptions, local } from "./trl/runners/local.js";
export { ray, type RayOptions } from "./trl/runners/ray.js";
export { mergeAdapter, type MergeOptions } from "./trl/merge-adapter.js";
export { type ModelServer, serve, type ServeOptions } from "./trl/serve.js";

const STATES = {
  pending: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  stopped: "cancelled",
  lost: "failed",
} as const;

/**
 * Trains an open model with Hugging Face TRL on your own hardware, by `trl sft`, `trl dpo` or `trl kto`. Each
 * job has a folder with its rows, its config as YAML and its log, and can be run again by hand.
 * The same data and options find the same folder: a job that still runs is followed, one that was
 * killed goes on from its last checkpoint.
 *
 * @throws MissingPackageError when Python or one of its packages is missing, with the install line.
 *
 * @example
 * ```ts
 * import { fineTune, type TrainingExample } from "langsmith-finetune";
 * import { serve, trl } from "langsmith-finetune/backends/trl";
 *
 * declare const examples: AsyncIterable<TrainingExample>;
 * const tuned = await fineTune({ examples, backend: trl({ model: "Qwen/Qwen3-0.6B", python: ".venv/bin/python" }) });
 * const server = await serve(tuned);
 * ```
 */
export function trl(options: TrlOptions): FineTuneBackend {
  checkOptions<TrlOptions>("trl", options, trlKinds);
  const { model, runner = local(), environment = {}, trainOn = "last" } = options;
  const directory = resolve(options.directory ?? "fine-tunes");
  const python = options.python ?? defaultPython();
  const template = templateAtHand(options.template, model);
  const forms: MessageForms | undefined = template && { ...formsOf(template), content: "text" };

  return {
    name: "trl",
    model,
    options: optionsOf(options),
    capabilities: {
      methods: ["supervised", "preference", "unpaired"],
      validation: "job",
      deployment: "explicit",
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      checkpoints: "measured",
      from: ["supervised", "preference", "unpaired"],
      evaluateEvery: true,
      earlyStopping: "settings",
    },
    rules: withTemplate(trlRules(trainOn, labelWeights(options)), template),
    file: {
      extension: ".jsonl",
      mediaType: "application/jsonl",
      render: (row) => renderTrlRow(row as Parameters<typeof renderTrlRow>[0], forms),
    },

    schedule: scheduleOf(options),

    checkSetup: () => runner.checkSetup?.(),
    async upload(file, { signal }) {
      if (runner.local) await inspectPython(python, options.lora !== false);
      signal?.throwIfAborted();
      const path = join(directory, "datasets", `${file.sha256}.jsonl`);
      await copyWhole(file.path, path, { option: "directory", value: directory });
      return { id: path, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
    },

    async start(request, callOptions) {
      const folder = jobFolder(directory, model, request);
      const begun = await wholeModel(request.from, { python, runner, environment, ...callOptions });
      const files = await prepareFolder(folder, request, { ...options, model: begun ?? model, python });
      const reference: JobReference = {
        backend: "trl",
        id: basename(folder),
        model: begun ?? model,
        method: request.method,
        key: request.key,
        createdAt: new Date().toISOString(),
        training: request.training,
        ...(request.validation === undefined ? {} : { validation: request.validation }),
      };
      const work = { id: basename(folder), directory: folder, files, script: "train.sh", environment };
      const remember = async (handle: JsonObject) => {
        const details = { runner: runner.name, handle, ...(begun !== undefined && { rootModel: model }) };
        const remembered: JobReference = { ...reference, details };
        await writeWhole(join(folder, "job.json"), JSON.stringify(remembered, null, 2));
        return remembered;
      };
      // Remembered before the start too, so that `find` knows of it whatever happens in between.
      const plan = runner.plan(work);
      await remember(plan);
      return remember(await runner.start(work, plan, callOptions));
    },

    async find(key, callOptions) {
      const reference = await findReference(directory, model, key);
      if (reference?.details?.runner !== runner.name) return undefined;
      const { state } = await runner.status(handleOf(reference), callOptions).catch(lostIfUnknown);
      return state === "pending" || state === "running" || state === "succeeded" ? reference : undefined;
    },

    poll: (job, callOptions) => poll(runner, job, { ...process.env, ...environment }, callOptions),

    async events(job, after, callOptions) {
      const offset = Number(after ?? 0);
      const { text } = await runner.log(handleOf(job), offset, callOptions);
      const { lines, length } = completeLines(text);
      return { events: readEvents(lines, offset), after: String(offset + Buffer.byteLength(text.slice(0, length))) };
    },

    cancel: (job, callOptions) => runner.stop(handleOf(job), callOptions),

    checkpoints: async (job, callOptions) => listCheckpoints(await runner.result(handleOf(job), callOptions)),

    async checkpointResult(job, { model = "" }, snapshot, callOptions) {
      const parts = await this.result(job, snapshot, callOptions);
      return {
        ...parts,
        model,
        details: { ...parts.details, adapter: existsSync(join(model, "adapter_config.json")) },
      };
    },

    async result(job, snapshot, callOptions) {
      const result = await runner.result(handleOf(job), callOptions);
      const root = job.details?.rootModel;
      // A result on another machine or the hub cannot be looked into: it is what was asked for.
      const adapter = existsSync(result) ? existsSync(join(result, "adapter_config.json")) : options.lora !== false;
      return {
        model: result,
        ...(snapshot.trainedTokens === undefined ? {} : { trainedTokens: snapshot.trainedTokens }),
        details: { adapter, ...(typeof root === "string" && { rootModel: root }) },
        deployment: {
          status: "required",
          billed:
            "Nothing is billed by a provider; a trl model is not deployed but served: const server = await serve(tuned), from langsmith-finetune/backends/trl, and chatModel(server.tuned).",
        },
      };
    },
  };
}

/** TRL's defaults: 3 epochs, and 8 rows a step on one device; more devices make the step larger. */
function scheduleOf({ perDeviceBatchSize = 8, gradientAccumulation = 1, config = {} }: TrlOptions): JobSchedule {
  const { num_train_epochs: epochs = 3 } = config;
  return { ...(typeof epochs === "number" ? { epochs } : {}), batchSize: perDeviceBatchSize * gradientAccumulation };
}

/** What makes two jobs differ beside data and model. Where and by which Python it runs does not. */
function optionsOf(options: TrlOptions): JsonObject {
  const { lora = {}, trainOn = "last", config = {} } = options;
  const hyperparameters = hyperparametersOf(options);
  return JSON.parse(JSON.stringify({ lora, trainOn, hyperparameters, config })) as JsonObject;
}

async function poll(
  runner: Runner,
  job: JobReference,
  environment: NodeJS.ProcessEnv,
  options: CallOptions,
): Promise<JobSnapshot> {
  const { state, rawStatus, message } = await runner.status(handleOf(job), options);
  const { text } = await runner.log(handleOf(job), 0, options);
  const { secondsRemaining, tokens, ...progress } = readProgress(completeLines(`${text}\n`).lines);
  const status = STATES[state];
  const failure = state === "lost" ? interrupted(message ?? "") : readFailure(text, message);
  // A library may print what it was given.
  const error = { ...failure, message: redactCredentials(failure.message, ...secretsOfEnvironment(environment)) };
  return {
    status,
    rawStatus,
    progress,
    trainedTokens: tokens,
    ...(status === "failed" ? { error } : {}),
    ...(status === "running" && secondsRemaining !== undefined
      ? { estimatedFinish: new Date(Date.now() + secondsRemaining * 1000).toISOString() }
      : {}),
  };
}

/** Everything that the job needs, in one folder. Checkpoints of an earlier try stay, and make this a continuation. */
async function prepareFolder(
  folder: string,
  request: JobRequest,
  options: TrlOptions & { python: string },
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const data = dataFiles(request.validation !== undefined);
  await mkdir(dirname(join(folder, data.train)), { recursive: true });
  await copyFile(request.training.id, join(folder, data.train));
  if (request.validation && data.validation) await copyFile(request.validation.id, join(folder, data.validation));
  const config = trlConfig(options, {
    method: request.method,
    validation: request.validation !== undefined,
    epochs: request.epochs,
    seed: request.seed,
    evaluateEvery: request.evaluateEvery,
  });
  const command = trlCommand(request.method);
  const accelerate = Object.entries(options.accelerate ?? {}).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${String(value)}`,
  );
  // trl hands what it does not know itself to accelerate launch.
  const begin = `"$PYTHON" -c 'from trl.cli import main; raise SystemExit(main())' ${[command, "--config config.yaml", ...accelerate].join(" ")}`;
  const goOn = `"$PYTHON" -m accelerate.commands.launch ${[...accelerate, "resume.py", command, "--config config.yaml"].join(" ")}`;
  const files = {
    "config.yaml": await configText(config, `trl ${command} --config config.yaml`),
    "check_rows.py": CHECK_ROWS,
    "resume.py": RESUME,
    "train.sh": trainScript({ python: options.python, begin: request.earlyStopping ? goOn : begin, goOn }),
    ...(request.earlyStopping && { "early_stopping.json": JSON.stringify(request.earlyStopping) }),
  };
  for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
  return [...Object.keys(files), data.train, ...(data.validation ? [data.validation] : [])];
}

function jobFolder(directory: string, model: string, { key, suffix, fresh = false }: JobRequest): string {
  const name = (suffix ?? basename(model)).replaceAll(/[^\w.-]+/g, "-");
  for (let number = 1; ; number += 1) {
    const folder = join(directory, `${name}${number === 1 ? "" : `-${number}`}-${key.slice(0, 12)}`);
    if (!fresh || !existsSync(folder)) return folder;
  }
}

async function findReference(directory: string, model: string, key: string): Promise<JobReference | undefined> {
  const names = existsSync(directory) ? await readdir(directory) : [];
  const found: JobReference[] = [];
  for (const name of names.filter((entry) => entry.endsWith(`-${key.slice(0, 12)}`))) {
    const file = join(directory, name, "job.json");
    if (!existsSync(file)) continue;
    const reference: unknown = JSON.parse(await readFile(file, "utf8"));
    if (isRecord(reference) && reference.key === key && modelOf(reference as unknown as JobReference) === model)
      found.push(reference as unknown as JobReference);
  }
  // Several where a job was to be a fresh one: the newest counts.
  return found.sort((left, right) => right.createdAt.localeCompare(left.createdAt))[0];
}

/** The base model that the backend was made with. */
function modelOf({ model, details }: JobReference): unknown {
  return details?.rootModel ?? model;
}

/** A job that was planned and never started is not known to the runner. */
function lostIfUnknown(error: unknown): RunnerStatus {
  if (ServiceError.isInstance(error) && error.code === "not-found") return { state: "lost", rawStatus: "unknown" };
  throw error;
}

function handleOf(job: JobReference): JsonObject {
  const handle = job.details?.handle;
  if (job.backend !== "trl" || !isRecord(handle)) {
    throw new ServiceError({
      service: "trl",
      code: "invalid-reference",
      message: `The reference ${job.id} is not one of a trl job.`,
      hint: "Pass the reference as it was stored, and the backend that made it.",
    });
  }
  return handle as JsonObject;
}
