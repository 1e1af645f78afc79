import { dirname } from "node:path";
import { openNewFile } from "../../internal/files/new-file.js";
import { createJsonlWriter, type JsonlWriter } from "../../internal/storage/jsonl-writer.js";

/** A dataset file that is written before it goes to the provider. */
export interface DatasetWriter extends Pick<JsonlWriter, "add"> {
  /** What was written is in the file, which is whole if no write failed. */
  close(): Promise<{ rows: number; bytes: number; sha256: string }>;
}

export async function openDatasetWriter(
  path: string,
  { byteOrderMark }: { byteOrderMark?: boolean },
): Promise<DatasetWriter> {
  const place = {
    option: "directory",
    value: dirname(dirname(path)),
    hint: "The option directory says where the dataset is kept until it is uploaded.",
  };
  // Traces are private: nobody else on the machine may read them. The file is sent and removed: no need to be on the disk.
  const file = await openNewFile(path, place, { mode: 0o600, sync: false });
  const writer = createJsonlWriter(file, { ...(byteOrderMark !== undefined && { byteOrderMark }) });
  return {
    add: (row, json) => writer.add(row, json),
    async close() {
      try {
        const written = await writer.end();
        await file.publish();
        return written;
      } catch (error) {
        await file.abandon();
        throw error;
      }
    },
  };
}
