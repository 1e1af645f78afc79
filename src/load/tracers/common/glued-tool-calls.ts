import type { OpenAITool, TrainingMessage, TrainingToolCall } from "../../../types.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
import { Unreadable } from "../../../messages/unreadable.js";

/**
 * `wrapOpenAI` puts the streamed chunks of parallel calls into one call: names and arguments stand
 * one after the other, and only the first id is left. Split again where there is one way to do it:
 * the name is a sequence of known tools, and the arguments are as many JSON objects. The lost ids
 * become the first with `-2`, `-3`. Undefined if the calls are sound; refused if they cannot be split.
 */
function splitGluedToolCalls(
  calls: readonly TrainingToolCall[],
  tools: readonly OpenAITool[],
): TrainingToolCall[] | undefined {
  const names = tools.map((tool) => tool.function.name);
  if (!calls.some((call) => isGlued(call, names))) return undefined;
  return calls.flatMap((call) => (isGlued(call, names) ? split(call, names) : [call]));
}

/** Splits the calls of an answer where they were glued together. True where they were. */
export function splitCalls(answer: TrainingMessage | undefined, tools: readonly OpenAITool[]): boolean {
  if (answer?.role !== "assistant" || !answer.tool_calls) return false;
  const calls = splitGluedToolCalls(answer.tool_calls, tools);
  if (calls) answer.tool_calls = calls;
  return calls !== undefined;
}

const MAXIMUM_CALLS = 32;
// Names that are each other's prefixes could be tried in very many ways.
const MAXIMUM_STEPS = 10_000;

function isGlued({ function: { name, arguments: text } }: TrainingToolCall, names: readonly string[]): boolean {
  if (names.includes(name) && (text === "" || parseExactJson(text) !== undefined)) return false;
  return splitObjects(text).length > 1 || (!names.includes(name) && waysToSplit(name, names, undefined).length > 0);
}

function split(call: TrainingToolCall, names: readonly string[]): TrainingToolCall[] {
  const texts = splitObjects(call.function.arguments);
  const ways = waysToSplit(call.function.name, names, texts.length);
  const [way] = ways;
  if (ways.length !== 1 || !way) {
    throw new Unreadable(
      "glued-tool-calls",
      "The tracer glued parallel tool calls together, and there is no single way to part them.",
      "outputs.choices[0].message.tool_calls",
    );
  }
  const ids = gluedIds(call.id, way.length);
  return way.map((name, index) => ({
    id: ids[index] ?? `${call.id}-${index + 1}`,
    type: "function",
    function: { name, arguments: texts[index] ?? "{}" },
  }));
}

// Where the ids were glued too, each begins with the word of its provider.
function gluedIds(id: string, count: number): string[] {
  const ids = id.split(/(?=(?:call|toolu|tooluse|chatcmpl-tool|fc)[_-])/);
  return ids.length === count && new Set(ids).size === count ? ids : [id];
}

/** Every way to read the text as a sequence of `count` names; of any number of two or more where `count` is left out. Two ways are enough to know. */
export function waysToSplit(text: string, names: readonly string[], count: number | undefined): string[][] {
  const ways: string[][] = [];
  let steps = 0;
  const search = (rest: string, way: string[]) => {
    if (ways.length > 1 || way.length > (count ?? MAXIMUM_CALLS) || ++steps > MAXIMUM_STEPS) return;
    if (rest === "") {
      if (count === undefined ? way.length > 1 : way.length === count) ways.push(way);
      return;
    }
    for (const name of names) if (rest.startsWith(name)) search(rest.slice(name.length), [...way, name]);
  };
  search(text, []);
  return ways;
}

/** The JSON objects that stand one after the other in a text; empty if it is anything else. */
function splitObjects(text: string): string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      if (depth === 0) return [];
      inString = true;
    } else if (character === "{") {
      if (depth++ === 0) start = index;
    } else if (character === "}") {
      if (--depth === 0) objects.push(text.slice(start, index + 1));
      if (depth < 0) return [];
    } else if (depth === 0 && character?.trim() !== "") {
      return [];
    }
  }
  return depth === 0 && !inString && objects.every((object) => parseExactJson(object)) ? objects : [];
}
