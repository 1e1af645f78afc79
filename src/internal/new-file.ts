import { createHash, randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** A file that is written under a name beside its own, so that nobody ever sees half of it. */
export interface NewFile {
  write(text: string): Promise<void>;
  /** Everything is on the disk. SHA-256 in hexadecimal. */
  end(): Promise<{ bytes: number; sha256: string }>;
  /** Gives it its name, in the place of what had it. */
  publish(): Promise<void>;
  /** Leaves nothing of it, where it has not got its name. */
  abandon(): Promise<void>;
}

export async function openNewFile(path: string): Promise<NewFile> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx");
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    async write(text) {
      const data = Buffer.from(text, "utf8");
      hash.update(data);
      bytes += data.length;
      // `appendFile` writes all of it; a single `write` may not.
      await file.appendFile(data);
    },
    async end() {
      await file.sync();
      await file.close();
      return { bytes, sha256: hash.digest("hex") };
    },
    publish: () => rename(temporary, path),
    async abandon() {
      // What made it fail is told by whoever gives up; a disk that is full may say it again here.
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

/** Writes a small file whole, or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await openNewFile(path);
  try {
    await file.write(text);
    await file.end();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
