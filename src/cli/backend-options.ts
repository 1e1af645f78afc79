import type { Command } from "commander";
import { InvalidOptionError } from "../errors.js";
import type { FineTuneBackend } from "../train/backend.js";
import { settingOf } from "./command.js";
import type { CliContext } from "./context.js";

/** The options that name a backend. */
export interface BackendFlags {
  backend?: string;
  model?: string;
  set?: Record<string, unknown>;
}

/** Adds the options that name a backend to a command. */
export function addBackendOptions(command: Command): Command {
  return command
    .option("-b, --backend <name>", "where to tune: openai, together, fireworks, trl, …")
    .option("-m, --model <name>", "the base model")
    .option("--set <name=value>", "a further option of the backend; may be repeated", settingOf);
}

/** The backend that the options name, or the one of the configuration; undefined where there is none. */
export async function findBackend({ config }: CliContext, flags: BackendFlags): Promise<FineTuneBackend | undefined> {
  const { backend, model, set = {} } = flags;
  if (backend === undefined) {
    if (model !== undefined && config.backend?.model !== model) {
      throw new InvalidOptionError({
        option: "backend",
        value: backend,
        message: "--model names a model but no backend.",
        hint: "Pass --backend too.",
      });
    }
    return config.backend;
  }
  return createBackend(backend, { ...set, ...(model === undefined ? {} : { model }) });
}

/** The backend of {@link findBackend}, for commands that need one. */
export async function needBackend(context: CliContext, flags: BackendFlags): Promise<FineTuneBackend> {
  const backend = await findBackend(context, flags);
  if (backend !== undefined) return backend;
  throw new InvalidOptionError({
    option: "backend",
    value: undefined,
    message: "No backend was given.",
    hint: "Pass --backend and --model, or put a backend into langsmith-finetune.config.ts.",
  });
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** Makes a backend by its name: each is a subpath of this package, and its function is the first that the module exports. */
export async function createBackend(name: string, options: Record<string, unknown>): Promise<FineTuneBackend> {
  const unknown = (cause?: unknown) =>
    new InvalidOptionError({
      option: "backend",
      value: name,
      message: `There is no backend ${JSON.stringify(name)}.`,
      hint: "The backends are listed in docs/README.md.",
      cause,
    });
  if (!NAME.test(name)) throw unknown();
  let module: Record<string, unknown>;
  try {
    // By the package's own name, so that the list of backends is the folder and nothing else.
    module = (await import(
      /* @vite-ignore */ /* webpackIgnore: true */ `langsmith-finetune/backends/${name}`
    )) as typeof module;
  } catch (cause) {
    throw unknown(cause);
  }
  const factory = Object.entries(module).find(
    ([exported, value]) => typeof value === "function" && exported.toLowerCase() === name.replaceAll("-", ""),
  )?.[1] as ((options: object) => FineTuneBackend) | undefined;
  if (factory === undefined) throw unknown();
  return factory(options);
}
