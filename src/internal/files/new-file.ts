import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { unwritable, type UnwritableOptions } from "./unwritable.js";

/** A file that is written under a name beside its own, so that nobody ever sees half of it. */
export interface NewFile {
  /** Appends text as UTF-8, or bytes. */
  write(content: string | Uint8Array): Promise<void>;
  /** Everything is on the disk. SHA-256 in hexadecimal. */
  end(): Promise<{ bytes: number; sha256: string }>;
  /** Gives it its name, in the place of what had it. */
  publish(): Promise<void>;
  /** Leaves nothing of it, where it has not got its name. */
  abandon(): Promise<void>;
}

export interface NewFileOptions {
  /** @default what the process gives to files */
  mode?: number;
  /**
   * Wait until the disk has it. A file that is made again if it is lost needs no such wait.
   * @default true
   */
  sync?: boolean;
}

/** @throws InvalidOptionError, as all that it returns does, for what the file system refuses. */
export async function openNewFile(
  path: string,
  place?: UnwritableOptions,
  { mode, sync = true }: NewFileOptions = {},
): Promise<NewFile> {
  const refused = (cause: unknown) => {
    throw unwritable(path, cause, place);
  };
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx", mode).catch(refused);
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    async write(content) {
      const data = typeof content === "string" ? Buffer.from(content, "utf8") : content;
      hash.update(data);
      bytes += data.length;
      // `appendFile` writes all of it; a single `write` may not.
      await file.appendFile(data).catch(refused);
    },
    async end() {
      if (sync) await file.sync().catch(refused);
      await file.close().catch(refused);
      return { bytes, sha256: hash.digest("hex") };
    },
    publish: () => rename(temporary, path).catch(refused),
    async abandon() {
      // The caller that gives up reports what made it fail; a disk that is full may say it again here.
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

/** Writes a small file whole, or not at all. */
export async function writeWhole(path: string, text: string, place?: UnwritableOptions): Promise<void> {
  const file = await openNewFile(path, place);
  try {
    await file.write(text);
    await file.end();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** Copies a file whole, or not at all, and makes the folder for it. */
export async function copyWhole(source: string, path: string, place?: UnwritableOptions): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, error, place);
  }
}
