import { isRecord } from "../../internal/is-record.js";
import { messagesOf } from "../row-facts.js";

/** Words in a shingle. */
export const SHINGLE = 3;

/**
 * Appends the words of a row's conversation, as hashes of 32 bits: of all messages but those of the system. Gives the
 * place where those of the answer begin that the row ends with; their end, where it ends with none.
 */
export function collectWords(row: unknown, words: number[]): number {
  const messages = messagesOf(row);
  let answer = Infinity;
  for (const [index, message] of messages.entries()) {
    if (!isRecord(message) || message.role === "system" || message.role === "developer") continue;
    addText(message.role, words);
    if (message.role === "assistant" && index === messages.length - 1) answer = words.length;
    collectMessage(message, words);
  }
  return Math.min(answer, words.length);
}

function collectMessage(message: Record<string, unknown>, words: number[]): void {
  addContent(message.content, words);
  if (Array.isArray(message.tool_calls)) {
    for (const call of message.tool_calls) addCall(isRecord(call) ? call.function : undefined, words);
  }
  addCall(message.function_call, words);
}

function addContent(content: unknown, words: number[]): void {
  if (typeof content === "string") addWords(content, words);
  else if (Array.isArray(content)) {
    for (const part of content) {
      if (!isRecord(part)) continue;
      if (typeof part.text === "string") addWords(part.text, words);
      else if (isRecord(part.image_url)) addText(part.image_url.url, words, 200);
    }
  }
}

function addCall(called: unknown, words: number[]): void {
  if (!isRecord(called)) return;
  addText(called.name, words);
  addText(called.arguments, words);
}

/** What is not a text in the place of one is left out. */
function addText(text: unknown, words: number[], last?: number): void {
  if (typeof text === "string") addWords(last === undefined ? text : text.slice(-last), words);
}

// Words are runs of letters and digits, in lower case; in scripts written without spaces each
// character counts as a word. FNV-1a over UTF-16 code units.
function addWords(text: string, words: number[]): void {
  let word = 0;
  for (let index = 0; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      if (code >= 65 && code <= 90) code += 32;
      const letter = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
      if (letter) word = Math.imul((word === 0 ? 0x811c9dc5 : word) ^ code, 0x01000193);
      else if (word !== 0) {
        words.push(word);
        word = 0;
      }
    } else if (code >= 0x2e80) {
      if (word !== 0) words.push(word);
      words.push(Math.imul(0x811c9dc5 ^ code, 0x01000193));
      word = 0;
    } else {
      word = Math.imul((word === 0 ? 0x811c9dc5 : word) ^ code, 0x01000193);
    }
  }
  if (word !== 0) words.push(word);
}

/** The finalizer of MurmurHash3. */
export function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
