import type { Finding } from "../types.js";

/**
 * What a fine-tuning service accepts, as data. Each backend declares its own as `backend.rules`;
 * `openAIRules` is the default.
 */
export interface ValidationRules {
  /** Shown in findings: `OpenAI`, `Together`, … */
  readonly name: string;
  /** Rows that a file needs at the least. */
  readonly minimumRows?: number;
  readonly maximumRows?: number;
  /** Size of the file in bytes. */
  readonly maximumBytes?: number;
  /** Tokens of one row, above which the service cuts or refuses it. */
  readonly maximumTokens?: number;
  /** Tool definitions and calls may be in a row. */
  readonly tools: boolean;
  /** Legacy `functions`, `function_call` and the role `function` may be in a row. */
  readonly functions: boolean;
  /** The last message may be a tool call with no answer to it. */
  readonly finalToolCall: boolean;
  /** `weight` on assistant messages. */
  readonly weights: boolean;
  /** `parallel_tool_calls` at the top of a row. */
  readonly parallelToolCalls: boolean;
  /** Image parts in user messages; `false` refuses them. Sizes in bytes. */
  readonly images: false | { perRow: number; maximumBytes: number; mediaTypes: readonly string[] };
  /** Preference pairs. */
  readonly preference: boolean;
  /** Anything else that the service refuses, row by row. */
  readonly check?: (row: unknown, report: (finding: Omit<Finding, "line" | "source">) => void) => void;
}
