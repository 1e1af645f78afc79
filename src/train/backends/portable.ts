import { checkOptions } from "../../internal/options.js";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { TimeoutError, InvalidOptionError } from "../../errors.js";
import type { JsonObject, UnpairedExample } from "../../types.js";
import { copyWhole } from "../../internal/files/new-file.js";
import type { ContinuedModel, FineTuneBackend, JobReference, JobSnapshot, TunedModelParts } from "../backend.js";
import { endDeployment } from "../end-deployment.js";
import { axolotl } from "./portable/axolotl.js";
import {
  findModel,
  folderName,
  freeName,
  takenNames,
  OUTPUT,
  readCheckpoint,
  readLogEnd,
  readReference,
  readStatus,
  writeJobFolder,
} from "./portable/job-folder.js";
import { llamaFactory } from "./portable/llama-factory.js";
import { portableKinds } from "./portable/options.js";
import type { PortableOptions, PortableTrainerName } from "./portable/options.js";
import { BILLED, useServer } from "./portable/server.js";
import { settingsOf, type Trainer, type TrainerTemplate } from "./portable/trainer.js";
import { loops, tinker } from "./portable/tinker.js";
import { trl } from "./portable/trl.js";
import { unsloth } from "./portable/unsloth.js";
import { formsOf } from "../../templates/template-traits.js";
import { templateAtHand, withTemplate } from "./shared/template.js";
import type { Row } from "./shared/conversation.js";
import { conversion } from "./shared/conversion.js";
import { jobOptions } from "./shared/job-options.js";
import { defined } from "./shared/read.js";

export type { PortableDeployOptions, PortableOptions, PortableTrainerName } from "./portable/options.js";

const TRAINERS: Readonly<Record<PortableTrainerName, Trainer>> = {
  trl,
  axolotl,
  "llama-factory": llamaFactory,
  unsloth,
  tinker,
  "baseten-loops": loops,
};

/**
 * Writes the dataset, the config and the command for a trainer that takes files, for those who
 * train elsewhere: TRL, axolotl, LLaMA-Factory, Unsloth, and the loops of Tinker and Baseten. **It does not train.** `startFineTune` writes a folder that can be moved to any
 * machine; its `train.sh` trains there. When the folder holds the result, `resumeFineTune` gives the
 * tuned model. `fineTune` waits `waitFor` milliseconds for somebody to begin, by default none, and
 * then ends with a `TimeoutError` that names the command.
 *
 * @throws InvalidOptionError for a trainer that is not known.
 *
 * @example
 * ```ts
 * import { readJsonl, startFineTune } from "langsmith-finetune";
 * import { portable } from "langsmith-finetune/backends/portable";
 *
 * const backend = portable({ model: "Qwen/Qwen3-0.6B", directory: "jobs", trainer: "axolotl" });
 * const job = await startFineTune({ examples: readJsonl("train.jsonl"), backend, epochs: 2 });
 * console.log(job.reference.details?.command);
 * ```
 */
export function portable(options: PortableOptions): FineTuneBackend {
  checkOptions<PortableOptions>("portable", options, portableKinds);
  const { model, trainer: name, waitFor = 0 } = options;
  const trainer = Object.hasOwn(TRAINERS, name) ? TRAINERS[name] : undefined;
  if (trainer === undefined) {
    throw new InvalidOptionError({
      option: "trainer",
      value: name,
      message: `portable knows no trainer ${JSON.stringify(name)}.`,
      hint: `Known: ${Object.keys(TRAINERS).join(", ")}.`,
    });
  }
  if (trainer === unsloth && options.trainOn === "all") {
    throw new InvalidOptionError({
      option: "trainOn",
      value: "all",
      message: "The script for Unsloth trains the last answer of a row alone.",
      hint: "Leave trainOn out, or take another trainer.",
    });
  }
  const directory = resolve(options.directory);
  const folderOf = ({ id }: Pick<JobReference, "id">) => join(directory, id);
  const template = templateAtHand(options.chatTemplate, model);
  const known: TrainerTemplate | undefined = template && {
    template,
    forms: { ...formsOf(template), content: "text" },
  };
  const { render, check } = conversion<Row | UnpairedExample>((row) => trainer.convert(row, options, known));

  return {
    name: "portable",
    model,
    capabilities: {
      methods: trainer.methods,
      validation: "none",
      deployment: "explicit",
      seed: true,
      suffix: false,
      epochs: true,
      validationFile: true,
      from: trainer.methods,
      ...(trainer.measures && { evaluateEvery: true }),
      ...(trainer.stopsEarly && { earlyStopping: "patience" as const }),
    },
    rules: withTemplate(
      {
        name: trainer.title,
        tools: true,
        functions: false,
        finalToolCall: true,
        refusals: false,
        loss: trainer.loss(options),
        parallelToolCalls: false,
        images: false,
        preference: true,
        ...(trainer.labelWeights && { unpaired: trainer.labelWeights(options) }),
        // Longer rows are cut at their end, where the answer is, or end the training.
        maxTokens: settingsOf({ options, method: "supervised" }).maxLength,
        ...trainer.rules,
        check,
      },
      template,
    ),
    file: { extension: ".jsonl", mediaType: "application/jsonl", render },
    options: jobOptions(options, "model", "directory", "waitFor", "chatTemplate"),

    async upload(file, { signal }) {
      signal?.throwIfAborted();
      const path = join(directory, "data", `${file.sha256}.jsonl`);
      await copyWhole(file.path, path, { option: "directory", value: directory });
      return { id: path, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
    },

    async start(request, { signal }) {
      signal?.throwIfAborted();
      if (request.from) refuseAdapter(request.from);
      const id = request.fresh ? await freeName(directory, request.key) : folderName(request.key);
      const { key, method, training, validation } = request;
      const reference: JobReference = defined({
        backend: "portable",
        id,
        model,
        method,
        key,
        createdAt: new Date().toISOString(),
        training,
        validation,
        details: { command: `bash ${join(directory, id, "train.sh")}`, install: trainer.install, trainer: name },
      });
      await writeJobFolder(folderOf(reference), trainer, options, request, reference);
      return reference;
    },

    async find(key, { signal }) {
      signal?.throwIfAborted();
      for (const name of (await takenNames(directory, key)).reverse()) {
        const reference = await readReference(join(directory, name));
        if (reference?.key !== key) continue;
        const { status } = await look(folderOf(reference));
        if (status !== "failed") return reference;
      }
      return undefined;
    },

    async poll(job, { signal }) {
      signal?.throwIfAborted();
      const snapshot = await look(folderOf(job));
      if (snapshot.rawStatus === "prepared" && Date.now() - Date.parse(job.createdAt) > waitFor)
        throw notTrained(folderOf(job), trainer, waitFor);
      return snapshot;
    },

    async result(job) {
      const folder = folderOf(job);
      const output = join(folder, OUTPUT);
      const kind = (await findModel(folder)) ?? "model";
      const checkpoint = await readCheckpoint(folder);
      if (checkpoint !== undefined && trainer.service !== undefined)
        return checkpointParts(checkpoint, trainer.service, { kind, trainer: name });
      const serve =
        kind === "adapter"
          ? `vllm serve ${model} --enable-lora --lora-modules tuned=${output}`
          : `vllm serve ${output} --served-model-name tuned`;
      return {
        model: output,
        deployment: { status: "required", billed: BILLED },
        details: { kind, serve, trainer: name },
      };
    },

    deploy: (tuned, deployOptions) => useServer(tuned, deployOptions),
    teardown: (tuned) => Promise.resolve(endDeployment(tuned, BILLED)),
  };
}

/** A model that stays at the service that trained it. */
function checkpointParts(
  { sampler, state }: { sampler: string; state?: string },
  { billed, inference }: NonNullable<Trainer["service"]>,
  details: JsonObject,
): TunedModelParts {
  return {
    model: sampler,
    ...(inference ? { inference: inference(sampler) } : { deployment: { status: "required", billed } }),
    details: { ...details, ...(state !== undefined && { state }) },
  };
}

/** The trainers are given a whole model to begin with. */
function refuseAdapter({ model, details }: ContinuedModel): void {
  if (details?.["kind"] !== "adapter" && !existsSync(join(model, "adapter_config.json"))) return;
  throw new InvalidOptionError({
    option: "from",
    value: model,
    message: `${model} is an adapter, and a training goes on from a whole model.`,
    hint: "Merge it into its base model first: mergeAdapter of langsmith-finetune/backends/trl.",
  });
}

/** How the job stands, as far as its folder tells. */
async function look(folder: string): Promise<JobSnapshot> {
  const word = await readStatus(folder);
  const found = await findModel(folder);
  // Trained by another command than train.sh, and the result brought back.
  if (word === undefined)
    return found === undefined
      ? { status: "pending", rawStatus: "prepared" }
      : { status: "succeeded", rawStatus: "found" };
  const rawStatus = word.split(" ")[0] ?? word;
  if (rawStatus === "running") return { status: "running", rawStatus };
  if (rawStatus === "succeeded" && found !== undefined) return { status: "succeeded", rawStatus };
  if (rawStatus !== "failed" && rawStatus !== "succeeded") return { status: "pending", rawStatus };
  const log = await readLogEnd(folder);
  const what =
    rawStatus === "failed"
      ? `The training ended with exit code ${word.split(" ")[1] ?? "unknown"}.`
      : `The training ended, but there is no model in ${join(folder, OUTPUT)}.`;
  return {
    status: "failed",
    rawStatus,
    error: { message: log === undefined ? what : `${what} Its log ends:\n${log}` },
  };
}

function notTrained(folder: string, { install }: Trainer, milliseconds: number): TimeoutError {
  return new TimeoutError({
    milliseconds,
    message: `The dataset, the config and the command are in ${folder}; nobody has begun to train there, and this package does not.`,
    hint: `Run \`bash ${join(folder, "train.sh")}\` (needs: ${install}), then resumeFineTune(reference, { backend }); or set waitFor.`,
  });
}
