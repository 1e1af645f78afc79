import { hash } from "../../internal/hash.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import { sameJsonInOrder } from "../../internal/same-json.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { parseExact, stringifyExact } from "../../internal/exact-json.js";
import { unpairedMessages } from "../../internal/row-kind.js";

/** Hashes of a row's canonical form: hexadecimal, the first 128 bits of SHA-256. */
export interface Fingerprint {
  /** Equal for rows that train the same thing. */
  row: string;
  /** Everything before the last assistant message, with the tools. */
  prompt: string;
  /** The row up to each assistant message, the last one included, without weights: what an earlier call of the same conversation had. */
  turns: string[];
  /** The row before each assistant message: what the call that gave it was sent. */
  prompts: string[];
  /** Where the assistant messages stand in the row. */
  places: number[];
}

/** 128 bits of SHA-256: two rows of a billion collide with a chance below 1e-20. */
export const digest = (text: string): string => hash("sha256", text, "hex").slice(0, 32);

/**
 * The fingerprint of a row. Rows that differ only in the order of keys, in the ids of tool calls, in
 * white space or key order inside JSON arguments, in text given as a string or as one text part, in
 * absent, `null` and empty content, or in a weight of 1 that is written out are equal.
 */
export function createFingerprint(): (row: unknown) => Fingerprint {
  const settings = cachedSettings();
  return (row) => {
    const messages: unknown[] = isRecord(row) && Array.isArray(row.messages) ? row.messages : [];
    if (messages.length === 0) return ofOutputs(row);
    const ids = new Map<string, string>();
    const turns: string[] = [];
    const prompts: string[] = [];
    const places: number[] = [];
    let chain = settings(row as Record<string, unknown>);
    let prompt = "";
    let pending = "";
    let weights = "";
    // Hashed before and after each assistant message, so that a shorter row of the same conversation
    // gives the same hashes as the beginning of a longer one.
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index];
      if (!isRecord(message) || message.role !== "assistant") {
        pending += canonicalMessage(message, ids);
        continue;
      }
      prompt = digest(chain + pending);
      pending = "";
      chain = digest(prompt + canonicalMessage(message, ids));
      prompts.push(prompt);
      turns.push(chain);
      places.push(index);
      if (message.weight === 0) weights += `${index},`;
    }
    const tail = pending + (weights && `weights:${weights}`);
    const whole = tail === "" ? chain : digest(chain + tail);
    return { row: whole, prompt: prompt || whole, turns, prompts, places };
  };
}

/** A pair or an unpaired row: its prompt as one hash, and with it what was answered. */
function ofOutputs(row: unknown): Fingerprint {
  const ids = new Map<string, string>();
  const canonical = (messages: readonly unknown[]) =>
    messages.map((message) => canonicalMessage(message, ids)).join("");
  if (isRecord(row) && "completion" in row) {
    const { prompt, completion, label, ...rest } = row;
    const asked = digest(piece("s", stableStringify(rest)) + canonical(unpairedMessages(prompt, "user")));
    const answered = canonical(unpairedMessages(completion, "assistant"));
    return {
      row: digest(asked + answered + piece("l", stableStringify(label))),
      prompt: asked,
      turns: [],
      prompts: [],
      places: [],
    };
  }
  if (isRecord(row) && isRecord(row.input)) {
    const { input, preferred_output: preferred, non_preferred_output: rejected, ...others } = row;
    const { messages, ...rest } = input;
    const asked = digest(piece("s", stableStringify(rest)) + canonical(arrayOf(messages)));
    const outputs = [preferred, rejected].map((output) => piece("o", canonical(arrayOf(output)))).join("");
    return {
      row: digest(asked + outputs + piece("s", stableStringify(others))),
      prompt: asked,
      turns: [],
      prompts: [],
      places: [],
    };
  }
  const whole = digest(stableStringify(row));
  return { row: whole, prompt: whole, turns: [], prompts: [], places: [] };
}

// Rows of one application mostly share their tools, so their canonical form is found once.
function cachedSettings(): (row: Record<string, unknown>) => string {
  const cache = new Map<string, string>();
  let last: { readonly rest: Record<string, unknown>; readonly settings: string } | undefined;
  return (row) => {
    const rest: Record<string, unknown> = {};
    let any = false;
    for (const key of Object.keys(row)) {
      if (key === "messages" || row[key] === undefined) continue;
      rest[key] = row[key];
      any = true;
    }
    if (!any) return "";
    if (last !== undefined && sameJsonInOrder(last.rest, rest)) return last.settings;
    const text = stringifyExact(rest) ?? "";
    let settings = cache.get(text);
    if (settings === undefined) {
      settings = digest(stableStringify(rest));
      if (cache.size >= 256) cache.clear();
      cache.set(text, settings);
    }
    last = { rest, settings };
    return settings;
  };
}

// Every piece is written with its length, so that no two different messages give the same text.
const piece = (mark: string, text: string) => `${mark}${text.length}:${text}`;

function canonicalMessage(message: unknown, ids: Map<string, string>): string {
  if (!isRecord(message)) return piece("?", stableStringify(message));
  let canonical = piece("r", textOf(message.role));
  for (const key of keysOfContent(message)) {
    const value = message[key];
    if (key === "content") canonical += canonicalContent(value);
    else if (key === "tool_calls" && Array.isArray(value))
      for (const call of value) canonical += canonicalCall(call, ids);
    else if (key === "tool_call_id" && typeof value === "string") canonical += piece("i", ids.get(value) ?? value);
    else if (key === "function_call" && isRecord(value)) canonical += canonicalFunction(value);
    else canonical += piece(`k${key}`, stableStringify(value));
  }
  return `${canonical}\n`;
}

/** The keys that say what a message is, but for its role, in their order. */
function keysOfContent(message: Record<string, unknown>): string[] {
  const keys: string[] = [];
  for (const key of Object.keys(message)) {
    const value = message[key];
    if (value !== undefined && value !== null && key !== "role" && key !== "weight") keys.push(key);
  }
  return keys.length > 1 ? keys.sort() : keys;
}

/** A text as it is, and anything else that stands in its place as JSON: rows may hold whatever a file held. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : stableStringify(value);
}

function canonicalContent(content: unknown): string {
  if (typeof content === "string") return content === "" ? "" : piece("t", content);
  if (!Array.isArray(content)) return piece("c", stableStringify(content));
  return content
    .map((part: unknown) =>
      isRecord(part) && part.type === "text" && typeof part.text === "string" && Object.keys(part).length === 2
        ? piece("t", part.text)
        : piece("p", stableStringify(part)),
    )
    .join("");
}

function canonicalCall(call: unknown, ids: Map<string, string>): string {
  if (!isRecord(call)) return piece("?", stableStringify(call));
  // Ids are random, so a call is known by its number in the row.
  if (typeof call.id === "string" && !ids.has(call.id)) ids.set(call.id, `#${ids.size}`);
  return piece("f", `${isRecord(call.function) ? canonicalFunction(call.function) : ""}${restOfCall(call)}`);
}

// Nearly all calls have nothing but these.
function restOfCall(call: Record<string, unknown>): string {
  const keys = Object.keys(call);
  if (keys.length === 3 && call.type === "function" && "id" in call && "function" in call) return '{"type":"function"}';
  return stableStringify({ ...call, id: undefined, function: undefined });
}

function canonicalFunction(called: Record<string, unknown>): string {
  return piece("n", textOf(called.name)) + piece("a", canonicalArguments(called.arguments));
}

function canonicalArguments(value: unknown): string {
  if (typeof value !== "string") return stableStringify(value);
  try {
    return stableStringify(parseExact(value));
  } catch {
    return value;
  }
}
