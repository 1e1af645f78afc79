import { isRecord } from "../../internal/is-record.js";
import { sourceOf } from "../../source.js";
import type { ExampleSource, Finding } from "../../types.js";
import { openAIRules, rulesKind, type ValidationRules } from "../rules.js";
import { checkPreferenceRow, checkSupervisedRow, checkUnpairedRow } from "./check-row.js";
import { limit, text, word } from "../../internal/kinds.js";
import { boundedWords } from "../../internal/bounded.js";
import { checkOptions, type OptionKinds } from "../../internal/options.js";
import { encodingKind, type TokenEncoding } from "../tokens/encoding-of-model.js";
import { longestPossible } from "../tokens/longest-possible.js";
import type { TokenCounter } from "../tokens/counter.js";
import { createTokenCounter } from "../tokens/token-counter.js";
import type { ChatTemplateSource } from "../../templates/chat-template.js";
import { createTemplateCheck, templateCheckKind, type TemplateCheckOptions } from "../../templates/template-check.js";
import type { FindingCode } from "./codes.js";
import type { RowContext } from "./row-context.js";
import { excerpt, finding, typeName } from "./wording.js";
import { SchemaCompiler } from "./schema-compiler.js";
import { ToolLibrary } from "./tool-library.js";
import { rowKindOf, type RowKind } from "../../internal/row-kind.js";

/** Options of every kind of validation. */
export interface ValidationOptions {
  /**
   * What the service that will get the rows accepts: `backend.rules`.
   * @default openAIRules
   */
  rules?: ValidationRules;
  /**
   * What the rows are to train with: `supervised` rows have `messages`, `preference` rows `input`
   * and two outputs, `unpaired` rows `prompt`, `completion` and `label`, `reinforcement` rows `messages` that
   * end with the user's and beside them what the grader reads.
   * @default each row by its own keys
   */
  method?: RowKind;
  /**
   * The most tokens that a row may have. Services cut longer rows at the end, where the answer is.
   * @default rules.maxTokens
   */
  maxTokens?: number;
  /**
   * The model that the rows are for, which says how tokens are counted. Matters with `maxTokens` only.
   * @default "gpt-4o"
   */
  model?: string;
  /** The encoding, where the model's name does not tell. */
  encoding?: TokenEncoding;
  /**
   * The chat template of the model: its folder, `tokenizer_config.json`, `.jinja` file or text, or that with options.
   * What it refuses or drops of a row is a finding.
   */
  template?: ChatTemplateSource | TemplateCheckOptions;
}

/** The kinds of {@link ValidationOptions}. */
export const validationKinds: OptionKinds<ValidationOptions> = {
  rules: rulesKind,
  method: word("supervised", "preference", "unpaired", "reinforcement"),
  maxTokens: limit,
  model: text,
  encoding: encodingKind,
  template: templateCheckKind,
};

/** Checks one row. `line` goes into the findings; `source` replaces what the row itself carries. */
export type RowValidator = (row: unknown, line?: number, source?: ExampleSource) => Finding[];

/**
 * A function that checks one row after the other, with what it learns of tool schemas kept between
 * them. For rows that come one by one; for a whole dataset see {@link validateExamples}.
 *
 * @example
 * ```ts
 * import { createValidator } from "langsmith-finetune";
 *
 * const validate = await createValidator();
 * const findings = validate({ messages: [{ role: "user", content: "Hello?" }] });
 * // [{ line: 1, path: "$.messages", code: "assistant-missing", severity: "error", message: "…", rule: "…" }]
 * ```
 */
export async function createValidator(options: ValidationOptions = {}): Promise<RowValidator> {
  checkOptions<ValidationOptions>("createValidator", options, validationKinds);
  const checker = await createRowChecker(options);
  await checker.loadTokenizer();
  return (row, line, source) => checker.check(row, line, source);
}

/** A validator that loads the tokenizer only once a row comes that may be too long. */
export interface RowChecker {
  check: RowValidator;
  /** The row may be too long, and the tokenizer that could tell is not there yet. */
  needsTokenizer(row: unknown): boolean;
  loadTokenizer(): Promise<void>;
}

/** `given` counts the tokens, where there is a counter already. */
export async function createRowChecker(options: ValidationOptions, given?: TokenCounter): Promise<RowChecker> {
  const { rules = openAIRules, method, model = "gpt-4o", encoding } = options;
  const maximum = options.maxTokens ?? rules.maxTokens;
  const library = new ToolLibrary(await SchemaCompiler.load());
  let counter = given;
  const checkTemplate = options.template === undefined ? undefined : createTemplateCheck(options.template);

  const check: RowValidator = (row, line = 1, source) => {
    const findings: Finding[] = [];
    library.compiler.beginRow();
    const report = (code: FindingCode, path: string, message: string) => {
      findings.push(finding(line, code, path, message));
    };
    try {
      checkRow(row, method, {
        rules,
        library,
        form: formOf(row, method),
        images: 0,
        learned: true,
        report,
      });
      if (maximum !== undefined && counter?.exceeds(row, maximum) === true) {
        const { total, exact } = counter.row(row);
        report(
          "row-too-long",
          "$",
          `${exact ? "" : "About "}${total} tokens; the limit is ${maximum}. The row would be cut at its end, where the answer is.`,
        );
      }
      const more = (extra: Omit<Finding, "line" | "source">) => {
        addOwn(findings, boundedWords({ line, ...extra }));
      };
      rules.check?.(row, more);
      // What is not a row is not rendered: its faults are said.
      if (checkTemplate && !findings.some(({ severity }) => severity === "error")) checkTemplate(row, more);
    } catch (error) {
      // A getter that throws, a row nested deeper than the stack: data, and no reason to stop.
      report(
        "row-unreadable",
        "$",
        `The row cannot be read: ${excerpt(error instanceof Error ? error.message : String(error))}.`,
      );
    }
    if (findings.length > 0) attachSource(findings, source ?? ownSource(row));
    return findings;
  };

  return {
    check,
    needsTokenizer(row) {
      if (maximum === undefined || counter !== undefined) return false;
      try {
        return longestPossible(row, maximum) > maximum;
      } catch {
        // What cannot be read is reported by the check itself.
        return false;
      }
    },
    async loadTokenizer() {
      if (maximum !== undefined) counter ??= await createTokenCounter({ model, ...(encoding && { encoding }) });
    },
  };
}
function checkRow(row: unknown, method: ValidationOptions["method"], context: RowContext): void {
  if (!isRecord(row)) {
    context.report("row-type", "$", `A row must be a JSON object, not ${typeName(row)}.`);
  } else if (method !== undefined && method !== context.form) {
    const wanted = WANTED[method];
    context.report("row-method", "$", `Training is ${method}, and this is not ${wanted}.`);
  } else if (context.form === "preference") checkPreferenceRow(row, context);
  else if (context.form === "unpaired") checkUnpairedRow(row, context);
  else checkSupervisedRow(row, context);
}

const WANTED: Record<RowKind, string> = {
  supervised: "a row with messages",
  preference: "a preference pair with input, preferred_output and non_preferred_output",
  unpaired: "a row with prompt, completion and label",
  reinforcement: "a row with messages",
};

/** The kind that a row is checked as. Rows with messages are what the method says, whatever else they hold. */
function formOf(row: unknown, method: RowKind | undefined): RowKind {
  const kind = rowKindOf(row) ?? "supervised";
  const withMessages = kind === "supervised" || kind === "reinforcement";
  return withMessages && (method === "supervised" || method === "reinforcement") ? method : kind;
}

/**
 * One fault, one finding: what the backend's own check says of a place where the general checks found the same is
 * left out, or takes its place where it is the graver; that a broken row cannot be converted follows from its fault.
 */
function addOwn(findings: Finding[], extra: Finding): void {
  if (extra.code === "cannot-be-converted" && findings.some(({ severity }) => severity === "error")) return;
  const same = findings.findIndex(
    ({ code, path }) =>
      sameFault(code, extra.code) &&
      (path === extra.path || extra.path.startsWith(path) || path.startsWith(extra.path)),
  );
  const known = findings[same];
  if (known === undefined) findings.push(extra);
  else if (known.severity === "warning" && extra.severity === "error") findings[same] = extra;
}

// Backends have words of their own for some of the faults.
const FAULTS: readonly ReadonlySet<string>[] = [
  new Set(["system-not-first", "role-repeated"]),
  new Set(["roles-do-not-alternate", "role-repeated", "assistant-repeated", "call-unanswered"]),
  new Set(["assistant-not-last", "last-not-assistant", "last-message"]),
  new Set(["tools-not-supported", "tools-unsupported", "role-unsupported", "tools-in-preference"]),
  new Set(["legacy-function", "functions-unsupported", "role-unsupported"]),
  new Set(["preference-not-supported", "pair-unsupported"]),
  new Set(["empty-turn", "content-empty", "content-missing", "content-empty-input", "refusal-unsupported"]),
  new Set(["image-not-supported", "image-unsupported"]),
  new Set(["unknown-tool-call", "answer-orphan", "answer-id"]),
  new Set(["arguments-not-an-object", "arguments-json", "arguments-not-object", "arguments-type"]),
  new Set(["image-not-embedded", "image-url"]),
  new Set(["row-key", "two-formats"]),
];

function sameFault(left: string, right: string): boolean {
  return left === right || FAULTS.some((codes) => codes.has(left) && codes.has(right));
}

function ownSource(row: unknown): ExampleSource | undefined {
  try {
    return isRecord(row) ? sourceOf(row) : undefined;
  } catch {
    return undefined;
  }
}

function attachSource(findings: readonly Finding[], source: ExampleSource | undefined): void {
  if (source === undefined || Object.keys(source).length === 0) return;
  for (const found of findings) found.source = source;
}
