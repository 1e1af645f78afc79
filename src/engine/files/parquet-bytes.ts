import type { ParquetBytes } from "../../select/files/read-parquet.js";
import type { OpenFile } from "./stored-file.js";

/** A file as what reads Parquet asks for it. */
export function parquetBytes(name: string, file: OpenFile): ParquetBytes {
  return {
    name,
    byteLength: file.bytes,
    async slice(start, end = file.bytes) {
      const from = start < 0 ? file.bytes + start : start;
      const bytes = await file.read(from, end);
      return new Uint8Array(bytes).buffer;
    },
  };
}
