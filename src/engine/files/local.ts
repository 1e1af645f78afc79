import { open, stat } from "node:fs/promises";
import { unreadableFile } from "../../internal/files/read-file-lines.js";
import { filesOf } from "../../select/files/files-of.js";
import type { FileStore } from "./stored-file.js";

/** The file system of this machine. */
export const localFiles: FileStore = {
  async list(address) {
    const files = [];
    for (const path of await filesOf(address)) {
      const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
        throw unreadableFile(path, cause);
      });
      files.push({ path, bytes: size, modified: mtimeMs });
    }
    return files;
  },
  async open(address) {
    const handle = await open(address);
    const { size } = await handle.stat();
    return {
      bytes: size,
      async read(start, end) {
        const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(end, size) - start));
        for (let offset = 0; offset < bytes.length;) {
          const { bytesRead } = await handle.read(bytes, offset, bytes.length - offset, start + offset);
          if (bytesRead === 0) return bytes.subarray(0, offset);
          offset += bytesRead;
        }
        return bytes;
      },
      stream: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 }),
      close: () => handle.close(),
    };
  },
};
