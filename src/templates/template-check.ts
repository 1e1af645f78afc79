import { TemplateError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { object, required } from "../internal/kinds.js";
import type { Kind } from "../internal/options.js";
import type { Finding } from "../types.js";
import { type ChatTemplateSource, readChatTemplate } from "./chat-template.js";
import {
  argumentsKind,
  type ChatTemplateOptions,
  chatTemplateKinds,
  type PairAnswer,
  type TemplateChat,
  templateKind,
  toTemplateChat,
} from "./render-chat.js";
import { renderMessages } from "./render-messages.js";
import type { MessageForms } from "./template-messages.js";
import { type ProbedText, type ProbeKind, probe } from "./template-probe.js";

/** What a template does to a row, as findings; paths are those of the row. */
export type TemplateCheck = (row: unknown, report: (finding: Omit<Finding, "line" | "source">) => void) => void;

/** Options of `createTemplateCheck`. */
export interface TemplateCheckOptions extends ChatTemplateOptions {
  template: ChatTemplateSource;
  /** The form in which the trainer writes arguments. @default an object, where the template renders one */
  arguments?: MessageForms["arguments"];
}

const WORDS: Readonly<Record<ProbeKind, { code: string; severity: Finding["severity"]; what: string }>> = {
  text: { code: "template-drops-text", severity: "error", what: "this text" },
  call: { code: "template-drops-call", severity: "error", what: "this call" },
  arguments: { code: "template-drops-call", severity: "error", what: "the arguments of this call" },
  result: { code: "template-drops-result", severity: "error", what: "this result of a tool" },
  tool: { code: "template-drops-tool", severity: "error", what: "this tool" },
  description: { code: "template-drops-tool", severity: "warning", what: "the description of this tool" },
  reasoning: { code: "template-drops-reasoning", severity: "warning", what: "this reasoning" },
  name: { code: "template-drops-name", severity: "warning", what: "names of messages" },
};

const SHAPES = 2_000;

/**
 * A check of rows by a chat template: whether it renders, and whether all of the row is in the rendering. Each text is
 * replaced by a word that stands nowhere else, so that a word that is missing is a text that is lost. Rows of one shape
 * lose the same, so that is looked up. What the template drops from all rows is said for the first.
 */
export function createTemplateCheck(given: ChatTemplateSource | TemplateCheckOptions): TemplateCheck {
  const options = templateCheckOptions(given);
  const template = readChatTemplate(options.template);
  const shapes = new Map<string, readonly Omit<Finding, "line" | "source">[]>();
  const saidOnce = new Set<string>();
  return (row, report) => {
    if (!isRecord(row)) return;
    checkOne(row, "preferred_output", report);
    if ("input" in row) checkOne(row, "non_preferred_output", report);
  };

  function checkOne(row: object, answer: PairAnswer, report: Parameters<TemplateCheck>[1]): void {
    const chat = toTemplateChat(row, template, options.arguments, answer);
    if (chat.messages.length === 0) return;
    try {
      renderMessages(template, chat.messages, chat.tools, options);
    } catch (error) {
      if (!TemplateError.isInstance(error)) throw error;
      return report(raising(error, row, chat, answer));
    }
    const probed = probe(chat, (index) => messagePath(row, index, answer), pathOfTools(row));
    let findings = shapes.get(probed.shape);
    if (findings === undefined) {
      findings = lookFor(probed.texts, probed.chat, row);
      if (shapes.size >= SHAPES) shapes.clear();
      shapes.set(probed.shape, findings);
    }
    for (const finding of findings) {
      // Names go missing by design, in every row.
      if (finding.code === "template-drops-name") {
        if (saidOnce.has(finding.code)) continue;
        saidOnce.add(finding.code);
      }
      report(finding);
    }
  }

  /** What is wrong with a row of this shape. */
  function lookFor(texts: readonly ProbedText[], chat: TemplateChat, row: object): Omit<Finding, "line" | "source">[] {
    let text: string;
    try {
      text = renderMessages(template, chat.messages, chat.tools, options).text;
    } catch (error) {
      // It looks into the texts themselves, and what it wants of them the words are not.
      if (TemplateError.isInstance(error)) return [notChecked(error)];
      throw error;
    }
    const findings: Omit<Finding, "line" | "source">[] = [];
    const rule = template.name;
    const add = (code: string, severity: Finding["severity"], path: string, message: string) => {
      if (!findings.some((one) => one.code === code && one.path === path))
        findings.push({ code, severity, path, message, rule });
    };
    const missing = texts.filter(({ word }) => !text.includes(word));
    const noTool = missing.filter(({ kind }) => kind === "tool").length;
    const allTools = texts.filter(({ kind }) => kind === "tool").length;
    for (const { kind, path, target } of missing) {
      const { code, severity, what } = WORDS[kind];
      if (kind === "tool" && noTool === allTools) {
        add(
          code,
          severity,
          pathOfTools(row),
          `${rule} does not write the tools: the model learns calls of what it is not shown.`,
        );
      } else if (kind === "name")
        add(code, severity, path, `${rule} does not write ${what}. Said once; other rows may have them too.`);
      else if (!(kind === "description" && noTool > 0))
        add(
          code,
          severity,
          path,
          `${rule} does not write ${what}${target ? ", which is to be learned" : ""}: the model never sees it.`,
        );
    }
    for (const { word, path, kind } of texts) {
      const at = text.indexOf(word);
      if (at < 0) continue;
      const before = text.slice(Math.max(0, at - 40), at);
      if (kind === "arguments" && before.endsWith('\\"'))
        add(
          "template-encodes-twice",
          "error",
          path,
          `${rule} encodes the arguments of this call twice: the model learns to write escaped JSON.`,
        );
      if (/[[{,:(]\s?'$/.test(before) && text.charAt(at + word.length) === "'")
        add(
          "template-prints-python",
          "error",
          path,
          `${rule} prints a list or object in Python's form here (${JSON.stringify(before.slice(-16))}…).`,
        );
    }
    const none = /(?<![\w"'])(?:None|True|False)(?![\w"'])/.exec(text);
    if (
      none &&
      !template.source(chat.tools !== undefined).includes(`${none[0]}`) &&
      !JSON.stringify(chat.tools ?? "").includes(none[0])
    )
      add(
        "template-prints-python",
        "error",
        "$.messages",
        `${rule} prints ${none[0]}, Python's word for a value of this row.`,
      );
    return findings;
  }

  function raising(
    error: TemplateError,
    row: object,
    chat: TemplateChat,
    answer: PairAnswer,
  ): Omit<Finding, "line" | "source"> {
    if (error.code === "unsupported" || error.code === "limit") return notChecked(error);
    return {
      code: "template-raises",
      severity: "error",
      path: pathOfFailure(chat, row, answer),
      message: `The chat template refuses this row, and the training would end at it. ${error.message}`,
      rule: template.name,
    };
  }

  function notChecked(error: TemplateError): Omit<Finding, "line" | "source"> {
    const message = `Whether all of the row is in its rendering is not known. ${error.message}`;
    return { code: "template-not-checked", severity: "warning", path: "$", message, rule: template.name };
  }

  /** The first message with which the beginning of the row raises, where the shorter one does not. */
  function pathOfFailure(chat: TemplateChat, row: object, answer: PairAnswer): string {
    const renders = (count: number) => {
      try {
        renderMessages(template, chat.messages.slice(0, count), chat.tools, options);
        return true;
      } catch (error) {
        if (TemplateError.isInstance(error)) return false;
        throw error;
      }
    };
    const all = chat.messages.length;
    if (all > 64) return "$";
    let last = 0;
    for (let count = 1; count < all; count += 1) if (renders(count)) last = count;
    return last === 0 ? "$" : chat.messages[last] === undefined ? "$" : messagePath(row, last, answer);
  }
}

/** The options of a check that was given as a template or as options. */
export function templateCheckOptions(given: ChatTemplateSource | TemplateCheckOptions): TemplateCheckOptions {
  return isOptions(given) ? given : { template: given };
}

function isOptions(given: unknown): given is TemplateCheckOptions {
  return isRecord(given) && "template" in given;
}

const optionsKind = object<TemplateCheckOptions>({
  ...chatTemplateKinds,
  template: required(templateKind),
  arguments: argumentsKind,
});

/** The kind of a template in the options of validation. */
export const templateCheckKind: Kind<ChatTemplateSource | TemplateCheckOptions> = {
  expected: `${templateKind.expected}, or an object with it`,
  fits: (value) => templateKind.fits(value) || isOptions(value),
  inspect: (value, option) => {
    if (isOptions(value)) optionsKind.inspect?.(value, option);
  },
};

/** The path of a message by its index among those that are rendered. */
function messagePath(row: object, index: number, answer: PairAnswer): string {
  if ("completion" in row && "label" in row) {
    const prompt = "prompt" in row && Array.isArray(row.prompt) ? row.prompt.length : 1;
    return index < prompt ? sidePath(row, "prompt", index) : sidePath(row, "completion", index - prompt);
  }
  if (!("input" in row) || !isRecord(row.input)) return `$.messages[${index}]`;
  const input = Array.isArray(row.input.messages) ? row.input.messages.length : 0;
  return index < input ? `$.input.messages[${index}]` : `$.${answer}[${index - input}]`;
}

/** A side that is a text is one message. */
function sidePath(row: object, side: "prompt" | "completion", index: number): string {
  return Array.isArray((row as Record<typeof side, unknown>)[side]) ? `$.${side}[${index}]` : `$.${side}`;
}

function pathOfTools(row: object): string {
  return "input" in row ? "$.input.tools" : "$.tools";
}
