import type { ServiceError } from "../../errors.js";
import type { Finding } from "../../types.js";
import type { DatasetFile, FineTunedModel, JobReference, JobStatus, TrainingMethod, UploadedFile } from "../backend.js";
import type { PersonalDataFound } from "../preparing/personal-data.js";

/** What happens between the call of `fineTune` and the tuned model, as it happens. */
export type FineTuneProgress =
  /** The rows are checked and on the disk; nothing has been sent yet. Once for the training and once for the validation rows. */
  | {
      type: "prepared";
      role: DatasetFile["role"];
      method: TrainingMethod;
      rows: number;
      bytes: number;
      /** Hex SHA-256 of the file. */
      sha256: string;
      /** Findings that do not stop the job, up to a thousand. */
      warnings: readonly Finding[];
    }
  /** Before the upload: the rows hold what looks like secrets or personal data. Never the values. */
  | ({ type: "personal-data"; role: DatasetFile["role"] } & PersonalDataFound)
  /** So many of the validation rows are training rows too. */
  | { type: "repeated-rows"; rows: number; of: number }
  | { type: "uploading"; role: DatasetFile["role"]; name: string; bytes: number }
  | { type: "uploaded"; role: DatasetFile["role"]; file: UploadedFile }
  /** There is a job: keep `job`, it is all that `resumeFineTune` needs. `found` if an earlier call had started it. */
  | { type: "created"; job: JobReference; found: boolean }
  /** The status is another than before. `rawStatus` is the provider's word. */
  | { type: "status"; status: JobStatus; rawStatus: string }
  /** The status is the same as at the last poll. `elapsed`: milliseconds since it began. */
  | { type: "waiting"; status: JobStatus; rawStatus: string; elapsed: number }
  /** What the provider says about the job. */
  | { type: "event"; id: string; level: "info" | "warning" | "error"; message: string; at?: string }
  /** A measurement, or how far the training is. `values` is all that was measured, under the provider's names. */
  | {
      type: "metrics";
      step?: number;
      totalSteps?: number;
      epoch?: number;
      loss?: number;
      /** Done so far, from 0 to 1. */
      fraction?: number;
      values: Readonly<Record<string, number>>;
      at?: string;
    }
  /** When the job is expected to end: ISO 8601, and milliseconds from now. */
  | { type: "estimate"; finishAt: string; remaining: number }
  /** The provider did not answer or was busy. It is asked again after `wait` milliseconds. */
  | { type: "retry"; error: ServiceError; wait: number }
  | { type: "finished"; model: FineTunedModel };

/** Called with what happens. If it returns a promise, the work waits for it, so a job reference can be stored safely. */
export type ProgressListener = (progress: FineTuneProgress) => unknown;
