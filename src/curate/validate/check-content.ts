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
  if (typeof content === "string") return isBlank(content) ? "empty" : "filled";
  if (role === "function" || !Array.isArray(content)) {
    const wanted = role === "function" ? "a string or null" : "a string or a list of parts";
    context.report("content-type", path, `Content must be ${wanted}, not ${typeName(content)}.`);
    return "invalid";
  }
  if (content.length === 0) return "empty";
  return checkParts(content, role, path, context);
}

function checkParts(parts: readonly unknown[], role: string, path: string, context: RowContext): ContentState {
  let valid = true;
  let filled = false;
  let refusals = 0;
  let emptyTexts = 0;
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
      if (key !== "type" && key !== kind) context.report("part-key", pathOf(at, key), `A part of type ${kind} has no key ${excerpt(key)}.`);
    }
    if (kind === "image_url") {
      images += 1;
      filled = true;
      if (!checkImage(known.image_url, at, context)) valid = false;
      return;
    }
    if (kind === "refusal") refusals += 1;
    const text = known[kind];
    if (typeof text !== "string") {
      context.report("part-text", text === undefined ? at : `${at}.${kind}`, `A part of type ${kind} must have a string ${kind}, not ${typeName(text)}.`);
      valid = false;
    } else if (isBlank(text)) emptyTexts += 1;
    else filled = true;
  });
  if (!valid) return "invalid";
  if (refusals > 0 && parts.length > 1) {
    context.report("part-refusal", path, "A refusal must be the only part of a message.");
    return "invalid";
  }
  if (filled && emptyTexts > 0) context.report("part-empty", path, "A part holds no text.");
  if (images === 0 && context.rules.contentParts === false) {
    context.report("content-parts-unsupported", path, `${context.rules.name} takes content as a string only.`);
    return "invalid";
  }
  return filled ? "filled" : "empty";
}

/** The type of a part that is allowed here, or nothing when it is not, which was reported. */
function partKind(part: unknown, role: string, at: string, context: RowContext): "text" | "refusal" | "image_url" | undefined {
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
  context.report("part-type", type === undefined ? at : `${at}.type`, `A part of a ${role} message is of type ${allowed}, not ${type === undefined ? "nothing" : excerpt(type)}.`);
  return undefined;
}

/** Nothing but white space. */
export function isBlank(text: string): boolean {
  return text.length === 0 || !/\S/.test(text);
}
