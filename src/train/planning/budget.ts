import type { TrainingMethod } from "../backend.js";
import type { FineTuneOptions } from "../options.js";
import { checkCostLimit, keepToCostLimit } from "./cost-limit.js";
import { estimateOf } from "./estimate.js";
import { createRowMeter, type RowMeter } from "./row-meter.js";

/** Counts the rows of a job as they are prepared, and stops a job that would cost too much. */
export interface Budget {
  readonly training: RowMeter;
  readonly validation: RowMeter;
  /** @throws {CostLimitError} if the rows that were counted cost more than `maxCost`. */
  check(method: TrainingMethod): void;
}

export async function createBudget(options: FineTuneOptions): Promise<Budget> {
  const { backend, epochs, prices } = options;
  const [training, validation] = [
    await createRowMeter({ model: backend.model }),
    await createRowMeter({ model: backend.model }),
  ];
  return {
    training,
    validation,
    check(method) {
      checkCostLimit(options, method);
      const parts = { backend, method, epochs, prices, training: training.counts(), validation: validation.counts() };
      keepToCostLimit(options, estimateOf(parts));
    },
  };
}
