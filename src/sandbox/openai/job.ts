import type { JsonObject } from "../../types.js";
import type { FileCheck, FileFault } from "./check-file.js";
import { storeFile } from "./files.js";
import type { OpenAIState } from "./state.js";
import { planTraining, type Hyperparameters, type TrainingRun } from "./training-run.js";
import { tunedModel } from "./tuned-model.js";

/** What a client asked for, checked. */
export interface JobRequest {
  baseModel: string;
  trainingFile: string;
  validationFile?: string;
  suffix?: string;
  seed: number;
  metadata: Record<string, string> | null;
  method: "supervised" | "dpo";
  hyperparameters: Hyperparameters;
}

export interface JobEvent extends JsonObject {
  id: string;
  object: "fine_tuning.job.event";
  created_at: number;
  level: "info" | "warn" | "error";
  message: string;
  type: "message" | "metrics";
  data: JsonObject;
}

export interface JobCheckpoint extends JsonObject {
  id: string;
  object: "fine_tuning.job.checkpoint";
}

type Phase = "validating_files" | "queued" | "running" | "succeeded" | "failed" | "cancelled";

/** Where each phase begins, as a share of the job's duration. */
const BEGINS = { queued: 0.15, running: 0.3, succeeded: 1 } as const;

/**
 * A fine-tuning job. Time moves it (`catchUp`), or a test does. It trains nothing: when it ends, its
 * model knows the rows.
 */
export class Job {
  readonly id: string;
  /** Oldest first. */
  readonly events: JobEvent[] = [];
  readonly checkpoints: JobCheckpoint[] = [];
  phase: Phase = "validating_files";
  /** Shown instead of the phase while it is set; the job stands still. */
  shownStatus?: string;

  #progress = 0;
  /** The time that does not count, because the job stood still. */
  #heldSince?: number;
  #held = 0;
  #reportedSteps = 0;
  #rows: JsonObject[] = [];
  #run?: TrainingRun;
  #model: string | null = null;
  #error: FileFault | { code: string; message: string; param: string | null } | null = null;
  #finishedAt: number | null = null;
  #resultFile?: string;
  readonly #createdAt: number;

  constructor(
    readonly request: JobRequest,
    private readonly state: OpenAIState,
    private readonly checkFile: FileCheck,
  ) {
    this.id = state.nextId("ftjob-");
    this.#createdAt = state.clock.now();
    this.#say(`Created fine-tuning job: ${this.id}`);
    this.#say(`Validating training file: ${request.trainingFile}`);
  }

  get isOver(): boolean {
    return this.phase === "succeeded" || this.phase === "failed" || this.phase === "cancelled";
  }

  /** Moves the job to where it is at this time. */
  catchUp(): void {
    if (this.isOver || this.#heldSince !== undefined) return;
    const elapsed = this.state.clock.now() - this.#createdAt - this.#held;
    this.moveTo(this.state.jobDuration === 0 ? 1 : elapsed / this.state.jobDuration);
  }

  /** Moves the job on to a share of its duration; never back. Takes every phase on the way. */
  moveTo(share: number): void {
    const target = Math.min(1, Math.max(share, this.#progress));
    this.#progress = Number.isNaN(target) ? this.#progress : target;
    if (this.phase === "validating_files" && this.#progress >= BEGINS.queued) this.#validate();
    if (this.phase === "queued" && this.#progress >= BEGINS.running) {
      this.phase = "running";
      this.#say("Fine-tuning job started");
    }
    if (this.phase === "running") this.#reportSteps();
    if (this.phase === "running" && this.#progress >= BEGINS.succeeded) this.#succeed();
  }

  /** Moves the job to the beginning of a phase, by default the next. */
  advance(to?: "queued" | "running" | "succeeded"): void {
    const next =
      to ?? ({ validating_files: "queued", queued: "running" } as const)[this.phase as string] ?? "succeeded";
    this.moveTo(BEGINS[next]);
  }

  /** Moves the job to a share of its training. */
  train(share: number): void {
    this.moveTo(BEGINS.running + share * (BEGINS.succeeded - BEGINS.running));
  }

  /** Stands still and shows a status, until `release`. */
  hold(status: string): void {
    this.catchUp();
    if (this.isOver) return;
    this.shownStatus = status;
    this.#heldSince ??= this.state.clock.now();
  }

  release(): void {
    if (this.#heldSince !== undefined) this.#held += this.state.clock.now() - this.#heldSince;
    this.#heldSince = undefined;
    this.shownStatus = undefined;
  }

  fail(error: { code: string; message: string; param?: string | null }): void {
    if (this.isOver) return;
    this.release();
    this.#error = { ...error, param: error.param ?? null };
    this.#end("failed");
    this.#say(error.message, { level: "error" });
  }

  cancel(): void {
    if (this.isOver) return;
    this.release();
    this.#end("cancelled");
    this.#say("The job was cancelled", { level: "warn" });
  }

  /** The job in the form of the API. */
  describe(): JsonObject & { id: string } {
    const { baseModel, trainingFile, validationFile, suffix, seed, metadata, method } = this.request;
    const hyperparameters = {
      n_epochs: this.#run?.epochs ?? "auto",
      batch_size: this.#run?.batchSize ?? "auto",
      learning_rate_multiplier: this.#run?.learningRate ?? "auto",
    };
    return {
      object: "fine_tuning.job",
      id: this.id,
      model: baseModel,
      created_at: Math.floor(this.#createdAt / 1000),
      finished_at: this.#finishedAt,
      fine_tuned_model: this.#model,
      organization_id: "org-sandbox",
      result_files: this.#resultFile === undefined ? [] : [this.#resultFile],
      status: this.shownStatus ?? this.phase,
      validation_file: validationFile ?? null,
      training_file: trainingFile,
      hyperparameters,
      trained_tokens: this.phase === "succeeded" ? (this.#run?.trainedTokens ?? null) : null,
      // Not null while there is none: so is the example in OpenAI's own description.
      error: this.#error === null ? { code: null, message: null, param: null } : { ...this.#error },
      seed,
      estimated_finish: this.#estimatedFinish(),
      integrations: [],
      metadata,
      user_provided_suffix: suffix ?? null,
      method: { type: method, [method]: { hyperparameters } },
    };
  }

  #validate(): void {
    const { trainingFile, validationFile, method, hyperparameters, seed } = this.request;
    const training = this.#read(trainingFile, "training_file");
    const validation = validationFile === undefined ? undefined : this.#read(validationFile, "validation_file");
    for (const checked of [training, validation]) {
      if (checked !== undefined && "fault" in checked) return this.fail(checked.fault);
    }
    this.#rows = "rows" in training ? training.rows : [];
    this.#run = planTraining(this.#rows, hyperparameters, { seed, validation: validation !== undefined });
    this.phase = "queued";
    this.#say("Files validated, moving job to queued state");
    if (method === "dpo")
      this.#say("The stand-in learns the preferred answers, and nothing of the others", { level: "warn" });
  }

  #read(id: string, param: "training_file" | "validation_file"): { rows: JsonObject[] } | { fault: FileFault } {
    const file = this.state.files.get(id);
    if (file === undefined) {
      return { fault: { code: `invalid_${param}`, message: `The file ${id} is not there any more.`, param } };
    }
    return this.checkFile(file.content, param);
  }

  #reportSteps(): void {
    const run = this.#run;
    if (run === undefined) return;
    const share = (this.#progress - BEGINS.running) / (BEGINS.succeeded - BEGINS.running);
    const reached = run.reportedSteps.filter((step) => step <= share * run.totalSteps + 1e-9);
    for (const step of reached.slice(this.#reportedSteps)) {
      const metrics = run.metricsAt(step);
      const message = `Step ${step}/${run.totalSteps}: training loss=${metrics["train_loss"]?.toFixed(2)} (made up: the sandbox trains nothing)`;
      this.#say(message, { type: "metrics", data: metrics });
    }
    this.#reportedSteps = reached.length;
  }

  #succeed(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { baseModel, suffix = "" } = this.request;
    const model = tunedModel(this.#rows);
    const created = this.state.seconds();
    const base = baseModel.startsWith("ft:") ? (baseModel.split(":")[1] ?? baseModel) : baseModel;
    const name = `ft:${base}:sandbox:${suffix}:stand-in-${this.id.slice(-6)}`;
    for (const step of run.checkpointSteps) {
      const last = step === run.totalSteps;
      const checkpointModel = last ? name : `${name}:ckpt-step-${step}`;
      this.state.models.add(checkpointModel, model, created);
      this.checkpoints.push({
        object: "fine_tuning.job.checkpoint",
        id: this.state.nextId("ftckpt_"),
        created_at: created,
        fine_tuned_model_checkpoint: checkpointModel,
        fine_tuning_job_id: this.id,
        metrics: run.metricsAt(step),
        step_number: step,
      });
      if (!last) this.#say(`Checkpoint created at step ${step}`);
    }
    this.#model = name;
    this.#resultFile = storeFile(this.state, {
      filename: "step_metrics.csv",
      purpose: "fine-tune-results",
      content: metricsTable(run),
    }).id;
    this.#end("succeeded");
    this.#say(`New fine-tuned model created: ${name}`);
    this.#say("The job has successfully completed");
  }

  #end(phase: "succeeded" | "failed" | "cancelled"): void {
    this.phase = phase;
    this.#finishedAt = this.state.seconds();
  }

  #estimatedFinish(): number | null {
    if (this.phase !== "running" || !Number.isFinite(this.state.jobDuration)) return null;
    return Math.ceil((this.#createdAt + this.#held + this.state.jobDuration) / 1000);
  }

  #say(
    message: string,
    { level = "info", type = "message", data = {} }: Partial<Pick<JobEvent, "level" | "type" | "data">> = {},
  ): void {
    const id = this.state.nextId("ftevent-");
    this.events.push({
      object: "fine_tuning.job.event",
      id,
      created_at: this.state.seconds(),
      level,
      message,
      data,
      type,
    });
  }
}

function metricsTable({ reportedSteps, metricsAt }: TrainingRun): string {
  const rows = reportedSteps.map((step) => metricsAt(step));
  return (
    [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))].map((cells) => cells.join(",")).join("\n") +
    "\n"
  );
}
