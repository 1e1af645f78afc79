import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";
import { omit } from "./omit.js";

type Fields = Record<string, unknown>;

/** A stateful stand-in for the files, jobs and deployments of Model Studio, in the shapes of its API reference. */
export interface AlibabaFake {
  server: FakeServer;
  files: Map<string, { name: string; content: string }>;
  jobs: Fields[];
  deployments: Map<string, Fields>;
  deploymentStates: string[];
  /** What the next uploads are refused with. */
  refuseFiles?: { code: string; message: string };
  /** Show the job's id in the place of its name, as the reference's examples do. */
  hidesNames: boolean;
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
  addEvents(job: string, count: number): void;
}

export const ALIBABA_SECRET = "sk-very-secret-key-of-a-test";

export async function startAlibabaFake(): Promise<AlibabaFake> {
  const app = new Hono();
  const files: AlibabaFake["files"] = new Map();
  const jobs: Fields[] = [];
  const logs = new Map<string, string[]>();
  const deployments: AlibabaFake["deployments"] = new Map();
  const find = (id: string) => jobs.find((job) => job["job_id"] === id);
  const fake: Omit<AlibabaFake, "server"> = {
    files,
    jobs,
    deployments,
    deploymentStates: ["PENDING", "DEPLOYING", "RUNNING"],
    hidesNames: false,
    setStatus(id, status, reason) {
      const job = find(id)!;
      job["status"] = status;
      if (reason) Object.assign(job, { code: reason.code ?? "1", message: reason.message });
      if (status === "SUCCEEDED")
        Object.assign(job, { finetuned_output: `${String(job["model"])}-${id}`, usage: 4_200 });
    },
    addEvents(id, count) {
      const lines = logs.get(id)!;
      for (let index = 0; index < count; index += 1)
        lines.push(`{'loss': '${(2 / (lines.length + 1)).toFixed(3)}', 'step': ${lines.length + 1}, 'epoch': 0.5}\n`);
    },
  };
  const ok = (output: unknown) => ({ request_id: "r", output });
  const problem = (code: string, message: string) => ({ request_id: "r", code, message });
  const shown = (job: Fields) => ({ ...job, ...(fake.hidesNames && { job_name: job["job_id"] }) });

  app.use(async (context, next) => {
    if (context.req.header("authorization") === `Bearer ${ALIBABA_SECRET}`) return next();
    return context.json(problem("InvalidApiKey", "Invalid API-key provided."), 401);
  });
  app.post("/api/v1/files", async (context) => {
    const form = await context.req.formData();
    const file = form.get("files") as File;
    if (form.get("purpose") !== "fine-tune") return context.json(problem("InvalidParameter", "purpose"), 400);
    if (fake.refuseFiles)
      return context.json({
        request_id: "r",
        data: { uploaded_files: [], failed_uploads: [{ name: file.name, ...fake.refuseFiles }] },
      });
    const id = `file-${files.size + 1}`;
    files.set(id, { name: file.name, content: await file.text() });
    return context.json({
      request_id: "r",
      data: { uploaded_files: [{ name: file.name, file_id: id }], failed_uploads: [] },
    });
  });
  app.get("/api/v1/files", (context) => {
    const all = [...files].map(([file_id, { name, content }]) => ({ file_id, name, size: Buffer.byteLength(content) }));
    return context.json({ request_id: "r", data: { total: all.length, page_no: 1, page_size: 100, files: all } });
  });
  app.post("/api/v1/fine-tunes", async (context) => {
    const request = await context.req.json<Fields>();
    if (request["model"] === "gone") return context.json(problem("InvalidParameter", "Model gone not found!"), 400);
    const id = `ft-202611291000-${String(jobs.length + 1).padStart(4, "0")}`;
    jobs.unshift({
      ...omit(request, "finetuned_output_suffix"),
      job_id: id,
      status: "PENDING",
      create_time: "2026-11-29 10:00:00",
    });
    logs.set(id, []);
    return context.json(ok(shown(find(id)!)));
  });
  app.get("/api/v1/fine-tunes", (context) =>
    context.json(ok({ page_no: 1, page_size: 100, total: jobs.length, jobs: jobs.map(shown) })),
  );
  app.get("/api/v1/fine-tunes/:id", (context) => {
    const job = find(context.req.param("id"));
    return job ? context.json(ok(shown(job))) : context.json(problem("NotFound", "Not Found!"), 404);
  });
  app.get("/api/v1/fine-tunes/:id/logs", (context) => {
    const lines = logs.get(context.req.param("id")) ?? [];
    const offset = Number(context.req.query("offset") ?? 0);
    return context.json(
      ok({ total: lines.length, logs: lines.slice(offset, offset + Number(context.req.query("line") ?? 100)) }),
    );
  });
  app.post("/api/v1/fine-tunes/:id/cancel", (context) => {
    const job = find(context.req.param("id"));
    if (!job) return context.json(problem("NotFound", "Not Found!"), 404);
    job["status"] = "CANCELING";
    return context.json(ok({ status: "success" }));
  });
  app.post("/api/v1/deployments", async (context) => {
    const request = await context.req.json<Fields>();
    const id = String(request["name"]);
    const states = [...fake.deploymentStates];
    deployments.set(id, { ...request, deployed_model: id, status: states.shift(), states });
    return context.json(ok(omit(deployments.get(id)!, "states")));
  });
  app.get("/api/v1/deployments/:id", (context) => {
    const deployment = deployments.get(context.req.param("id"));
    if (!deployment) return context.json(problem("NotFound", "Model not found!"), 400);
    deployment["status"] = (deployment["states"] as string[]).shift() ?? deployment["status"];
    return context.json(ok(omit(deployment, "states")));
  });
  app.delete("/api/v1/deployments/:id", (context) =>
    deployments.delete(context.req.param("id"))
      ? context.json(ok({ deployed_model: context.req.param("id") }))
      : context.json(problem("NotFound", "Model not found!"), 400),
  );
  return Object.assign(fake, { server: await startFakeServer(app) });
}
