import { InvalidOptionError } from "../../errors.js";
import { checkKnownOptions, checkNumber } from "../../internal/options.js";
import { nearThreshold } from "../duplicates/deduplicate.js";
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
}

export interface SplitRules {
  validation: number;
  test: number;
  by: SourceKey;
  seed: string;
  near: number;
}

/** The options with their defaults, checked. */
export function splitRules(settings: SplitSettings, prefix = ""): SplitRules {
  checkKnownOptions(settings, ["validation", "test", "by", "seed", "nearDuplicates", "signal"], prefix);
  const { validation = 0.1, test = 0, by = "thread", seed = 0, nearDuplicates = true } = settings;
  for (const [name, value] of Object.entries({ validation, test })) {
    checkNumber(`${prefix}${name}`, value, { minimum: 0, integer: typeof value === "number" && value >= 1 });
  }
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
    near: nearThreshold(nearDuplicates, `${prefix}nearDuplicates`, 0.8),
  };
}
