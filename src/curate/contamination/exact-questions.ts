import { hash } from "../../internal/hash.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import { unpairedMessages } from "../../internal/row-kind.js";
import { createIntegers } from "../../internal/storage/column.js";
import { createDigestIndex, highWord, lowWord } from "../../internal/storage/digest-index.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** Questions that are found where a row asks exactly them. 16 bytes for each, and 128 kB. */
export interface ExactQuestions {
  add(question: number, messages: readonly unknown[]): void;
  /** The first question that the row asks at any of its answers. */
  find(row: unknown): number | undefined;
}

const SKETCH_BITS = 20;

export function createExactQuestions(): ExactQuestions {
  const digests = createDigestIndex();
  const ofDigest = createIntegers();
  // What the last words of a question look like: most rows ask nothing that looks so, and are not hashed.
  const sketches = new Uint32Array(2 ** (SKETCH_BITS - 5));
  return {
    add(question, messages) {
      const last = messages.at(-1);
      const found = questionDigests([...messages, { role: "assistant" }]).at(-1);
      if (found === undefined) return;
      if (digests.add(found) === ofDigest.length) ofDigest.push(question);
      const bit = sketchOf(last);
      sketches[bit >>> 5] = (sketches[bit >>> 5] as number) | (1 << (bit & 31));
    },
    find(row) {
      const messages = conversationIn(row);
      const looksLikeOne = messages.some((message, index) => {
        const next = messages[index + 1];
        if (next !== undefined && roleOf(next) !== "assistant") return false;
        const bit = sketchOf(message);
        return ((sketches[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
      });
      if (!looksLikeOne) return undefined;
      for (const digest of questionDigests(messages)) {
        const number = digests.find(highWord(digest), lowWord(digest));
        if (number >= 0) return ofDigest.at(number);
      }
      return undefined;
    },
  };
}

/** Length and eight characters of a message's text. */
function sketchOf(message: unknown): number {
  const text = isRecord(message) ? textIn(message.content) : "";
  let sketch = text.length;
  for (let place = 0; place < 8; place += 1)
    sketch = Math.imul(sketch, 31) + (text.charCodeAt(Math.floor((place * (text.length - 1)) / 7)) || 0);
  return Math.imul(sketch ^ (sketch >>> 15), 0x9e3779b1) >>> (32 - SKETCH_BITS);
}

/**
 * The digests of everything that a conversation asks: for each answer, what stands before it. System and developer
 * messages, tools, white space at the ends, and the ids of calls are left out, and roles are read in the words of
 * LangChain too.
 */
function questionDigests(messages: readonly unknown[]): string[] {
  const digests: string[] = [];
  let chain = "";
  let pending = "";
  for (const message of messages) {
    const role = roleOf(message);
    if (role === "assistant" && pending !== "") digests.push((chain = digest(chain + pending)));
    if (role === "assistant") pending = "";
    pending += canonical(message, role);
  }
  const ends = messages.at(-1);
  if (ends !== undefined && roleOf(ends) !== "assistant" && pending !== "") digests.push(digest(chain + pending));
  return digests;
}

/** The messages that a row shows a model, without the answers of a pair. */
function conversationIn(row: unknown): readonly unknown[] {
  if (!isRecord(row)) return [];
  if (Array.isArray(row.messages)) return row.messages;
  if ("completion" in row) return unpairedMessages(row.prompt, "user");
  return isRecord(row.input) ? arrayOf(row.input.messages) : [];
}

const ROLES: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };

function roleOf(message: unknown): string {
  if (!isRecord(message)) return "?";
  const role = typeof message.role === "string" ? message.role : String(message.type ?? "?");
  return ROLES[role] ?? role;
}

function canonical(message: unknown, role: string): string {
  if (role === "system" || role === "developer" || !isRecord(message)) return "";
  const calls = [...arrayOf(message.tool_calls), message.function_call].flatMap((call) => {
    const called = isRecord(call) && isRecord(call.function) ? call.function : call;
    return isRecord(called) ? [`${String(called.name)}(${String(called.arguments)})`] : [];
  });
  return JSON.stringify([role, textIn(message.content), calls]);
}

function textIn(content: unknown): string {
  if (typeof content === "string") return content.trim();
  return textOfContent(content, { other: ({ image_url: image }) => JSON.stringify(image ?? "") }).trim();
}

const digest = (text: string): string => hash("sha256", text, "hex").slice(0, 32);
