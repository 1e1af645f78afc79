import OpenAI from "openai";
import { afterEach } from "vitest";
import { startSandbox, type OpenAISandboxOptions, type Sandbox } from "langsmith-finetune/sandbox";
import { arithmeticRows, jsonl, upload } from "./openai-helpers.js";

/** Those of the test that called {@link start}. */
export let sandbox: Sandbox;
export let client: OpenAI;
let now: number;

export function setUp(): void {
  afterEach(() => sandbox.close());
}

/** Jobs of ten seconds, on a clock that only the test moves. */
export async function start(openai: OpenAISandboxOptions = {}): Promise<void> {
  now = Date.UTC(2026, 10, 22);
  sandbox = await startSandbox({ clock: { now: () => now }, openai: { jobSeconds: 10, ...openai } });
  client = new OpenAI({ baseURL: sandbox.openai.url, apiKey: sandbox.openai.apiKey, maxRetries: 0 });
}

/** Moves the clock on. */
export function pass(milliseconds: number): void {
  now += milliseconds;
}

export const rows = arithmeticRows();

export async function create(text = jsonl(rows), more: Partial<OpenAI.FineTuning.JobCreateParams> = {}) {
  const file = await upload(client, text);
  return client.fineTuning.jobs.create({ model: "gpt-4o-mini", training_file: file.id, ...more });
}

export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
