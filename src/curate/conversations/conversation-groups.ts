import { createFlags, createIntegers, NONE } from "../../internal/storage/column.js";
import { createGroups } from "../duplicates/groups.js";
import type { ConversationFacts } from "./conversation-facts.js";

/**
 * Which rows are of one conversation: those of a thread, and of a trace, one run of which names a thread. Rows whose
 * thread nobody names are one set, for a chain may go through several traces.
 */
export interface ConversationGroups {
  /** Adds a row. Returns the number of its thread or trace; rows of one number are of one set. */
  add(facts: Pick<ConversationFacts, "thread" | "traces">): number;
  finish(): ConversationSets;
}

export interface ConversationSets {
  /** The number of a row's set; 0 for those without a thread. */
  of(row: number): number;
  /** The number of the row's thread, or else trace; undefined where it names neither. */
  conversation(row: number): number | undefined;
}

export function createConversationGroups(): ConversationGroups {
  const groups = createGroups();
  const parents = createIntegers();
  const threaded = createFlags();
  const groupOfRow = createIntegers();

  const groupOf = (key: string, isThread: boolean) => {
    const group = groups.addDigest(key);
    if (group === parents.length) {
      parents.push(group);
      threaded.push(isThread ? 1 : 0);
    }
    return group;
  };
  const rootOf = (group: number): number => {
    let root = group;
    while (parents.at(root) !== root) root = parents.at(root);
    for (let step = group; step !== root;) {
      const next = parents.at(step);
      parents.set(step, root);
      step = next;
    }
    return root;
  };
  const join = (left: number, right: number): number => {
    const [first, second] = [rootOf(left), rootOf(right)];
    if (first === second) return first;
    const [root, other] = first < second ? [first, second] : [second, first];
    parents.set(other, root);
    if (threaded.at(other) === 1) threaded.set(root, 1);
    return root;
  };

  return {
    add({ thread, traces }) {
      let group = thread === undefined ? NONE : groupOf(thread, true);
      for (const trace of traces) group = group === NONE ? groupOf(trace, false) : join(group, groupOf(trace, false));
      groupOfRow.push(group);
      return group;
    },
    finish() {
      const setOf = (row: number) => {
        const group = groupOfRow.at(row);
        if (group === NONE) return 0;
        const root = rootOf(group);
        return threaded.at(root) === 1 ? root + 1 : 0;
      };
      return {
        of: setOf,
        conversation(row) {
          const group = groupOfRow.at(row);
          return group === NONE ? undefined : rootOf(group);
        },
      };
    },
  };
}
