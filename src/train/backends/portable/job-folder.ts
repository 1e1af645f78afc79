import { constants } from "node:fs";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../../../internal/is-record.js";
import { redactCredentials } from "../../../http/redact-credentials.js";
import { secretsOfEnvironment } from "../../../http/secrets.js";
import type { JobReference, JobRequest } from "../../backend.js";
import type { PortableOptions } from "./options.js";
import type { Trainer, TrainingPlan } from "./trainer.js";

/** Where the model is written, in the job's folder. */
export const OUTPUT = "output";

const STATUS = "status";
const REFERENCE = "job.json";
const LOG = "train.log";
/** Written by a trainer whose model stays at a service. */
const CHECKPOINT = "checkpoint.json";

/** The name of the folder of a job. */
export function folderName(key: string): string {
  return `job-${key.replace(/[^A-Za-z0-9]/g, "").slice(0, 16)}`;
}

/** The folders of the jobs with this key, the oldest first: several where a job was to be a fresh one. */
export async function takenNames(directory: string, key: string): Promise<string[]> {
  const names: string[] = [];
  for (let name = folderName(key); ; name = `${folderName(key)}-${names.length + 1}`) {
    if ((await readReference(join(directory, name))) === undefined) return names;
    names.push(name);
  }
}

/** The name of a folder for another job with this key. */
export async function freeName(directory: string, key: string): Promise<string> {
  const taken = await takenNames(directory, key);
  return taken.length === 0 ? folderName(key) : `${folderName(key)}-${taken.length + 1}`;
}

/** Writes all that a job needs into its folder: it can be moved to another machine as it is. */
export async function writeJobFolder(
  folder: string,
  trainer: Trainer,
  options: PortableOptions,
  request: JobRequest,
  reference: JobReference,
): Promise<void> {
  const { evaluateEvery, earlyStopping } = request;
  const plan: TrainingPlan = {
    ...startOf(trainer, options, request),
    method: request.method,
    training: "train.jsonl",
    ...(request.validation === undefined ? {} : { validation: "validation.jsonl" }),
    output: OUTPUT,
    epochs: request.epochs ?? 3,
    seed: request.seed ?? 42,
    ...(evaluateEvery !== undefined && { evaluateEvery }),
    ...(earlyStopping && { earlyStopping }),
  };
  // Before anything is written: a config that cannot be made leaves no folder.
  const files = await trainer.files(plan);
  await mkdir(folder, { recursive: true });
  for (const old of [STATUS, LOG, OUTPUT]) await rm(join(folder, old), { recursive: true, force: true });
  await copyFile(request.training.id, join(folder, plan.training), constants.COPYFILE_FICLONE);
  if (request.validation !== undefined)
    await copyFile(request.validation.id, join(folder, "validation.jsonl"), constants.COPYFILE_FICLONE);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, "train.sh"), script(trainer, trainer.command(plan)), { mode: 0o755 });
  // Last: a folder with this file is whole.
  await writeFile(join(folder, REFERENCE), `${JSON.stringify(reference, null, 2)}\n`);
}

/** What the training begins with: the base model, a whole model in its place, or a checkpoint at the service beside it. */
function startOf(
  { service }: Trainer,
  options: PortableOptions,
  { from }: JobRequest,
): Pick<TrainingPlan, "options" | "from"> {
  if (from === undefined) return { options };
  if (service === undefined) return { options: { ...options, model: from.model } };
  const { state } = from.details ?? {};
  return { options, from: typeof state === "string" ? state : from.model };
}

/** The reference that the folder was written for. */
export async function readReference(folder: string): Promise<JobReference | undefined> {
  const text = await readIfThere(join(folder, REFERENCE));
  return text === undefined ? undefined : (JSON.parse(text) as JobReference);
}

/** What `train.sh` has written: `running`, `succeeded`, `failed 1`. Nothing before it is run. */
export async function readStatus(folder: string): Promise<string | undefined> {
  const text = (await readIfThere(join(folder, STATUS)))?.trim();
  return text === "" ? undefined : text;
}

/** The last lines of the trainer's log. */
export async function readLogEnd(folder: string): Promise<string | undefined> {
  const text = await readIfThere(join(folder, LOG));
  if (text === undefined) return undefined;
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return redactCredentials(lines.slice(-15).join("\n"), ...secretsOfEnvironment()).slice(-2_000);
}

/** The checkpoint that a service keeps: the name to call it by, and the one to go on from. */
export async function readCheckpoint(folder: string): Promise<{ sampler: string; state?: string } | undefined> {
  const text = await readIfThere(join(folder, OUTPUT, CHECKPOINT));
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isRecord(value) || typeof value["sampler"] !== "string") return undefined;
  return { sampler: value["sampler"], ...(typeof value["state"] === "string" && { state: value["state"] }) };
}

/** An adapter or a whole model in the output folder, or the name of a checkpoint. */
export async function findModel(folder: string): Promise<"adapter" | "model" | "checkpoint" | undefined> {
  let names: string[];
  try {
    names = await readdir(join(folder, OUTPUT));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (names.includes(CHECKPOINT)) return "checkpoint";
  const weights = names.some((name) => /\.(?:safetensors|bin)$/.test(name));
  if (!weights) return undefined;
  if (names.includes("adapter_config.json")) return "adapter";
  return names.includes("config.json") ? "model" : undefined;
}

function script({ title, install }: Trainer, command: string): string {
  return `#!/usr/bin/env bash
# Trains with ${title}. Written by langsmith-finetune, which trains nothing itself.
# Needs: ${install}
set -euo pipefail
cd "$(dirname "$0")"
echo running > ${STATUS}
trap 'code=$?; if [ "$code" -eq 0 ]; then echo succeeded > ${STATUS}; else echo "failed $code" > ${STATUS}; fi' EXIT
${command} 2>&1 | tee ${LOG}
`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return isRecord(error) && error["code"] === "ENOENT";
}
