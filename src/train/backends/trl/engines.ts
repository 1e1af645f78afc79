import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isRecord } from "../../../internal/is-record.js";
import type { JsonObject } from "../../../types.js";
import type { FineTunedModel } from "../../backend.js";
import { mergeAdapter } from "./merge-adapter.js";

const run = promisify(execFile);

/** How a model is served: the command, the name that requests call it by, and more fields for `ChatOpenAI`. */
export interface Engine {
  readonly command: readonly string[];
  readonly model: string;
  readonly fields: JsonObject;
}

/** What an engine is chosen and started by. */
export interface EngineRequest {
  readonly python: string;
  readonly toolCallParser?: string | false;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** vLLM where there is an NVIDIA GPU, else `transformers serve`. */
export async function defaultEngine(tuned: FineTunedModel, request: EngineRequest): Promise<Engine> {
  return (await hasGpu()) ? vllm(tuned, request) : transformersServe(tuned, request);
}

/** `vllm serve`, with the adapter beside its base model (https://docs.vllm.ai, "LoRA adapters" and "Tool calling"). */
export async function vllm(
  tuned: FineTunedModel,
  { python, toolCallParser = parserFor(tuned.baseModel) }: EngineRequest,
): Promise<Engine> {
  const adapter = tuned.details?.adapter === true;
  // `=` and `,` in a path would be read as more of the flag, so the module is given as JSON.
  const model = adapter
    ? [
        tuned.baseModel,
        "--enable-lora",
        "--lora-modules",
        JSON.stringify({ name: tuned.job, path: tuned.model }),
        "--max-lora-rank",
        String(await loraRank(tuned.model)),
      ]
    : [tuned.model, "--served-model-name", tuned.job];
  // Without these two flags vLLM answers 400 to any request with tools.
  const tools = toolCallParser === false ? [] : ["--enable-auto-tool-choice", "--tool-call-parser", toolCallParser];
  return {
    command: [
      python,
      "-m",
      "vllm.entrypoints.cli.main",
      "serve",
      ...model,
      ...tools,
      "--host",
      "{host}",
      "--port",
      "{port}",
    ],
    model: tuned.job,
    fields: {},
  };
}

/** `transformers serve`. It reads whole models only (5.18.0), so an adapter is merged into its base first. */
export async function transformersServe(
  tuned: FineTunedModel,
  { python, environment, signal }: EngineRequest,
): Promise<Engine> {
  const model =
    tuned.details?.adapter === true ? await mergeAdapter(tuned, { python, environment, signal }) : tuned.model;
  return {
    command: [
      python,
      "-c",
      "from transformers.cli.transformers import main; main()",
      "serve",
      model,
      "--host",
      "{host}",
      "--port",
      "{port}",
    ],
    model,
    // transformers serve 5.18 refuses `stream_options`, which ChatOpenAI sends by default when it streams.
    fields: { streamUsage: false },
  };
}

// https://docs.vllm.ai/en/latest/features/tool_calling.html
const PARSERS: readonly (readonly [RegExp, string])[] = [
  [/qwen-?3-?coder/i, "qwen3_coder"],
  [/llama-?4/i, "llama4_pythonic"],
  [/llama-?3/i, "llama3_json"],
  [/mistral|ministral|devstral/i, "mistral"],
  [/granite/i, "granite"],
];

/** By the name of the base model; `hermes` is that of Qwen, Hermes and most that write `<tool_call>`. */
function parserFor(baseModel: string): string {
  return PARSERS.find(([pattern]) => pattern.test(baseModel))?.[1] ?? "hermes";
}

// What vLLM takes for --max-lora-rank; its default is 16.
const RANKS = [8, 16, 32, 64, 128, 256, 320, 512];

async function loraRank(adapter: string): Promise<number> {
  const file = join(adapter, "adapter_config.json");
  const config: unknown = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : undefined;
  // An adapter on the hub is not read here: the largest usual rank holds it, at the cost of some memory.
  const rank = isRecord(config) && typeof config.r === "number" ? config.r : 64;
  return RANKS.find((size) => size >= rank) ?? rank;
}

async function hasGpu(): Promise<boolean> {
  try {
    const { stdout } = await run("nvidia-smi", ["-L"]);
    return stdout.includes("GPU");
  } catch {
    // No such command, or no driver: no GPU that vLLM could use.
    return false;
  }
}
