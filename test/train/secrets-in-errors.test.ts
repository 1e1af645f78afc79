import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Client } from "langsmith";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selectRuns, startFineTune, type FineTuneBackend } from "langsmith-finetune";
import { alibaba } from "langsmith-finetune/backends/alibaba";
import { azure } from "langsmith-finetune/backends/azure";
import { bedrock } from "langsmith-finetune/backends/bedrock";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { sageMaker } from "langsmith-finetune/backends/sagemaker";
import { together } from "langsmith-finetune/backends/together";
import { hfJobs, ray, trl } from "langsmith-finetune/backends/trl";
import { vertex } from "langsmith-finetune/backends/vertex";
import { contractRows } from "./backend-contract.js";

// No pattern knows these.
const KEY = "plain words as a key/with+signs 4711";
const OTHER = "another-private-value-0815";

/** A host that refuses everything, and repeats all that it was sent, as debugging proxies do. */
const forms: Record<string, (sent: string) => string> = {
  "JSON inside JSON": (sent) => JSON.stringify({ message: JSON.stringify(JSON.stringify({ sent })) }),
  "base64 amid other bytes": (sent) => JSON.stringify({ message: Buffer.from(`x${sent}`).toString("base64") }),
};

let server: Server;
let url: string;
let write: (sent: string) => string;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "secrets-"));
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("latin1").on("data", (text: string) => (body += text));
    request.on("end", () => {
      if (request.url?.includes("/info")) return response.end('{"version":"0.16.20"}');
      // The wandb settings come first: messages are cut.
      const settings = /"(?:wandb_api_key|WANDB_API_KEY)":"[^"]*"/.exec(body)?.[0] ?? "";
      response.writeHead(400, { "content-type": "application/json" });
      return response.end(write(`${settings} ${JSON.stringify(request.headers)} ${request.url}`));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const amazon = () => ({
  endpoint: url,
  maxAttempts: 1,
  credentials: () => Promise.resolve({ accessKeyId: "ACCESS1234567890", secretAccessKey: KEY, sessionToken: OTHER }),
});
const authClient = { getRequestHeaders: () => Promise.resolve(new Headers({ authorization: `Bearer ${OTHER}` })) };

const backends: Record<string, () => FineTuneBackend> = {
  openai: () => openAI({ model: "gpt-4o-mini", apiKey: KEY, baseURL: url, headers: { "x-gateway": OTHER } }),
  azure: () => azure({ model: "gpt-4o-mini", apiKey: KEY, endpoint: url }),
  together: () => together({ model: "m", apiKey: KEY, baseURL: url, wandb: { apiKey: OTHER, project: "p" } }),
  fireworks: () => fireworks({ model: "m", apiKey: KEY, accountId: "team", baseURL: url }),
  nebius: () => nebius({ model: "m", apiKey: KEY, baseURL: url }),
  crusoe: () => crusoe({ model: "m", apiKey: KEY, baseURL: url }),
  alibaba: () => alibaba({ model: "m", apiKey: KEY, baseURL: url }),
  sagemaker: () =>
    sageMaker({
      model: "m",
      roleArn: "arn:aws:iam::123456789012:role/tuning",
      bucket: "tuning",
      region: "us-east-1",
      modelPackageGroupArn: "g",
      clientOptions: amazon(),
      s3Options: { ...amazon(), forcePathStyle: true },
    }),
  bedrock: () =>
    bedrock({
      model: "amazon.nova-lite-v1:0:300k",
      roleArn: "arn:aws:iam::123456789012:role/tuning",
      bucket: "tuning",
      region: "us-east-1",
      clientOptions: amazon(),
      s3Options: { ...amazon(), forcePathStyle: true },
    }),
  vertex: () =>
    vertex({
      model: "gemini-2.5-flash",
      project: "acme",
      location: "us-central1",
      bucket: "tuning",
      baseURL: url,
      headers: { "x-gateway": KEY },
      googleAuthOptions: { authClient: authClient as never },
      storageOptions: { apiEndpoint: url, retryOptions: { autoRetry: false } },
    }),
  "hf-jobs": () =>
    trl({
      model: "tiny",
      directory,
      environment: { WANDB_API_KEY: OTHER },
      runner: hfJobs({ namespace: "team", flavor: "l4x1", accessToken: `hf_${OTHER}`, hubUrl: url }),
    }),
  ray: () =>
    trl({
      model: "tiny",
      directory,
      environment: { WANDB_API_KEY: OTHER },
      runner: ray({ address: url, storage: "/nowhere", headers: { "x-gateway": OTHER } }),
    }),
};

/** Everything that a log of the error would hold. */
const logged = (error: unknown) =>
  `${inspect(error, { depth: 10 })} ${JSON.stringify(error)} ${String((error as Error).stack)}`;

function expectNoSecret(text: string): void {
  for (const secret of [KEY, OTHER]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
    for (const before of ["", "x", "xy"]) {
      // What is left in the middle of the base64 text does not depend on what is beside it.
      const middle = Buffer.from(`${before}${secret}`).toString("base64").slice(4, 24);
      expect(text).not.toContain(middle);
    }
  }
}

describe.each(Object.entries(forms))("a host that repeats what it was sent as %s", (_, form) => {
  it.each(Object.entries(backends))("shows no key in the error: %s", async (__, backend) => {
    write = form;
    const error: unknown = await startFineTune({ examples: contractRows, backend: backend() }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).name).toBe("ServiceError");
    expectNoSecret(logged(error));
    expect(logged(error)).toContain("[redacted]");
  });

  it("shows no key in the error: LangSmith", async () => {
    write = form;
    const client = new Client({ apiUrl: url, apiKey: KEY });
    const error: unknown = await (async () => {
      for await (const run of selectRuns({ projectName: "p" }, { client })) return run;
      return undefined;
    })().catch((thrown: unknown) => thrown);
    expectNoSecret(logged(error));
  });
});
