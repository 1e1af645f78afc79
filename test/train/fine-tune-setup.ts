import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { FineTuneBackend, PreferenceExample } from "langsmith-finetune";
import { openAI, type OpenAIOptions } from "langsmith-finetune/backends/openai";
import { contractRows } from "./backend-contract.js";
import { startOpenAIFake, type OpenAIFake } from "./fakes/openai-fake.js";

/** Both are new for each test of a file that calls {@link setUp}. */
export let fake: OpenAIFake;
export let directory: string;

export function setUp(): void {
  beforeEach(async () => {
    fake = await startOpenAIFake();
    directory = await mkdtemp(join(tmpdir(), "fine-tune-test-"));
  });
  afterEach(async () => {
    await fake.close();
    await rm(directory, { recursive: true, force: true });
  });
}

export const openAIBackend = (options: Partial<OpenAIOptions> = {}): FineTuneBackend =>
  openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: "sk-test", ...options });
export const base = () => ({ examples: contractRows, backend: openAIBackend(), directory, pollInterval: 5 });
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

export const pair: PreferenceExample = {
  input: { messages: [{ role: "user", content: "Hi?" }] },
  preferred_output: [{ role: "assistant", content: "Hello." }],
  non_preferred_output: [{ role: "assistant", content: "What." }],
};
