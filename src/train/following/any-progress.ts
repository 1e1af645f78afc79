import type { StepProgress } from "../../internal/progress.js";
import type { FineTuneProgress } from "./progress.js";

/** Where progress is written: a terminal, or anything else that takes text. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What `terminalProgress` shows: a job, or a step that reads, writes or asks. */
export type AnyProgress = FineTuneProgress | StepProgress;
