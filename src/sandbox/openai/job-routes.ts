import { isRecord } from "../../internal/is-record.js";
import type { ServiceApp, ServiceContext } from "../server.js";
import { ApiError, invalidType, missingParameter } from "./api-error.js";
import { createFileCheck } from "./check-file.js";
import { findFile } from "./files.js";
import { Job, type JobRequest } from "./job.js";
import { pageOf } from "./paging.js";
import { readJson } from "./read-json.js";
import type { OpenAIState } from "./state.js";
import type { Hyperparameters } from "./training-run.js";

/** The routes below `/v1/fine_tuning/jobs`. */
export function addJobRoutes(app: ServiceApp, state: OpenAIState, jobs: Map<string, Job>): void {
  app.post("/v1/fine_tuning/jobs", async (context) => {
    const request = readJobRequest(await readJson(context), state, jobs.size + 1);
    if (state.refusal !== undefined) throw state.refusal;
    const job = new Job(request, state, await createFileCheck(request.method));
    jobs.set(job.id, job);
    return context.json(job.describe());
  });

  app.get("/v1/fine_tuning/jobs", (context) => {
    const wanted = metadataFilter(context);
    const found = [...jobs.values()].reverse().filter(({ request: { metadata } }) => wanted(metadata));
    for (const job of found) job.catchUp();
    return context.json(
      pageOf(
        found.map((job) => job.describe()),
        paging(context, state, 20),
      ),
    );
  });

  app.get("/v1/fine_tuning/jobs/:id", (context) => context.json(findJob(jobs, context).describe()));

  app.get("/v1/fine_tuning/jobs/:id/events", (context) => {
    const { events } = findJob(jobs, context);
    return context.json(pageOf([...events].reverse(), paging(context, state, 20)));
  });

  app.get("/v1/fine_tuning/jobs/:id/checkpoints", (context) => {
    const { checkpoints } = findJob(jobs, context);
    return context.json(pageOf([...checkpoints].reverse(), paging(context, state, 10)));
  });

  app.post("/v1/fine_tuning/jobs/:id/cancel", (context) => {
    const job = openJob(jobs, context);
    job.cancel();
    return context.json(job.describe());
  });
  app.post("/v1/fine_tuning/jobs/:id/pause", (context) => {
    const job = openJob(jobs, context);
    job.hold("paused");
    return context.json(job.describe());
  });
  app.post("/v1/fine_tuning/jobs/:id/resume", (context) => {
    const job = openJob(jobs, context);
    job.release();
    return context.json(job.describe());
  });
}

function findJob(jobs: ReadonlyMap<string, Job>, context: ServiceContext): Job {
  const id = context.req.param("id") ?? "";
  const job = jobs.get(id);
  if (job === undefined) {
    throw new ApiError(404, `Could not find fine tune: ${id}`, { param: "fine_tune_id", code: "fine_tune_not_found" });
  }
  job.catchUp();
  return job;
}

function openJob(jobs: ReadonlyMap<string, Job>, context: ServiceContext): Job {
  const job = findJob(jobs, context);
  if (!job.isOver) return job;
  throw new ApiError(400, `Job has already completed: ${job.id}`, { code: "invalid_request" });
}

function paging(context: ServiceContext, { endlessPages }: OpenAIState, defaultLimit: number) {
  const { after, limit } = context.req.query();
  const count = limit === undefined ? defaultLimit : Number(limit);
  if (!Number.isInteger(count) || count < 1) throw invalidType("limit", "a whole number above 0");
  return { after, limit: count, endless: endlessPages };
}

/** `metadata[key]=value`, or `metadata=null` for jobs that have none. */
function metadataFilter(context: ServiceContext): (metadata: Record<string, string> | null) => boolean {
  const query = Object.entries(context.req.query());
  if (query.some(([key, value]) => key === "metadata" && value === "null")) return (metadata) => metadata === null;
  const wanted = query.flatMap(([key, value]) => {
    const name = /^metadata\[(.+)\]$/.exec(key)?.[1];
    return name === undefined ? [] : [[name, value] as const];
  });
  return (metadata) => wanted.every(([key, value]) => metadata?.[key] === value);
}

function readJobRequest(body: Record<string, unknown>, state: OpenAIState, defaultSeed: number): JobRequest {
  const { model, training_file: training, validation_file: validation, suffix, seed, metadata } = body;
  if (typeof model !== "string") throw missingParameter("model");
  if (typeof training !== "string") throw missingParameter("training_file");
  checkUsable(state, training, "training_file");
  if (validation !== undefined && validation !== null) checkUsable(state, validation, "validation_file");
  const base = state.models.find(model);
  if (base === undefined || !base.tunable) {
    throw new ApiError(400, `Model ${model} is not available for fine-tuning or does not exist.`, {
      param: "model",
      code: "model_not_available",
    });
  }
  if (suffix !== undefined && suffix !== null && (typeof suffix !== "string" || suffix.length > 64)) {
    throw new ApiError(400, `${JSON.stringify(suffix)} is too long - 'suffix'`, { param: "suffix" });
  }
  if (seed !== undefined && seed !== null && !Number.isInteger(seed)) throw invalidType("seed", "an integer");
  return {
    baseModel: base.id,
    trainingFile: training,
    validationFile: typeof validation === "string" ? validation : undefined,
    suffix: typeof suffix === "string" && suffix !== "" ? suffix : undefined,
    seed: typeof seed === "number" ? seed : defaultSeed,
    metadata: readMetadata(metadata),
    ...readMethod(body),
  };
}

function checkUsable(state: OpenAIState, id: unknown, param: string): void {
  if (typeof id !== "string") throw invalidType(param, "a string");
  try {
    const { purpose } = findFile(state, id);
    if (purpose === "fine-tune") return;
  } catch {
    throw new ApiError(400, `invalid ${param}: ${id}`, { param, code: "invalid_file" });
  }
  throw new ApiError(400, `File '${id}' has a purpose other than fine-tune.`, { param, code: "invalid_file_purpose" });
}

function readMetadata(metadata: unknown): Record<string, string> | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isRecord(metadata)) throw invalidType("metadata", "an object");
  const entries = Object.entries(metadata);
  if (entries.length > 16) throw new ApiError(400, "'metadata' has more than 16 keys.", { param: "metadata" });
  for (const [key, value] of entries) {
    if (typeof value !== "string") throw invalidType(`metadata.${key}`, "a string");
    if (key.length > 64 || value.length > 512)
      throw new ApiError(400, `'metadata.${key}' is too long.`, { param: "metadata" });
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function readMethod(body: Record<string, unknown>): Pick<JobRequest, "method" | "hyperparameters"> {
  const { method } = body;
  if (method === undefined || method === null) {
    return { method: "supervised", hyperparameters: readHyperparameters(body["hyperparameters"]) };
  }
  if (!isRecord(method)) throw invalidType("method", "an object");
  const { type } = method;
  if (type !== "supervised" && type !== "dpo") {
    throw new ApiError(400, `The stand-in has no method ${JSON.stringify(type)}, only 'supervised' and 'dpo'.`, {
      param: "method.type",
    });
  }
  const settings = method[type];
  return {
    method: type,
    hyperparameters: readHyperparameters(isRecord(settings) ? settings["hyperparameters"] : undefined),
  };
}

function readHyperparameters(value: unknown): Hyperparameters {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw invalidType("hyperparameters", "an object");
  const read = (key: keyof Hyperparameters) => {
    const given = value[key];
    if (given === undefined || given === null || given === "auto") return undefined;
    if (typeof given !== "number" || !(given > 0))
      throw invalidType(`hyperparameters.${key}`, "'auto' or a number above 0");
    return given;
  };
  return {
    n_epochs: read("n_epochs"),
    batch_size: read("batch_size"),
    learning_rate_multiplier: read("learning_rate_multiplier"),
  };
}
