import {
  boolean,
  callback,
  either,
  limit,
  list,
  number,
  object,
  only,
  required,
  string,
  text,
  word,
} from "../internal/kinds.js";
import type { Kind } from "../internal/options.js";
import type { Finding } from "../types.js";

/**
 * Which assistant messages of a row a service learns.
 *
 * - `weights`: those without `weight: 0`. One row can hold any targets.
 * - `completion`: those of a completion, which follows a prompt that is not learned. One row can hold targets that
 *   follow each other.
 * - `all`: every one. A row can hold only targets.
 * - `last`: the last message alone. There is a row for each target.
 */
export type LossSupport = "weights" | "completion" | "all" | "last";

/**
 * What a fine-tuning service accepts, as data. Each backend declares its own as `backend.rules`;
 * {@link openAIRules} is the default.
 */
export interface ValidationRules {
  /** Shown in findings: `OpenAI`, `Together`, … */
  readonly name: string;
  /** Rows that a file needs at least. */
  readonly minRows?: number;
  readonly maxRows?: number;
  /** Size of the file in bytes. */
  readonly maxBytes?: number;
  /** Tokens of one row, above which the service cuts or refuses it. */
  readonly maxTokens?: number;
  /** Tool definitions and calls may be in a row. */
  readonly tools: boolean;
  /** How many tool (or function) definitions a row may have. */
  readonly maxTools?: number;
  /** Legacy `functions`, `function_call` and the role `function` may be in a row. */
  readonly functions: boolean;
  /** The last message may be a tool call with no answer to it. */
  readonly finalToolCall: boolean;
  /** Which answers of a row the service learns. Rows are written so that each target is learned exactly once. */
  readonly loss: LossSupport;
  /** `parallel_tool_calls` at the top of a row. */
  readonly parallelToolCalls: boolean;
  /** Image parts in user messages; `false` refuses them. Sizes in bytes. */
  readonly images:
    | false
    | {
        readonly perRow: number;
        readonly maxBytes: number;
        readonly mediaTypes: readonly string[];
        /** Rows with images that a file may hold. */
        readonly maxRows?: number;
        /** Addresses of images (`https://…`), beside data URLs. @default true */
        readonly addresses?: boolean;
        /** In preference pairs too. @default true */
        readonly pairs?: boolean;
      };
  /** A refusal in a field (or part) of its own is what is trained; elsewhere it would be an empty answer. @default true */
  readonly refusals?: boolean;
  /** Preference pairs. */
  readonly preference: boolean;
  /**
   * Answers with a label (`prompt`, `completion`, `label`): `false` refuses them. Otherwise the weights of good and bad
   * answers in the loss, by which their numbers are judged.
   * @default they are checked by their form alone
   */
  readonly unpaired?: false | { readonly desirableWeight: number; readonly undesirableWeight: number };
  /** An output of a pair may hold several messages, with the answers of tools among them. @default false */
  readonly longOutputs?: boolean;
  /** The roles that are known. @default all of `system`, `developer`, `user`, `assistant`, `tool`, and `function` where `functions` is set */
  readonly roles?: readonly string[];
  /** Content may be a list of parts where it is text only. @default true */
  readonly contentParts?: boolean;
  /** A user or assistant message must not follow one of its own role. @default false */
  readonly alternatingRoles?: boolean;
  /** A system message after the first of another role is refused, not only warned of. @default false */
  readonly systemFirst?: boolean;
  /** The file must not begin with a byte order mark (`refused`), should not (`unwanted`), or should (`wanted`). @default "unwanted" */
  readonly byteOrderMark?: "refused" | "unwanted" | "wanted";
  /** Further keys that a row may have. */
  readonly rowKeys?: readonly string[];
  /** Further keys that a message may have: `reasoning`, … */
  readonly messageKeys?: readonly string[];
  /** The key of an assistant message under which the service takes what the model thought. Without it, it takes none. */
  readonly reasoning?: "reasoning_content" | "reasoning" | "thinking";
  /** Anything else that the service refuses, row by row. */
  readonly check?: (row: unknown, report: (finding: Omit<Finding, "line" | "source">) => void) => void;
}

/** What OpenAI accepts as images: its vision fine-tuning guide, read on 2026-11-28. */
export const openAIImages = {
  perRow: 10,
  maxBytes: 10 * 1024 * 1024,
  mediaTypes: ["image/jpeg", "image/png", "image/webp"],
  maxRows: 50_000,
  pairs: false,
} as const;

/**
 * What OpenAI accepts in a file for fine-tuning, and with it every service that speaks its dialect.
 *
 * Sources: the row schemas `FineTuneChatRequestInput` and `FineTunePreferenceRequestInput` of
 * OpenAI's OpenAPI description, the fine-tuning, vision fine-tuning and direct preference
 * optimization guides, and the chat completions API where it refuses a conversation. Limits:
 * ten rows at least; files up to 512 MB; 128 functions; ten images a row, 10 MB each,
 * JPEG, PNG or WEBP, in up to 50,000 rows; text only in preference pairs. Read on 2026-11-28.
 */
export const openAIRules: ValidationRules = {
  name: "OpenAI",
  minRows: 10,
  maxBytes: 512 * 1024 * 1024,
  tools: true,
  maxTools: 128,
  functions: true,
  finalToolCall: true,
  loss: "weights",
  parallelToolCalls: true,
  images: openAIImages,
  preference: true,
};

type LabelWeights = Exclude<NonNullable<ValidationRules["unpaired"]>, false>;
type ImageRules = Exclude<ValidationRules["images"], false>;

/** The kind of an option that takes rules: each of their names is checked, so that a misspelt rule is not ignored. */
export const rulesKind: Kind<ValidationRules> = {
  ...object<ValidationRules>({
    name: required(text),
    minRows: number({ min: 0, integer: true }),
    maxRows: limit,
    maxBytes: limit,
    maxTokens: limit,
    tools: required(boolean),
    maxTools: limit,
    functions: required(boolean),
    finalToolCall: required(boolean),
    refusals: boolean,
    loss: required(word("weights", "completion", "all", "last")),
    parallelToolCalls: required(boolean),
    images: required(
      either(
        only(false),
        object<ImageRules>({
          perRow: required(limit),
          maxBytes: required(limit),
          mediaTypes: required(list(string)),
          maxRows: limit,
          addresses: boolean,
          pairs: boolean,
        }),
      ),
    ),
    preference: required(boolean),
    unpaired: either(
      only(false),
      object<LabelWeights>({
        desirableWeight: required(number({ min: 0 })),
        undesirableWeight: required(number({ min: 0 })),
      }),
    ),
    longOutputs: boolean,
    roles: list(string),
    contentParts: boolean,
    alternatingRoles: boolean,
    systemFirst: boolean,
    byteOrderMark: word("refused", "unwanted", "wanted"),
    rowKeys: list(string),
    messageKeys: list(string),
    reasoning: word("reasoning_content", "reasoning", "thinking"),
    check: callback,
  }),
  expected: "validation rules, such as backend.rules or openAIRules",
};
