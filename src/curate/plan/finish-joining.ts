import { createColumn, NONE } from "../../internal/storage/column.js";
import { createSpool } from "../../internal/storage/spool.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { ExampleTarget, TrainingExample } from "../../types.js";
import type { LeftOutTarget } from "../conversations/conversation-index.js";
import { joinedRow, targetSkip } from "../conversations/joined-row.js";
import type { JoinVerdict } from "../dataset-step.js";
import { numbersWhere } from "../split/sample-examples.js";
import type { Mapped } from "./mapped.js";

/** What joining has made of the rows. */
export interface FinishedJoining {
  /** Rows whose targets are in others now. */
  readonly joinedRows: number;
  changed(row: number): boolean;
  row<T extends object>(row: number, example: T): T;
}

/**
 * Reads the rows again whose targets have moved or are left out: takes them off the counts, reports them, and keeps what
 * they say of their targets for the rows that teach them now.
 */
export async function finishJoining(
  { options, log, tally, decision, read }: Mapped,
  joined: JoinVerdict | undefined,
): Promise<FinishedJoining> {
  if (!joined) return { joinedRows: 0, changed: () => false, row: (_, example) => example };
  const { size, names } = decision.table;
  const leftOut = new Map<number, LeftOutTarget[]>();
  for (const target of joined.leftOut()) {
    const known = leftOut.get(target.row);
    if (known) known.push(target);
    else leftOut.set(target.row, [target]);
  }
  const changed = (row: number) => joined.targets(row) !== undefined;
  const wanted = numbersWhere(size, (row) => leftOut.has(row) || changed(row) || joined.gone(row) !== undefined);
  const spool = createSpool();
  const firstOf = createColumn((length) => new Uint32Array(length).fill(NONE));
  for (let row = 0; row < size; row += 1) firstOf.push(NONE);
  let joinedRows = 0;
  let next = 0;
  for await (const chunk of read(wanted)) {
    options.signal?.throwIfAborted();
    for (const example of chunk) {
      const row = wanted[next++] as number;
      const targets = targetsOf(example);
      firstOf.set(row, spool.size);
      for (const target of targets) spool.add(withSource({}, { targets: [target] }));
      const gone = joined.gone(row);
      if (gone) tally.add(example, -1);
      if (gone && gone.code === undefined) joinedRows += 1;
      for (const target of leftOut.get(row) ?? []) {
        const origin: Partial<ExampleTarget> = targets[target.index] ?? {};
        tally.origin(origin, -1);
        const runId = origin.runId ?? sourceOf(example).runId;
        const skip = targetSkip(target, runId, names, targets.length === 1 ? "$" : undefined);
        log.leftOut(joined.stepOf(target.code), skip, sourceOf(example));
      }
    }
  }
  const targetAt = (row: number, index: number): Omit<ExampleTarget, "message"> => {
    const [target] = spool.source(firstOf.at(row) + index).targets ?? [];
    return target ?? {};
  };
  return {
    joinedRows,
    changed,
    row(row, example) {
      const places = joined.targets(row);
      if (!places) return example;
      return joinedRow(example as TrainingExample, places, targetAt) as typeof example;
    },
  };
}
