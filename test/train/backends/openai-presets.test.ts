import type { Context, Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  InvalidOptionError,
  ServiceError,
  chatModel,
  deploy,
  resumeFineTune,
  startFineTune,
  teardown,
  type FineTuneBackend,
  type FineTunedModel,
} from "langsmith-finetune";
import { azure, foundry } from "langsmith-finetune/backends/azure";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { contractRows, testBackend, type BackendWorld } from "../backend-contract.js";
import { startOpenAIFake, type OpenAIFake, type OpenAIFakeOptions } from "../fakes/openai-fake.js";

const secret = "preset-secret-0123456789";
const openFakes: OpenAIFake[] = [];

async function start(options: OpenAIFakeOptions = {}): Promise<OpenAIFake> {
  const fake = await startOpenAIFake(options);
  openFakes.push(fake);
  return fake;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(openFakes.splice(0).map((fake) => fake.close()));
});

const statuses = {
  validating_files: "pending",
  queued: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  paused: "pending",
} as const;

function preset(name: string, options: OpenAIFakeOptions, backend: (baseURL: string) => FineTuneBackend): void {
  testBackend({
    name,
    async start(): Promise<BackendWorld> {
      const fake = await startOpenAIFake(options);
      return {
        backend: backend(`${fake.url}${options.prefix ?? "/v1"}`),
        secret,
        setStatus: fake.setStatus,
        jobCount: () => fake.jobs.length,
        uploadCount: () => fake.files.size,
        addEvents: fake.addEvents,
        fault: fake.fault,
        close: fake.close,
      };
    },
    statuses,
    ends: { succeeded: "succeeded", failed: "failed", cancelled: "cancelled" },
    requests: {
      create: { method: "POST", path: /fine_tuning\/jobs$/ },
      poll: { method: "GET", path: /fine_tuning\/jobs\/[^/?]+$/ },
    },
    reusesFiles: true,
  });
}

preset("azure", { prefix: "/openai/v1", fileStatus: "uploaded" }, (baseURL) =>
  azure({ model: "gpt-4.1-mini-2025-04-14", baseURL, apiKey: secret }),
);
preset("nebius", { namesModel: false }, (baseURL) =>
  nebius({ model: "meta-llama/Llama-3.1-8B-Instruct", baseURL, apiKey: secret }),
);
preset("crusoe", { namesModel: false }, (baseURL) =>
  crusoe({ model: "meta-llama/Llama-3.3-70B-Instruct", baseURL, apiKey: secret }),
);

async function tune(fake: OpenAIFake, backend: FineTuneBackend): Promise<FineTunedModel> {
  const job = await startFineTune({ examples: contractRows, backend, pollInterval: 5 });
  fake.setStatus(job.reference.id, "succeeded");
  return job.wait();
}

describe('checkpoint: "best"', () => {
  const first = "ft:base:org::ckpt-step-1";
  it.each<[name: string, prefix: string, backend: (baseURL: string) => FineTuneBackend, model: string]>([
    ["openai", "/v1", (baseURL) => openAI({ model: "gpt-4.1-mini-2025-04-14", baseURL, apiKey: secret }), first],
    ["azure", "/openai/v1", (baseURL) => azure({ model: "gpt-4.1-mini-2025-04-14", baseURL, apiKey: secret }), first],
    ["nebius", "/v1", (baseURL) => nebius({ model: "m", baseURL, apiKey: secret }), "ftjob-1:ftckpt-1"],
    ["crusoe", "/v1", (baseURL) => crusoe({ model: "m", baseURL, apiKey: secret }), "ftckpt-1"],
  ])(
    "is at %s the one that all validation rows find best, now and after a restart",
    async (name, prefix, of, model) => {
      const fake = await start({
        prefix,
        namesModel: name === "openai" || name === "azure",
        validation: [
          { full_valid_loss: 0.4, valid_loss: 0.9 },
          { full_valid_loss: 0.6, valid_loss: 0.1 },
        ],
      });
      const backend = of(`${fake.url}${prefix}`);
      const job = await startFineTune({
        examples: contractRows.slice(0, 10),
        validation: contractRows.slice(10),
        backend,
        pollInterval: 5,
        checkpoint: "best",
      });
      fake.setStatus(job.reference.id, "succeeded");
      const tuned = await job.wait();
      expect(tuned).toMatchObject({ model, checkpoint: { id: "ftckpt-1", metrics: { validationLoss: 0.4 } } });
      expect(tuned.curve).toHaveLength(2);

      const resumed = resumeFineTune(job.reference, { backend, pollInterval: 5 });
      expect((await resumed.wait({ checkpoint: "best" })).model).toBe(model);
      expect((await resumed.wait({ checkpoint: "last" })).model).not.toBe(model);
    },
  );
});

/** Azure's management API: a deployment is ready after two questions, and gone two after its deletion. */
function managementApi(
  app: Hono,
  log: { method: string; path: string; authorization?: string; body?: unknown }[],
  outcome: string,
) {
  let asked = 0;
  let deleted = false;
  const path =
    "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.CognitiveServices/accounts/:account/deployments/:name";
  const note = async (context: Context) => {
    const body: unknown = context.req.method === "PUT" ? await context.req.json() : undefined;
    log.push({
      method: context.req.method,
      path: new URL(context.req.url).pathname + new URL(context.req.url).search,
      authorization: context.req.header("authorization"),
      body,
    });
  };
  app.put(path, async (context) => {
    await note(context);
    return context.json({ properties: { provisioningState: "Creating" } }, 201);
  });
  app.get(path, async (context) => {
    await note(context);
    asked += 1;
    if (deleted && asked > 4) return context.json({ error: { code: "ResourceNotFound", message: "gone" } }, 404);
    return context.json({
      properties: {
        provisioningState: asked < 2 ? "Creating" : outcome,
        error: { message: "no capacity in the region" },
      },
    });
  });
  app.delete(path, async (context) => {
    await note(context);
    deleted = true;
    return context.body(null, 202);
  });
}

describe("azure", () => {
  const log: { method: string; path: string; authorization?: string; body?: unknown }[] = [];
  const options = (url: string) => ({
    model: "gpt-4.1-mini-2025-04-14",
    baseURL: `${url}/openai/v1/`,
    apiKey: secret,
    trainingType: "globalstandard",
    management: {
      subscriptionId: "sub 1",
      resourceGroup: "group",
      account: "account",
      token: async () => "entra-token",
      baseURL: url,
      pollInterval: 5,
    },
  });
  const startAzure = (outcome = "Succeeded") => {
    log.length = 0;
    return start({ prefix: "/openai/v1", fileStatus: "uploaded", extend: (app) => managementApi(app, log, outcome) });
  };

  it("sends the key in Azure's header, a byte order mark, the training type, and waits for the file", async () => {
    const fake = await startAzure();
    await tune(fake, azure(options(fake.url)));
    const [file] = [...fake.files.values()];
    expect(file?.content.startsWith("\uFEFF{")).toBe(true);
    expect(file?.status).toBe("processed");
    expect(fake.bodies[0]).toMatchObject({ trainingType: "globalstandard", training_file: file?.id });
    expect(
      fake.requests.every(({ headers }) => headers["api-key"] === secret && headers["authorization"] === undefined),
    ).toBe(true);
  });

  it("sends an Entra token as a bearer's", async () => {
    const fake = await startAzure();
    await tune(fake, foundry({ ...options(fake.url), apiKey: async () => "entra-data-token", apiVersion: "preview" }));
    expect(
      fake.requests.every(
        ({ headers }) => headers["authorization"] === "Bearer entra-data-token" && headers["api-key"] === undefined,
      ),
    ).toBe(true);
    expect(fake.requests.every(({ path }) => path.includes("api-version=preview"))).toBe(true);
  });

  it("deploys by the management API only when asked to, and tears down", async () => {
    const fake = await startAzure();
    const backend = azure(options(fake.url));
    const tuned = await tune(fake, backend);
    expect(log).toEqual([]);
    await expect(chatModel(tuned, { apiKey: secret })).rejects.toThrow(/must be deployed.*by the hour/s);

    const billed: string[] = [];
    const deployed = await deploy(tuned, {
      backend,
      name: "support",
      sku: "developertier",
      capacity: 5,
      onBilled: (words) => billed.push(words),
    });
    expect(billed.join()).toMatch(/by the hour/);
    expect(log[0]).toEqual({
      method: "PUT",
      path: "/subscriptions/sub%201/resourceGroups/group/providers/Microsoft.CognitiveServices/accounts/account/deployments/support?api-version=2024-10-21",
      authorization: "Bearer entra-token",
      body: {
        sku: { name: "developertier", capacity: 5 },
        properties: { model: { format: "OpenAI", name: tuned.model, version: "1" } },
      },
    });
    expect(deployed).toMatchObject({
      deployment: { status: "ready", id: "support" },
      inference: { fields: { model: "support" } },
    });
    expect(await chatModel(deployed, { apiKey: secret })).toMatchObject({ model: "support" });

    const ended = await teardown(deployed, { backend });
    expect(ended.deployment?.status).toBe("ended");
    expect(ended).not.toHaveProperty("inference");
    expect(log.some(({ method }) => method === "DELETE")).toBe(true);
  });

  it("tells in Azure's words why a deployment failed", async () => {
    const fake = await startAzure("Failed");
    const backend = azure(options(fake.url));
    const error = await deploy(await tune(fake, backend), { backend }).catch((thrown: unknown) => thrown);
    expect(ServiceError.isInstance(error)).toBe(true);
    expect((error as Error).message).toContain("no capacity in the region");
  });

  it("needs a resource, and the management API only for a deployment", async () => {
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "");
    expect(() => azure({ model: "m" })).toThrow(InvalidOptionError);
    expect(azure({ model: "m", resource: "mine" }).options).toMatchObject({
      baseURL: "https://mine.openai.azure.com/openai/v1/",
    });
    expect(azure({ model: "m", endpoint: "https://mine.openai.azure.com/" }).options).toMatchObject({
      baseURL: "https://mine.openai.azure.com/openai/v1/",
    });
    const fake = await startAzure();
    const backend = azure({ ...options(fake.url), management: undefined });
    await expect(deploy(await tune(fake, backend), { backend })).rejects.toThrow(/subscriptionId/);
  });
});

describe("nebius", () => {
  const startNebius = async (status: string) => {
    const registered: Record<string, unknown>[] = [];
    let asked = 0;
    const fake = await start({
      namesModel: false,
      extend: (app) => {
        app.post("/v0/models", async (context) => {
          registered.push(await context.req.json());
          return context.json({ name: registered.at(-1)?.["name"], status: "validating" });
        });
        app.get("/v0/models/:name", (context) => {
          asked += 1;
          return context.json({
            name: context.req.param("name"),
            status: asked < 2 ? "validating" : status,
            status_reason: "rank too high",
          });
        });
        app.delete("/v0/models/:name", (context) => {
          registered.length = 0;
          return context.json({});
        });
      },
    });
    return { fake, registered };
  };
  const backendOf = (fake: OpenAIFake) =>
    nebius({
      model: "meta-llama/Llama-3.1-8B-Instruct",
      inferenceModel: "meta-llama/Meta-Llama-3.1-8B-Instruct",
      baseURL: `${fake.url}/v1/`,
      apiKey: secret,
      learningRate: 1e-5,
      lora: { rank: 16 },
      fromCheckpoint: { repo: "org/start", token: "hf_secret" },
      pollInterval: 5,
    });

  it("trains with an absolute learning rate and LoRA, and registers the last checkpoint", async () => {
    const { fake, registered } = await startNebius("active");
    const backend = backendOf(fake);
    const tuned = await tune(fake, backend);
    expect(fake.bodies[0]).toMatchObject({
      method: { type: "supervised", supervised: { hyperparameters: { learning_rate: 1e-5, lora: true, lora_r: 16 } } },
      from_checkpoint: { type: "hf", repo: "org/start", token: "hf_secret" },
    });
    expect(JSON.stringify(backend.options)).not.toContain("hf_secret");
    expect(tuned).toMatchObject({ model: "ftjob-1:ftckpt-2", deployment: { status: "required" } });

    const deployed = await deploy(tuned, { backend, name: "support" });
    expect(registered).toEqual([
      { name: "support", base_model: "meta-llama/Meta-Llama-3.1-8B-Instruct", source: "ftjob-1:ftckpt-2" },
    ]);
    expect(await chatModel(deployed, { apiKey: secret })).toMatchObject({ model: "support" });
    expect((await teardown(deployed, { backend })).deployment?.status).toBe("ended");
    expect(registered).toEqual([]);
  });

  it("reports in the words of Nebius why a registration failed", async () => {
    const { fake } = await startNebius("error");
    const backend = backendOf(fake);
    await expect(deploy(await tune(fake, backend), { backend })).rejects.toThrow(/rank too high/);
  });
});

describe("crusoe", () => {
  it("gives the checkpoint to deploy, and takes the name of a deployment made in the console", async () => {
    const fake = await start({ namesModel: false });
    const backend = crusoe({ model: "llama", baseURL: `${fake.url}/v1`, apiKey: secret });
    const tuned = await tune(fake, backend);
    expect(tuned.details).toEqual({ checkpoint: "ftckpt-2" });
    await expect(deploy(tuned, { backend })).rejects.toThrow(/console/);
    await expect(deploy(tuned, { backend, nam: "my-deployment" })).rejects.toThrow(/Unknown option nam/);
    await expect(deploy(tuned, { backend, name: 1 })).rejects.toThrow(InvalidOptionError);
    const deployed = await deploy(tuned, { backend, name: "my-deployment" });
    expect(await chatModel(deployed, { apiKey: secret })).toMatchObject({ model: "my-deployment" });
    await expect(teardown(deployed, { backend })).rejects.toThrow(/console/);
  });
});
