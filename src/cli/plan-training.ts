import { countTokens } from "../curate/tokens/count-tokens.js";
import { defaultEpochs, estimateCost } from "../curate/tokens/estimate-cost.js";
import { MissingPackageError } from "../errors.js";
import type { FineTuneBackend } from "../train/backend.js";
import type { DatasetInput } from "./dataset-input.js";

/** What a job is likely to need, for people and as data. */
export interface TrainingPlan {
  lines: string[];
  data: Record<string, unknown>;
}

/** Counts what would be trained. Nothing is sent anywhere. */
export async function planTraining(
  { train }: DatasetInput,
  backend: FineTuneBackend,
  chosenEpochs: number | undefined,
  signal: AbortSignal,
): Promise<TrainingPlan> {
  const where = `Plan: ${backend.model} at ${backend.name}`;
  const count = await countTokens(train, { model: backend.model, perRow: false, signal }).catch((error: unknown) => {
    if (MissingPackageError.isInstance(error)) return undefined;
    throw error;
  });
  if (count === undefined) {
    return {
      lines: [`${where}. Tokens are not counted: the package gpt-tokenizer is not installed.`],
      data: { backend: backend.name, model: backend.model },
    };
  }
  const epochs = chosenEpochs ?? defaultEpochs(count.rows);
  const { trainedTokens, cost, price } = estimateCost({
    model: backend.model,
    tokens: count.total,
    rows: count.rows,
    epochs,
  });
  return {
    lines: [
      `${where}, ${count.rows} rows, ${count.exact ? "" : "about "}${count.total} tokens for each epoch.`,
      `${epochs} epochs${chosenEpochs === undefined ? " (a guess; the service chooses)" : ""}: ${trainedTokens} tokens, ${
        cost === undefined || price === undefined
          ? "price not known."
          : `about $${cost.toFixed(2)} at prices of ${price.date}.`
      }`,
    ],
    data: { backend: backend.name, model: backend.model, ...count, epochs, trainedTokens, cost, price },
  };
}
