import { targetsOf } from "../../source.js";
import type { ExampleTarget, TrainingExample } from "../../types.js";
import type { LossSupport } from "../rules.js";
import { selectTargets } from "./select-targets.js";

/** The rows that teach the targets of one, and those that the service cannot learn without learning more. */
export interface ExpressedTargets<T> {
  rows: T[];
  /** Targets before which there is an answer that is none, where every answer of a row is learned. */
  impossible: ExampleTarget[];
}

/**
 * A row as a service with this loss must get it, so that it learns every target exactly once and nothing else. What
 * the service does not learn keeps the weight 0, which is how the rows say it everywhere in this package.
 */
export function expressTargets<T extends TrainingExample>(row: T, loss: LossSupport): ExpressedTargets<T> {
  if (loss === "weights" || !Array.isArray(row.messages)) return { rows: [row], impossible: [] };
  const targets = targetsOf(row);
  if (targets.length === 0) return { rows: [row], impossible: [] };
  if (loss === "last") return { rows: targets.map((target) => selectTargets(row, [target])), impossible: [] };
  const groups = consecutive(row, targets);
  if (loss === "completion") return { rows: groups.map((group) => selectTargets(row, group)), impossible: [] };
  const first = groups[0] ?? [];
  const possible = row.messages.findIndex((message) => message?.role === "assistant") === first[0]?.message;
  return {
    rows: possible ? [selectTargets(row, first)] : [],
    impossible: (possible ? groups.slice(1) : groups).flat(),
  };
}

/** The targets in groups without an answer between them that is none. */
function consecutive({ messages }: TrainingExample, targets: readonly ExampleTarget[]): ExampleTarget[][] {
  const groups: ExampleTarget[][] = [];
  let next = 0;
  let open = false;
  for (const [index, message] of messages.entries()) {
    if (message?.role !== "assistant") continue;
    const target = targets[next];
    if (target?.message !== index) {
      open = false;
      continue;
    }
    if (!open) groups.push([]);
    groups.at(-1)?.push(target);
    open = true;
    next += 1;
  }
  return groups;
}

/** A row in the parts that can be joined: where no single row can hold the targets, later calls cannot change that. */
export function atEntrance<T extends TrainingExample>(row: T, loss: LossSupport): T[] {
  // Where every answer is learned, another row may still make a target of what is none here.
  return loss === "all" ? [row] : expressTargets(row, loss).rows;
}
