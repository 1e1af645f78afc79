import { Hono } from "hono";
import { omit } from "./omit.js";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

/** A stateful stand-in for Together's API, in the shapes of its OpenAPI document of 2026-04-28. */
export interface TogetherFake {
  server: FakeServer;
  files: Map<string, TogetherFile>;
  jobs: Map<string, TogetherJob>;
  endpoints: Map<string, Record<string, unknown>>;
  /** The file's own check: how many looks it takes, and what it finds. */
  processing: { looks: number; error?: { message: string; type: string } };
  /** Answers `processing_status` and `validation_report`, which are newer than the document. */
  modern: boolean;
  /** States that a new endpoint goes through, the last for good. */
  endpointStates: string[];
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
  addEvents(job: string, count: number): void;
  addMetrics(job: string, count: number): void;
}

interface TogetherFile {
  looks: number;
  content: string;
  body: Record<string, unknown>;
}

interface TogetherJob {
  body: Record<string, unknown>;
  request: Record<string, unknown>;
  events: Record<string, unknown>[];
  metrics: Record<string, number>[];
}

export const TOGETHER_SECRET = "tgp_v1_very-secret-key-of-a-test";

export async function startTogetherFake({ modern = true } = {}): Promise<TogetherFake> {
  const app = new Hono().basePath("/v1");
  const files: TogetherFake["files"] = new Map();
  const jobs: TogetherFake["jobs"] = new Map();
  const endpoints: TogetherFake["endpoints"] = new Map();
  const fake: Omit<TogetherFake, "server"> = {
    files,
    jobs,
    endpoints,
    processing: { looks: 1 },
    modern,
    endpointStates: ["PENDING", "STARTING", "STARTED"],
    setStatus(id, status, reason) {
      const job = jobs.get(id)!;
      job.body["status"] = status;
      job.body["updated_at"] = new Date().toISOString();
      if (status === "completed")
        job.body["model_output_name"] = `acme/${String(job.body["model"])}-${String(job.body["suffix"])}`;
      if (reason)
        job.events.push(
          eventOf(job, {
            type: reason.code === "billing_limit" ? "billing_limit" : "job_error",
            level: "error",
            message: reason.message,
          }),
        );
    },
    addEvents(id, count) {
      const job = jobs.get(id)!;
      for (let index = 0; index < count; index += 1) {
        job.events.push(
          eventOf(job, {
            type: "epoch_complete",
            level: "info",
            message: `epoch ${job.events.length}`,
            step: job.events.length,
            total_steps: 40,
          }),
        );
      }
    },
    addMetrics(id, count) {
      const { metrics } = jobs.get(id)!;
      for (let index = 0; index < count; index += 1) {
        metrics.push({ "train/global_step": metrics.length + 1, "train/loss": 2 / (metrics.length + 1) });
      }
    },
  };
  const notFound = { error: { message: "No such thing.", type: "invalid_request_error", param: null, code: null } };

  app.use(async (context, next) => {
    if (context.req.header("authorization") === `Bearer ${TOGETHER_SECRET}`) return next();
    return context.json(
      {
        error: {
          message: "Invalid API key provided",
          type: "invalid_request_error",
          param: null,
          code: "invalid_api_key",
        },
      },
      401,
    );
  });

  app.get("/files", (context) => context.json({ data: [...files.values()].map(({ body }) => body) }));
  app.post("/files/upload", async (context) => {
    const form = await context.req.formData();
    const file = form.get("file");
    if (!(file instanceof Blob))
      return context.json({ error: { message: "file is missing", type: "invalid_request_error" } }, 400);
    const id = `file-${String(files.size + 1).padStart(4, "0")}`;
    const body = {
      id,
      object: "file",
      created_at: 1_763_000_000 + files.size,
      filename: String(form.get("file_name")),
      bytes: file.size,
      purpose: String(form.get("purpose")),
      FileType: String(form.get("file_type")),
      Processed: false,
      ...(fake.modern ? { processing_status: "QUEUED" } : {}),
    };
    files.set(id, { body, looks: 0, content: await file.text() });
    return context.json(body);
  });
  app.get("/files/:id", (context) => {
    const file = files.get(context.req.param("id"));
    if (!file) return context.json(notFound, 404);
    file.looks += 1;
    if (file.looks > fake.processing.looks) finishProcessing(fake, file);
    return context.json(file.body);
  });

  app.get("/fine-tunes", (context) =>
    context.json({ data: [...jobs.values()].map(({ body, events }) => ({ ...body, events })) }),
  );
  app.post("/fine-tunes", async (context) => {
    const request = await context.req.json<Record<string, unknown>>();
    if (!files.has(String(request["training_file"]))) {
      return context.json(
        {
          error: {
            message: "Training file not found or expired",
            type: "invalid_request_error",
            param: "training_file",
            code: null,
          },
        },
        404,
      );
    }
    if (request["model"] === "gone/model") {
      return context.json(
        {
          error: {
            message: "Model gone/model is not available for fine-tuning",
            type: "invalid_request_error",
            param: "model",
            code: "model_not_available",
          },
        },
        400,
      );
    }
    const id = `ft-${String(jobs.size + 1).padStart(8, "0")}`;
    const now = new Date().toISOString();
    const body = { id, status: "pending", created_at: now, updated_at: now, ...omit(request, "wandb_api_key") };
    jobs.set(id, { body, request, events: [], metrics: [] });
    return context.json(body);
  });
  app.get("/fine-tunes/:id", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json({ ...job.body, events: job.events }) : context.json(notFound, 404);
  });
  app.get("/fine-tunes/:id/events", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json({ data: job.events }) : context.json(notFound, 404);
  });
  app.get("/fine-tunes/:id/metrics", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json({ metrics: job.metrics }) : context.json(notFound, 404);
  });
  app.get("/fine-tunes/:id/checkpoints", (context) =>
    context.json({
      data: [
        { step: 20, created_at: "2026-11-22T10:00:00Z", path: "s3://checkpoints/20", checkpoint_type: "Intermediate" },
      ],
    }),
  );
  app.post("/fine-tunes/:id/cancel", (context) => {
    const job = jobs.get(context.req.param("id"));
    if (!job) return context.json(notFound, 404);
    job.body["status"] = "cancel_requested";
    return context.json(job.body);
  });

  app.get("/hardware", (context) =>
    context.json({
      object: "list",
      data: [
        {
          object: "hardware",
          id: "1x_nvidia_h100_80gb_sxm",
          pricing: { cents_per_minute: 6.65 },
          specs: { gpu_type: "h100", gpu_link: "sxm", gpu_memory: 80, gpu_count: 1 },
          updated_at: "2026-11-01T00:00:00Z",
        },
      ],
    }),
  );
  app.get("/endpoints", (context) =>
    context.json({ object: "list", data: [...endpoints.values()].map((endpoint) => omit(endpoint, "states")) }),
  );
  app.post("/endpoints", async (context) => {
    const request = await context.req.json<Record<string, unknown>>();
    const id = `endpoint-${endpoints.size + 1}`;
    const { model, hardware, autoscaling, display_name } = request;
    const states = [...fake.endpointStates];
    endpoints.set(id, {
      object: "endpoint",
      id,
      name: `acme/${String(model)}-${id}`,
      display_name,
      model,
      hardware,
      type: "dedicated",
      owner: "acme",
      state: states.shift(),
      autoscaling,
      created_at: new Date().toISOString(),
      states,
    });
    return context.json(omit(endpoints.get(id)!, "states"));
  });
  app.get("/endpoints/:id", (context) => {
    const endpoint = endpoints.get(context.req.param("id"));
    if (!endpoint) return context.json(notFound, 404);
    endpoint["state"] = (endpoint["states"] as string[]).shift() ?? endpoint["state"];
    return context.json(omit(endpoint, "states"));
  });
  app.patch("/endpoints/:id", async (context) => {
    const endpoint = endpoints.get(context.req.param("id"));
    if (!endpoint) return context.json(notFound, 404);
    endpoint["state"] = (await context.req.json<{ state: string }>()).state;
    return context.json(omit(endpoint, "states"));
  });
  app.delete("/endpoints/:id", (context) =>
    endpoints.delete(context.req.param("id")) ? context.body(null, 204) : context.json(notFound, 404),
  );

  return Object.assign(fake, { server: await startFakeServer(app) });
}

function finishProcessing(
  { modern, processing: { error } }: Pick<TogetherFake, "modern" | "processing">,
  { body }: TogetherFile,
): void {
  body["Processed"] = true;
  if (!modern) return;
  body["processing_status"] = error ? "INVALID_FORMAT" : "COMPLETED";
  body["validation_report"] = error
    ? { valid: false, error: error.message, error_type: error.type }
    : { valid: true, dataset_format: "conversation" };
}

function eventOf(
  { events }: TogetherJob,
  event: { type: string; level: string; message: string; step?: number; total_steps?: number },
): Record<string, unknown> {
  return {
    object: "fine-tune-event",
    created_at: new Date(Date.UTC(2026, 10, 22, 10, 0, events.length)).toISOString(),
    param_count: 0,
    token_count: 0,
    total_steps: 0,
    wandb_url: "",
    step: 0,
    checkpoint_path: "",
    model_path: "",
    training_offset: 0,
    hash: `hash-${events.length}`,
    ...event,
  };
}
