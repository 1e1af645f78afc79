import type { CurateOptions } from "../curate-options.js";
import type { RedactionTally } from "../report/reasons.js";
import type { Tally } from "../report/tally.js";
import type { RowSettings } from "../row-step.js";
import type { SplitRules } from "../split/split-options.js";
import type { Decision } from "./decide.js";
import type { CurationLog } from "./log.js";

/** What the first phase left behind. */
export interface Mapped {
  readonly options: CurateOptions;
  readonly settings: RowSettings;
  readonly log: CurationLog;
  readonly tally: Tally;
  readonly decision: Decision;
  readonly division: SplitRules | undefined;
  readonly redactions: RedactionTally;
  /** Rows that lost turns to fit a length. */
  readonly trimmed: number;
  /** Reads rows again. Their numbers rise. */
  read(rows: Uint32Array): AsyncIterable<readonly object[]>;
}
