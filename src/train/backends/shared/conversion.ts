import type { ValidationRules } from "../../../curate/rules.js";
import { isRecord } from "../../../internal/is-record.js";
import type { TrainingMethod } from "../../backend.js";
import { unpairedMessages } from "../../../internal/row-kind.js";
import type { UnpairedExample } from "../../../types.js";
import type { Row } from "./conversation.js";

/** A row that another format cannot say. Becomes a finding; never leaves the backend as an error. */
export class InconvertibleRowError extends Error {
  override readonly name = "InconvertibleRowError";

  constructor(
    readonly path: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Check = NonNullable<ValidationRules["check"]>;

/**
 * The two halves of a conversion to a provider's own row format: `render` for the dataset file and
 * `check` for the rules. What `convert` cannot say is an error finding that names the row, so that
 * nothing is uploaded; the line that `render` gives in its place, `null`, is never sent.
 */
export function conversion<R extends Row | UnpairedExample = Row>(
  convert: (row: R, method: TrainingMethod) => unknown,
  more?: Check,
): {
  render: (row: R, method: TrainingMethod) => unknown;
  check: Check;
} {
  return {
    render(row, method) {
      try {
        return convert(row, method);
      } catch {
        // Rows are rendered before their findings are known; `check` reports what is wrong with this one.
        return null;
      }
    },
    check(row, report) {
      if (!isRow(row)) return;
      try {
        convert(row as R, methodOfRow(row));
      } catch (error) {
        if (error instanceof InconvertibleRowError) {
          report({ path: error.path, code: error.code, severity: "error", message: error.message });
        } else {
          const reason = error instanceof Error ? error.message : String(error);
          report({
            path: "$",
            code: "cannot-be-converted",
            severity: "error",
            message: `The row cannot be converted: ${reason}`,
          });
        }
      }
      more?.(row, report);
    },
  };
}

function methodOfRow(row: object): TrainingMethod {
  if ("preferred_output" in row) return "preference";
  return "completion" in row ? "unpaired" : "supervised";
}

/** Shaped as a row at all; what is not is reported by the general checks. */
export function isRow(row: unknown): row is Row | UnpairedExample {
  if (!isRecord(row)) return false;
  if ("completion" in row && "label" in row)
    return [...unpairedMessages(row["prompt"], "user"), ...unpairedMessages(row["completion"], "assistant")].every(
      isRecord,
    );
  const messages = isRecord(row["input"]) ? row["input"]["messages"] : row["messages"];
  return Array.isArray(messages) && messages.every(isRecord);
}
