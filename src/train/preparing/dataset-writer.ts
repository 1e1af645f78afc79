import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { unwritable } from "../../internal/files/unwritable.js";
import { stringifyExact } from "../../internal/exact-json.js";

const BUFFER_CHARACTERS = 256 * 1024;
const BYTE_ORDER_MARK = "\uFEFF";

/** What a dataset file holds, once it is written. */
export interface WrittenDataset {
  rows: number;
  bytes: number;
  /** Hex SHA-256 of the content. */
  sha256: string;
}

/** Writes rows as lines of JSON, counting and hashing on the way. Memory does not grow with the rows. */
export class DatasetWriter {
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly hash = createHash("sha256");
  private buffer: string;
  private bytes = 0;
  private rows = 0;

  private constructor(path: string, handle: FileHandle, byteOrderMark: boolean) {
    this.path = path;
    this.handle = handle;
    this.buffer = byteOrderMark ? BYTE_ORDER_MARK : "";
  }

  static async open(path: string, { byteOrderMark = false }: { byteOrderMark?: boolean } = {}): Promise<DatasetWriter> {
    // Traces are private: nobody else on the machine may read them.
    const handle = await open(path, "wx", 0o600).catch((cause: unknown) => {
      throw refused(path, cause);
    });
    return new DatasetWriter(path, handle, byteOrderMark);
  }

  async write(row: unknown): Promise<void> {
    this.buffer += `${stringifyExact(row)}\n`;
    this.rows += 1;
    if (this.buffer.length >= BUFFER_CHARACTERS) await this.flush();
  }

  async close(): Promise<WrittenDataset> {
    try {
      await this.flush();
    } finally {
      await this.handle.close();
    }
    return { rows: this.rows, bytes: this.bytes, sha256: this.hash.digest("hex") };
  }

  private async flush(): Promise<void> {
    const content = Buffer.from(this.buffer, "utf8");
    this.buffer = "";
    this.hash.update(content);
    this.bytes += content.length;
    await this.handle.writeFile(content).catch((cause: unknown) => {
      throw refused(this.path, cause);
    });
  }
}

/** The rows of a job go to the disk before they go to the provider. */
function refused(path: string, cause: unknown) {
  return unwritable(path, cause, {
    option: "directory",
    value: dirname(dirname(path)),
    hint: "The option directory says where the dataset is kept until it is uploaded.",
  });
}
