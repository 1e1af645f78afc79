import { InvalidOptionError } from "../../errors.js";
import type { JsonObject } from "../../types.js";
import { createServiceApp, type SandboxFrame, type ServiceApp } from "../server.js";
import { ApiError } from "./api-error.js";
import { addChatRoutes } from "./chat-routes.js";
import { addFileRoutes, findFile } from "./files.js";
import type { Job } from "./job.js";
import { addJobRoutes } from "./job-routes.js";
import { addModelRoutes } from "./model-routes.js";
import { refusalError, type FineTuningRefusal } from "./refusals.js";
import { createState, type OpenAIState } from "./state.js";

/** Options of the OpenAI stand-in. */
export interface OpenAISandboxOptions {
  /** The key that requests must carry. @default "sandbox-openai-key" */
  apiKey?: string;
  /**
   * How long a fine-tuning job takes, in seconds of the sandbox's clock: 15% of it in
   * `validating_files`, 15% in `queued`, the rest in `running`. 0 ends a job when it is first looked
   * at; with `Infinity` it moves only by `advanceJob`.
   * @default 2
   */
  jobSeconds?: number;
  /** More names of base models, for hosts other than OpenAI. @default [] */
  models?: readonly string[];
  /** Refuse every new fine-tuning job from the start. */
  refuseFineTuning?: FineTuningRefusal;
}

/** A file as it was uploaded. */
export interface UploadedSandboxFile {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
  readonly content: string;
}

/** The running OpenAI stand-in, and what a test can do to it. */
export interface OpenAISandbox {
  /** The base URL for clients; ends in `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** The jobs as the API shows them, oldest first. */
  jobs(): JsonObject[];
  /** The files that are there, oldest first, with what they hold. */
  files(): UploadedSandboxFile[];
  /** Moves a job to the beginning of a status, by default the next one, whatever the clock says. */
  advanceJob(id: string, to?: "queued" | "running" | "succeeded"): void;
  /** Moves a running job to a share of its steps, from 0 to 1. */
  trainJob(id: string, share: number): void;
  /** Ends a job with this error. */
  failJob(id: string, error: { code: string; message: string; param?: string | null }): void;
  /** Cancels a job as if somebody else had. */
  cancelJob(id: string): void;
  /** Lets a job stand still and show any status, `paused` for instance; `undefined` lets it go on. */
  holdJob(id: string, status: string | undefined): void;
  /** Lets a file expire: it is gone, for jobs too that have not read it yet. */
  expireFile(id: string): void;
  /** Refuses every new job, until it is called with `undefined`. */
  refuseFineTuning(refusal: FineTuningRefusal | undefined): void;
  /** Lets lists of jobs, events and checkpoints never end: always the first page, and always more to come. */
  breakPaging(broken: boolean): void;
}

export interface OpenAIService {
  app: ServiceApp;
  /** What the user gets, once the address is known. `origin` has no slash at its end. */
  at(origin: string): OpenAISandbox;
}

/** Makes the OpenAI stand-in on the sandbox's frame. */
export async function createOpenAIService(
  frame: SandboxFrame,
  options: OpenAISandboxOptions = {},
): Promise<OpenAIService> {
  const { apiKey = "sandbox-openai-key", jobSeconds = 2, models = [], refuseFineTuning } = options;
  if (!(jobSeconds >= 0)) {
    throw new InvalidOptionError({
      option: "openai.jobSeconds",
      value: jobSeconds,
      message: "A job takes 0 seconds or more.",
    });
  }
  const state = createState({ clock: frame.clock, apiKey, jobSeconds, models });
  if (refuseFineTuning !== undefined) state.refusal = refusalError(refuseFineTuning);

  const app = await createServiceApp("openai", frame, errorBody);
  app.onError((error, context) => {
    const known = error instanceof ApiError ? error : new ApiError(500, `The sandbox failed: ${error.message}`);
    return context.json(known.body, known.status as 500);
  });
  const jobs = new Map<string, Job>();
  checkKeys(app, state);
  addModelRoutes(app, state);
  addFileRoutes(app, state);
  addJobRoutes(app, state, jobs);
  addChatRoutes(app, state);
  return { app, at: (origin) => controls(state, jobs, `${origin}/v1`) };
}

function errorBody(status: number, message: string): unknown {
  const type = status === 429 ? "requests" : undefined;
  return new ApiError(status, message, { type, code: status === 429 ? "rate_limit_exceeded" : undefined }).body;
}

function checkKeys(app: ServiceApp, { apiKey }: OpenAIState): void {
  app.use("/v1/*", async function checkKey(context, next) {
    const given = context.req.header("authorization")?.replace(/^bearer\s+/i, "") ?? context.req.header("api-key");
    if (given === undefined || given === "") {
      throw new ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
      );
    }
    if (given !== apiKey) {
      throw new ApiError(
        401,
        "Incorrect API key provided: ********. You can find your API key at https://platform.openai.com/account/api-keys.",
        {
          code: "invalid_api_key",
        },
      );
    }
    await next();
  });
}

function controls(state: OpenAIState, jobs: ReadonlyMap<string, Job>, url: string): OpenAISandbox {
  const job = (id: string): Job => {
    const found = jobs.get(id);
    if (found !== undefined) return found;
    throw new InvalidOptionError({
      option: "id",
      value: id,
      message: `The sandbox has no job ${id}.`,
      hint: "See jobs().",
    });
  };
  return {
    url,
    apiKey: state.apiKey,
    jobs: () =>
      [...jobs.values()].map((one) => {
        one.catchUp();
        return one.describe();
      }),
    files: () =>
      [...state.files.values()].map(({ id, filename, purpose, content }) => ({ id, filename, purpose, content })),
    advanceJob: (id, to) => job(id).advance(to),
    trainJob: (id, share) => job(id).train(share),
    failJob: (id, error) => job(id).fail(error),
    cancelJob: (id) => job(id).cancel(),
    holdJob: (id, status) => (status === undefined ? job(id).release() : job(id).hold(status)),
    expireFile: (id) => {
      state.files.delete(findFile(state, id).id);
    },
    refuseFineTuning: (refusal) => {
      state.refusal = refusal && refusalError(refusal);
    },
    breakPaging: (broken) => {
      state.endlessPages = broken;
    },
  };
}
