import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

export interface FakeFile {
  object: "file";
  id: string;
  bytes: number;
  created_at: number;
  expires_at?: number;
  filename: string;
  purpose: "fine-tune";
  status: "uploaded" | "processed" | "error";
  status_details?: string;
  content: string;
}

export interface FakeJob {
  object: "fine_tuning.job";
  id: string;
  created_at: number;
  finished_at: number | null;
  model: string;
  organization_id: string;
  status: string;
  hyperparameters: Record<string, unknown>;
  training_file: string;
  validation_file: string | null;
  result_files: string[];
  trained_tokens: number | null;
  fine_tuned_model: string | null;
  error: { code: string; message: string; param: string | null } | null;
  seed: number;
  estimated_finish: number | null;
  metadata: Record<string, string> | null;
  method?: Record<string, unknown>;
}

export interface FakeEvent {
  object: "fine_tuning.job.event";
  id: string;
  created_at: number;
  level: "info" | "warn" | "error";
  message: string;
  type: "message" | "metrics";
  data: Record<string, unknown>;
}

/** A provider of the OpenAI dialect whose states a test sets by hand. */
export interface OpenAIFake extends FakeServer {
  readonly files: Map<string, FakeFile>;
  readonly jobs: FakeJob[];
  readonly events: Map<string, FakeEvent[]>;
  /** The bodies of the requests that created jobs. */
  readonly bodies: Record<string, unknown>[];
  /** Lists say `has_more` for ever, and give the same page again. */
  endless: boolean;
  /** The state that a new job is in, and what the poll after each poll makes of it. */
  script: string[];
  setStatus(job: string, status: string, reason?: { code?: string; message: string; param?: string }): void;
  addEvents(job: string, count: number, metrics?: boolean): void;
}

export interface OpenAIFakeOptions {
  /** More routes, for what a preset needs beside the dialect. */
  extend?: (app: Hono, fake: () => OpenAIFake) => void;
  prefix?: string;
  /** The state of a file after its upload. */
  fileStatus?: FakeFile["status"];
  /** Name the tuned model in the job. @default true */
  namesModel?: boolean;
  /** The validation losses of the two checkpoints, by all rows and by the last batch. @default not measured */
  validation?: readonly { full_valid_loss?: number; valid_loss?: number }[];
}

const now = () => Math.floor(Date.now() / 1_000);

export async function startOpenAIFake({
  extend,
  prefix = "/v1",
  fileStatus = "processed",
  namesModel = true,
  validation = [],
}: OpenAIFakeOptions = {}): Promise<OpenAIFake> {
  const files = new Map<string, FakeFile>();
  const jobs: FakeJob[] = [];
  const events = new Map<string, FakeEvent[]>();
  const bodies: Record<string, unknown>[] = [];
  const app = new Hono();
  const api = app.basePath(prefix);
  let clock = 0;

  const refuse = (message: string, code: string | null = null, param: string | null = null) => ({
    error: { message, type: "invalid_request_error", code, param },
  });
  const page = <T extends { id: string }>(list: T[], query: Record<string, string>) => {
    const from = query["after"] && !fake.endless ? list.findIndex(({ id }) => id === query["after"]) + 1 : 0;
    const limit = Number(query["limit"] ?? 20);
    const data = list.slice(from, from + limit);
    return {
      object: "list",
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: fake.endless || from + limit < list.length,
    };
  };
  const shown = (file: FakeFile) => ({ ...file, content: undefined });
  const advance = (job: FakeJob) => {
    const next = fake.script.shift();
    if (next !== undefined) fake.setStatus(job.id, next);
  };

  api.post("/files", async (context) => {
    const form = await context.req.formData();
    const file = form.get("file") as File;
    // Not text(), which takes a byte order mark away.
    const content = Buffer.from(await file.arrayBuffer()).toString("utf8");
    const entry: FakeFile = {
      object: "file",
      id: `file-${files.size + 1}`,
      bytes: file.size,
      created_at: now(),
      filename: file.name,
      purpose: "fine-tune",
      status: fileStatus,
      content,
    };
    files.set(entry.id, entry);
    return context.json(shown(entry));
  });
  api.get("/files", (context) => context.json(page([...files.values()].map(shown), context.req.query())));
  api.get("/files/:id", (context) => {
    const file = files.get(context.req.param("id"));
    if (!file) return context.json(refuse(`No such File object: ${context.req.param("id")}`), 404);
    if (file.status === "uploaded") file.status = "processed";
    return context.json(shown(file));
  });

  api.post("/fine_tuning/jobs", async (context) => {
    const body = await context.req.json<Record<string, unknown>>();
    bodies.push(body);
    if (!files.has(String(body["training_file"]))) {
      return context.json(
        refuse(
          `File ${String(body["training_file"])} does not exist or has expired.`,
          "file_not_found",
          "training_file",
        ),
        400,
      );
    }
    const job: FakeJob = {
      object: "fine_tuning.job",
      id: `ftjob-${jobs.length + 1}`,
      created_at: now(),
      finished_at: null,
      model: String(body["model"]),
      organization_id: "org-test",
      status: "validating_files",
      hyperparameters: {},
      training_file: String(body["training_file"]),
      validation_file: (body["validation_file"] as string | undefined) ?? null,
      result_files: [],
      trained_tokens: null,
      fine_tuned_model: null,
      error: null,
      seed: (body["seed"] as number | undefined) ?? 42,
      estimated_finish: null,
      metadata: (body["metadata"] as Record<string, string> | undefined) ?? null,
      ...(body["method"] ? { method: body["method"] as Record<string, unknown> } : {}),
    };
    jobs.push(job);
    events.set(job.id, []);
    return context.json(job);
  });
  api.get("/fine_tuning/jobs", (context) => {
    const wanted = Object.entries(context.req.query()).flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value] as const];
    });
    const newest = [...jobs].reverse().filter((job) => wanted.every(([key, value]) => job.metadata?.[key] === value));
    return context.json(page(newest, context.req.query()));
  });
  api.get("/fine_tuning/jobs/:id", (context) => {
    const job = jobs.find(({ id }) => id === context.req.param("id"));
    if (!job)
      return context.json(refuse(`Could not find fine tune: ${context.req.param("id")}`, "fine_tune_not_found"), 404);
    advance(job);
    return context.json(job);
  });
  api.post("/fine_tuning/jobs/:id/cancel", (context) => {
    const job = jobs.find(({ id }) => id === context.req.param("id"));
    if (!job) return context.json(refuse("Could not find fine tune", "fine_tune_not_found"), 404);
    if (job.finished_at !== null) return context.json(refuse(`Job has already completed: ${job.id}`), 400);
    return context.json(job);
  });
  api.get("/fine_tuning/jobs/:id/events", (context) => {
    const list = [...(events.get(context.req.param("id")) ?? [])].reverse();
    return context.json(page(list, context.req.query()));
  });
  api.get("/fine_tuning/jobs/:id/checkpoints", (context) => {
    const id = context.req.param("id");
    const data = [2, 1].map((step) => ({
      object: "fine_tuning.job.checkpoint",
      id: `ftckpt-${step}`,
      created_at: now(),
      fine_tuned_model_checkpoint: `ft:base:org::ckpt-step-${step}`,
      fine_tuning_job_id: id,
      step_number: step * 100,
      metrics: { step: step * 100, train_loss: 1 / step, train_mean_token_accuracy: 0.9, ...validation[step - 1] },
    }));
    return context.json(page(data, context.req.query()));
  });

  const server = await startFakeServer(app);
  const fake: OpenAIFake = Object.assign(server, {
    files,
    jobs,
    events,
    bodies,
    endless: false,
    script: [],
    setStatus(id: string, status: string, reason?: { code?: string; message: string; param?: string }) {
      const job = jobs.find((one) => one.id === id);
      if (!job) throw new Error(`no job ${id}`);
      job.status = status;
      if (["succeeded", "failed", "cancelled"].includes(status)) job.finished_at = now();
      if (status === "succeeded") {
        job.trained_tokens = 1_234;
        if (namesModel) job.fine_tuned_model = `ft:${job.model}:org::${job.id}`;
      }
      if (reason)
        job.error = {
          code: reason.code ?? "invalid_training_file",
          message: reason.message,
          param: reason.param ?? null,
        };
    },
    addEvents(id: string, count: number, metrics = false) {
      const list = events.get(id) ?? [];
      for (let index = 0; index < count; index += 1) {
        const step = list.length + 1;
        clock += 1;
        list.push({
          object: "fine_tuning.job.event",
          id: `ftevent-${step}`,
          created_at: now() + clock,
          level: "info",
          message: metrics ? `Step ${step}/100: training loss=${1 / step}` : `event ${step}`,
          type: metrics ? "metrics" : "message",
          data: metrics ? { step, train_loss: 1 / step, total_steps: 100, train_mean_token_accuracy: 0.5 } : {},
        });
      }
      events.set(id, list);
    },
  });
  extend?.(app, () => fake);
  return fake;
}
