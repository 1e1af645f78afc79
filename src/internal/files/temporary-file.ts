import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FinetuneError } from "../../errors.js";

/** A file that nobody else sees. It needs no name on the disk, so nothing is left behind however the process ends. */
export interface TemporaryFile {
  readonly descriptor: number;
  /** Appends all of the bytes. */
  write(bytes: Uint8Array): void;
  /** Fills `bytes` from a position on. */
  read(bytes: Uint8Array, position: number): void;
  close(): void;
}

// Closes the file of an owner that nobody can reach any more.
const abandoned = new FinalizationRegistry<() => void>((close) => close());

/** Opens one for `owner`: it is closed when the owner is collected, if it was not before. */
export function openTemporaryFile(owner: object): TemporaryFile {
  const path = join(tmpdir(), `langsmith-finetune-${process.pid}-${randomUUID()}.spool`);
  const descriptor = writing(() => openSync(path, "wx+", 0o600));
  const unlinked = unlink(path);
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    if (!unlinked) rmSync(path, { force: true });
  };
  const token = {};
  abandoned.register(owner, close, token);
  return {
    descriptor,
    write(bytes) {
      for (let offset = 0; offset < bytes.length;) offset += writing(() => writeSync(descriptor, bytes, offset));
    },
    read(bytes, position) {
      for (let offset = 0; offset < bytes.length;) {
        const bytesRead = readSync(descriptor, bytes, offset, bytes.length - offset, position + offset);
        if (bytesRead === 0) throw endedEarly(position + offset);
        offset += bytesRead;
      }
    },
    close() {
      abandoned.unregister(token);
      close();
    },
  };
}

function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new FinetuneError({
      message: `What does not fit into memory cannot be kept in the temporary folder ${tmpdir()} (${(cause as { code?: string }).code ?? "unknown reason"}).`,
      hint: "Make room there, or name a folder on another disk in TMPDIR (on Windows in TEMP).",
      cause,
    });
  }
}

export function endedEarly(position: number): Error {
  return new Error(`The temporary file of the rows ended at byte ${position}.`);
}

// An open file may be removed everywhere but on Windows, where it goes when it is closed.
function unlink(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch {
    process.once("exit", () => rmSync(path, { force: true }));
    return false;
  }
}
