import { expect, it } from "vitest";
import type { FineTuneBackend } from "langsmith-finetune";
import { openAI } from "langsmith-finetune/backends/openai";
import { startSandbox } from "langsmith-finetune/sandbox";
import { testBackend, type BackendContract } from "langsmith-finetune/testing";

/** Runs the suite as a test runner does, and gives the names of the tests that fail. */
async function failing(contract: BackendContract, only: RegExp): Promise<string[]> {
  const failed: string[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const tests: [string, () => Promise<void>][] = [];
  testBackend(contract, {
    describe: (_name, body) => body(),
    it: (name, body) => tests.push([name, body]),
    beforeEach: (hook) => before.push(hook),
    afterEach: (hook) => after.push(hook),
  });
  expect(tests.filter(([name]) => only.test(name))).not.toEqual([]);
  for (const [name, body] of tests) {
    if (!only.test(name)) continue;
    for (const hook of before) await hook();
    await body().catch(() => failed.push(name));
    for (const hook of after) await hook();
  }
  return failed;
}

const contractOf = (change: (backend: FineTuneBackend, secret: string) => FineTuneBackend): BackendContract => ({
  name: "changed",
  async start() {
    const sandbox = await startSandbox();
    const { url: baseURL, apiKey } = sandbox.openai;
    const backend = openAI({ model: "gpt-4o-mini-2024-07-18", baseURL, apiKey });
    return {
      backend: change(backend, apiKey),
      secret: apiKey,
      setStatus: () => {},
      jobCount: () => sandbox.openai.jobs().length,
      uploadCount: () => sandbox.openai.files().length,
      fault: () => {},
      close: () => sandbox.close(),
    };
  },
  statuses: {},
  ends: { succeeded: "succeeded", failed: "failed" },
  reusesFiles: true,
});

it("passes a backend that keeps its promises", async () => {
  expect(
    await failing(
      contractOf((backend) => backend),
      /describes|plain JSON|again$|same moment/,
    ),
  ).toEqual([]);
});

it.each<[string, (backend: FineTuneBackend, secret: string) => FineTuneBackend, RegExp, string]>([
  [
    "puts its key into the options",
    (backend, secret) => ({ ...backend, options: { key: secret } }),
    /describes/,
    "describes itself",
  ],
  [
    "gives a reference that is not plain JSON",
    (backend) => ({
      ...backend,
      start: async (request, options) => ({
        ...(await backend.start(request, options)),
        details: { at: new Date() as never },
      }),
    }),
    /reference is plain/,
    "starts a job whose reference is plain JSON without credentials",
  ],
  [
    "finds every job, whatever its key",
    (backend) => ({
      ...backend,
      find: (_key, options) => backend.find?.("key-2", options) ?? Promise.resolve(undefined),
    }),
    /finds a job by its key/,
    "finds a job by its key, and none by another",
  ],
])("fails a backend that %s", async (_name, change, only, test) => {
  expect(await failing(contractOf(change), only)).toEqual([test]);
});
