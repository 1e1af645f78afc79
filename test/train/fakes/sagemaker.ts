import { Hono } from "hono";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";
import { problem, requireKey, serveBucket } from "./amazon-account.js";

type Fields = Record<string, unknown>;

/** A stateful stand-in for SageMaker's training jobs, for a bucket of S3, and for Bedrock's imports. */
export interface SageMakerFake {
  server: FakeServer;
  objects: Map<string, string>;
  jobs: Map<string, Fields>;
  created: Fields[];
  imports: Map<string, Fields>;
  importStates: string[];
  setStatus(job: string, status: string, reason?: { code?: string; message: string }): void;
  addEvents(job: string, count: number): void;
}

const ARN = "arn:aws:sagemaker:us-east-1:123456789012";
const START = Date.UTC(2026, 10, 29, 10) / 1_000;

export async function startSageMakerFake(): Promise<SageMakerFake> {
  const app = new Hono();
  const objects: SageMakerFake["objects"] = new Map();
  const jobs: SageMakerFake["jobs"] = new Map();
  const imports: SageMakerFake["imports"] = new Map();
  const created: SageMakerFake["created"] = [];
  const fake: Omit<SageMakerFake, "server"> = {
    objects,
    jobs,
    created,
    imports,
    importStates: ["InProgress", "Completed"],
    setStatus(name, status, reason) {
      const job = jobs.get(name)!;
      job["TrainingJobStatus"] = status;
      if (reason) job["FailureReason"] = reason.message;
      if (status === "Completed") {
        job["OutputModelPackageArn"] = `${ARN}:model-package/support/${name.length}`;
        job["BillableTokenCount"] = 4_200;
        job["TrainingEndTime"] = START + 3_600;
        job["FinalMetricDataList"] = [{ MetricName: "train_loss", Value: 0.42, Timestamp: START + 3_600 }];
      }
    },
    addEvents(name, count) {
      const transitions = (jobs.get(name)!["SecondaryStatusTransitions"] ??= []) as Fields[];
      for (let index = 0; index < count; index += 1) {
        const number = transitions.length;
        transitions.push({
          Status: ["Starting", "Downloading", "Training", "Uploading", "Completed"][number] ?? "Updating",
          StartTime: START + number * 60,
          StatusMessage: `step ${number}`,
        });
      }
    },
  };
  requireKey(app);
  serveBucket(app, objects);

  // ── SageMaker: one path, the operation in a header ──
  app.post("/", async (context) => {
    const operation = context.req.header("x-amz-target")?.replace("SageMaker.", "");
    const request = await context.req.json<Fields>();
    const name = String(request["TrainingJobName"]);
    if (operation === "CreateTrainingJob") {
      const base = String((request["ServerlessJobConfig"] as Fields)["BaseModelArn"]);
      if (base.endsWith("/gone")) return problem(context, 400, "ValidationException", "The model does not exist.");
      if (jobs.has(name)) return problem(context, 400, "ResourceInUse", "The job name is already in use.");
      created.push(request);
      jobs.set(name, {
        ...request,
        TrainingJobArn: `${ARN}:training-job/${name}`,
        TrainingJobStatus: "InProgress",
        SecondaryStatus: "Pending",
        CreationTime: START + jobs.size,
        ModelArtifacts: {},
      });
      return context.json({ TrainingJobArn: `${ARN}:training-job/${name}` });
    }
    if (operation === "DescribeModelPackage") {
      const S3Uri = "s3://tuning/output/model/";
      return context.json({
        ModelPackageArn: request["ModelPackageName"],
        InferenceSpecification: { Containers: [{ ModelDataSource: { S3DataSource: { S3Uri } } }] },
      });
    }
    const job = jobs.get(name);
    if (job === undefined) return problem(context, 400, "ValidationException", "Requested resource not found.");
    if (operation === "DescribeTrainingJob") return context.json(job);
    if (operation === "StopTrainingJob") {
      job["TrainingJobStatus"] = "Stopping";
      return context.json({});
    }
    return problem(context, 400, "UnknownOperationException", String(operation));
  });

  // ── Bedrock: imports ──
  app.post("/model-import-jobs", async (context) => {
    const request = await context.req.json<Fields>();
    const name = String(request["jobName"]);
    imports.set(name, { ...request, states: [...fake.importStates] });
    return context.json({ jobArn: `arn:aws:bedrock:us-east-1:123456789012:model-import-job/${name}` }, 201);
  });
  app.get("/model-import-jobs/:id{.+}", (context) => {
    const name = decodeURIComponent(context.req.param("id")).split("/").at(-1) ?? "";
    const found = imports.get(name);
    if (found === undefined) return problem(context, 404, "ResourceNotFoundException", "The job does not exist.");
    const states = found["states"] as string[];
    const status = states.length > 1 ? states.shift() : states[0];
    return context.json({
      jobArn: `arn:aws:bedrock:us-east-1:123456789012:model-import-job/${name}`,
      jobName: name,
      status,
      ...(status === "Completed"
        ? { importedModelArn: `arn:aws:bedrock:us-east-1:123456789012:imported-model/${name}` }
        : {}),
      ...(status === "Failed" ? { failureMessage: "The architecture is not supported." } : {}),
    });
  });
  app.delete("/imported-models/:id{.+}", (context) => {
    const name = decodeURIComponent(context.req.param("id")).split("/").at(-1) ?? "";
    return imports.delete(name)
      ? context.json({})
      : problem(context, 404, "ResourceNotFoundException", "The model does not exist.");
  });

  return Object.assign(fake, { server: await startFakeServer(app) });
}
