import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { InvalidOptionError } from "../../../errors.js";
import type { CallOptions, ContinuedModel, FineTunedModel } from "../../backend.js";
import { mergeAdapter } from "./merge-adapter.js";
import type { Runner } from "./runner.js";

/** What a continuation is made ready with. */
export interface ContinueOptions extends CallOptions {
  readonly python: string;
  readonly runner: Runner;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The whole model that a job goes on from; nothing where it begins with the base model. trl's commands take whole models
 * only, so an adapter is merged into its base first, which needs it on this machine.
 */
export async function wholeModel(
  from: ContinuedModel | undefined,
  { python, runner, environment, signal }: ContinueOptions,
): Promise<string | undefined> {
  if (from === undefined) return undefined;
  const here = existsSync(from.model);
  const adapter = here ? existsSync(join(from.model, "adapter_config.json")) : from.details?.adapter === true;
  // Jobs run in folders of their own.
  if (!adapter) return here ? resolve(from.model) : from.model;
  if (!here || !runner.local) {
    throw new InvalidOptionError({
      option: "from",
      value: from.model,
      message: `${from.model} is an adapter, which must be merged into its base model before a training goes on from it.`,
      hint: "Merge it where it lies (mergeAdapter), and pass the whole model's path as from.",
    });
  }
  const tuned: FineTunedModel = {
    backend: "trl",
    job: "adapter",
    baseModel: from.model,
    method: "supervised",
    ...from,
    details: { ...from.details, adapter: true },
  };
  return mergeAdapter(tuned, { python, environment, signal });
}
