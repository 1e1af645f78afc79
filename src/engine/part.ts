/** What one worker reads at a time: a range of a file that begins and ends with whole records. */
export interface Part {
  /** Counts the parts of a dataset from 0, in the order of their rows. */
  readonly index: number;
  /** A path, or an address of object storage. */
  readonly file: string;
  /** See `version` of the files that are cut. */
  readonly version?: string;
  readonly range:
    | { readonly kind: "lines"; readonly start: number; readonly end: number }
    | { readonly kind: "gzip" }
    | { readonly kind: "document" }
    | { readonly kind: "parquet"; readonly first: number; readonly count: number };
}

/** What a part is called in messages. */
export function partName({ file, range }: Part): string {
  if (range.kind === "lines") return `${file}, bytes ${range.start} to ${range.end}`;
  if (range.kind === "parquet") return `${file}, row groups ${range.first} to ${range.first + range.count - 1}`;
  return file;
}
