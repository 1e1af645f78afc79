import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";
import { problem, requireKey, serveBucket } from "./amazon-account.js";
import { omit } from "./omit.js";

export { AMAZON_KEY, AMAZON_SECRET } from "./amazon-account.js";

/** A stateful stand-in for Bedrock's customization jobs and deployments, and for a bucket of S3. */
export interface AmazonFake {
  server: FakeServer;
  objects: Map<string, string>;
  jobs: Map<string, Record<string, unknown>>;
  deployments: Map<string, Record<string, unknown>>;
  created: Record<string, unknown>[];
  deploymentStates: string[];
  /** Give every page of a list the same token: a paging bug. */
  endlessPages: boolean;
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
  addEvents(job: string, count: number): void;
}

const ARN = "arn:aws:bedrock:us-east-1:123456789012";

export async function startAmazonFake(): Promise<AmazonFake> {
  const app = new Hono();
  const objects: AmazonFake["objects"] = new Map();
  const jobs: AmazonFake["jobs"] = new Map();
  const deployments: AmazonFake["deployments"] = new Map();
  const created: AmazonFake["created"] = [];
  const phases = ["validationDetails", "dataProcessingDetails", "trainingDetails"];
  const fake: Omit<AmazonFake, "server"> = {
    objects,
    jobs,
    deployments,
    created,
    deploymentStates: ["Creating", "Creating", "Active"],
    endlessPages: false,
    setStatus(arn, status, reason) {
      const job = jobs.get(arn)!;
      job["status"] = status;
      if (reason) job["failureMessage"] = reason.message;
      if (status === "Completed") {
        job["outputModelArn"] = `${ARN}:custom-model/amazon.nova-lite-v1:0/${arn.slice(-6)}`;
        job["endTime"] = "2026-11-22T11:00:00Z";
        job["trainingMetrics"] = { trainingLoss: 0.42 };
        job["validationMetrics"] = [{ validationLoss: 0.5 }];
      }
    },
    addEvents(arn, count) {
      const details = (jobs.get(arn)!["statusDetails"] ??= {}) as Record<string, Record<string, string>>;
      // Each phase begins and ends, one after the other.
      for (let index = 0; index < count; index += 1) {
        const running = Object.values(details).find(({ status }) => status === "InProgress");
        const number = Object.keys(details).length;
        if (running)
          Object.assign(running, {
            status: "Completed",
            lastModifiedTime: new Date(Date.UTC(2026, 10, 22, 10, number * 2 - 1)).toISOString(),
          });
        else
          details[phases[number]!] = {
            status: "InProgress",
            creationTime: new Date(Date.UTC(2026, 10, 22, 10, number * 2)).toISOString(),
          };
      }
    },
  };
  requireKey(app);
  serveBucket(app, objects);

  // ── jobs ──
  app.post("/model-customization-jobs", async (context) => {
    const request = await context.req.json<Record<string, unknown>>();
    const token = String(request["clientRequestToken"]);
    const same = [...jobs.values()].find((job) => job["clientRequestToken"] === token);
    if (same) return context.json({ jobArn: same["jobArn"] }, 201);
    if (request["baseModelIdentifier"] === "amazon.gone")
      return problem(context, 400, "ValidationException", "The provided model identifier is invalid.");
    if ([...jobs.values()].some((job) => job["jobName"] === request["jobName"]))
      return problem(context, 409, "ConflictException", "The job name is already in use.");
    created.push(request);
    const jobArn = `${ARN}:model-customization-job/amazon.nova-lite-v1:0/job${String(jobs.size + 1).padStart(9, "0")}`;
    const now = new Date(Date.UTC(2026, 10, 22, 10, 0, jobs.size)).toISOString();
    jobs.set(jobArn, {
      ...request,
      jobArn,
      status: "InProgress",
      creationTime: now,
      lastModifiedTime: now,
      baseModelArn: `${ARN}::foundation-model/x`,
    });
    return context.json({ jobArn }, 201);
  });
  app.get("/model-customization-jobs", (context) => {
    const words = context.req.query("nameContains") ?? "";
    const start = fake.endlessPages ? 0 : Number(context.req.query("nextToken") ?? 0);
    const all = [...jobs.values()].reverse().filter((job) => String(job["jobName"]).includes(words));
    const shown = all.slice(start, start + 2).map(({ jobArn, jobName, status, creationTime, baseModelArn }) => ({
      jobArn,
      jobName,
      status,
      creationTime,
      baseModelArn,
    }));
    return context.json({
      modelCustomizationJobSummaries: shown,
      ...(fake.endlessPages || start + 2 < all.length ? { nextToken: String(start + 2) } : {}),
    });
  });
  app.get("/model-customization-jobs/:arn{.+}", (context) => {
    const job = jobs.get(decodeURIComponent(context.req.param("arn")));
    return job ? context.json(job) : problem(context, 404, "ResourceNotFoundException", "The job does not exist.");
  });
  app.post("/model-customization-jobs/:arn{.+}/stop", (context) => {
    const job = jobs.get(decodeURIComponent(context.req.param("arn")));
    if (!job) return problem(context, 404, "ResourceNotFoundException", "The job does not exist.");
    job["status"] = "Stopping";
    return context.json({});
  });

  // ── deployments ──
  const base = "/model-customization/custom-model-deployments";
  app.post(base, async (context) => {
    const request = await context.req.json<Record<string, unknown>>();
    const arn = `${ARN}:custom-model-deployment/${deployments.size + 1}`;
    const states = [...fake.deploymentStates];
    deployments.set(arn, {
      ...request,
      customModelDeploymentArn: arn,
      status: states.shift(),
      createdAt: "2026-11-22T11:00:00Z",
      states,
    });
    return context.json({ customModelDeploymentArn: arn }, 202);
  });
  app.get(base, (context) => {
    const words = context.req.query("nameContains") ?? "";
    const all = [...deployments.values()].filter((one) => String(one["modelDeploymentName"]).includes(words));
    const shown = all.map(({ customModelDeploymentArn, modelDeploymentName, modelArn, createdAt, status }) => ({
      customModelDeploymentArn,
      customModelDeploymentName: modelDeploymentName,
      modelArn,
      createdAt,
      status,
    }));
    return context.json({ modelDeploymentSummaries: shown });
  });
  app.get(`${base}/:arn{.+}`, (context) => {
    const deployment = deployments.get(decodeURIComponent(context.req.param("arn")));
    if (!deployment) return problem(context, 404, "ResourceNotFoundException", "The deployment does not exist.");
    deployment["status"] = (deployment["states"] as string[]).shift() ?? deployment["status"];
    if (deployment["status"] === "Failed")
      deployment["failureMessage"] = "This base model has no on-demand inference here.";
    return context.json(omit(deployment, "states"));
  });
  app.delete(`${base}/:arn{.+}`, (context) =>
    deployments.delete(decodeURIComponent(context.req.param("arn")))
      ? context.json({})
      : problem(context, 404, "ResourceNotFoundException", "The deployment does not exist."),
  );

  return Object.assign(fake, { server: await startFakeServer(app) });
}
