import { isBlank } from "../../internal/is-blank.js";
import { isRecord } from "../../internal/is-record.js";
import { checkImage } from "./check-image.js";
import type { RowContext } from "./row-context.js";
import { excerpt, pathOf, typeName } from "./wording.js";

const ROLES_WITHOUT_IMAGES = "Only user messages may hold images.";

/** What a message's content comes to. `invalid`: something was reported, and nothing follows from its being empty. */
export type ContentState = "absent" | "empty" | "filled" | "invalid";

/** Checks a content that may be a string or a list of parts, and says whether there is anything in it. */
export function checkContent(content: unknown, role: string, path: string, context: RowContext): ContentState {
  if (content === undefined || content === null) return "absent";
  if (typeof content === "string") {
    checkText(content, path, context);
    return isBlank(content) ? "empty" : "filled";
  }
  if (role === "function" || !Array.isArray(content)) {
    const wanted = role === "function" ? "a string or null" : "a string or a list of parts";
    context.report("content-type", path, `Content must be ${wanted}, not ${typeName(content)}.`);
    return "invalid";
  }
  if (content.length === 0) {
    context.report("content-type", path, "A list of parts must not be empty.");
    return "invalid";
  }
  return checkParts(content, role, path, context);
}

function checkParts(parts: readonly unknown[], role: string, path: string, context: RowContext): ContentState {
  let valid = true;
  let filled = false;
  let refusalAt: string | undefined;
  let emptyAt: string | undefined;
  let images = 0;
  parts.forEach((part, index) => {
    const at = `${path}[${index}]`;
    const kind = partKind(part, role, at, context);
    if (kind === undefined) {
      valid = false;
      return;
    }
    const known = part as Record<string, unknown>;
    for (const key of Object.keys(known)) {
      if (key !== "type" && key !== kind)
        context.report("part-key", pathOf(at, key), `A part of type ${kind} has no key ${excerpt(key)}.`);
    }
    if (kind === "image_url") {
      images += 1;
      filled = true;
      if (!checkImage(known.image_url, at, context)) valid = false;
      return;
    }
    if (kind === "refusal") {
      refusalAt ??= at;
      if (context.rules.refusals === false) {
        context.report(
          "refusal-unsupported",
          at,
          `${context.rules.name} knows no refusal: the answer would be empty. Write it as text.`,
        );
        valid = false;
        return;
      }
    }
    const text = known[kind];
    if (typeof text !== "string") {
      context.report(
        "part-text",
        text === undefined ? at : `${at}.${kind}`,
        `A part of type ${kind} must have a string ${kind}, not ${typeName(text)}.`,
      );
      valid = false;
      return;
    }
    checkText(text, `${at}.${kind}`, context);
    if (isBlank(text)) emptyAt ??= `${at}.${kind}`;
    else filled = true;
  });
  if (!valid) return "invalid";
  if (refusalAt !== undefined && parts.length > 1) {
    context.report("part-refusal", refusalAt, "A refusal must be the only part of a message.");
    return "invalid";
  }
  if (filled && emptyAt !== undefined) context.report("part-empty", emptyAt, "A part holds no text.");
  if (images === 0 && context.rules.contentParts === false) {
    context.report("content-parts-unsupported", path, `${context.rules.name} takes content as a string only.`);
    return "invalid";
  }
  return filled ? "filled" : "empty";
}

/** The type of a part that is allowed here, or nothing when it is not, which was reported. */
function partKind(
  part: unknown,
  role: string,
  at: string,
  context: RowContext,
): "text" | "refusal" | "image_url" | undefined {
  if (!isRecord(part)) {
    context.report("part-type", at, `A part must be an object, not ${typeName(part)}.`);
    return undefined;
  }
  const { type } = part;
  if (type === "text") return "text";
  if (type === "refusal" && role === "assistant") return "refusal";
  if (type === "image_url") {
    if (role === "user") return "image_url";
    context.report("image-role", at, `A ${role} message holds an image. ${ROLES_WITHOUT_IMAGES}`);
    return undefined;
  }
  const allowed = role === "user" ? "text or image_url" : role === "assistant" ? "text or refusal" : "text";
  context.report(
    "part-type",
    type === undefined ? at : `${at}.type`,
    `A part of a ${role} message is of type ${allowed}, not ${type === undefined ? "nothing" : excerpt(type)}.`,
  );
  return undefined;
}

// What only the templates of models write. Tokenizers read it in any text as the end of a turn or the begin of another.
const CONTROL_TOKEN =
  /<\|(?:im_(?:start|end|sep)|end_?of_?text|begin_of_text|eo[mt]_id|(?:start|end)_header_id|endofprompt|end|start|channel|message|return|call|constrain|system|user|assistant|fim_(?:prefix|middle|suffix))\|>|<(?:start|end)_of_turn>|\[\/?INST\]|<<\/?SYS>>|<\uff5c(?!tool)[\w\u2581]+\uff5c>|<\/s>\s*$/;
// U+FFFD and NUL, and UTF-8 that was read as Windows-1252: a quote, an accent.
const WRONG_DECODING = /[\ufffd\0]|\u00e2\u20ac[\u2122\u0153\u009d\u02dc\u00a6\u201c\u201d]|\u00c3[\u0080-\u00bf]/;

/** What no person and no model wrote: halves of characters, characters of a wrong decoding, tokens of a template. */
function checkText(text: string, path: string, context: RowContext): void {
  // Left over where a text was cut at some length: many readers of JSON refuse it.
  if (!text.isWellFormed())
    context.report(
      "text-surrogate",
      path,
      "The text holds half of a character (a lone surrogate), which is not valid Unicode.",
    );
  const wrong = WRONG_DECODING.exec(text)?.[0];
  if (wrong !== undefined)
    context.report(
      "text-decoding",
      path,
      `The text holds ${wrong === "\0" ? "the character NUL" : excerpt(wrong)}, which is left where text was decoded wrongly.`,
    );
  const token = CONTROL_TOKEN.exec(text)?.[0];
  if (token !== undefined)
    context.report(
      "text-control-token",
      path,
      `The text holds ${excerpt(token.trim())}, a token of a chat template: the template of the model writes its own.`,
    );
}
