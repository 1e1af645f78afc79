import { InvalidOptionError } from "../../errors.js";
import { boolean, either, iterable, list, number, object, path, required, text, word } from "../../internal/kinds.js";
import type { Kind, OptionKinds } from "../../internal/options.js";
import { type DatasetChoice, datasetKinds } from "../../load/langsmith-dataset-chat-loader.js";
import type { ConnectionOptions } from "../../select/server/connection.js";
import { connectionKinds } from "../../select/server/connection.js";
import type { AnyIterable } from "../../types.js";

/** A dataset of LangSmith that something is evaluated with. */
export interface LangSmithEvaluationSet extends DatasetChoice, ConnectionOptions {}

/** Rows with a name for the report. */
export interface NamedEvaluationSet {
  name: string;
  rows: AnyIterable<object> | string | URL;
}

/**
 * What a model is evaluated with: rows, the path of a file of JSON lines, a dataset of LangSmith, or rows with a name.
 * A row is a training row of any kind, or an object whose question stands under `inputs`, `input`, `question`, `query`,
 * `prompt`, `problem`, `instruction` or `text`.
 */
export type EvaluationSet = AnyIterable<object> | string | URL | NamedEvaluationSet | LangSmithEvaluationSet;

/** Options of the comparison with evaluation sets. */
export interface AgainstSettings {
  sets: readonly EvaluationSet[];
  /**
   * Also rows that hold nearly the question of an evaluation: at least this share of its three-word shingles. `true` is
   * a threshold of 0.8. Questions of fewer than five shingles are compared exactly only.
   * @default true
   */
  near?: boolean | { threshold: number };
  /**
   * `"drop"` leaves such rows out, `"report"` only counts and names them, as findings.
   * @default "drop"
   */
  action?: "drop" | "report";
}

const langSmithKind: Kind<LangSmithEvaluationSet> = object<LangSmithEvaluationSet>({
  ...connectionKinds,
  ...datasetKinds,
});
const namedKind: Kind<NamedEvaluationSet> = object<NamedEvaluationSet>({
  name: required(text),
  rows: required(either(iterable, path) as Kind<NamedEvaluationSet["rows"]>),
});

const EXPECTED = "rows, a path, { name, rows } or { datasetName }";

const setKind: Kind<EvaluationSet> = {
  expected: EXPECTED,
  fits: (value) => path.fits(value) || (typeof value === "object" && value !== null),
  inspect(value, option) {
    if (typeof value === "string" || value instanceof URL || iterable.fits(value)) return;
    (isNamed(value as EvaluationSet) ? namedKind : langSmithKind).inspect?.(value, option);
    const { datasetName, datasetId } = value as LangSmithEvaluationSet;
    if (isNamed(value as EvaluationSet) || (datasetName === undefined) !== (datasetId === undefined)) return;
    throw new InvalidOptionError({
      option,
      value: Object.keys(value as object),
      message: `${option} must be ${EXPECTED}; a dataset is named by either datasetName or datasetId.`,
    });
  },
};

const setsKind = list(setKind);

const settingsKinds: OptionKinds<AgainstSettings> = {
  sets: required(setsKind),
  near: either(boolean, object<{ threshold: number }>({ threshold: required(number({ min: 0.3, max: 1 })) })),
  action: word("drop", "report"),
};

export const againstKind: Kind<readonly EvaluationSet[] | AgainstSettings> = either(setsKind, object(settingsKinds));

/** The options with their defaults. */
export function againstSettings(against: readonly EvaluationSet[] | AgainstSettings): {
  sets: readonly EvaluationSet[];
  threshold: number;
  action: "drop" | "report";
} {
  const { sets, near = true, action = "drop" } = "sets" in against ? against : { sets: against };
  return { sets, threshold: typeof near === "object" ? near.threshold : near ? 0.8 : 0, action };
}

export const isNamed = (set: EvaluationSet): set is NamedEvaluationSet =>
  typeof set === "object" && "rows" in set && "name" in set;

/** What the report calls the sets. */
export function namesOfSets(sets: readonly EvaluationSet[]): string[] {
  return sets.map((set, index) => {
    if (typeof set === "string") return set;
    if (set instanceof URL) return set.pathname;
    if (isNamed(set)) return set.name;
    const { datasetName, datasetId } = set as LangSmithEvaluationSet;
    return datasetName ?? datasetId ?? `set ${index + 1}`;
  });
}
