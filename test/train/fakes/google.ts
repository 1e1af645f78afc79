import { createHash } from "node:crypto";
import { Hono, type Context } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

/** A stateful stand-in for what `@google/genai` asks of Vertex AI's tuning jobs, and for a bucket. */
export interface GoogleFake {
  server: FakeServer;
  objects: Map<string, string>;
  jobs: Map<string, Record<string, unknown>>;
  /** The bodies of the requests that made the jobs. */
  created: Record<string, unknown>[];
  /** Answer every page of the list with this token: a paging bug. */
  endlessPages: boolean;
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
}

export const GOOGLE_SECRET = "ya29.very-secret-token-of-a-test";
const PARENT = "projects/acme/locations/us-central1";

export async function startGoogleFake(): Promise<GoogleFake> {
  const app = new Hono();
  const objects: GoogleFake["objects"] = new Map();
  const jobs: GoogleFake["jobs"] = new Map();
  const created: GoogleFake["created"] = [];
  const fake: Omit<GoogleFake, "server"> = {
    objects,
    jobs,
    created,
    endlessPages: false,
    setStatus(id, state, reason) {
      const job = jobs.get(id)!;
      job["state"] = state;
      if (reason) job["error"] = { code: reason.code === "no_money" ? 8 : 3, message: reason.message };
      if (state === "JOB_STATE_SUCCEEDED" || state === "JOB_STATE_PARTIALLY_SUCCEEDED") {
        const number = id.split("/").at(-1)!;
        job["endTime"] = "2026-11-22T11:00:00Z";
        job["tunedModel"] = {
          model: `${PARENT}/models/${number}@1`,
          endpoint: `${PARENT}/endpoints/${number}`,
          checkpoints: [{ checkpointId: "1", epoch: "1", step: "20", endpoint: `${PARENT}/endpoints/${number}0` }],
        };
        job["tuningDataStats"] = {
          supervisedTuningDataStats: { totalBillableTokenCount: "1234", tuningStepCount: "40" },
        };
      }
    },
  };
  const problem = (context: Context, code: 400 | 401 | 403 | 404, status: string, message: string) =>
    context.json({ error: { code, status, message } }, code);

  // ── the bucket: https://cloud.google.com/storage/docs/json_api ──
  const describe = (name: string) => {
    const content = objects.get(name)!;
    const md5Hash = createHash("md5").update(content).digest("base64");
    return {
      kind: "storage#object",
      bucket: "tuning",
      name,
      size: String(Buffer.byteLength(content)),
      md5Hash,
      generation: "1",
      metageneration: "1",
    };
  };
  app.get("/storage/v1/b/tuning/o/:name", (context) => {
    const name = decodeURIComponent(context.req.param("name"));
    return objects.has(name)
      ? context.json(describe(name))
      : problem(context, 404, "NOT_FOUND", `No such object: tuning/${name}`);
  });
  app.post("/upload/storage/v1/b/tuning/o", async (context) => {
    const name = context.req.query("name") ?? "";
    if (context.req.query("uploadType") === "resumable") {
      return context.body(null, 200, {
        location: `${new URL(context.req.url).origin}/upload/session/${encodeURIComponent(name)}`,
      });
    }
    const text = await context.req.text();
    // multipart/related: the metadata, then the content.
    const boundary = /boundary="?([^";]+)/.exec(context.req.header("content-type") ?? "")?.[1] ?? "";
    const part = text.split(`--${boundary}`)[2] ?? "";
    objects.set(name, part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, ""));
    return context.json(describe(name));
  });
  app.put("/upload/session/:name", async (context) => {
    const name = decodeURIComponent(context.req.param("name"));
    objects.set(name, await context.req.text());
    return context.json(describe(name));
  });

  // ── tuning jobs ──
  app.use("/v1beta1/*", async (context, next) => {
    if (context.req.header("authorization") === `Bearer ${GOOGLE_SECRET}`) return next();
    return problem(context, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  });
  app.post(`/v1beta1/${PARENT}/tuningJobs`, async (context) => {
    const request = await context.req.json<Record<string, unknown>>();
    if (request["baseModel"] === "gemini-gone")
      return problem(context, 400, "FAILED_PRECONDITION", "Base model gemini-gone is not supported.");
    created.push(request);
    const name = `${PARENT}/tuningJobs/${1_000 + jobs.size}`;
    jobs.set(name, {
      ...request,
      name,
      state: "JOB_STATE_PENDING",
      createTime: new Date(Date.UTC(2026, 10, 22, 10, 0, jobs.size)).toISOString(),
    });
    return context.json(jobs.get(name)!);
  });
  app.get(`/v1beta1/${PARENT}/tuningJobs`, (context) => {
    const size = Number(context.req.query("pageSize") ?? 100);
    const start = fake.endlessPages ? 0 : Number(context.req.query("pageToken") ?? 0);
    const all = [...jobs.values()].reverse();
    const more = fake.endlessPages || start + size < all.length;
    return context.json({
      tuningJobs: all.slice(start, start + size),
      ...(more ? { nextPageToken: String(start + size) } : {}),
    });
  });
  app.get(`/v1beta1/${PARENT}/tuningJobs/:id`, (context) => {
    const job = jobs.get(`${PARENT}/tuningJobs/${context.req.param("id")}`);
    return job ? context.json(job) : problem(context, 404, "NOT_FOUND", "The TuningJob does not exist.");
  });
  app.post(`/v1beta1/${PARENT}/tuningJobs/:action`, (context) => {
    const [id = "", verb] = context.req.param("action").split(":");
    const job = jobs.get(`${PARENT}/tuningJobs/${id}`);
    if (!job || verb !== "cancel") return problem(context, 404, "NOT_FOUND", "The TuningJob does not exist.");
    job["state"] = "JOB_STATE_CANCELLING";
    return context.json({});
  });

  return Object.assign(fake, { server: await startFakeServer(app) });
}
