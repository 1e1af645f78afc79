import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

interface RayJob {
  entrypoint: string;
  submission_id: string;
  runtime_env: { working_dir?: string; env_vars: Record<string, string>; pip?: string[] };
  status: string;
  message: string;
  logs: string;
}

/** A stateful stand-in for the Ray Jobs REST API (Ray 2.x), without a cluster behind it. */
export interface FakeRay extends FakeServer {
  readonly jobs: Map<string, RayJob>;
  readonly packages: Map<string, Uint8Array>;
}

export async function startFakeRay(authorization: string): Promise<FakeRay> {
  const jobs = new Map<string, RayJob>();
  const packages = new Map<string, Uint8Array>();
  const app = new Hono().basePath("/api");
  app.use(async (context, next) => {
    if (context.req.header("authorization") !== authorization)
      return context.text(`bad header ${context.req.header("authorization")}`, 401);
    return next();
  });
  // As Ray's dashboard does (2.60): Node's own fetch sends this header always.
  app.use(async (context, next) => {
    if (context.req.method !== "GET" && context.req.header("sec-fetch-mode"))
      return context.text(`'${context.req.method}' method not allowed for browser traffic.`, 405);
    return next();
  });
  app.put("/packages/gcs/:name", async (context) => {
    packages.set(context.req.param("name"), new Uint8Array(await context.req.arrayBuffer()));
    return context.text("");
  });
  app.post("/jobs/", async (context) => {
    const body = await context.req.json<Omit<RayJob, "status" | "logs">>();
    if (jobs.has(body.submission_id)) return context.text("Job with submission_id exists", 500);
    const name = body.runtime_env.working_dir?.replace("gcs://", "");
    if (name !== undefined && !packages.has(name)) return context.text("working_dir not found", 500);
    jobs.set(body.submission_id, { ...body, status: "PENDING", message: "Job is waiting.", logs: "" });
    return context.json({ job_id: body.submission_id, submission_id: body.submission_id });
  });
  app.get("/jobs/:id", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json(job) : context.text("Job does not exist", 404);
  });
  app.get("/jobs/:id/logs", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json({ logs: job.logs }) : context.text("Job does not exist", 404);
  });
  app.post("/jobs/:id/stop", (context) =>
    jobs.has(context.req.param("id")) ? context.json({ stopped: true }) : context.text("Job does not exist", 404),
  );
  const server = await startFakeServer(app);
  return { ...server, jobs, packages };
}
