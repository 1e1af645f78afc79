import { createFlags, createIntegers, createNumbers, NONE } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { createPairIndex, type PairIndex } from "../../internal/storage/pair-index.js";
import type { Fingerprint } from "../duplicates/fingerprint.js";
import type { LossSupport } from "../rules.js";
import type { ConversationFacts } from "./conversation-facts.js";
import { createConversationGroups } from "./conversation-groups.js";

/** Why a target is not learned where it stands; the codes of the skips. */
const TARGET_CODES = [
  "duplicate",
  "contradiction",
  "answer-in-inputs",
  "superseded",
  "edited",
  "loss-inexpressible",
] as const;
export type TargetCode = (typeof TARGET_CODES)[number];

/** What becomes of answers that have the same prompt, and of those that somebody edited. */
export interface ConversationPolicy {
  branch: "all" | "last";
  edited: "learn" | "skip";
}

export interface JoinRules {
  loss: LossSupport;
  /** Targets of one row may go into another. Without it only what is taught twice goes. */
  join: boolean;
  /** Where an equal target (prompt, tools, answer) is a duplicate: anywhere, or in the same conversation only. */
  duplicates: "anywhere" | "conversation";
}

/**
 * Finds out which rows continue each other. Every answer of every row is a node of a tree, known by the hash of the
 * row up to it, tools included; a row is the path to its last answer. Takes some 40 bytes for each different answer
 * and as much for each target, and time in the size of the rows, in whatever order they come.
 */
export interface ConversationIndex {
  /** Rows are numbered from 0. */
  add(fingerprint: Fingerprint, facts: ConversationFacts): void;
  /**
   * Decides, once all rows are there. May be asked with more than one set of rules.
   * @param compare Which of two rows comes first, where both teach the same. Default: as they came.
   */
  finish(rules: JoinRules, compare?: (left: number, right: number) => number): JoinedRows;
}

/** The place of a target: the row that brought it, its number there from 0 and its message. */
export interface TargetPlace {
  row: number;
  index: number;
  message: number;
}

/** A target that is not learned. `of` is the row that teaches the same, where there is one. */
export interface LeftOutTarget extends TargetPlace {
  code: TargetCode;
  of: number;
}

export interface JoinedRows {
  /** What the row teaches in the end, in the order of its messages; nothing where it is as it came. */
  targets(row: number): TargetPlace[] | undefined;
  /** How many targets the row teaches in the end. */
  count(row: number): number;
  /** What became of a row that goes: the row that teaches its targets now, or why none does. */
  gone(row: number): { into: number; code?: TargetCode } | undefined;
  /** The targets that are not learned, by their rows. */
  leftOut(): Generator<LeftOutTarget, void, undefined>;
}

const CONFLICT = NONE - 1;

export function createConversationIndex({ branch, edited }: ConversationPolicy): ConversationIndex {
  const nodes = createDigestIndex();
  const parents = createIntegers();
  const prompts = createDigestIndex();
  const promptOf = createIntegers();
  const groups = createConversationGroups();
  const starts = createIntegers();
  const rowOf = createIntegers();
  const nodeOf = createIntegers();
  const messageOf = createIntegers();
  const times = createNumbers();
  // Targets whose words stand in their own prompt, with the node where they do.
  const repeating: { target: number; repeated: number }[] = [];
  // What each run gave, and which run gave a target.
  let runs: ReturnType<typeof createDigestIndex> | undefined = createDigestIndex();
  const nodeOfRun = createIntegers();
  const runOf = createIntegers();
  // Answers that stand in a history, once for each thread or trace, with a row of it.
  let mentions = edited === "skip" ? createPairIndex() : undefined;
  const mentioned = createIntegers();
  const mentionedBy = createIntegers();

  const path: number[] = [];
  const walk = ({ turns, prompts: texts }: Fingerprint) => {
    path.length = 0;
    let parent = NONE;
    for (const [index, turn] of turns.entries()) {
      const known = nodes.size;
      const node = nodes.add(turn);
      if (nodes.size > known) {
        parents.push(parent);
        promptOf.push(prompts.add(texts[index] as string));
      }
      path.push(node);
      parent = node;
    }
  };
  const mention = (node: number, group: number, row: number) => {
    if (mentions?.get(node, group) !== undefined) return;
    mentions?.set(node, group, row);
    mentioned.push(node);
    mentionedBy.push(row);
  };
  const runNumber = (text: string, node: number): number => {
    runs ??= createDigestIndex();
    const known = runs.size;
    const run = runs.add(text);
    if (runs.size > known) nodeOfRun.push(node);
    else if (nodeOfRun.at(run) !== node) nodeOfRun.set(run, CONFLICT);
    return run;
  };

  return {
    add(fingerprint, facts) {
      const number = starts.length;
      starts.push(rowOf.length);
      const group = groups.add(facts);
      walk(fingerprint);
      if (mentions) for (const node of path) mention(node, group, number);
      let turn = 0;
      for (const { message, run, time, repeats } of facts.targets) {
        while ((fingerprint.places[turn] ?? Infinity) < message) turn += 1;
        const node = path[turn] as number;
        if (repeats !== undefined)
          repeating.push({ target: rowOf.length, repeated: path[fingerprint.places.indexOf(repeats)] as number });
        rowOf.push(number);
        nodeOf.push(node);
        messageOf.push(message);
        runOf.push(run === undefined ? NONE : runNumber(run, node));
        times.push(time);
      }
    },
    finish(rules, compare) {
      // What only further rows would be looked up in: up to 40 bytes for each row.
      runs = mentions = undefined;
      const size = rowOf.length;
      const sets = groups.finish();
      const codes = createFlags();
      for (let target = 0; target < size; target += 1) codes.push(0);
      const leaveOut = (target: number, code: TargetCode) => codes.set(target, TARGET_CODES.indexOf(code) + 1);
      const learned = (target: number) => codes.at(target) === 0;
      const inOrder = compare
        ? (left: number, right: number) => compare(rowOf.at(left), rowOf.at(right)) || left - right
        : (left: number, right: number) => left - right;
      const rangeOf = (row: number) => [starts.at(row), row + 1 < starts.length ? starts.at(row + 1) : size] as const;
      const setOf = (target: number) => sets.of(rowOf.at(target));

      for (let target = 0; target < size; target += 1) {
        const run = runOf.at(target);
        if (run !== NONE && nodeOfRun.at(run) === CONFLICT) leaveOut(target, "contradiction");
      }
      if (repeating.length > 0) leaveOutReadLate();
      if (edited === "skip") leaveOutEdited();
      if (branch === "last") leaveOutSuperseded();

      // The one target that teaches what a node stands for: in the whole dataset, or in each conversation.
      const anywhere = rules.duplicates === "anywhere";
      const owners = anywhere ? createNodeIndex(nodes.size) : createPairIndex();
      const ownerOf = (node: number, set: number) => {
        const owner = owners.get(node, anywhere ? 0 : set);
        return owner !== undefined && setOf(owner) === set ? owner : undefined;
      };
      for (let target = 0; target < size; target += 1) {
        if (!learned(target)) continue;
        const key = anywhere ? 0 : setOf(target);
        const owner = owners.get(nodeOf.at(target), key);
        if (owner === undefined || inOrder(target, owner) < 0) owners.set(nodeOf.at(target), key, target);
      }
      const teacher = filled(size);
      // A row of another conversation that teaches nothing else stays as it is, where only conversations are looked at.
      const isAlone = (target: number) => {
        const owner = owners.get(nodeOf.at(target), setOf(target));
        if (owner === undefined || owner === target) return false;
        const sameRun = runOf.at(target) !== NONE && runOf.at(target) === runOf.at(owner);
        const conversation = sets.conversation(rowOf.at(target));
        return !sameRun && (conversation === undefined || conversation !== sets.conversation(rowOf.at(owner)));
      };
      const alone = new Uint8Array(anywhere ? 0 : starts.length);
      for (let row = 0; row < alone.length; row += 1) {
        const [start, end] = rangeOf(row);
        alone[row] = 1;
        for (let target = start; target < end; target += 1) if (!learned(target) || !isAlone(target)) alone[row] = 0;
      }
      for (let target = 0; target < size; target += 1) {
        if (!learned(target) || alone[rowOf.at(target)] === 1) continue;
        const owner = owners.get(nodeOf.at(target), anywhere ? 0 : setOf(target)) as number;
        if (owner === target) continue;
        leaveOut(target, "duplicate");
        teacher[target] = owner;
      }

      // Each target goes on from the nearest before it, and each is continued in one row only.
      const before = filled(size);
      const after = filled(size);
      const isOwner = (target: number) => ownerOf(nodeOf.at(target), setOf(target)) === target;
      for (let target = 0; target < size; target += 1) {
        if (!learned(target)) continue;
        if (alone[rowOf.at(target)] === 1) {
          if (target === starts.at(rowOf.at(target))) continue;
          before[target] = target - 1;
          after[target - 1] = target;
          continue;
        }
        if (!isOwner(target)) continue;
        const earlier = nearest(target);
        if (earlier === undefined) continue;
        before[target] = earlier;
        const chosen = after[earlier] as number;
        if (chosen === NONE || nodes.compare(nodeOf.at(target), nodeOf.at(chosen)) < 0) after[earlier] = target;
      }

      const lastOf = filled(starts.length);
      const rowAfter = filled(size);
      for (let target = 0; target < size; target += 1) {
        if (!learned(target) || after[target] !== NONE) continue;
        if (rules.loss === "all" && parents.at(nodeOf.at(firstOf(target))) !== NONE) {
          for (let member = target; member !== NONE; member = earlierInRow(member))
            leaveOut(member, "loss-inexpressible");
          continue;
        }
        const row = rowOf.at(target);
        lastOf[row] = target;
        for (let member = target; member !== NONE; member = earlierInRow(member)) rowAfter[member] = row;
      }

      const placeOf = (target: number): TargetPlace => {
        const row = rowOf.at(target);
        return {
          row,
          index: target - starts.at(row),
          message: messageOf.at(target),
        };
      };
      const members = (row: number): number[] => {
        const found: number[] = [];
        for (let member = lastOf[row] as number; member !== NONE; member = earlierInRow(member)) found.push(member);
        return found.reverse();
      };
      const isAsItCame = (row: number): boolean => {
        const [start, end] = rangeOf(row);
        let member = lastOf[row] as number;
        for (let target = end - 1; target >= start; target -= 1) {
          if (member !== target) return false;
          member = earlierInRow(member);
        }
        return member === NONE;
      };
      const codeOf = (target: number) => TARGET_CODES[codes.at(target) - 1];
      const teaches = (target: number) =>
        teacher[target] === NONE ? NONE : (rowAfter[teacher[target] as number] as number);

      return {
        targets(row) {
          return isAsItCame(row) ? undefined : members(row).map(placeOf);
        },
        count: (row) => members(row).length,
        gone(row) {
          const [start, end] = rangeOf(row);
          if (start === end || lastOf[row] !== NONE) return undefined;
          for (let target = end - 1; target >= start; target -= 1)
            if (rowAfter[target] !== NONE) return { into: rowAfter[target] as number };
          const code = codeOf(end - 1);
          return { into: teaches(end - 1), ...(code && { code }) };
        },
        *leftOut() {
          for (let target = 0; target < size; target += 1) {
            const code = codeOf(target);
            if (code) yield { ...placeOf(target), code, of: teaches(target) };
          }
        },
      };

      function nearest(target: number): number | undefined {
        const set = setOf(target);
        const joins = rules.join && rules.loss !== "last";
        for (let node = parents.at(nodeOf.at(target)); node !== NONE; node = parents.at(node)) {
          const owner = ownerOf(node, set);
          if (owner !== undefined && (joins || rowOf.at(owner) === rowOf.at(target))) return owner;
          if (rules.loss !== "weights") return undefined;
        }
        return undefined;
      }
      function earlierInRow(target: number): number {
        const earlier = before[target] as number;
        return earlier !== NONE && after[earlier] === target ? earlier : NONE;
      }
      function firstOf(target: number): number {
        let first = target;
        for (let earlier = first; earlier !== NONE; earlier = earlierInRow(earlier)) first = earlier;
        return first;
      }
      // A client that reads the inputs of a run late shows what was added to them after the answer. It is so where the
      // answer stands in them, no other run gave it there, and a run that began later goes through another answer to
      // exactly these inputs: they were those of a later call.
      function leaveOutReadLate(): void {
        const given = createPairIndex();
        const inConversation: number[] = [];
        for (let target = 0; target < size; target += 1) {
          const conversation = sets.conversation(rowOf.at(target));
          if (conversation === undefined) continue;
          given.set(nodeOf.at(target), conversation, target);
          inConversation.push(target);
        }
        // From the latest run on, so that each node is visited once.
        inConversation.sort((left, right) => times.at(right) - times.at(left));
        const visited = createPairIndex();
        const through = createPairIndex();
        for (const target of inConversation) {
          const conversation = sets.conversation(rowOf.at(target)) as number;
          for (let node = nodeOf.at(target); node !== NONE; node = parents.at(node)) {
            if (visited.get(node, conversation) !== undefined) break;
            visited.set(node, conversation, target);
            if (through.get(promptOf.at(node), conversation) === undefined)
              through.set(promptOf.at(node), conversation, node);
          }
        }
        const suspects = repeating.flatMap(({ target, repeated }) => {
          const conversation = sets.conversation(rowOf.at(target));
          if (!learned(target) || conversation === undefined) return [];
          return given.get(repeated, conversation) === undefined ? [{ target, conversation }] : [];
        });
        const proven = new Set<number>();
        for (const { target, conversation } of suspects) {
          const other = through.get(promptOf.at(nodeOf.at(target)), conversation);
          if (other === undefined || other === nodeOf.at(target)) continue;
          const later = visited.get(other, conversation);
          if (later !== undefined && times.at(later) > times.at(target)) proven.add(conversation);
        }
        // One client wrote the runs of a conversation.
        for (const { target, conversation } of suspects)
          if (proven.has(conversation)) leaveOut(target, "answer-in-inputs");
      }
      // Another answer stands in a history where this one was given, and no call of the conversation gave that other.
      function leaveOutEdited(): void {
        const given = createPairIndex();
        for (let target = 0; target < size; target += 1) given.set(nodeOf.at(target), setOf(target), target);
        const replaced = createPairIndex();
        for (let index = 0; index < mentioned.length; index += 1) {
          const node = mentioned.at(index);
          const set = sets.of(mentionedBy.at(index));
          if (given.get(node, set) === undefined) replaced.set(promptOf.at(node), set, node);
        }
        for (let target = 0; target < size; target += 1)
          if (learned(target) && replaced.get(promptOf.at(nodeOf.at(target)), setOf(target)) !== undefined)
            leaveOut(target, "edited");
      }
      function leaveOutSuperseded(): void {
        const newest = createPairIndex();
        const keyOf = (target: number) => [promptOf.at(nodeOf.at(target)), setOf(target)] as const;
        for (let target = 0; target < size; target += 1) {
          if (!learned(target)) continue;
          const known = newest.get(...keyOf(target));
          const later =
            known === undefined ||
            times.at(target) - times.at(known) ||
            nodes.compare(nodeOf.at(target), nodeOf.at(known));
          if (later === true || (typeof later === "number" && later > 0)) newest.set(...keyOf(target), target);
        }
        for (let target = 0; target < size; target += 1) {
          const last = newest.get(...keyOf(target));
          if (learned(target) && last !== undefined && nodeOf.at(last) !== nodeOf.at(target))
            leaveOut(target, "superseded");
        }
      }
    },
  };
}

/** Numbers under nodes, whatever stands beside them: a third of the memory of pairs. */
function createNodeIndex(size: number): PairIndex {
  const values = filled(size);
  return {
    get(node) {
      const value = values[node] as number;
      return value === NONE ? undefined : value;
    },
    set(node, _, value) {
      values[node] = value;
    },
  };
}

const filled = (length: number) => new Uint32Array(length).fill(NONE);
