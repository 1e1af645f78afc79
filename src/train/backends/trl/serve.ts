import {
  abortSignal,
  callback,
  either,
  list,
  milliseconds,
  number,
  only,
  record,
  string,
  text,
} from "../../../internal/kinds.js";
import { checkArgument, checkOptions } from "../../../internal/options.js";
import { tunedKind } from "../shared/kinds.js";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { TimeoutError, FinetuneError, InvalidOptionError, MissingPackageError } from "../../../errors.js";
import { delay } from "../../../internal/delay.js";
import type { FineTunedModel } from "../../backend.js";
import { defaultEngine, type Engine } from "./engines.js";
import { defaultPython } from "./python.js";

/** Milliseconds between two looks whether the server answers: it grows from the first to the longest. */
const FIRST_LOOK = 50;
const LONGEST_LOOK = 1_000;

/** Options of {@link serve}. */
export interface ServeOptions {
  /**
   * The command and its arguments; `{model}`, `{host}` and `{port}` are put in. It must serve the OpenAI API.
   * @default vLLM where there is an NVIDIA GPU, else `transformers serve`
   */
  command?: readonly string[];
  /** @default the active virtual environment's, else `python3` */
  python?: string;
  /**
   * How vLLM reads tool calls out of the model's text; `false` for a server without tools.
   * @default by the base model's name, else "hermes"
   */
  toolCallParser?: string | false;
  /** @default "127.0.0.1" */
  host?: string;
  /** @default a free one */
  port?: number;
  environment?: Record<string, string>;
  /**
   * Milliseconds until it must answer.
   * @default 600000
   */
  timeout?: number;
  /** Ends the wait, and the server when it runs. */
  signal?: AbortSignal;
  /** What the server prints, a line at a time. */
  onOutput?: (line: string) => void;
}

/** A server that answers for a tuned model. */
export interface ModelServer extends AsyncDisposable {
  /** Ends in `/v1`. */
  readonly url: string;
  /** The model, with where it is served: pass it to `chatModel`. */
  readonly tuned: FineTunedModel;
  /** Ends the server and everything that it started. */
  stop(): Promise<void>;
}

/**
 * Starts an OpenAI-compatible server for a model that `trl` trained, and waits until it answers.
 *
 * @throws FinetuneError when the server ends before it answers, with the end of what it printed.
 * @throws TimeoutError when it does not answer in time.
 *
 * @example
 * ```ts
 * import { chatModel, type FineTunedModel } from "langsmith-finetune";
 * import { serve } from "langsmith-finetune/backends/trl";
 *
 * declare const tuned: FineTunedModel;
 * const server = await serve(tuned, { python: ".venv/bin/python" });
 * const model = await chatModel(server.tuned);
 * console.log((await model.invoke("What's 45/9?")).text);
 * await server.stop();
 * ```
 */
export async function serve(tuned: FineTunedModel, options: ServeOptions = {}): Promise<ModelServer> {
  checkArgument("tuned", tuned, tunedKind);
  checkOptions<ServeOptions>("serve", options, {
    command: list(text),
    python: text,
    toolCallParser: either(text, only(false)),
    host: text,
    port: number({ integer: true, min: 1, max: 65_535 }),
    environment: record(string),
    timeout: milliseconds,
    signal: abortSignal,
    onOutput: callback,
  });
  const {
    python = defaultPython(),
    host = "127.0.0.1",
    timeout = 600_000,
    signal,
    environment = {},
    onOutput,
  } = options;
  if (tuned.backend !== "trl") {
    throw new InvalidOptionError({
      option: "tuned",
      value: tuned.backend,
      message: `serve is for models that trl trained; this one is of ${tuned.backend}.`,
      hint: "Use deploy, or chatModel alone.",
    });
  }
  const port = options.port ?? (await freePort(host));
  const engine: Engine = options.command
    ? { command: options.command, model: tuned.model, fields: {} }
    : await defaultEngine(tuned, { python, toolCallParser: options.toolCallParser, environment, signal });
  const places: Record<string, string> = { model: tuned.model, host, port: String(port) };
  const [command = "", ...argumentList] = engine.command.map((word) =>
    word.replaceAll(/\{(model|host|port)\}/g, (_, name: string) => places[name] as string),
  );

  signal?.throwIfAborted();
  const child = spawn(command, argumentList, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONUNBUFFERED: "1", ...environment },
  });
  let output = "";
  let ended: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-10_000);
      if (onOutput) for (const line of text.split("\n")) if (line !== "") onOutput(line);
    });
  }
  const closed = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      ended = error.message;
      resolve();
    });
    child.once("exit", (code, name) => {
      ended = `It ended with ${name ?? `exit code ${code}`}.`;
      resolve();
    });
  });
  // A server must not outlive the program that started it.
  const onExit = () => killGroup(child.pid, "SIGKILL");
  process.once("exit", onExit);
  const stop = async () => {
    killGroup(child.pid, "SIGTERM");
    await Promise.race([closed, delay(5000)]);
    killGroup(child.pid, "SIGKILL");
    await closed;
    process.removeListener("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  };
  const onAbort = () => void stop();
  signal?.addEventListener("abort", onAbort, { once: true });

  const url = `http://${host}:${port}/v1`;
  try {
    const end = Date.now() + timeout;
    let pause = FIRST_LOOK;
    while (!(await answers(url, signal))) {
      if (ended !== undefined) {
        throw startFailure(`${ended} ${output.trim().slice(-2000)}`, [command, ...argumentList], python);
      }
      if (Date.now() > end)
        throw new TimeoutError({
          milliseconds: timeout,
          message: `The server did not answer on ${url} in ${timeout} ms.`,
          hint: "Raise timeout; loading a large model takes minutes.",
        });
      await Promise.race([delay(pause, signal), closed]);
      pause = Math.min(LONGEST_LOOK, pause * 1.5);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    tuned: {
      ...tuned,
      inference: {
        package: "@langchain/openai",
        class: "ChatOpenAI",
        fields: { model: engine.model, configuration: { baseURL: url }, ...engine.fields },
      },
      deployment: {
        status: "ready",
        billed: "Nothing by a provider: the server uses this machine until it is stopped.",
      },
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function startFailure(output: string, command: readonly string[], python: string): FinetuneError {
  const packageName = /No module named '([\w]+)|pip install transformers\[serving\]/.exec(output);
  if (packageName && command[0] === python) {
    return new MissingPackageError({
      packageName: packageName[1] ?? "fastapi",
      message: `The server did not start: ${python} lacks a package. ${output}`,
      hint: `Install what serving needs: ${python} -m pip install "transformers[serving]" requests, or vllm where there is a GPU.`,
    });
  }
  return new FinetuneError({
    message: `The server did not start. ${output}`,
    hint: `It was started as: ${command.join(" ")}`,
  });
}

/** Either will do: `transformers serve` 5.18 cannot list models without a hub cache, and other servers have no `/health`. */
async function answers(url: string, signal: AbortSignal | undefined): Promise<boolean> {
  for (const address of [new URL("/health", url).href, `${url}/models`]) {
    try {
      const response = await fetch(address, {
        signal: AbortSignal.any([AbortSignal.timeout(5000), ...(signal ? [signal] : [])]),
      });
      if (response.ok) return true;
    } catch {
      // Not listening yet.
      signal?.throwIfAborted();
    }
  }
  return false;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
