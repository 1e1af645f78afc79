import type { JsonObject } from "../../../types.js";
import type { CallOptions } from "../../backend.js";

/** What a runner is given to run: a folder, and a command in it. */
export interface TrainingWork {
  /** Safe as a file name; the same for the same data and options. */
  readonly id: string;
  /** The job's folder on this machine. */
  readonly directory: string;
  /** The files of the folder that the command needs. */
  readonly files: readonly string[];
  /** The shell script of the folder that is to be run. It leaves its result in `output/` and its exit code in `exit-code`. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How the work stands. */
export interface RunnerStatus {
  /** `lost`: it was started and is gone without having said how it ended. */
  readonly state: "pending" | "running" | "succeeded" | "failed" | "stopped" | "lost";
  /** The runner's own word. */
  readonly rawStatus: string;
  readonly message?: string;
}

/**
 * Where training runs: this machine, a Ray cluster, Hugging Face Jobs. One small file each. What it
 * remembers of the work is plain JSON without credentials, so that another process can continue with it.
 */
export interface Runner {
  readonly name: string;
  /** The Python of this machine is used: it can be looked at before anything starts. */
  readonly local: boolean;
  /** Throws where a key or a package is missing on this machine. */
  checkSetup?(): void | Promise<void>;
  /** What will be remembered of the work, before it is started: enough for `status` to find it if this process ends in between. */
  plan(work: TrainingWork): JsonObject;
  /** Starts it, and gives what is to be remembered from then on. */
  start(work: TrainingWork, plan: JsonObject, options: CallOptions): Promise<JsonObject>;
  status(handle: JsonObject, options: CallOptions): Promise<RunnerStatus>;
  /** What the work printed from `offset` on (in the runner's own counting), and the next offset. */
  log(handle: JsonObject, offset: number, options: CallOptions): Promise<{ text: string; next: number }>;
  /** Ends the work and everything that it started. */
  stop(handle: JsonObject, options: CallOptions): Promise<void>;
  /** Where the result is: a path that this machine can read, or a model id of the hub. */
  result(handle: JsonObject, options: CallOptions): Promise<string>;
}
