import { createFlags, createIntegers, createSmallIntegers, type Column } from "../../internal/storage/column.js";
import type { RowNames } from "../../internal/row-names.js";
import { createGroups, type Groups } from "../duplicates/groups.js";
import type { NearIndex } from "../duplicates/near-duplicates.js";
import type { RowFacts } from "./facts.js";

/** The facts of all rows, column by column. Rows are numbered from 0. */
export interface RowTable {
  readonly size: number;
  readonly names: RowNames;
  /** One numbering for conversations and for what a split keeps together: by default they are the same. */
  readonly groups: Groups;
  readonly conversations: Column;
  /** What must be on one side of a split; empty without one. */
  readonly groupOf: Column;
  /** The splits that rows stay in, where they are kept. */
  readonly kept: Column | undefined;
  /** Where something looks for near duplicates. */
  readonly near: NearIndex | undefined;
  readonly measures: Readonly<Record<"bytes" | "tokens" | "characters" | "messages" | "turns" | "targets", Column>>;
  /** How many conversations there are. */
  readonly threads: number;
  readonly tokensExact: boolean;
  add(facts: RowFacts): void;
}

export function createRowTable(
  names: RowNames,
  near: NearIndex | undefined,
  { counting, keeping }: { counting: boolean; keeping: boolean },
): RowTable {
  const groups = createGroups();
  const conversations = createIntegers();
  const groupOf = createIntegers();
  const kept = keeping ? createFlags() : undefined;
  const measures = {
    bytes: createIntegers(),
    tokens: createIntegers(),
    characters: createIntegers(),
    messages: createSmallIntegers(),
    turns: createSmallIntegers(),
    targets: createSmallIntegers(),
  };
  let threads = 0;
  let tokensExact = true;
  return {
    get size() {
      return conversations.length;
    },
    names,
    groups,
    conversations,
    groupOf,
    kept,
    near,
    measures,
    get threads() {
      return threads;
    },
    get tokensExact() {
      return tokensExact;
    },
    add(facts) {
      const known = groups.size;
      conversations.push(groups.addDigest(facts.conversation));
      threads += groups.size - known;
      if (facts.group !== undefined) groupOf.push(groups.addDigest(facts.group));
      kept?.push(facts.kept ?? 0);
      if (facts.signature) near?.addSignature(facts.signature);
      names.addNamed(facts.runId, facts.line);
      measures.bytes.push(facts.bytes);
      if (counting) measures.tokens.push(facts.tokens);
      if (!facts.tokensExact) tokensExact = false;
      measures.characters.push(facts.characters);
      measures.messages.push(facts.messages);
      measures.turns.push(facts.turns);
      measures.targets.push(facts.targets);
    },
  };
}
