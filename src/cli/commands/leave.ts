import type { FineTunedModel } from "../../train/backend.js";
import { compareModels } from "../../compare/compare-models.js";
import { writeComparison } from "../../compare/write-comparison.js";
import { readJsonl } from "../../convert/read-jsonl.js";
import { curate } from "../../curate/curate.js";
import { writeDataset } from "../../curate/write-dataset.js";
import { InvalidOptionError } from "../../errors.js";
import { exportPastJobs, type ExportedJob } from "../../train/export-past-jobs.js";
import type { FineTuneBackend } from "../../train/backend.js";
import { startFineTune } from "../../train/start-fine-tune.js";
import { resumeFineTune } from "../../train/resume-fine-tune.js";
import { chatModel } from "../../use/chat-model.js";
import { createBackend } from "../backend-options.js";
import { type CliCommand, countOf, define, given, listOf, settingOf } from "../command.js";
import type { CliContext } from "../context.js";
import { openDataset } from "../dataset-input.js";
import { EXIT } from "../exit-codes.js";
import { writeJsonFile } from "../json-file.js";
import { planTraining } from "../plan-training.js";
import { access } from "node:fs/promises";
import { join } from "node:path";

interface LeaveFlags {
  out: string;
  job?: string[];
  set?: Record<string, unknown>;
  to?: string;
  toModel?: string;
  toSet?: Record<string, unknown>;
  epochs?: number;
  yes?: boolean;
}

/** Takes tuned models to another provider: their rows, their settings, a new job, and a comparison with the old model. */
export const leave: CliCommand = {
  register(program, run) {
    define(program, "leave <backend>", "take tuned models and their data to another provider")
      .option("-o, --out <folder>", "where everything is written", "leaving")
      .option("--job <id>", "only this job; may be repeated", listOf)
      .option("--set <name=value>", "an option of the old backend; may be repeated", settingOf)
      .option("--to <backend>", "tune again there")
      .option("--to-model <name>", "the base model there")
      .option("--to-set <name=value>", "an option of the new backend; may be repeated", settingOf)
      .option("--epochs <count>", "how often the rows are seen there", countOf)
      .option("--yes", "start the paid steps; without it they are planned")
      .action(
        run<[string], LeaveFlags>(async (context, flags, from) => {
          // A backend needs a base model; listing jobs and files does not use it.
          const old = await createBackend(from, { model: "none", ...flags.set });
          if (old.announcement !== undefined) context.say(old.announcement);
          const jobs = await exportPastJobs(old, flags.out, {
            ...given({ jobs: flags.job }),
            signal: context.signal,
            onJob: (job) => context.say(lineOf(job)),
          });
          const ready = jobs.filter(({ status, files }) => status === "succeeded" && files.training !== undefined);
          const target = await targetOf(flags);
          const datasets: Record<string, string> = {};
          for (const job of ready)
            datasets[job.reference.id] = await makeDataset(context, job, flags.out, target ?? old);
          const summary = { jobs, datasets };
          if (target === undefined) {
            context.say("Pass --to and --to-model to tune again elsewhere.");
            await context.print(
              summary,
              Object.entries(datasets).map(([job, folder]) => `${job}: ${folder}`),
            );
            return EXIT.ok;
          }
          const [job, ...others] = ready;
          if (job === undefined || others.length > 0) throw whichJob(ready);
          return moveModel(context, { old, target, job, dataset: datasets[job.reference.id] ?? flags.out, flags });
        }),
      );
  },
};

async function targetOf({ to, toModel, toSet }: LeaveFlags): Promise<FineTuneBackend | undefined> {
  if (to === undefined) return undefined;
  if (toModel === undefined) {
    throw new InvalidOptionError({
      option: "to-model",
      value: toModel,
      message: "--to names a backend but no base model.",
      hint: "Pass --to-model too.",
    });
  }
  return createBackend(to, { ...toSet, model: toModel });
}

function whichJob(ready: readonly ExportedJob[]): InvalidOptionError {
  return new InvalidOptionError({
    option: "job",
    value: ready.map(({ reference }) => reference.id),
    message:
      ready.length === 0
        ? "No job that succeeded still has its training file."
        : `${ready.length} jobs can be tuned again.`,
    hint: ready.length === 0 ? "Its rows must come from the traces or from your own files." : "Name one with --job.",
  });
}

function lineOf({ reference, model, rawStatus, files, missing }: ExportedJob): string {
  const lost = missing.map(({ role, file }) => `; the ${role} file ${file} is gone`).join("");
  return `${reference.id} ${rawStatus} ${model ?? reference.model}${files.training === undefined ? "" : ` ${files.training}`}${lost}`;
}

/** The rows of a job as a dataset folder that the new backend takes: with its own validation rows, or a tenth held out. */
async function makeDataset(
  context: CliContext,
  job: ExportedJob,
  folder: string,
  backend: FineTuneBackend,
): Promise<string> {
  const { signal } = context;
  const path = join(folder, "datasets", job.reference.id);
  const { training, validation } = job.files;
  if (training === undefined) return path;
  const curated = await curate(join(folder, training), {
    ...context.config.curate,
    backend,
    split: validation === undefined,
    signal,
  });
  const { reference, hyperparameters, model, trainedTokens } = job;
  await writeDataset(path, curated, {
    signal,
    metadata: { job: reference.id, baseModel: reference.model, hyperparameters, ...given({ model, trainedTokens }) },
  });
  return path;
}

interface Move {
  old: FineTuneBackend;
  target: FineTuneBackend;
  job: ExportedJob;
  dataset: string;
  flags: LeaveFlags;
}

/** Tunes again and asks the old model and the new one the same held-out questions. */
async function moveModel(context: CliContext, { old, target, job, dataset, flags }: Move): Promise<number> {
  const { signal } = context;
  const held = job.files.validation === undefined ? undefined : join(flags.out, job.files.validation);
  const open = () => openDataset(dataset, held, signal);
  const plan = await planTraining(await open(), target, flags.epochs, signal);
  for (const line of plan.lines) context.say(line);
  if (flags.yes !== true) {
    context.say("Nothing was uploaded. Add --yes to tune, and to ask both models the held-out questions.");
    await context.print({ started: false, job: job.reference.id, dataset, plan: plan.data }, [dataset]);
    return EXIT.unconfirmed;
  }
  const { train: examples, validation } = await open();
  const { onProgress } = context;
  const started = await startFineTune({
    ...context.config.train,
    ...given({ epochs: flags.epochs, validation, onProgress }),
    examples,
    backend: target,
    signal,
  });
  await writeJsonFile("out", join(flags.out, "job.json"), started.reference);
  const tuned = await started.wait({ ...context.config.train, ...given({ signal, onProgress }) });
  await writeJsonFile("out", join(flags.out, "tuned-model.json"), tuned);
  const before = await resumeFineTune(job.reference, { backend: old }).wait({ signal });
  await writeJsonFile("out", join(flags.out, "old-model.json"), before);
  const page = await compareWithOld(context, {
    before,
    tuned,
    heldOut: held ?? join(dataset, "validation.jsonl"),
    out: flags.out,
  });
  await context.print({ started: true, tuned, comparison: page }, [tuned.model, ...(page === undefined ? [] : [page])]);
  return EXIT.ok;
}

async function compareWithOld(
  context: CliContext,
  { before, tuned, heldOut, out }: { before: FineTunedModel; tuned: FineTunedModel; heldOut: string; out: string },
): Promise<string | undefined> {
  const isThere = await access(heldOut).then(
    () => true,
    () => false,
  );
  if (!isThere || tuned.inference === undefined || before.inference === undefined) {
    context.say("The models were not compared: there are no held-out rows, or a model must be deployed first.");
    return undefined;
  }
  const comparison = await compareModels({
    examples: readJsonl(heldOut, { signal: context.signal }),
    models: { [before.model]: await chatModel(before), [tuned.model]: await chatModel(tuned) },
    cache: join(out, "answers"),
    signal: context.signal,
  });
  for (const line of comparison.verdict) context.say(line);
  return (await writeComparison(join(out, "comparison"), comparison)).html;
}
