import { InvalidOptionError } from "../../../errors.js";
import { sameJson } from "../../../internal/same-json.js";
import type { JsonObject } from "../../../types.js";
import type { JobEvent, JobEventPage, JobRequest, JobSnapshot, JobStatus } from "../../backend.js";
import { lineOf } from "../../preparing/line-of.js";
import { defined, numberOf, objectOf, positiveOf, stringOf } from "../shared/read.js";
import type { AlibabaOptions } from "./options.js";
import { MAX_LENGTH } from "./rows.js";

/** What is trained and how often where nothing is said: the API wants these to be given; its own examples have them. */
export const DEFAULTS = { epochs: 3, batchSize: 32 } as const;

/** Every state of the API reference (model-training-api-reference, 2026-02-11). */
export const ALIBABA_STATES: Readonly<Record<string, JobStatus>> = {
  PENDING: "pending",
  // One job of a user runs at a time.
  QUEUING: "pending",
  RUNNING: "running",
  CANCELING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELED: "cancelled",
};

/** The job's name holds the key, by which it is found. */
export const jobName = (key: string) => `lf-${key}`;

/** The body of the request that creates the job. */
export function jobBody(options: AlibabaOptions, request: JobRequest): JsonObject {
  const { model, training = "lora", lora = {}, hyperparameters = {}, extra } = options;
  const { epochs, evaluateEvery, suffix } = request;
  if (epochs !== undefined && "n_epochs" in hyperparameters)
    throw new InvalidOptionError({
      option: "epochs",
      value: epochs,
      message: "epochs and hyperparameters.n_epochs are both given.",
      hint: "Give one.",
    });
  return defined({
    // A tuned model in the place of the base model: "for further fine-tuning".
    model: request.from?.model ?? model,
    job_name: jobName(request.key),
    training_file_ids: [request.training.id],
    validation_file_ids: request.validation && [request.validation.id],
    training_type: training === "full" ? "sft" : "efficient_sft",
    finetuned_output_suffix: suffix === undefined ? undefined : outputSuffix(suffix),
    hyper_parameters: defined({
      n_epochs: epochs ?? DEFAULTS.epochs,
      batch_size: options.batchSize ?? DEFAULTS.batchSize,
      max_length: options.maxLength ?? MAX_LENGTH,
      // A text, as in the documentation's example.
      learning_rate: options.learningRate === undefined ? undefined : String(options.learningRate),
      split: request.validation === undefined ? options.split : undefined,
      eval_steps: evaluateEvery,
      lora_rank: lora.rank,
      lora_alpha: lora.alpha,
      lora_dropout: lora.dropout,
      ...hyperparameters,
    }),
    ...extra,
  }) as JsonObject;
}

/** Lower case letters and digits, at most eight: what is documented of the suffix of a compressed model. */
function outputSuffix(suffix: string): string {
  return suffix
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "")
    .slice(0, 8);
}

/**
 * Whether a job that the service lists is the one of this request: by its name, or, because its documentation shows the
 * job's id in the place of the name, by its files and settings.
 */
export function isJobOf(job: Record<string, unknown>, body: JsonObject): boolean {
  if (job["job_name"] === body["job_name"]) return true;
  const same = (name: string, otherwise: unknown) => sameJson(job[name] ?? otherwise, body[name] ?? otherwise);
  return (
    job["job_name"] === job["job_id"] &&
    same("model", undefined) &&
    same("training_file_ids", []) &&
    same("validation_file_ids", []) &&
    same("training_type", undefined) &&
    same("hyper_parameters", {})
  );
}

/** How a job stands, of the `output` of an answer. */
export function snapshotOf(job: Record<string, unknown>): JobSnapshot {
  const rawStatus = stringOf(job["status"]) ?? "";
  const status = ALIBABA_STATES[rawStatus] ?? "pending";
  const message = stringOf(job["message"]);
  return defined<JobSnapshot>({
    status,
    rawStatus,
    model: stringOf(job["finetuned_output"]),
    trainedTokens: positiveOf(job["usage"]),
    error:
      status === "failed"
        ? defined({
            code: stringOf(job["code"]),
            message: message ?? "Alibaba gave no reason; the job's events may.",
            line: message === undefined ? undefined : lineOf(message),
          })
        : undefined,
    raw: job,
  });
}

/** The lines of the job's log after the cursor, which is a number of lines. A line that is a Python dict is a measurement. */
export function logPage(output: unknown, after: string | undefined): JobEventPage {
  const done = after === undefined ? 0 : Number(after);
  const { logs } = objectOf(output);
  const lines = Array.isArray(logs) ? logs.map((line) => (typeof line === "string" ? line : JSON.stringify(line))) : [];
  const events = lines.map((line, index): JobEvent => {
    const metrics = metricsOf(line);
    return {
      id: `log:${done + index + 1}`,
      level: "info",
      message: line.trim(),
      ...(Object.keys(metrics).length > 0 && { metrics }),
    };
  });
  return { events, after: String(done + lines.length) };
}

const NAMES: Readonly<Record<string, string>> = { eval_loss: "validationLoss" };

function metricsOf(line: string): Record<string, number> {
  if (!/^\s*\{.*\}\s*$/s.test(line)) return {};
  const found = [...line.matchAll(/['"](\w+)['"]\s*:\s*['"]?(-?\d[\d.]*(?:e[+-]?\d+)?)['"]?\s*[,}]/gi)];
  return Object.fromEntries(
    found.flatMap(([, name = "", text]) => {
      const value = numberOf(text);
      return value === undefined ? [] : [[NAMES[name] ?? name, value] as const];
    }),
  );
}
