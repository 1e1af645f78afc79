import { nearestRatings } from "../../ratings.js";
import { isRecord } from "../../internal/is-record.js";
import { sourceOf, targetsOf } from "../../source.js";
import type { ExampleSource } from "../../types.js";
import { callsOf, messagesOf, toolName } from "../row-facts.js";
import type { FeedbackReport } from "./report.js";

/** What is counted of where an answer came from. */
export type Origin = Pick<ExampleSource, "model" | "tags" | "feedback" | "startTime">;

/** Where the answers of a row came from: its targets, or its source where it has none, as a pair. */
export function originsOf(row: object, targets: readonly Origin[] = targetsOf(row)): readonly Origin[] {
  return targets.length === 0 ? [sourceOf(row)] : targets;
}

/** Counts of what rows hold. Rows can be taken off again: all of it is sums. */
export interface Tally {
  /** Counts what stands in a row. Says how many messages it has, and how many of them are answers. */
  add(row: object, sign?: 1 | -1): { messages: number; turns: number };
  /** Counts what gave an answer: a target, or the source of a row that has none. */
  origin(origin: Origin, sign?: 1 | -1): void;
  /** When the first and the last of the runs began; rows that were taken off again count too. */
  period(): { first: string; last: string } | undefined;
  readonly roles: Record<string, number>;
  tools(): { name: string; rowsDefining: number; calls: number }[];
  models(): { name: string; targets: number }[];
  tags(): { name: string; targets: number }[];
  feedback(): FeedbackReport[];
  /** All that was counted, as JSON. */
  state(): TallyState;
  /** Adds what another tally counted. */
  merge(state: TallyState): void;
}

type Counts = readonly (readonly [name: string, count: number])[];

/** What a tally counted, as JSON. */
export interface TallyState {
  readonly roles: Counts;
  readonly defining: Counts;
  readonly calls: Counts;
  readonly models: Counts;
  readonly tags: Counts;
  readonly feedback: readonly (readonly [key: string, targets: number, sum: number, scored: number, values: Counts])[];
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/** Names of one kind that are counted; what comes after so many is counted together. */
const NAMES = 1000;
const OTHERS = "(others)";

export function createTally(): Tally {
  const roles = createCounts();
  const defining = createCounts();
  const calls = createCounts();
  const models = createCounts();
  const tags = createCounts();
  const feedback = new Map<string, { targets: number; sum: number; scored: number; values: Map<string, number> }>();
  let first: string | undefined;
  let last: string | undefined;

  const began = (start: string | undefined): void => {
    if (start === undefined) return;
    if (first === undefined || start < first) first = start;
    if (last === undefined || start > last) last = start;
  };
  const addFeedback = (key: string, targets: number, sum: number, scored: number, values: Counts): void => {
    const sums = feedback.get(key) ?? { targets: 0, sum: 0, scored: 0, values: new Map<string, number>() };
    sums.targets += targets;
    sums.sum += sum;
    sums.scored += scored;
    for (const [value, count] of values) sums.values.set(value, (sums.values.get(value) ?? 0) + count);
    if (feedback.size < NAMES || feedback.has(key)) feedback.set(key, sums);
  };

  return {
    add(row, sign = 1) {
      const messages = messagesOf(row);
      let turns = 0;
      for (const message of messages) {
        if (!isRecord(message)) continue;
        if (message.role === "assistant") turns += 1;
        roles.add(typeof message.role === "string" ? message.role : "?", sign);
        for (const name of callsOf(message)) calls.add(name, sign);
      }
      const { tools, functions, input } = row as Record<string, unknown>;
      for (const list of [tools, functions, isRecord(input) ? input.tools : undefined]) {
        if (!Array.isArray(list)) continue;
        for (const name of new Set(list.map(toolName))) defining.add(name, sign);
      }
      return { messages: messages.length, turns };
    },
    origin(source, sign = 1) {
      if (source.model !== undefined) models.add(source.model, sign);
      for (const tag of new Set(source.tags)) tags.add(tag, sign);
      for (const [key, given] of Object.entries(nearestRatings(source))) {
        const values = Object.entries(given.values ?? {}).map(([value, count]) => [value, sign * count] as const);
        const scored = given.average !== undefined;
        addFeedback(key, sign, scored ? sign * (given.average ?? 0) : 0, scored ? sign : 0, values);
      }
      began(source.startTime);
    },
    period: () => (first === undefined || last === undefined ? undefined : { first, last }),
    get roles() {
      return Object.fromEntries(roles.entries());
    },
    tools: () =>
      [...new Set([...defining.entries(), ...calls.entries()].map(([name]) => name))]
        .map((name) => ({ name, rowsDefining: defining.get(name), calls: calls.get(name) }))
        .sort(
          (left, right) =>
            right.calls - left.calls || right.rowsDefining - left.rowsDefining || order(left.name, right.name),
        ),
    models: () => models.entries().map(([name, targets]) => ({ name, targets })),
    tags: () => tags.entries().map(([name, targets]) => ({ name, targets })),
    feedback: () =>
      [...feedback]
        .filter(([, { targets }]) => targets > 0)
        .map(([key, { targets, sum, scored, values }]) => ({
          key,
          targets,
          ...(scored > 0 && { average: Math.round((sum / scored) * 10_000) / 10_000 }),
          ...(values.size > 0 && {
            values: Object.fromEntries(
              [...values].filter(([, count]) => count > 0).sort(([left], [right]) => order(left, right)),
            ),
          }),
        }))
        .sort((left, right) => right.targets - left.targets || order(left.key, right.key)),
    state: () => ({
      roles: roles.all(),
      defining: defining.all(),
      calls: calls.all(),
      models: models.all(),
      tags: tags.all(),
      feedback: [...feedback].map(([key, { targets, sum, scored, values }]) => [
        key,
        targets,
        sum,
        scored,
        [...values],
      ]),
      first,
      last,
    }),
    merge(state) {
      for (const [name, counts] of Object.entries({ roles, defining, calls, models, tags }))
        for (const [key, count] of state[name as "roles"]) counts.add(key, count);
      for (const [key, targets, sum, scored, values] of state.feedback) addFeedback(key, targets, sum, scored, values);
      began(state.first);
      began(state.last);
    },
  };
}

function createCounts() {
  const counts = new Map<string, number>();
  return {
    add(name: string, by: number) {
      const key = counts.size < NAMES || counts.has(name) ? name : OTHERS;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    get: (name: string) => counts.get(name) ?? 0,
    all: (): Counts => [...counts],
    entries: () =>
      [...counts]
        .filter(([, count]) => count > 0)
        .sort(([leftName, left], [rightName, right]) => right - left || order(leftName, rightName)),
  };
}

const order = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
