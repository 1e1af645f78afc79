import { makeRoom } from "./make-room.js";

/** A typed array that grows: one number for each row of a dataset. */
export interface Column {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  set(index: number, value: number): void;
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

// In pages, so that growing copies nothing.
const PAGE = 1 << 16;

export function createColumn(createPage: (length: number) => Numbers): Column {
  const pages: Numbers[] = [];
  let length = 0;
  const pageOf = (index: number) => pages[index >>> 16] as Numbers;
  return {
    get length() {
      return length;
    },
    push(value) {
      makeRoom(pages, length, PAGE, createPage);
      pageOf(length)[length % PAGE] = value;
      length += 1;
    },
    at: (index) => pageOf(index)[index % PAGE] as number,
    set(index, value) {
      pageOf(index)[index % PAGE] = value;
    },
  };
}

/** None: no row has this number. */
export const NONE = 0xffffffff;

export const createFlags = (): Column => createColumn((length) => new Uint8Array(length));
/** Up to 65,535; what is more counts as that. */
export const createSmallIntegers = (): Column => {
  const column = createColumn((length) => new Uint16Array(length));
  return {
    ...column,
    get length() {
      return column.length;
    },
    push: (value) => column.push(Math.min(value, 0xffff)),
  };
};
export const createIntegers = (): Column => createColumn((length) => new Uint32Array(length));
export const createNumbers = (): Column => createColumn((length) => new Float64Array(length));
