import type { JsonObject } from "../../types.js";
import { estimateTokens } from "./tokens.js";

/** What a job would do if it trained anything. Every number of it is made up, the same for the same job. */
export interface TrainingRun {
  epochs: number;
  batchSize: number;
  learningRate: number;
  totalSteps: number;
  /** Tokens of the rows, by estimate, times the epochs. */
  trainedTokens: number;
  /** The steps that are reported: each of a short run, a hundred of a long one. */
  reportedSteps: readonly number[];
  /** The last steps of the last three epochs. */
  checkpointSteps: readonly number[];
  metricsAt(step: number): Record<string, number>;
}

export interface Hyperparameters {
  n_epochs?: number;
  batch_size?: number;
  learning_rate_multiplier?: number;
}

const REPORTS = 100;

export function planTraining(
  rows: readonly JsonObject[],
  hyperparameters: Hyperparameters,
  { seed, validation }: { seed: number; validation: boolean },
): TrainingRun {
  const epochs = hyperparameters.n_epochs ?? (rows.length < 100 ? 3 : rows.length < 1000 ? 2 : 1);
  const batchSize = hyperparameters.batch_size ?? Math.max(1, Math.min(16, Math.floor(rows.length / 500)));
  const stepsOfEpoch = Math.ceil(rows.length / batchSize);
  const totalSteps = stepsOfEpoch * epochs;
  const stride = Math.max(1, totalSteps / REPORTS);
  const reported = new Set(
    Array.from({ length: Math.min(totalSteps, REPORTS) }, (_, index) => Math.round((index + 1) * stride)),
  );
  const ends = Array.from({ length: epochs }, (_, index) => (index + 1) * stepsOfEpoch);
  return {
    epochs,
    batchSize,
    learningRate: hyperparameters.learning_rate_multiplier ?? 1.8,
    totalSteps,
    trainedTokens: epochs * rows.reduce((sum, row) => sum + estimateTokens(row), 0),
    reportedSteps: [...reported].filter((step) => step <= totalSteps),
    checkpointSteps: ends.slice(-3),
    metricsAt: (step) => {
      const loss = lossAt(step, totalSteps, seed);
      const metrics: Record<string, number> = {
        step,
        total_steps: totalSteps,
        train_loss: round(loss),
        train_mean_token_accuracy: round(1 - loss / 3),
      };
      if (validation) {
        metrics["valid_loss"] = round(loss * 1.1);
        metrics["valid_mean_token_accuracy"] = round(1 - (loss * 1.1) / 3);
      }
      return metrics;
    },
  };
}

/** A loss that falls from about 2.3 to about 0.2, with a little noise that the seed decides. */
function lossAt(step: number, totalSteps: number, seed: number): number {
  const noise = Math.sin((seed % 1000) + step * 12.9898) * 43758.5453;
  const wobble = 1 + 0.1 * (noise - Math.floor(noise) - 0.5);
  return (0.2 + 2.1 * Math.exp((-4 * step) / totalSteps)) * wobble;
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
