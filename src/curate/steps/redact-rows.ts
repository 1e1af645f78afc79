import { either, only, switchable, word } from "../../internal/kinds.js";
import { redactorOf, warnOfMissing, type RedactionSettings } from "../redact/redact.js";
import type { RowStepDefinition } from "../row-step.js";

/** Options of the step. */
export interface RedactStepOptions {
  /**
   * Take secrets and personal data out: see `redact`. Off by default; then rows are only looked at,
   * as `scan` says.
   * @default false
   */
  redact?: boolean | RedactionSettings;
  /**
   * Which rows are looked at for secrets and personal data while `redact` is off: `"sample"` is the first
   * thousand and then every sixteenth. What is found is a warning in the report.
   * @default "sample"
   */
  scan?: "sample" | "all" | false;
}

const SCANNED_FIRST = 1000;
const SCANNED_EVERY = 16;

/** Replaces secrets and personal data, or only looks for them. */
export const redactStep: RowStepDefinition<RedactStepOptions> = {
  name: "redact",
  options: { redact: switchable, scan: either(word("sample", "all"), only(false)) },
  async create({ redact, scan = "sample" }) {
    const redacting = redact !== undefined && redact !== false;
    // The scan nobody asked for must not ask for packages. Redaction must: what it would miss stays in the rows.
    const load = redactorOf(typeof redact === "object" ? redact : {}, "redact.", redacting ? undefined : warnOfMissing);
    if (!redacting && scan === false) return undefined;
    const redactor = await load();
    return {
      take(row, { number, line, redactions }) {
        let result = row;
        if (redacting) redactions.row(row, line, (onFound) => (result = redactor.redact(row, onFound)));
        else if (scan === "all" || number <= SCANNED_FIRST || number % SCANNED_EVERY === 0)
          redactions.row(row, line, (onFound) => redactor.scan(row, onFound));
        return result;
      },
    };
  },
};
