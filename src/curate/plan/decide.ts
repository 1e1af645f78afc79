import type { Skip } from "../../types.js";
import type { RowNames } from "../../internal/row-names.js";
import { createFlags } from "../../internal/storage/column.js";
import type { CurateOptions } from "../curate-options.js";
import type { DatasetOptions, DatasetStepPlan, JoinVerdict } from "../dataset-step.js";
import { createNearIndex } from "../duplicates/near-duplicates.js";
import { openAIRules } from "../rules.js";
import { assignSplits, type SplitPlan } from "../split/assign-splits.js";
import { numbersWhere } from "../split/sample-examples.js";
import { createSourceKey } from "../split/source-key.js";
import type { RowAccess } from "../semantic/embed-rows.js";
import { splitRules, type SplitRules } from "../split/split-options.js";
import { datasetSteps } from "../steps/dataset-steps.js";
import type { FactsNeeded, RowFacts } from "./facts.js";
import { createRowTable, type RowTable } from "./row-table.js";

/** What the options ask for of the second phase, checked. */
export interface DecisionPlan {
  readonly needs: FactsNeeded;
  readonly division: SplitRules | undefined;
  start(names: RowNames, settings: DecisionSettings): Decision;
}

export interface DecisionSettings {
  /** Whether tokens are counted. */
  readonly counting: boolean;
  /** Reads rows again: those that are near to each other by their signatures, and those that are compared by meaning. */
  readonly access: RowAccess;
}

/** The second phase of a dataset: takes the facts of all rows in their order and then decides about each. */
export interface Decision {
  readonly table: RowTable;
  add(facts: RowFacts): void;
  /** Decides which rows stay. */
  finish(): Promise<Decided>;
}

export interface Decided {
  /** What each step leaves out, in the order of the steps. */
  readonly leftOut: readonly {
    readonly step: string;
    readonly rows: Uint32Array;
    reason(row: number): Skip;
  }[];
  /** The rows that stay. */
  readonly staying: Uint32Array;
  /** Where targets are learned, if a step moved them from row to row. */
  readonly joined: JoinVerdict | undefined;
  /** Sends the rows that stay to their splits, and gives back what is not needed any more. */
  divide(): SplitPlan;
}

/** @throws {InvalidOptionError} for options that cannot be used. */
export function planDecision(options: CurateOptions): DecisionPlan {
  const { deduplicate = true, backend, rules = backend?.rules ?? openAIRules } = options;
  const exactDuplicates = typeof deduplicate === "object" ? (deduplicate.exact ?? true) : deduplicate;
  const dataset: DatasetOptions = { rules, exactDuplicates };
  const steps: { name: string; plan: DatasetStepPlan }[] = [];
  for (const definition of datasetSteps) {
    const plan = definition.plan(options, dataset);
    if (plan) steps.push({ name: definition.name, plan });
  }
  const { split = false } = options;
  const division = split === false ? undefined : splitRules(typeof split === "object" ? split : {}, "split.");
  const groupOf = division && createSourceKey(division.by, "split.by");
  const wants = (name: "fingerprint" | "signature" | "joining") => steps.some(({ plan }) => plan.needs[name] === true);
  const sampleOf = steps.find(({ plan }) => plan.needs.sampleOf)?.plan.needs.sampleOf;
  const needs: FactsNeeded = {
    fingerprint: division !== undefined || wants("fingerprint"),
    signature: (division?.near ?? 0) > 0 || wants("signature"),
    joining: wants("joining"),
    ...(groupOf && { groupOf }),
    ...(division?.keep && { kept: true }),
    ...(sampleOf && { sampleOf }),
  };
  return {
    needs,
    division,
    start: (names, rowSettings) => startDecision(steps, division, needs, names, rowSettings),
  };
}

function startDecision(
  plans: readonly { name: string; plan: DatasetStepPlan }[],
  division: SplitRules | undefined,
  needs: FactsNeeded,
  names: RowNames,
  { counting, access }: DecisionSettings,
): Decision {
  const near = needs.signature ? createNearIndex((row) => access.at(row)) : undefined;
  const table = createRowTable(names, near, { counting, keeping: needs.kept === true });
  const steps = plans.map(({ name, plan }) => ({ name, step: plan.start(table, division, access) }));
  return {
    table,
    add(facts) {
      table.add(facts);
      for (const { step } of steps) step.add(facts);
    },
    async finish() {
      const removed = createFlags();
      for (let row = 0; row < table.size; row += 1) removed.push(0);
      let staying = numbersWhere(table.size, () => true);
      let joined: JoinVerdict | undefined;
      const leftOut: Decided["leftOut"][number][] = [];
      for (const { name, step } of steps) {
        const verdict = await step.finish(staying);
        for (const row of staying) if (verdict.goes(row)) removed.set(row, 1);
        const rows = staying.filter((row) => removed.at(row) === 1);
        if (rows.length > 0) {
          staying = staying.filter((row) => removed.at(row) === 0);
          if (!verdict.joined) leftOut.push({ step: name, rows, reason: verdict.reason });
        }
        joined = verdict.joined ?? joined;
      }
      return {
        leftOut,
        staying,
        joined,
        divide() {
          const splits = division
            ? assignSplits(staying, table.groupOf, table.groups, division, near, {
                kept: table.kept,
                links: (see) => {
                  // A chain that goes through several traces is one conversation, and its parts stay on one side.
                  const rows = joined?.asOne ?? joined;
                  for (const row of rows ? numbersWhere(table.size, () => true) : [])
                    for (const place of rows?.targets(row) ?? [])
                      see(table.groupOf.at(row), table.groupOf.at(place.row));
                },
              })
            : {
                of: () => "train" as const,
                counts: { train: staying.length, validation: 0, test: 0 },
                clusters: staying.length,
                largestCluster: 1,
              };
          near?.close();
          return splits;
        },
      };
    },
  };
}
