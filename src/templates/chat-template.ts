import { kind } from "../internal/kinds.js";
import { checkArgument } from "../internal/options.js";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import { type CompiledTemplate, compileTemplate } from "./jinja/compile.js";

/**
 * Where a chat template is: the folder of a model, its `tokenizer_config.json`, `chat_template.json` or
 * `.jinja` file, the template's own text, or one that was read before.
 */
export type ChatTemplateSource = string | URL | ChatTemplate;

const templateSource = kind<ChatTemplateSource>(
  "a path, the template's text, or a template that was read",
  (value) => typeof value === "string" || (typeof value === "object" && value !== null),
);

/** A chat template that was read, with the special tokens of its model. */
export interface ChatTemplate {
  /** What errors and findings call it. */
  readonly name: string;
  /** `bos_token`, `eos_token`, …: what the template may ask for by these names. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** The template for rows with tools, or without. Models may have one for each. */
  compiled(withTools: boolean): CompiledTemplate;
  /** Its text. */
  source(withTools: boolean): string;
}

/**
 * Reads a chat template as transformers does: `chat_template.jinja` before `chat_template` of
 * `tokenizer_config.json` (a text, or a list of `{ name, template }`), with `additional_chat_templates/`, before the
 * old `chat_template.json`. With tools the template `tool_use` is taken where there is one, else `default`.
 *
 * @throws {InvalidOptionError} when there is no template at that place.
 * @throws {TemplateError} when it is not a template.
 *
 * @example
 * ```ts
 * import { readChatTemplate, renderChat, type TrainingExample } from "langsmith-finetune";
 *
 * declare const row: TrainingExample;
 * const template = readChatTemplate("models/Qwen3-0.6B");
 * console.log(renderChat(row, { template }).text);
 * ```
 */
export function readChatTemplate(source: ChatTemplateSource): ChatTemplate {
  checkArgument("template", source, templateSource);
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const text = source instanceof URL ? fileURLToPath(source) : source;
  // No path has a tag of Jinja or a line end in it, and no template does without both.
  if (typeof source === "string" && /\{[{%#]|\n/.test(text)) return madeOf("The chat template", { default: text }, {});
  if (text === "" || !existsSync(text)) {
    throw new InvalidOptionError({
      option: "template",
      value: text,
      message: `There is no chat template at ${JSON.stringify(text)}.`,
      hint: "Pass a model's folder, its tokenizer_config.json, a .jinja file, or the template's text.",
    });
  }
  if (statSync(text).isDirectory()) return fromFolder(text);
  // The tokens of a template's file are in the files beside it.
  if (!text.endsWith(".json"))
    return madeOf(basename(text), { default: readFileSync(text, "utf8") }, tokensBeside(dirname(text)));
  const config = readJson(text);
  const found = templatesIn(config);
  if (found === undefined) throw withoutTemplate(text);
  return madeOf(basename(text), found, specialTokensIn(config));
}

type Templates = Readonly<Record<string, string>>;

function fromFolder(folder: string): ChatTemplate {
  const file = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? path : undefined;
  };
  const configFile = file("tokenizer_config.json");
  const config = configFile === undefined ? {} : readJson(configFile);
  const tokens = tokensBeside(folder);
  const jinja = file("chat_template.jinja");
  const older = file("chat_template.json");
  const additional = file("additional_chat_templates");
  const more = additional === undefined ? {} : filesIn(additional);
  if (jinja !== undefined) return madeOf(basename(jinja), { ...more, default: readFileSync(jinja, "utf8") }, tokens);
  const configured = templatesIn(config);
  if (configured !== undefined) return madeOf("tokenizer_config.json", { ...configured, ...more }, tokens);
  const old = older === undefined ? undefined : templatesIn(readJson(older));
  if (old !== undefined) return madeOf("chat_template.json", old, tokens);
  throw withoutTemplate(folder);
}

/** The special tokens of the model in a folder; those of the older file where the newer has none. */
function tokensBeside(folder: string): Record<string, string> {
  const files = ["special_tokens_map.json", "tokenizer_config.json"].map((name) => join(folder, name));
  return Object.assign({}, ...files.filter(existsSync).map((path) => specialTokensIn(readJson(path)))) as Record<
    string,
    string
  >;
}

function filesIn(folder: string): Templates {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jinja"));
  return Object.fromEntries(
    names.map((name) => [name.slice(0, -".jinja".length), readFileSync(join(folder, name), "utf8")]),
  );
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new InvalidOptionError({ option: "template", value: path, message: `${path} is not JSON.`, cause });
  }
  throw new InvalidOptionError({ option: "template", value: path, message: `${path} is not a JSON object.` });
}

function templatesIn({ chat_template: given }: Record<string, unknown>): Templates | undefined {
  if (typeof given === "string") return { default: given };
  if (!Array.isArray(given)) return undefined;
  const named = (given as unknown[]).flatMap((one): [string, string][] =>
    isRecord(one) && typeof one.name === "string" && typeof one.template === "string" ? [[one.name, one.template]] : [],
  );
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

/** The special tokens, each a text or `{ content }`. A token that is null is not defined for the template. */
function specialTokensIn(config: Record<string, unknown>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith("_token")) continue;
    const text = isRecord(value) ? value.content : value;
    if (typeof text === "string") tokens[name] = text;
  }
  return tokens;
}

function withoutTemplate(place: string): InvalidOptionError {
  return new InvalidOptionError({
    option: "template",
    value: place,
    message: `${place} has no chat template.`,
    hint: "A base model has none; take that of its instruct model, or write one.",
  });
}

function madeOf(name: string, templates: Templates, specialTokens: Readonly<Record<string, string>>): ChatTemplate {
  const compiled = new Map<string, CompiledTemplate>();
  const chosen = (withTools: boolean) => {
    const key = withTools && Object.hasOwn(templates, "tool_use") ? "tool_use" : "default";
    const text = templates[key];
    if (text !== undefined) return text;
    throw new InvalidOptionError({
      option: "template",
      value: name,
      message: `${name} has templates named ${Object.keys(templates).join(", ")}, and none named default.`,
      hint: "Pass the text of the one that the trainer uses.",
    });
  };
  return {
    name,
    specialTokens,
    source: chosen,
    compiled(withTools) {
      const text = chosen(withTools);
      const made = compiled.get(text) ?? compileTemplate(text, name);
      compiled.set(text, made);
      return made;
    },
  };
}
