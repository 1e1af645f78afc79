import { InvalidOptionError } from "../../errors.js";

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: "Make its folder first.",
  ENOTDIR: "A part of its path is a file and no folder: name another path.",
  ENOSPC: "The disk is full: make room, or write to another one.",
  EDQUOT: "Your share of the disk is used up: make room, or write to another one.",
  EROFS: "The disk is read-only: write to another one.",
  EACCES: "You may not write there: check its rights and those of its folder.",
  EPERM: "You may not write there: check its rights and those of its folder.",
};

/** What the error for a file that cannot be written says of it. */
export interface UnwritableOptions {
  /** @default "path" */
  option?: string;
  /** @default the path */
  value?: string;
  /** What to do next; in front of it stands what the file system's code calls for. */
  hint?: string;
}

/** An error for what the file system said when a file was to be written. */
export function unwritable(
  path: string,
  cause: unknown,
  { option = "path", value = path, hint }: UnwritableOptions = {},
): InvalidOptionError {
  const code = (cause as { code?: string }).code ?? "unknown reason";
  const first = HINTS[code] ?? "Check the folder, its rights and the free space.";
  return new InvalidOptionError({
    option,
    value,
    message: `${path} cannot be written (${code}).`,
    hint: hint === undefined ? first : `${first} ${hint}`,
    cause,
  });
}
