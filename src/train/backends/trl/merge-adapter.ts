import { abortSignal, record, string, text } from "../../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../../internal/options.js";
import { tunedKind } from "../shared/kinds.js";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { FinetuneError, InvalidOptionError } from "../../../errors.js";
import type { FineTunedModel } from "../../backend.js";
import { redactCredentials } from "../../../http/redact-credentials.js";
import { secretsOfEnvironment } from "../../../http/secrets.js";
import { readFailure } from "./failures.js";
import { defaultPython } from "./python.js";
import { MERGE } from "./scripts.js";

const run = promisify(execFile);

/** Options of {@link mergeAdapter}. */
export interface MergeOptions {
  /** @default the active virtual environment's, else `python3` */
  python?: string;
  /** Where the whole model goes. @default beside the adapter, with `-merged` at its name; for one on the hub, `fine-tunes/<job>-merged` */
  directory?: string;
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/**
 * Puts a LoRA adapter into the weights of its base model: the whole model that `transformers serve`,
 * llama.cpp and Ollama want. What was merged before, from the same adapter, is taken again.
 *
 * Needs the memory of the whole base model, and its place on disk.
 *
 * @returns the folder of the whole model.
 * @throws InvalidOptionError when the model is not an adapter.
 * @throws FinetuneError when it cannot be merged, with Python's own words.
 *
 * @example
 * ```ts
 * import type { FineTunedModel } from "langsmith-finetune";
 * import { mergeAdapter } from "langsmith-finetune/backends/trl";
 *
 * declare const tuned: FineTunedModel;
 * console.log(await mergeAdapter(tuned, { python: ".venv/bin/python" }));
 * ```
 */
export async function mergeAdapter(tuned: FineTunedModel, options: MergeOptions = {}): Promise<string> {
  checkArgument("tuned", tuned, tunedKind);
  checkOptions<MergeOptions>("mergeAdapter", options, {
    python: text,
    directory: text,
    environment: record(string),
    signal: abortSignal,
  });
  const { python = defaultPython(), environment, signal } = options;
  if (tuned.details?.adapter !== true) {
    throw new InvalidOptionError({
      option: "tuned",
      value: tuned.model,
      message: `${tuned.model} is not an adapter.`,
      hint: "A model that was trained with lora: false is whole already.",
    });
  }
  const directory = resolve(
    options.directory ??
      (existsSync(tuned.model) ? `${tuned.model}-merged` : join("fine-tunes", `${tuned.job}-merged`)),
  );
  const mark = await markOf(tuned.model);
  if ((await readFile(join(directory, "merged-from"), "utf8").catch(() => undefined)) === mark) return directory;
  try {
    await run(python, ["-c", MERGE, tuned.model, directory, mark], {
      signal,
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 2 ** 20,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    throw new FinetuneError({
      message: `The adapter ${tuned.model} could not be merged into ${tuned.baseModel}. ${redactCredentials(readFailure(stderr || message).message, ...secretsOfEnvironment({ ...process.env, ...environment }))}`,
      hint: `The whole of ${basename(tuned.baseModel)} must fit into memory. ${python} needs peft and transformers.`,
      cause,
    });
  }
  return directory;
}

/** Tells one state of an adapter from another. */
async function markOf(model: string): Promise<string> {
  const weights = join(model, "adapter_model.safetensors");
  if (!existsSync(weights)) return model;
  const { size, mtimeMs } = await stat(weights);
  return `${model} ${size} ${mtimeMs}`;
}
