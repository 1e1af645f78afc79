import { sourceOf } from "../source.js";
import type { ExampleSource } from "../types.js";
import { createColumn, createIntegers } from "./storage/column.js";

/** What rows are called in messages: their line and the run that they came from. */
export interface RowNames {
  readonly length: number;
  add(row: object, line: number): void;
  /** Adds a row whose run is known. */
  addNamed(runId: string | undefined, line: number): void;
  at(index: number): { line: number; runId?: string };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Names of rows that are kept elsewhere, with their sources: 4 bytes for each, and the run is looked up when it is asked for. */
export function createKeptRowNames(sourceOfRow: (index: number) => ExampleSource): RowNames {
  const lines = createIntegers();
  return {
    get length() {
      return lines.length;
    },
    add: (_, line) => lines.push(line),
    addNamed: (_, line) => lines.push(line),
    at(index) {
      const { runId } = sourceOfRow(index);
      return { line: lines.at(index), ...(runId !== undefined && { runId }) };
    },
  };
}

/** Names of rows that are not kept: 20 bytes for each. */
export function createRowNames(): RowNames {
  const lines = createIntegers();
  const words = createColumn((length) => new Uint32Array(length));
  // Ids that are not UUIDs are kept as they are; LangSmith has none.
  const others = new Map<number, string>();
  const addNamed = (runId: string | undefined, line: number): void => {
    const uuid = runId !== undefined && UUID.test(runId) ? runId.replaceAll("-", "") : undefined;
    if (runId !== undefined && uuid === undefined) others.set(lines.length, runId);
    for (let word = 0; word < 4; word += 1)
      words.push(uuid === undefined ? 0 : Number.parseInt(uuid.slice(word * 8, word * 8 + 8), 16));
    lines.push(line);
  };
  return {
    get length() {
      return lines.length;
    },
    add: (row, line) => addNamed(sourceOf(row).runId, line),
    addNamed,
    at(index) {
      let hex = "";
      for (let word = 0; word < 4; word += 1)
        hex += words
          .at(index * 4 + word)
          .toString(16)
          .padStart(8, "0");
      const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
      const runId = others.get(index) ?? (/^0+$/.test(hex) ? undefined : uuid);
      return { line: lines.at(index), ...(runId !== undefined && { runId }) };
    },
  };
}

/** The line of a row: that of the file it was read from, or its number in the input. */
export function lineOf(row: object, number: number): number {
  return sourceOf(row).line ?? number;
}
