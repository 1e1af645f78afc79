import { createHash } from "node:crypto";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

interface HubJob {
  id: string;
  body: {
    command: string[];
    flavor: string;
    secrets: Record<string, string>;
    environment: Record<string, string>;
    labels: Record<string, string>;
    volumes: unknown;
    timeoutSeconds: number;
  };
  stage: string;
  message: string | null;
  logs: string[];
}

/** A stateful stand-in for the parts of the Hugging Face hub that a job needs. */
export interface FakeHub extends FakeServer {
  readonly jobs: Map<string, HubJob>;
  readonly repositories: Set<string>;
  /** The files of the last commit, by path. */
  readonly files: Map<string, string>;
  /** The same as they were sent. */
  readonly bytes: Map<string, Buffer>;
  /** Large files by the SHA-256 sum of their content. */
  readonly objects: Map<string, Buffer>;
}

export async function startFakeHub(accessToken: string): Promise<FakeHub> {
  const jobs = new Map<string, HubJob>();
  const repositories = new Set<string>();
  const files = new Map<string, string>();
  const bytes = new Map<string, Buffer>();
  const objects = new Map<string, Buffer>();
  const root = new Hono();
  const app = root.basePath("/api");
  app.use(async (context, next) => {
    if (context.req.header("authorization") !== `Bearer ${accessToken}`)
      return context.json({ error: "Invalid username or password." }, 401);
    return next();
  });
  app.post("/repos/create", async (context) => {
    const { name, organization, type } = await context.req.json<{ name: string; organization: string; type: string }>();
    const repository = `${type}s/${organization}/${name}`;
    if (repositories.has(repository)) return context.json({ error: "You already created this repo" }, 409);
    repositories.add(repository);
    return context.json({ url: `https://huggingface.co/${repository}`, id: repository });
  });
  app.post("/datasets/:owner/:name/preupload/:revision", async (context) => {
    const body = await context.req.json<{ files: { path: string }[] }>();
    return context.json({
      // As the .gitattributes of a new dataset say.
      files: body.files.map(({ path }) => ({
        path,
        uploadMode: path.endsWith(".parquet") ? "lfs" : "regular",
        shouldIgnore: false,
      })),
    });
  });
  app.post("/datasets/:owner/:name/commit/:revision", async (context) => {
    for (const line of (await context.req.text()).trim().split("\n")) {
      const { key, value } = JSON.parse(line) as { key: string; value: { path: string; content: string; oid: string } };
      if (key === "lfsFile") {
        const object = objects.get(value.oid);
        if (object === undefined) return context.json({ error: `The object ${value.oid} was not uploaded` }, 400);
        bytes.set(value.path, object);
      }
      if (key !== "file") continue;
      bytes.set(value.path, Buffer.from(value.content, "base64"));
      files.set(value.path, Buffer.from(value.content, "base64").toString());
    }
    return context.json({ commitUrl: "https://huggingface.co/commit/1", commitOid: "1".repeat(40), hookOutput: "" });
  });
  // Large files: the address to put each object that is not there yet, and the object.
  root.post("/datasets/:owner/:name/info/lfs/objects/batch", async (context) => {
    if (context.req.header("authorization") !== `Bearer ${accessToken}`) return context.json({ error: "no" }, 401);
    const body = await context.req.json<{ objects: { oid: string; size: number }[] }>();
    const { origin } = new URL(context.req.url);
    return context.json({
      transfer: "basic",
      objects: body.objects.map(({ oid, size }) => ({
        oid,
        size,
        ...(!objects.has(oid) && { actions: { upload: { href: `${origin}/objects/${oid}` } } }),
      })),
    });
  });
  root.put("/objects/:oid", async (context) => {
    const content = Buffer.from(await context.req.arrayBuffer());
    const sum = createHash("sha256").update(content).digest("hex");
    if (sum !== context.req.param("oid")) return context.text("checksum mismatch", 400);
    objects.set(sum, content);
    return context.body(null, 200);
  });
  const show = ({ id, body, stage, message }: HubJob) => ({
    type: "job",
    id,
    status: { stage, message, failureCount: 0 },
    createdAt: "2026-11-22T00:00:00Z",
    flavor: body.flavor,
    labels: body.labels,
  });
  app.post("/jobs/:namespace", async (context) => {
    const job: HubJob = {
      id: `job${jobs.size + 1}`,
      body: await context.req.json(),
      stage: "RUNNING",
      message: null,
      logs: [],
    };
    jobs.set(job.id, job);
    return context.json(show(job));
  });
  app.get("/jobs/:namespace", (context) => context.json([...jobs.values()].map(show)));
  app.get("/jobs/:namespace/:id", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json(show(job)) : context.json({ error: "Job not found" }, 404);
  });
  app.get("/jobs/:namespace/:id/logs", (context) =>
    streamSSE(context, async (stream) => {
      for (const data of jobs.get(context.req.param("id"))?.logs ?? []) {
        await stream.writeSSE({ data: JSON.stringify({ data, timestamp: "2026-11-22T00:00:00Z" }) });
      }
    }),
  );
  app.post("/jobs/:namespace/:id/cancel", (context) => {
    const job = jobs.get(context.req.param("id"));
    return job ? context.json(show(job)) : context.json({ error: "Job not found" }, 404);
  });
  const server = await startFakeServer(root);
  return { ...server, jobs, repositories, files, bytes, objects };
}
