import { type FileHandle, open } from "node:fs/promises";
import { createSeenKeys, type SeenKeys } from "./seen-keys.js";

/**
 * The threads, traces and runs that an export of whole conversations has read, in a file beside it: a line for each. A
 * time alone does not say what was read, since a thread has runs of any time.
 */
export interface ReadLog extends SeenKeys {
  /** How many threads and traces were read to the end. */
  readonly conversations: number;
  /** The length of the file with what was added. */
  readonly length: number;
  /** The length of the file as far as it is on the disk. */
  readonly saved: number;
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the log, of which the first bytes hold; what is behind them was read and not written. */
export async function openReadLog(path: string, length: number): Promise<ReadLog> {
  const file = await open(path, length === 0 ? "w+" : "r+");
  try {
    await file.truncate(length);
    const text = Buffer.alloc(length);
    await file.read(text, 0, length, 0);
    return logOf(file, text.toString("utf8"), length);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function logOf(file: FileHandle, text: string, start: number): ReadLog {
  const seen = createSeenKeys();
  let conversations = 0;
  let pending = "";
  let pendingBytes = 0;
  let saved = start;
  const remember = (key: string): boolean => {
    if (!seen.add(key)) return false;
    if (!key.startsWith("run:")) conversations += 1;
    return true;
  };
  for (const line of text.split("\n")) if (line !== "") remember(JSON.parse(line) as string);
  return {
    has: (key) => seen.has(key),
    add(key) {
      if (!remember(key)) return false;
      const line = `${JSON.stringify(key)}\n`;
      pending += line;
      pendingBytes += Buffer.byteLength(line);
      return true;
    },
    get conversations() {
      return conversations;
    },
    get length() {
      return saved + pendingBytes;
    },
    get saved() {
      return saved;
    },
    async save() {
      const bytes = Buffer.from(pending);
      for (let written = 0; written < bytes.length;)
        written += (await file.write(bytes, written, bytes.length - written, saved + written)).bytesWritten;
      await file.datasync();
      saved += bytes.length;
      pending = "";
      pendingBytes = 0;
    },
    close: () => file.close(),
  };
}
