import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { createRowNames, lineOf } from "../../internal/row-names.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { DatasetRow, Skip } from "../../types.js";
import { selectTargets } from "../conversations/select-targets.js";
import type { Fingerprint } from "./fingerprint.js";

/** A row without the targets that rows before it teach, or nothing where none is left. */
export interface UntaughtRow<T> {
  row?: T;
  skips: readonly Skip[];
}

/** Remembers by their hashes what rows teach: 20 to 40 bytes for each target. */
export function createTaught(): <T extends DatasetRow>(
  row: T,
  fingerprint: Fingerprint,
  number: number,
) => UntaughtRow<T> {
  const digests = createDigestIndex();
  const names = createRowNames();
  // The name of the row that teaches this already, or nothing where this one is the first.
  const teacherOf = (text: string, row: object, number: number) => {
    const digest = digests.add(text);
    if (digest < names.length) return names.at(digest);
    names.add(row, lineOf(row, number));
    return undefined;
  };
  const skipOf = (row: object, number: number, path: string, runId: string | undefined, teacher: RowName): Skip => ({
    code: "duplicate",
    message: `The row trains the same as row ${teacher.line}${teacher.runId === undefined ? "" : ` (run ${teacher.runId})`}.`,
    ...(runId !== undefined && { runId }),
    path,
    line: lineOf(row, number),
    duplicateOf: teacher,
  });

  return (row, fingerprint, number) => {
    const targets = targetsOf(row);
    if (targets.length === 0 || !("messages" in row)) {
      const teacher = teacherOf(fingerprint.row, row, number);
      return teacher ? { skips: [skipOf(row, number, "$", sourceOf(row).runId, teacher)] } : { row, skips: [] };
    }
    const skips: Skip[] = [];
    const kept = targets.filter(({ message, runId }) => {
      const turn = fingerprint.turns[fingerprint.places.indexOf(message)] as string;
      const teacher = teacherOf(turn, row, number);
      if (teacher) skips.push(skipOf(row, number, `$.messages[${message}]`, runId ?? sourceOf(row).runId, teacher));
      return teacher === undefined;
    });
    const [skip] = skips;
    // A row that goes as a whole is one skip.
    if (kept.length === 0 && skip) return { skips: [{ ...skip, path: "$" }] };
    return { row: kept.length === targets.length ? row : (selectTargets(row, kept) as typeof row), skips };
  };
}

type RowName = { line: number; runId?: string };
