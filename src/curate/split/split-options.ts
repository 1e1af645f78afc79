import { InvalidOptionError } from "../../errors.js";
import { abortSignal, boolean, callback, either, kind, number, string, word } from "../../internal/kinds.js";
import { checkOptions, type OptionKinds } from "../../internal/options.js";
import { nearKind, nearThreshold } from "../duplicates/deduplicate.js";
import type { SourceKey } from "./source-key.js";

/** How rows are divided. */
export interface SplitSettings {
  /**
   * Rows for validation while training: a share of all rows below 1, or a number of rows from 1 on.
   * @default 0.1
   */
  validation?: number;
  /**
   * Rows for a test after training, likewise.
   * @default 0
   */
  test?: number;
  /**
   * What must not be on two sides. Rows without such a key are kept together by their prompt.
   * @default "thread"
   */
  by?: SourceKey;
  /**
   * Chooses another division.
   * @default 0
   */
  seed?: number | string;
  /**
   * Keep near duplicates on one side, with a similarity of at least `threshold`.
   * @default { threshold: 0.8 }
   */
  nearDuplicates?: boolean | { threshold: number };
  /**
   * Rows whose source names a split (`train`, `validation`, `test`; those that `readDataset` and a LangSmith dataset give)
   * stay in it, and what belongs together with them goes there too. The others meet the shares.
   * @default false
   */
  keep?: boolean;
}

export interface SplitRules {
  validation: number;
  test: number;
  by: SourceKey;
  seed: string;
  near: number;
  keep: boolean;
}

const part = kind<number>(
  "a share of the rows, from 0 to below 1, or a number of rows",
  (value) => typeof value === "number" && value >= 0 && (value < 1 || Number.isSafeInteger(value)),
);
const kinds: OptionKinds<SplitSettings & { signal?: AbortSignal }> = {
  validation: part,
  test: part,
  by: either(word("thread", "trace"), callback),
  seed: either(number(), string),
  nearDuplicates: nearKind,
  keep: boolean,
  signal: abortSignal,
};

/** The options with their defaults, checked. */
export function splitRules(settings: SplitSettings, prefix = ""): SplitRules {
  checkOptions<SplitSettings & { signal?: AbortSignal }>("splitExamples", settings, kinds, prefix);
  const { validation = 0.1, test = 0, by = "thread", seed = 0, nearDuplicates = true, keep = false } = settings;
  const shares = [validation, test].filter((share) => share < 1).reduce((sum, share) => sum + share, 0);
  if (shares >= 1) {
    throw new InvalidOptionError({
      option: `${prefix}validation`,
      value: validation,
      message: `${prefix}validation and ${prefix}test together are ${shares}, which leaves nothing to train on.`,
    });
  }
  return {
    validation,
    test,
    by,
    seed: String(seed),
    near: nearThreshold(nearDuplicates, 0.8),
    keep,
  };
}
