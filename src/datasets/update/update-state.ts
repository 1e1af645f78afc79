import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError } from "../../errors.js";
import { type FileLock, takeLock } from "../../internal/files/file-lock.js";
import { writeWhole } from "../../internal/files/new-file.js";
import { unwritable } from "../../internal/files/unwritable.js";
import { isRecord } from "../../internal/is-record.js";
import type { JsonValue } from "../../types.js";
import { conflict } from "../manifest.js";
import { jsonOrUndefined } from "../../internal/json.js";

/** How far a dataset is, beside its files. */
export interface UpdateState {
  readonly format: typeof STATE_FORMAT;
  /** The `sha256` of the manifest that it belongs to. */
  readonly dataset: string;
  /** The query and the options, which must stay as they are. */
  readonly query: JsonValue;
  readonly options: JsonValue;
  /** What was found out about the server. */
  readonly server?: { readonly api: "v1" | "v2"; readonly projectIds: readonly string[] };
  /** When the newest run that was read started, and up to when feedback was read. Milliseconds since 1970. */
  readonly runsUntil?: number;
  readonly feedbackUntil?: number;
  /** Hashes of runs in the time that is asked for again which gave no row, and of the ratings that were seen there. */
  readonly seen: readonly string[];
  readonly rated: Readonly<Record<string, string>>;
  /** For `redact`, so that placeholders of one conversation stay the same. */
  readonly salt: string;
  /** Hashes of what must never come in again: see `eraseFromDatasets`. */
  readonly erased: readonly string[];
}

export const STATE_FORMAT = "langsmith-finetune/update@1";
const statePath = (folder: string) => join(folder, ".update", "state.json");

/** The state beside a dataset, or nothing where it was never updated. */
export async function readState(folder: string): Promise<UpdateState | undefined> {
  let text: string;
  try {
    text = await readFile(statePath(folder), "utf8");
  } catch {
    return undefined;
  }
  const value = jsonOrUndefined(text);
  if (
    isRecord(value) &&
    value.format === STATE_FORMAT &&
    Array.isArray(value.erased) &&
    Array.isArray(value.seen) &&
    isRecord(value.rated) &&
    typeof value.salt === "string"
  )
    return value as unknown as UpdateState;
  throw conflict(
    folder,
    [{ code: "other-format", file: ".update/state.json", message: "Its position was written by another version." }],
    "Nothing was changed. Use the version of the package that wrote it, or delete the file: the position is then found in the rows.",
  );
}

export async function writeState(folder: string, state: UpdateState): Promise<void> {
  // The salt in it could be used to guess what was redacted.
  await mkdir(join(folder, ".update"), { recursive: true, mode: 0o700 });
  await writeWhole(statePath(folder), `${JSON.stringify(state, null, 2)}\n`, { option: "folder", value: folder });
}

/**
 * Takes the dataset for one process.
 *
 * @throws {InvalidOptionError} where another one has it.
 */
export async function lockDataset(folder: string): Promise<FileLock> {
  await mkdir(join(folder, ".update"), { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unwritable(folder, cause, { option: "folder", value: folder });
  });
  const path = join(folder, ".update", "lock");
  const lock = await takeLock(path);
  if ("release" in lock) return lock;
  throw new InvalidOptionError({
    option: "folder",
    value: folder,
    message: `Process ${lock.pid} on ${lock.host} has been changing ${folder} since ${lock.since}.`,
    hint: `Wait for it. If it is gone, delete ${path}.`,
  });
}
