import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../../../internal/is-record.js";
import type { Checkpoint } from "../../backend.js";
import { jsonOrUndefined } from "../../../internal/json.js";

/** The checkpoints in an output folder, oldest first, with what `trainer_state.json` says of each. Half-written ones are left out. */
export async function listCheckpoints(output: string): Promise<Checkpoint[]> {
  if (!existsSync(output)) return [];
  const steps = (await readdir(output)).flatMap((name) =>
    /^checkpoint-(\d+)$/.exec(name)?.[1] ? [Number(name.slice(11))] : [],
  );
  const checkpoints = await Promise.all(steps.sort((a, b) => a - b).map((step) => readCheckpoint(output, step)));
  return checkpoints.filter((checkpoint) => checkpoint !== undefined);
}

async function readCheckpoint(output: string, step: number): Promise<Checkpoint | undefined> {
  const path = join(output, `checkpoint-${step}`);
  const file = join(path, "trainer_state.json");
  if (!existsSync(file)) return undefined;
  // The file is written last and not atomically: one that cannot be parsed belongs to a checkpoint that was cut short.
  const state = jsonOrUndefined(await readFile(file, "utf8"));
  if (!isRecord(state)) return undefined;
  const entries = Array.isArray(state.log_history) ? state.log_history.filter(isRecord) : [];
  const metrics = Object.assign({}, ...entries.slice(-2)) as Record<string, unknown>;
  // A measurement of this very step, not of one before.
  const evaluated = entries.findLast((entry) => entry.step === step && typeof entry.eval_loss === "number");
  if (evaluated) metrics.validationLoss = evaluated.eval_loss;
  return {
    id: `checkpoint-${step}`,
    step,
    epoch: typeof state.epoch === "number" ? state.epoch : undefined,
    model: path,
    metrics: Object.fromEntries(
      Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    ),
  };
}
