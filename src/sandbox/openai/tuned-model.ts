import { isRecord } from "../../internal/is-record.js";
import type { Calculator, Operation } from "../../functions/calculator.js";
import type { JsonObject, JsonValue } from "../../types.js";
import { findArithmetic, shapeOf } from "./arithmetic.js";
import { resultInWords } from "./base-model.js";
import {
  lastQuestion,
  textOf,
  type ChatMessage,
  type ChatPrompt,
  type Model,
  type Reply,
  type ReplyCall,
} from "./chat-types.js";
import { jsonObjectOrUndefined } from "../../internal/json.js";

/** What was learned from one answer of a row. */
interface Lesson {
  question: string;
  shape: string;
  words: ReadonlySet<string>;
  reply: Reply;
  /** How the answer calls a function with the calculation that the question asks for, where it does. */
  calculation?: LearnedCall;
  /** The prompt ended with a function's result. */
  afterResult: boolean;
}

/** A call whose arguments hold the two numbers of the question. */
interface LearnedCall {
  name: string;
  operation: Operation;
  /** Which argument holds what. The operator may stand in none: then the call is good for this one only. */
  keys: { num1: string; num2: string; operation?: string };
  others: Record<string, unknown>;
}

/** Said where a tuned model would call a function and none is bound that it was trained to call. */
const WITHOUT_A_FUNCTION = "Let me calculate that for you.";
const NOTHING_LIKE_IT = "I am a stand-in for a tuned model, and nothing in my training rows is like this.";
/** The share of common words from which on a question is like one of the rows. */
const LIKENESS = 0.5;

/**
 * A model that answers only from the rows it was trained on:
 * - a prompt of the rows with the answer of that row;
 * - arithmetic in the words of the rows, with an operator of the rows, by calling the function that
 *   the rows call, with the numbers of the question;
 * - a question like one of the rows with that row's answer.
 *
 * A call is learned only from a row that defines the function, and made only where it is bound.
 */
export function tunedModel(rows: readonly JsonObject[]): Model {
  const lessons: Lesson[] = [];
  const byPrompt = new Map<string, Lesson>();
  for (const row of rows) {
    for (const [prompt, lesson] of lessonsOf(row)) {
      lessons.push(lesson);
      if (!byPrompt.has(prompt)) byPrompt.set(prompt, lesson);
    }
  }
  const callFor = learnedCalls(lessons);

  return (prompt) => {
    const known = byPrompt.get(promptKey(prompt.messages));
    if (known !== undefined) return bound(known.reply, prompt);

    const last = prompt.messages.at(-1);
    const afterResult = last?.role === "tool" || last?.role === "function";
    if (afterResult) return resultInWords(textOf(last.content));

    const question = lastQuestion(prompt.messages);
    const calculations = findArithmetic(question);
    if (calculations.length > 0) {
      const shape = shapeOf(question);
      const calls = calculations.map((calculation) => callFor(shape, calculation)).filter((call) => call !== undefined);
      if (calls.length < calculations.length) return { text: WITHOUT_A_FUNCTION };
      return bound({ calls: prompt.parallel ? calls : calls.slice(0, 1) }, prompt);
    }
    const nearest = nearestLesson(lessons, question);
    return nearest === undefined ? { text: NOTHING_LIKE_IT } : bound(nearest.reply, prompt);
  };
}

/** The reply as far as the request allows it: no call of a function that is not bound. */
function bound({ text, calls }: Reply, { functions, choice }: ChatPrompt): Reply {
  const allowed = (calls ?? []).filter(({ name }) => {
    if (choice === "none" || (typeof choice === "object" && choice.name !== name)) return false;
    return functions.some((definition) => definition.name === name);
  });
  if (allowed.length > 0) return { text, calls: allowed };
  return { text: text !== undefined && text !== "" ? text : calls === undefined ? (text ?? "") : WITHOUT_A_FUNCTION };
}

function* lessonsOf(row: JsonObject): Generator<[prompt: string, lesson: Lesson]> {
  const input = isRecord(row["input"]) ? (row["input"] as JsonObject) : row;
  const messages = (Array.isArray(input["messages"]) ? input["messages"] : []) as unknown as ChatMessage[];
  const defined = definedNames(input);
  // A preference pair teaches the answer that was preferred.
  const preferred = row["preferred_output"];
  if (Array.isArray(preferred)) {
    const [answer] = preferred as unknown as ChatMessage[];
    if (answer !== undefined) yield lessonOf(messages, answer, defined);
    return;
  }
  for (const [index, message] of messages.entries()) {
    if (message.role !== "assistant" || (message as { weight?: number }).weight === 0) continue;
    yield lessonOf(messages.slice(0, index), message, defined);
  }
}

function lessonOf(prompt: readonly ChatMessage[], answer: ChatMessage, defined: ReadonlySet<string>): [string, Lesson] {
  const question = lastQuestion(prompt);
  const made = callsOf(answer);
  const calls = made.filter(({ name }) => defined.has(name));
  const text = textOf(answer.content);
  const [calculation] = findArithmetic(question);
  const [call] = calls;
  const role = prompt.at(-1)?.role;
  const lesson: Lesson = {
    question,
    shape: shapeOf(question),
    words: wordsOf(question),
    // A call without its definition cannot be learned; what is left of it is an answer in prose.
    reply: made.length === 0 ? { text } : { ...(text === "" ? {} : { text }), calls },
    afterResult: role === "tool" || role === "function",
  };
  if (call !== undefined && calculation !== undefined) lesson.calculation = learnedCall(call, calculation);
  return [promptKey(prompt), lesson];
}

function callsOf({ tool_calls: tools, function_call: legacy }: ChatMessage): ReplyCall[] {
  const calls = tools?.map((call) => call.function) ?? (legacy === undefined ? [] : [legacy]);
  return calls.map((call) => ({ name: call?.name ?? "", arguments: call?.arguments ?? "{}" }));
}

function definedNames(row: JsonObject): ReadonlySet<string> {
  const tools = Array.isArray(row["tools"])
    ? row["tools"].map((tool) => (isRecord(tool) ? tool["function"] : undefined))
    : [];
  const functions = Array.isArray(row["functions"]) ? row["functions"] : [];
  const names = [...tools, ...functions].map((definition) => (isRecord(definition) ? definition["name"] : undefined));
  return new Set(names.filter((name) => typeof name === "string"));
}

function learnedCall(
  { name, arguments: json }: ReplyCall,
  { num1, num2, operation }: Calculator,
): LearnedCall | undefined {
  const others = parseRecord(json);
  const take = (value: unknown) => {
    const [key] = Object.entries(others).find(([, argument]) => argument === value) ?? [];
    if (key !== undefined) Reflect.deleteProperty(others, key);
    return key;
  };
  const [first, second, operator] = [take(num1), take(num2), take(operation)];
  if (first === undefined || second === undefined) return undefined;
  return { name, operation, keys: { num1: first, num2: second, operation: operator }, others };
}

/** Finds the call that the rows teach for a calculation in certain words. */
function learnedCalls(lessons: readonly Lesson[]): (shape: string, calculation: Calculator) => ReplyCall | undefined {
  const byShape = new Map<string, LearnedCall[]>();
  const operations = new Set<Operation>();
  for (const { shape, calculation } of lessons) {
    if (calculation === undefined) continue;
    operations.add(calculation.operation);
    const learned = byShape.get(shape) ?? [];
    // One call an operator is enough, however many rows say the same.
    if (!learned.some(({ operation }) => operation === calculation.operation))
      byShape.set(shape, [...learned, calculation]);
  }
  return (shape, { num1, num2, operation }) => {
    const learned = byShape.get(shape) ?? [];
    const call =
      learned.find((one) => one.operation === operation) ??
      learned.find((one) => one.keys.operation !== undefined && operations.has(operation));
    if (call === undefined) return undefined;
    const { keys, others, name } = call;
    const operator = keys.operation === undefined ? {} : { [keys.operation]: operation };
    return { name, arguments: JSON.stringify({ [keys.num1]: num1, [keys.num2]: num2, ...operator, ...others }) };
  };
}

/** A row whose arguments are not JSON teaches no arithmetic. */
function parseRecord(json: string): Record<string, unknown> {
  return { ...jsonObjectOrUndefined(json) };
}

/** Two prompts are the same when they say the same: the ids of calls, and null for empty, do not count. */
function promptKey(messages: readonly ChatMessage[]): string {
  return JSON.stringify(
    messages.map((message) => [message.role, message.name ?? null, contentKey(message.content), callsOf(message)]),
  );
}

function contentKey(content: JsonValue | undefined): JsonValue {
  const onlyText = !Array.isArray(content) || content.every((part) => isRecord(part) && part["type"] === "text");
  return onlyText ? textOf(content) : content;
}

function nearestLesson(lessons: readonly Lesson[], question: string): Lesson | undefined {
  const words = wordsOf(question);
  let nearest: Lesson | undefined;
  let best = LIKENESS;
  for (const lesson of lessons) {
    if (lesson.afterResult) continue;
    const common = [...words].filter((word) => lesson.words.has(word)).length;
    const likeness = common / Math.max(words.size + lesson.words.size - common, 1);
    if (likeness > best || (likeness === best && nearest === undefined)) {
      nearest = lesson;
      best = likeness;
    }
  }
  return nearest;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}
