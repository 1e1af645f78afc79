/** A file of the input as it is now, so that another one under its name is not taken for it. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** What else tells one content from another, where the storage says it. */
  readonly version?: string;
}

/** A file that is open for reading. */
export interface OpenFile {
  readonly bytes: number;
  /** The bytes from `start` up to `end`; fewer only where the file ends before. */
  read(start: number, end: number): Promise<Buffer>;
  /** All bytes, as they come. Ends with an error where the file cannot be read to its end. */
  stream(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Where files are: this machine, or object storage. A further kind is a file in this folder and a line in `file-store.ts`. */
export interface FileStore {
  /** The file at the address, or those below it, in their order. */
  list(address: string): Promise<InputFile[]>;
  /** @param version Where it is given, another content under the same name is an error. */
  open(address: string, version?: string): Promise<OpenFile>;
}

/** True for an address that is no path of this machine. */
export const isRemote = (address: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(address);
