import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InvalidOptionError, MissingPackageError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { loadPackage } from "../internal/load-package.js";
import type { FinetuneConfig } from "./config.js";

const SECTIONS = [
  "backend",
  "select",
  "load",
  "curate",
  "train",
  "models",
] as const satisfies readonly (keyof FinetuneConfig)[];
const NAMES = ["ts", "mts", "js", "mjs", "json"].map((extension) => `langsmith-finetune.config.${extension}`);

/** Reads the configuration: the file that was named, or the one of the working directory, or none. */
export async function loadConfig(path: string | undefined, directory: string): Promise<FinetuneConfig> {
  const file = path === undefined ? await findConfig(directory) : resolve(directory, path);
  if (file === undefined) return {};
  const module = await importFile(file);
  const config = isRecord(module) && "default" in module ? module["default"] : module;
  if (!isRecord(config)) throw invalid(file, config, "it does not export an object.", "Export it as the default.");
  const unknown = Object.keys(config).find((name) => !(SECTIONS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw invalid(file, unknown, `it has an unknown section ${unknown}.`, `The sections are ${SECTIONS.join(", ")}.`);
  }
  return config as FinetuneConfig;
}

async function findConfig(directory: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const file = join(directory, name);
    if (await isThere(file)) return file;
  }
  return undefined;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function importFile(file: string): Promise<unknown> {
  if (!(await isThere(file))) throw invalid(file, file, "there is no such file.", "Check the path behind --config.");
  try {
    if (!/\.m?ts$/.test(file) || readsTypeScript()) {
      const attributes = file.endsWith(".json") ? { with: { type: "json" } } : undefined;
      return (await import(
        /* @vite-ignore */ /* webpackIgnore: true */ pathToFileURL(file).href,
        attributes
      )) as unknown;
    }
    const { createJiti } = await loadPackage(
      "jiti",
      "Reading a configuration in TypeScript on this version of Node",
      () => import("jiti"),
    );
    return await createJiti(file).import(file);
  } catch (cause) {
    if (MissingPackageError.isInstance(cause)) throw cause;
    const words = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw invalid(file, file, `it cannot be read: ${words}`, "Fix the file, or pass another with --config.", cause);
  }
}

/** Newer versions of Node strip types themselves. */
function readsTypeScript(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

function invalid(file: string, value: unknown, fault: string, hint: string, cause?: unknown): InvalidOptionError {
  return new InvalidOptionError({
    option: "config",
    value,
    message: `The configuration ${file} cannot be used: ${fault}`,
    hint,
    cause,
  });
}
