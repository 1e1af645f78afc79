import { hash } from "node:crypto";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import { unpairedMessages } from "../../internal/row-kind.js";

/**
 * The digests of everything that a row asks: for each answer of its conversation, what stands before it. System and
 * developer messages, tools, white space at the ends, and the ids of calls are left out, and roles are read in the words
 * of LangChain too.
 */
export function questionDigests(row: unknown): string[] {
  const messages = conversationIn(row);
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

/** The digest of one question. */
export function questionDigest(messages: readonly unknown[]): string | undefined {
  return questionDigests({ messages: [...messages, { role: "assistant" }] }).at(-1);
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
  return arrayOf(content)
    .map((part) =>
      isRecord(part) ? (typeof part.text === "string" ? part.text : JSON.stringify(part.image_url ?? "")) : "",
    )
    .join("")
    .trim();
}

const digest = (text: string): string => hash("sha256", text, "hex").slice(0, 32);
