import { Hono } from "hono";
import { omit } from "./omit.js";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

/** A stateful stand-in for Fireworks' Gateway API, in the shapes of version 4.259.0. */
export interface FireworksFake {
  server: FakeServer;
  datasets: Map<string, FireworksDataset>;
  /** All kinds, by their path: `supervisedFineTuningJobs/lf-…`. */
  jobs: Map<string, FireworksJob>;
  deployments: Map<string, Record<string, unknown>>;
  /** The dataset's own check: how many looks it takes, and what it finds. */
  validation: { looks: number; error?: { code: string; message: string } };
  /** States that a new deployment goes through, the last for good. */
  deploymentStates: string[];
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
  addEvents(job: string, count: number): void;
}

interface FireworksDataset {
  body: Record<string, unknown>;
  content?: string;
  looks: number;
  sent: "direct" | "signed" | undefined;
  validated: boolean;
}

interface FireworksJob {
  body: Record<string, unknown>;
  metrics: string;
}

export const FIREWORKS_SECRET = "fw_very-secret-key-of-a-test";
const KINDS = {
  supervisedFineTuningJobs: "supervisedFineTuningJobId",
  dpoJobs: "dpoJobId",
  reinforcementFineTuningJobs: "reinforcementFineTuningJobId",
} as const;

export async function startFireworksFake(): Promise<FireworksFake> {
  const app = new Hono();
  const datasets: FireworksFake["datasets"] = new Map();
  const jobs: FireworksFake["jobs"] = new Map();
  const deployments: FireworksFake["deployments"] = new Map();
  const base = "/v1/accounts/acme";
  let url = "";
  const find = (id: string) => [...jobs].find(([name]) => name.endsWith(`/${id}`))![1];
  const fake: Omit<FireworksFake, "server"> = {
    datasets,
    jobs,
    deployments,
    validation: { looks: 1 },
    deploymentStates: ["CREATING", "CREATING", "READY"],
    setStatus(id, status, reason) {
      const { body } = find(id);
      body["state"] = status;
      if (reason)
        body["status"] = {
          code: reason.code === "no_money" ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT",
          message: reason.message,
        };
      if (/COMPLETED|FAILED|CANCELLED/.test(status)) body["completedTime"] = new Date().toISOString();
    },
    addEvents(id, count) {
      const job = find(id);
      for (let index = 0; index < count; index += 1) {
        const step = job.metrics.split("\n").length;
        job.metrics += `${JSON.stringify({ step, loss: 2 / step, phase: "train" })}\n`;
      }
      job.body["metricsFileSignedUrl"] = `${url}/signed/metrics/${id}?signature=abc`;
    },
  };
  const problem = (code: number, message: string) => ({ error: message, code, message, details: [] });

  app.use("/v1/*", async (context, next) => {
    if (context.req.header("authorization") === `Bearer ${FIREWORKS_SECRET}`) return next();
    return context.json(problem(16, "Invalid or missing API key"), 401);
  });

  app.post(`${base}/datasets`, async (context) => {
    const { datasetId, dataset } = await context.req.json<{ datasetId: string; dataset: Record<string, unknown> }>();
    if (datasets.has(datasetId)) return context.json(problem(6, "dataset already exists"), 409);
    const body = {
      ...dataset,
      name: `accounts/acme/datasets/${datasetId}`,
      state: "UPLOADING",
      createTime: new Date().toISOString(),
      status: { code: "OK", message: "" },
    };
    datasets.set(datasetId, { body, looks: 0, sent: undefined, validated: false });
    return context.json(body);
  });
  app.get(`${base}/datasets/:id`, (context) => {
    const dataset = datasets.get(context.req.param("id"));
    if (!dataset) return context.json(problem(5, "dataset not found"), 404);
    if (dataset.sent === "direct" || dataset.validated) dataset.looks += 1;
    if (dataset.looks > fake.validation.looks) {
      if (fake.validation.error) dataset.body["status"] = fake.validation.error;
      else dataset.body["state"] = "READY";
    }
    return context.json(dataset.body);
  });
  app.post(`${base}/datasets/:action`, async (context) => {
    const [id = "", verb] = context.req.param("action").split(":");
    const dataset = datasets.get(id);
    if (!dataset) return context.json(problem(5, "dataset not found"), 404);
    if (verb === "upload") {
      const file = (await context.req.formData()).get("file");
      if (!(file instanceof Blob)) return context.json(problem(3, "file is missing"), 400);
      dataset.content = await file.text();
      dataset.sent = "direct";
      return context.json({
        id,
        object: "file",
        bytes: file.size,
        created_at: 1_763_000_000,
        filename: "rows.jsonl",
        purpose: "fine-tune",
      });
    }
    if (verb === "getUploadEndpoint") {
      const { filenameToSize } = await context.req.json<{ filenameToSize: Record<string, string> }>();
      const signed = Object.keys(filenameToSize).map((name) => [name, `${url}/signed/datasets/${id}?signature=abc`]);
      return context.json({ filenameToSignedUrls: Object.fromEntries(signed) as Record<string, string> });
    }
    if (verb === "validateUpload") {
      dataset.validated = true;
      return context.json({});
    }
    return context.json(problem(5, "no such method"), 404);
  });
  app.put("/signed/datasets/:id", async (context) => {
    // A signed address is for whoever has it; a key sent to it would be a leak.
    if (context.req.header("authorization")) return context.text("a key was sent to a signed address", 400);
    const dataset = datasets.get(context.req.param("id"))!;
    dataset.content = await context.req.text();
    dataset.sent = "signed";
    return context.body(null, 200);
  });
  app.get("/signed/metrics/:id", (context) =>
    context.req.header("authorization")
      ? context.text("a key was sent to a signed address", 400)
      : context.text(find(context.req.param("id")).metrics),
  );

  for (const [kind, idField] of Object.entries(KINDS)) {
    app.post(`${base}/${kind}`, async (context) => {
      const id = context.req.query(idField) ?? "";
      if (jobs.has(`${kind}/${id}`)) return context.json(problem(6, "job already exists"), 409);
      const request = await context.req.json<Record<string, unknown>>();
      const model =
        (request["trainingConfig"] as Record<string, unknown> | undefined)?.["baseModel"] ?? request["baseModel"];
      if (model === "accounts/fireworks/models/gone")
        return context.json(problem(5, "base model accounts/fireworks/models/gone not found"), 404);
      if (kind === "reinforcementFineTuningJobs" && request["evaluator"] === "accounts/acme/evaluators/gone")
        return context.json(problem(5, "evaluator accounts/acme/evaluators/gone not found"), 404);
      const body = {
        ...request,
        name: `accounts/acme/${kind}/${id}`,
        state: "JOB_STATE_CREATING",
        createTime: new Date().toISOString(),
        status: { code: "OK", message: "" },
      };
      jobs.set(`${kind}/${id}`, { body, metrics: "" });
      return context.json(body);
    });
    app.get(`${base}/${kind}/:id`, (context) => {
      const [id = "", verb] = context.req.param("id").split(":");
      const job = jobs.get(`${kind}/${id}`);
      if (!job) return context.json(problem(5, "job not found"), 404);
      if (verb === "getMetricsFileEndpoint")
        return context.json(job.metrics ? { signedUrl: `${url}/signed/metrics/${id}?signature=abc` } : {});
      return context.json(job.body);
    });
    app.post(`${base}/${kind}/:action`, (context) => {
      const [id = "", verb] = context.req.param("action").split(":");
      const job = jobs.get(`${kind}/${id}`);
      if (!job || verb !== "cancel") return context.json(problem(5, "not found"), 404);
      job.body["state"] = "JOB_STATE_CANCELLING";
      return context.json({});
    });
  }

  app.post(`${base}/deployments`, async (context) => {
    const id = context.req.query("deploymentId") ?? "";
    if (deployments.has(id)) return context.json(problem(6, "deployment already exists"), 409);
    const states = [...fake.deploymentStates];
    deployments.set(id, {
      ...(await context.req.json<Record<string, unknown>>()),
      name: `accounts/acme/deployments/${id}`,
      state: states.shift(),
      states,
    });
    return context.json(omit(deployments.get(id)!, "states"));
  });
  app.get(`${base}/deployments/:id`, (context) => {
    const deployment = deployments.get(context.req.param("id"));
    if (!deployment) return context.json(problem(5, "deployment not found"), 404);
    deployment["state"] = (deployment["states"] as string[]).shift() ?? deployment["state"];
    if (deployment["state"] === "FAILED")
      deployment["status"] = { code: "RESOURCE_EXHAUSTED", message: "no H100 is free" };
    return context.json(omit(deployment, "states"));
  });
  app.delete(`${base}/deployments/:id`, (context) =>
    deployments.delete(context.req.param("id"))
      ? context.json({})
      : context.json(problem(5, "deployment not found"), 404),
  );

  const server = await startFakeServer(app);
  url = server.url;
  return Object.assign(fake, { server });
}
