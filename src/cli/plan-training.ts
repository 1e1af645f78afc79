import { MissingPackageError } from "../errors.js";
import type { FineTuneBackend } from "../train/backend.js";
import { estimateFineTune } from "../train/planning/estimate-fine-tune.js";
import type { DatasetInput } from "./dataset-input.js";

/** What a job is likely to need, for people and as data. */
export interface TrainingPlan {
  lines: string[];
  data: Record<string, unknown>;
}

/** Counts what would be trained. Nothing is sent anywhere. */
export async function planTraining(
  { train, validation }: DatasetInput,
  backend: FineTuneBackend,
  epochs: number | undefined,
  signal: AbortSignal,
): Promise<TrainingPlan> {
  const where = `Plan: ${backend.model} at ${backend.name}`;
  const estimate = await estimateFineTune({ examples: train, validation, backend, epochs, signal }).catch(
    (error: unknown) => {
      if (MissingPackageError.isInstance(error)) return undefined;
      throw error;
    },
  );
  if (estimate === undefined) {
    return {
      lines: [`${where}. Tokens are not counted: the package gpt-tokenizer is not installed.`],
      data: { backend: backend.name, model: backend.model },
    };
  }
  const { rows, targets, tokens, exact, steps, billedTokens, cost, price } = estimate;
  return {
    lines: [
      `${where}, ${rows} rows, ${exact ? "" : "about "}${tokens} tokens for each epoch, ${targets} answers learned.`,
      `${estimate.epochs} epochs${estimate.epochsFrom === "guess" ? " (a guess; the service chooses)" : ""}${
        steps === undefined ? "" : `, ${steps} steps`
      }: ${billedTokens} tokens, ${
        cost === undefined || price === undefined
          ? "price not known."
          : `about $${cost.toFixed(2)} at the price of ${price.date}.`
      }`,
    ],
    data: { ...estimate },
  };
}
