import { createHash } from "node:crypto";
import type { DatasetFile, EarlyStopping, FineTuneBackend, TrainingMethod } from "./backend.js";
import { stableStringify } from "../internal/stable-stringify.js";

/** What makes two jobs the same. */
export interface JobKeyParts {
  backend: Pick<FineTuneBackend, "name" | "model" | "options">;
  method: TrainingMethod;
  training: Pick<DatasetFile, "sha256">;
  validation?: Pick<DatasetFile, "sha256">;
  suffix?: string;
  seed?: number;
  epochs?: number;
  /** The name of the model that is gone on from. */
  from?: string;
  evaluateEvery?: number;
  earlyStopping?: EarlyStopping;
}

/**
 * The key of a job, equal for the same data, model, method and options. 40 hexadecimal digits: short enough for
 * a label of any provider. The user's `metadata` is left out; it often holds a date or a build number.
 */
export function jobKey({ backend, method, training, validation, ...options }: JobKeyParts): string {
  const parts = {
    backend: backend.name,
    model: backend.model,
    options: backend.options,
    method,
    training: training.sha256,
    validation: validation?.sha256,
    ...options,
  };
  // The order in which options were written makes no difference.
  return createHash("sha256").update(stableStringify(parts)).digest("hex").slice(0, 40);
}
