// Rows in which every text stands once, so that what is learned can be told by its words.
import type { AssistantTrainingMessage, TrainingExample, TrainingMessage } from "langsmith-finetune";

export interface LossRow {
  name: string;
  row: TrainingExample;
  /** The words of the answers that are to be learned, in their order. */
  learned: string[][];
  /** All other words of the row. */
  other: string[];
}

type Turn =
  | { role: "system" | "user" }
  | { role: "assistant"; calls?: number; text?: boolean; thought?: boolean; learned?: boolean };

const system: Turn = { role: "system" };
const user: Turn = { role: "user" };
const answer: Turn = { role: "assistant" };
const skipped: Turn = { role: "assistant", learned: false };
const call: Turn = { role: "assistant", calls: 1, text: false };
const skippedCall: Turn = { role: "assistant", calls: 1, text: false, learned: false };

/** The calls of an answer are followed by their results. */
const SHAPES: Readonly<Record<string, readonly Turn[]>> = {
  "a question and its answer": [user, answer],
  "a system prompt": [system, user, answer],
  "two turns": [user, answer, user, answer],
  "two turns, the last learned": [user, skipped, user, answer],
  "two turns, the first learned": [user, answer, user, skipped],
  "three turns, the middle not learned": [user, answer, user, skipped, user, answer],
  "two steps": [system, user, call, answer],
  "two steps, the answer alone learned": [user, skippedCall, answer],
  "two steps, the call alone learned": [user, call, skipped],
  "three steps": [user, call, call, answer],
  "three steps, the middle not learned": [user, call, skippedCall, answer],
  "a call at the end": [user, answer, user, { role: "assistant", calls: 1, text: false }],
  "two calls at once": [user, { role: "assistant", calls: 2, text: false }, answer],
  "text beside a call": [user, { role: "assistant", calls: 1, text: true }, answer],
  "two steps in each of two turns": [system, user, call, answer, user, call, answer],
};

const tool = {
  type: "function" as const,
  function: {
    name: "look_up",
    description: "Looks up.",
    parameters: { type: "object" as const, properties: { word: { type: "string" as const } }, required: ["word"] },
  },
};

/** The rows of every shape. */
export function lossRows(): LossRow[] {
  return Object.entries(SHAPES).map(([name, turns]) => lossRow(name, turns));
}

let words = 0;

/** A word that is no part of another. */
function word(): string {
  words += 1;
  const letters = [...String(words).padStart(3, "0")].map((digit) => "bcdfghjklm".charAt(Number(digit)));
  return `z${letters.join("a")}q`;
}

function lossRow(name: string, turns: readonly Turn[]): LossRow {
  const messages: TrainingMessage[] = [];
  const learned: string[][] = [];
  const other: string[] = [];
  const last = turns.length - 1;
  let ids = 0;
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== "assistant") {
      other.push(word());
      messages.push({ role: turn.role, content: other.at(-1) ?? "" });
      continue;
    }
    const own: string[] = [];
    const say = () => {
      own.push(word());
      return own.at(-1) ?? "";
    };
    const message: AssistantTrainingMessage = {
      role: "assistant",
      content: turn.text === false ? null : say(),
      ...(turn.learned === false && { weight: 0 }),
    };
    const results: TrainingMessage[] = [];
    for (let number = 0; number < (turn.calls ?? 0); number += 1) {
      const id = `call_${(ids += 1)}`;
      const fields = { name: "look_up", arguments: JSON.stringify({ word: say() }) };
      message.tool_calls = [...(message.tool_calls ?? []), { id, type: "function", function: fields }];
      if (index === last) continue;
      other.push(word());
      results.push({ role: "tool", tool_call_id: id, content: other.at(-1) ?? "" });
    }
    messages.push(message, ...results);
    if (turn.learned === false) other.push(...own);
    else learned.push(own);
  }
  const calls = turns.some((turn) => turn.role === "assistant" && turn.calls !== undefined);
  return { name, row: { messages, ...(calls && { tools: [tool] }) }, learned, other };
}
