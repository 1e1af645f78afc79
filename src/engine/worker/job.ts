import { fileURLToPath } from "node:url";
import { InvalidOptionError } from "../../errors.js";
import { isRecord } from "../../internal/is-record.js";
import type { JsonValue } from "../../types.js";
import type { Work } from "./map-part.js";

/** What is sent to a worker: the options as JSON, and the module that has what JSON cannot say. */
export interface Job {
  readonly options: JsonValue;
  /** The address of a module that exports `load`, `convert` or `curate`: options with functions. */
  readonly steps?: string;
}

/** What a module of steps may export. */
export type StepsModule = Partial<Pick<Work, "load" | "convert" | "curate">>;

const SPECIAL = "$langsmith-finetune";

/**
 * The options as JSON.
 *
 * @throws {InvalidOptionError} for a function, which cannot be sent.
 */
export function encodeJob(work: Work, steps: string | undefined, engine: string): Job {
  return { options: encode(work, "", engine) ?? null, ...(steps !== undefined && { steps }) };
}

/** The options of a job, with those of its module. */
export async function decodeJob({ options, steps }: Job): Promise<Work> {
  return withSteps(decode(options) as Work, steps);
}

/** The options with those of a module of steps; where both say something, the options win. */
export async function withSteps(work: Work, steps: string | undefined): Promise<Work> {
  if (steps === undefined) return work;
  const module = await importSteps(steps);
  const { load, convert, curate } = module;
  return merged({ load, convert, curate }, work) as Work;
}

async function importSteps(address: string): Promise<StepsModule> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ address)) as StepsModule;
  } catch (error) {
    // In the CommonJS build `import` is `require`, which takes paths and no addresses.
    if ((error as { code?: string }).code !== "MODULE_NOT_FOUND" || !address.startsWith("file:")) throw error;
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ fileURLToPath(address))) as StepsModule;
  }
}

function merged(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isPlain(base) || !isPlain(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) result[key] = merged(base[key], value);
  return result;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;

function encode(value: unknown, path: string, engine: string): JsonValue | undefined {
  if (typeof value === "function") {
    throw new InvalidOptionError({
      option: path,
      value,
      message: `${path} is a function, which the engine ${engine} cannot send to its workers.`,
      hint: 'Export it from a module, as export const curate = { … }, and pass steps: new URL("./steps.js", import.meta.url). Or use the engine inline().',
    });
  }
  if (value instanceof RegExp) return { [SPECIAL]: "RegExp", source: value.source, flags: value.flags };
  if (typeof value === "number" && !Number.isFinite(value)) return { [SPECIAL]: "number", text: String(value) };
  if (Array.isArray(value)) return value.map((item, index) => encode(item, `${path}[${index}]`, engine) ?? null);
  if (typeof value === "object" && value !== null) {
    const fields: Record<string, JsonValue> = {};
    for (const [key, field] of Object.entries(value)) {
      const encoded = encode(field, path === "" ? key : `${path}.${key}`, engine);
      if (encoded !== undefined) fields[key] = encoded;
    }
    return fields;
  }
  return value as JsonValue | undefined;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isRecord(value)) return value;
  if (value[SPECIAL] === "RegExp") return new RegExp(String(value.source), String(value.flags));
  if (value[SPECIAL] === "number") return Number(value.text);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, decode(field)]));
}
