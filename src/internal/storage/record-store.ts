import { openTemporaryFile, type TemporaryFile } from "../files/temporary-file.js";

/** Records of one size, one after the other: in memory while they are few, then in a temporary file. */
export interface RecordStore {
  readonly length: number;
  push(record: Uint32Array): void;
  /** Copies a record to a place of `target`. From the disk each is read on its own. */
  read(index: number, target: Uint32Array, offset?: number): void;
  /** All records in their order: `words` holds one from `start` on, until `see` returns. */
  each(see: (words: Uint32Array, start: number, index: number) => void): void;
  /** Gives memory and file back. */
  close(): void;
}

const PAGE_BYTES = 1 << 18;

/**
 * @param words How many 32-bit words a record has.
 * @param memory Bytes above which the records go to the disk.
 */
export function createRecordStore(words: number, memory = 1 << 23): RecordStore {
  const recordsOfPage = Math.floor(PAGE_BYTES / 4 / words);
  const pageWords = recordsOfPage * words;
  let pages: Uint32Array[] = [];
  let last: Uint32Array = new Uint32Array(0);
  let file: TemporaryFile | undefined;
  let filed = 0;
  let length = 0;

  const bytesOf = (page: Uint32Array) => new Uint8Array(page.buffer, page.byteOffset, page.byteLength);
  const nextPage = () => {
    if (file) {
      file.write(bytesOf(last));
      filed += recordsOfPage;
      return;
    }
    if (pages.length * PAGE_BYTES >= memory) {
      file = openTemporaryFile(store);
      for (const page of pages) file.write(bytesOf(page));
      filed = pages.length * recordsOfPage;
      pages = [];
    }
    last = new Uint32Array(pageWords);
    if (!file) pages.push(last);
  };

  const store: RecordStore = {
    get length() {
      return length;
    },
    push(record) {
      const place = length % recordsOfPage;
      if (place === 0) nextPage();
      last.set(record, place * words);
      length += 1;
    },
    read(index, target, offset = 0) {
      if (index < filed) {
        (file as TemporaryFile).read(bytesOf(target.subarray(offset, offset + words)), index * words * 4);
        return;
      }
      const page = file ? last : (pages[Math.floor(index / recordsOfPage)] as Uint32Array);
      const start = (index % recordsOfPage) * words;
      for (let word = 0; word < words; word += 1) target[offset + word] = page[start + word] as number;
    },
    each(see) {
      const buffer = filed > 0 ? new Uint32Array(pageWords) : last;
      for (let first = 0; first < length; first += recordsOfPage) {
        let page = last;
        if (first < filed) (file as TemporaryFile).read(bytesOf((page = buffer)), first * words * 4);
        else if (!file) page = pages[first / recordsOfPage] as Uint32Array;
        const count = Math.min(recordsOfPage, length - first);
        for (let place = 0; place < count; place += 1) see(page, place * words, first + place);
      }
    },
    close() {
      file?.close();
      file = undefined;
      pages = [];
      last = new Uint32Array(0);
      length = filed = 0;
    },
  };
  return store;
}
