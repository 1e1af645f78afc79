import { describe, expect, it } from "vitest";
import { createValidator, type ValidationRules } from "langsmith-finetune";
import { azure } from "langsmith-finetune/backends/azure";
import { bedrock } from "langsmith-finetune/backends/bedrock";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { openAI } from "langsmith-finetune/backends/openai";
import { portable } from "langsmith-finetune/backends/portable";
import { together } from "langsmith-finetune/backends/together";
import { trl } from "langsmith-finetune/backends/trl";
import { vertex } from "langsmith-finetune/backends/vertex";

// Every kind of fault in every place that it can stand in, made from rows that are right: one
// finding each, where the fault is, and none that only follows from it.
const SCHEMA = "OpenAI OpenAPI, FineTuneChatRequestInput and FineTunePreferenceRequestInput";
const CHAT = "OpenAI chat completions API, error messages";
const DPO = "https://developers.openai.com/api/docs/guides/direct-preference-optimization";
const TOGETHER = "togethercomputer/together-python, src/together/utils/files.py";
const FOUNDRY = "microsoft-foundry/fine-tuning, Sample_Datasets";
const COOKBOOK = "openai/openai-cookbook, Chat_finetuning_data_prep.ipynb";

type Path = readonly (string | number)[];
type Row = Record<string, unknown>;
const user = { role: "user", content: "What is Microsoft's stock at?" };
const answer = { role: "assistant", content: "420 dollars." };
const system = { role: "system", content: "You know stocks." };
const call = (id: string, name = "get_price", args = '{"symbol":"MSFT"}') => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const result = (id: string) => ({ role: "tool", tool_call_id: id, content: "420" });
const tools = [
  {
    type: "function",
    function: {
      name: "get_price",
      description: "Now",
      parameters: {
        type: "object",
        properties: { symbol: { type: "string" }, period: { type: "string", enum: ["1d", "5d"] } },
        required: ["symbol"],
      },
    },
  },
  { type: "function", function: { name: "ping" } },
];
const functions = tools.map((tool) => tool.function);

const base = {
  chat: { messages: [system, user, answer] },
  turns: { messages: [system, user, answer, { role: "user", content: "And Apple's?" }, { ...answer, weight: 1 }] },
  call: { messages: [system, user, { role: "assistant", tool_calls: [call("a")] }], tools },
  round: { messages: [system, user, { role: "assistant", tool_calls: [call("a")] }, result("a"), answer], tools },
  parallel: {
    messages: [user, { role: "assistant", tool_calls: [call("a"), call("b")] }, result("a"), result("b"), answer],
    tools,
    parallel_tool_calls: true,
  },
  legacy: {
    messages: [
      user,
      { role: "assistant", content: null, function_call: { name: "get_price", arguments: '{"symbol":"MSFT"}' } },
      { role: "function", name: "get_price", content: "420" },
      answer,
    ],
    functions,
  },
  vision: {
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        ],
      },
      answer,
    ],
  },
  pair: {
    input: { messages: [system, user] },
    preferred_output: [answer],
    non_preferred_output: [{ role: "assistant", content: "No idea." }],
  },
  pairOfCalls: {
    input: { messages: [user], tools, parallel_tool_calls: true },
    preferred_output: [{ role: "assistant", tool_calls: [call("a")] }],
    non_preferred_output: [answer],
  },
} satisfies Record<string, Row>;

/** The base with one value set, or taken away where it is `undefined`. */
function changed(row: Row, path: Path, value: unknown): Row {
  const copy = structuredClone(row);
  let holder: unknown = copy;
  for (const key of path.slice(0, -1)) holder = (holder as Row)[key];
  const last = path.at(-1) as string | number;
  if (value !== undefined) (holder as Row)[last] = value;
  else if (Array.isArray(holder)) holder.splice(last as number, 1);
  else Reflect.deleteProperty(holder as Row, last);
  return copy;
}

function written(path: Path): string {
  return `$${path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("")}`;
}

interface Fault {
  readonly row: Row;
  readonly path: string;
  readonly code: string;
  readonly source: string;
}
/** The base with `value` at `path`, and what is to be found; at the path itself, or at its holder where a key is missing. */
function fault(
  code: string,
  row: Row,
  path: Path,
  value: unknown,
  source: string,
  at = written(value === undefined ? path.slice(0, -1) : path),
): Fault {
  return { row: changed(row, path, value), path: at, code, source };
}
const notAString = [7, true, {}, ["x"]];
const notAList = ["x", 7, {}, null];

const faults: Fault[] = [
  // The row and its keys.
  ...["model", "temperature", "tool_choice", "prompt", "text", "metadata", "response_format"].map((key) =>
    fault("row-key", base.chat, [key], "x", SCHEMA),
  ),
  ...notAList.map((value) => fault("messages-type", base.chat, ["messages"], value, SCHEMA)),
  fault("messages-missing", base.chat, ["messages"], undefined, SCHEMA),
  ...[
    { conversations: [] },
    { prompt: "a", completion: "b" },
    { instruction: "a", output: "b" },
    { text: "a" },
    {},
  ].map((row): Fault => ({ row, path: "$", code: "messages-missing", source: TOGETHER })),
  ...["x", 7, null, []].map((value) => fault("message-type", base.turns, ["messages", 2], value, SCHEMA)),

  // Roles and their order.
  ...["Assistant", "bot", "human", "model", "", 7, null].map((value) =>
    fault("role-unknown", base.turns, ["messages", 2, "role"], value, SCHEMA),
  ),
  fault("role-missing", base.turns, ["messages", 2, "role"], undefined, SCHEMA),
  fault("last-message", base.turns, ["messages", 4], undefined, COOKBOOK, "$.messages[3]"),
  fault("last-message", base.round, ["messages", 4], undefined, COOKBOOK, "$.messages[3]"),
  fault("last-message", base.legacy, ["messages", 3], undefined, COOKBOOK, "$.messages[2]"),
  fault("assistant-missing", base.chat, ["messages", 2], undefined, TOGETHER, "$.messages"),
  fault("assistant-missing", base.chat, ["messages"], [system], TOGETHER),
  fault("assistant-repeated", base.chat, ["messages", 3], answer, "microsoft-foundry/fine-tuning, issue 23"),
  fault(
    "system-not-first",
    base.turns,
    ["messages", 3],
    system,
    "https://docs.fireworks.ai/fine-tuning",
    "$.messages[3]",
  ),
  {
    row: { messages: [system, { role: "system", content: "Be brief." }, user, answer] },
    path: "$.messages[1]",
    code: "system-not-first",
    source: TOGETHER,
  },

  // Content, in each role.
  ...[0, 1, 2].flatMap((index) =>
    [7, true, {}].map((value) => fault("content-type", base.turns, ["messages", index, "content"], value, SCHEMA)),
  ),
  ...[0, 1, 2].flatMap((index) => [
    fault("content-missing", base.turns, ["messages", index, "content"], undefined, SCHEMA),
    fault("content-missing", base.turns, ["messages", index, "content"], null, SCHEMA),
    fault("content-type", base.turns, ["messages", index, "content"], [], SCHEMA),
  ]),
  fault("content-missing", base.round, ["messages", 3, "content"], undefined, SCHEMA),
  fault("content-missing", base.round, ["messages", 3, "content"], null, SCHEMA),
  ...[7, {}].map((value) => fault("content-type", base.round, ["messages", 3, "content"], value, SCHEMA)),
  fault("content-missing", base.legacy, ["messages", 2, "content"], undefined, SCHEMA),
  ...[7, {}, [], [{ type: "text", text: "420" }]].map((value) =>
    fault("content-type", base.legacy, ["messages", 2, "content"], value, SCHEMA),
  ),
  ...["", " \n\t", "\u00a0"].flatMap((value) => [
    ...[2, 4].map((index) => fault("content-empty", base.turns, ["messages", index, "content"], value, COOKBOOK)),
    ...[0, 1].map((index) => fault("content-empty-input", base.turns, ["messages", index, "content"], value, COOKBOOK)),
  ]),
  fault("text-surrogate", base.turns, ["messages", 1, "content"], "Cut \ud83d", "RFC 8259, section 8.2"),
  ...["x", 7, null].map((value) => fault("part-type", base.vision, ["messages", 0, "content", 0], value, TOGETHER)),
  ...["input_text", "input_image", "input_audio", "file", "refusal", "tool_use", 7].map((value) =>
    fault("part-type", base.vision, ["messages", 0, "content", 0, "type"], value, SCHEMA),
  ),
  fault("part-type", base.vision, ["messages", 0, "content", 0, "type"], undefined, SCHEMA),
  ...[7, null, {}].map((value) =>
    fault("part-text", base.vision, ["messages", 0, "content", 0, "text"], value, SCHEMA),
  ),
  fault("part-text", base.vision, ["messages", 0, "content", 0, "text"], undefined, SCHEMA),
  fault("part-empty", base.vision, ["messages", 0, "content", 0, "text"], "", COOKBOOK),
  ...[7, {}, true].map((value) => fault("refusal-type", base.chat, ["messages", 2, "refusal"], value, SCHEMA)),
  fault("audio-unsupported", base.chat, ["messages", 2, "audio"], { id: "audio_1" }, SCHEMA),

  // Names and other keys of messages.
  ...notAString.map((value) => fault("name-type", base.chat, ["messages", 1, "name"], value, SCHEMA)),
  fault("name-type", base.chat, ["messages", 1, "name"], null, SCHEMA),
  ...["", "Jane Doe", "a".repeat(65), "<b>"].map((value) =>
    fault("name-pattern", base.chat, ["messages", 1, "name"], value, CHAT),
  ),
  ...["reasoning_content", "annotations", "id", "timestamp", "finish_reason"].map((key) =>
    fault("message-key", base.chat, ["messages", 2, key], "x", COOKBOOK),
  ),
  ...(["tool_calls", "function_call", "tool_call_id", "refusal"] as const).map((key) =>
    fault("message-key-misplaced", base.chat, ["messages", 1, key], "x", SCHEMA),
  ),

  // Weights.
  ...[2, -1, 0.5, "1", true, null].map((value) =>
    fault("weight-value", base.turns, ["messages", 2, "weight"], value, SCHEMA),
  ),
  ...[0, 1].map((index) => fault("weight-role", base.turns, ["messages", index, "weight"], 1, SCHEMA)),
  fault(
    "assistant-untrained",
    base.chat,
    ["messages", 2, "weight"],
    0,
    "https://developers.openai.com/api/docs/guides/supervised-fine-tuning",
    "$",
  ),

  // Tools.
  ...notAList.map((value) => fault("tools-type", base.call, ["tools"], value, SCHEMA)),
  fault("tools-empty", base.chat, ["tools"], [], CHAT),
  fault("tools-empty", base.call, ["tools"], [], CHAT),
  fault("tools-empty", base.parallel, ["tools"], [], CHAT),
  fault(
    "call-without-tools",
    base.call,
    ["tools"],
    undefined,
    "https://developers.openai.com/api/docs/guides/function-calling",
  ),
  fault(
    "call-without-tools",
    base.parallel,
    ["tools"],
    undefined,
    "https://developers.openai.com/api/docs/guides/function-calling",
  ),
  ...["x", 7, null].map((value) => fault("tool-type", base.call, ["tools", 1], value, SCHEMA)),
  ...["web_search", "retrieval", "code_interpreter", "", null].map((value) =>
    fault("tool-type", base.call, ["tools", 1, "type"], value, SCHEMA),
  ),
  fault("tool-type", base.call, ["tools", 1, "type"], undefined, SCHEMA),
  fault("tool-type", base.call, ["tools", 1, "function"], undefined, SCHEMA),
  ...["ping", 7, null, []].map((value) => fault("tool-type", base.call, ["tools", 1, "function"], value, SCHEMA)),
  fault("tool-name", base.call, ["tools", 1, "function", "name"], undefined, SCHEMA),
  ...["", "a b", "a.b", "größe", "a".repeat(65), 7, null].map((value) =>
    fault("tool-name", base.call, ["tools", 1, "function", "name"], value, SCHEMA),
  ),
  fault("tool-duplicate", base.call, ["tools", 1, "function", "name"], "get_price", SCHEMA, "$.tools[1].function"),
  ...[7, null, {}].map((value) =>
    fault("tool-description", base.call, ["tools", 0, "function", "description"], value, SCHEMA),
  ),
  ...["true", 1].map((value) => fault("tool-strict", base.call, ["tools", 0, "function", "strict"], value, SCHEMA)),
  ...["{}", null, [], 7].map((value) =>
    fault("parameters-type", base.call, ["tools", 1, "function", "parameters"], value, SCHEMA),
  ),
  ...["string", "array"].map((value) =>
    fault("parameters-not-object", base.call, ["tools", 0, "function", "parameters", "type"], value, CHAT),
  ),
  ...[["symbol"], "symbol", null].map((value) =>
    fault("parameters-schema", base.call, ["tools", 0, "function", "parameters", "properties"], value, SCHEMA),
  ),
  ...["symbol", {}, [7], null].map((value) =>
    fault(
      "parameters-schema",
      base.call,
      ["tools", 0, "function", "parameters", "required"],
      value,
      SCHEMA,
      `$.tools[0].function.parameters.required${Array.isArray(value) ? "[0]" : ""}`,
    ),
  ),
  ...["str", "int", "date", 7].map((value) =>
    fault(
      "parameters-schema",
      base.call,
      ["tools", 0, "function", "parameters", "properties", "symbol", "type"],
      value,
      SCHEMA,
    ),
  ),
  ...["1d", {}, []].map((value) =>
    fault(
      "parameters-schema",
      base.call,
      ["tools", 0, "function", "parameters", "properties", "period", "enum"],
      value,
      SCHEMA,
    ),
  ),
  fault(
    "tools-too-many",
    base.chat,
    ["tools"],
    Array.from({ length: 129 }, (_, index) => ({ type: "function", function: { name: `t${index}` } })),
    SCHEMA,
  ),
  fault(
    "tools-too-many",
    base.chat,
    ["functions"],
    Array.from({ length: 129 }, (_, index) => ({ name: `t${index}` })),
    SCHEMA,
  ),
  ...["true", 1, null].map((value) => fault("parallel-type", base.parallel, ["parallel_tool_calls"], value, SCHEMA)),
  fault(
    "parallel-contradiction",
    base.parallel,
    ["parallel_tool_calls"],
    false,
    "https://developers.openai.com/api/docs/guides/function-calling",
    "$.messages[1].tool_calls",
  ),
  fault("parallel-without-tools", base.chat, ["parallel_tool_calls"], true, CHAT),

  // Calls: one fault, whatever stands behind it.
  ...[base.call, base.round].flatMap((row) => [
    ...["x", 7, {}, null].map((value) => fault("calls-type", row, ["messages", 2, "tool_calls"], value, SCHEMA)),
    fault("calls-empty", row, ["messages", 2, "tool_calls"], [], CHAT),
    ...["x", 7, null, []].map((value) => fault("call-type", row, ["messages", 2, "tool_calls", 0], value, SCHEMA)),
    fault("call-id", row, ["messages", 2, "tool_calls", 0, "id"], undefined, SCHEMA),
    ...["", 7, null].map((value) => fault("call-id", row, ["messages", 2, "tool_calls", 0, "id"], value, SCHEMA)),
    fault("call-type", row, ["messages", 2, "tool_calls", 0, "type"], undefined, SCHEMA),
    ...["custom", "tool_use", null].map((value) =>
      fault("call-type", row, ["messages", 2, "tool_calls", 0, "type"], value, SCHEMA),
    ),
    fault("call-type", row, ["messages", 2, "tool_calls", 0, "function"], undefined, SCHEMA),
    ...["get_price", null].map((value) =>
      fault("call-type", row, ["messages", 2, "tool_calls", 0, "function"], value, SCHEMA),
    ),
    fault("call-name", row, ["messages", 2, "tool_calls", 0, "function", "name"], undefined, SCHEMA),
    ...["", "get price", 7, null].map((value) =>
      fault("call-name", row, ["messages", 2, "tool_calls", 0, "function", "name"], value, SCHEMA),
    ),
    fault(
      "call-undefined",
      row,
      ["messages", 2, "tool_calls", 0, "function", "name"],
      "get_tide",
      "https://developers.openai.com/api/docs/guides/function-calling",
    ),
    fault("arguments-type", row, ["messages", 2, "tool_calls", 0, "function", "arguments"], undefined, SCHEMA),
    ...[{ symbol: "MSFT" }, 7, null].map((value) =>
      fault("arguments-type", row, ["messages", 2, "tool_calls", 0, "function", "arguments"], value, SCHEMA),
    ),
    ...[
      "",
      " ",
      "symbol=MSFT",
      "{'symbol':'MSFT'}",
      '{"symbol":"MSFT",}',
      '{"symbol":NaN}',
      '{"symbol":"MS',
      '```json\n{"symbol":"MSFT"}\n```',
    ].map((value) =>
      fault(
        "arguments-json",
        row,
        ["messages", 2, "tool_calls", 0, "function", "arguments"],
        value,
        "NVIDIA data-flywheel, test_openai_format_validator.py",
      ),
    ),
    ...["null", "7", '"MSFT"', '["MSFT"]', '"{\\"symbol\\":\\"MSFT\\"}"'].map((value) =>
      fault("arguments-not-object", row, ["messages", 2, "tool_calls", 0, "function", "arguments"], value, SCHEMA),
    ),
    ...["{}", '{"symbol":7}', '{"symbol":null}', '{"symbol":["MSFT"]}', '{"symbol":"MSFT","period":"1y"}'].map(
      (value) =>
        fault("arguments-schema", row, ["messages", 2, "tool_calls", 0, "function", "arguments"], value, SCHEMA),
    ),
    fault(
      "arguments-unknown",
      row,
      ["messages", 2, "tool_calls", 0, "function", "arguments"],
      '{"symbol":"MSFT","day":1}',
      SCHEMA,
    ),
  ]),
  fault("call-id-duplicate", base.parallel, ["messages", 1, "tool_calls", 1, "id"], "a", CHAT),

  // Answers.
  fault("call-unanswered", base.round, ["messages", 3], undefined, CHAT, "$.messages[2].tool_calls[0]"),
  fault("call-unanswered", base.round, ["messages", 3], user, CHAT, "$.messages[2].tool_calls[0]"),
  fault("call-unanswered", base.parallel, ["messages", 2], undefined, CHAT, "$.messages[1].tool_calls[0]"),
  fault("call-unanswered", base.parallel, ["messages", 3], undefined, CHAT, "$.messages[1].tool_calls[1]"),
  fault("answer-orphan", base.round, ["messages", 3, "tool_call_id"], "z", CHAT),
  fault("answer-orphan", base.turns, ["messages", 3], result("a"), CHAT, "$.messages[3]"),
  {
    row: { ...base.round, messages: [user, result("a"), ...base.round.messages.slice(2)] },
    path: "$.messages[1]",
    code: "answer-orphan",
    source: CHAT,
  },
  {
    row: { ...base.round, messages: [...base.round.messages.slice(0, 4), answer, result("a"), answer] },
    path: "$.messages[5]",
    code: "answer-orphan",
    source: CHAT,
  },
  {
    row: { ...base.round, messages: [...base.round.messages.slice(0, 4), result("a"), answer] },
    path: "$.messages[4]",
    code: "answer-duplicate",
    source: CHAT,
  },
  fault("answer-id", base.round, ["messages", 3, "tool_call_id"], undefined, SCHEMA),
  ...["", 7, null].map((value) => fault("answer-id", base.round, ["messages", 3, "tool_call_id"], value, SCHEMA)),

  // Legacy functions.
  ...notAList.map((value) => fault("tools-type", base.legacy, ["functions"], value, SCHEMA)),
  fault("functions-empty", base.legacy, ["functions"], [], SCHEMA),
  fault("functions-empty", base.chat, ["functions"], [], SCHEMA),
  ...["x", 7, null].map((value) => fault("tool-type", base.legacy, ["functions", 1], value, SCHEMA)),
  fault("tool-name", base.legacy, ["functions", 1, "name"], undefined, SCHEMA),
  fault("tool-name", base.legacy, ["functions", 1, "name"], "a b", SCHEMA),
  ...["get_price", 7, []].map((value) =>
    fault("call-type", base.legacy, ["messages", 1, "function_call"], value, SCHEMA),
  ),
  fault("call-name", base.legacy, ["messages", 1, "function_call", "name"], undefined, SCHEMA),
  ...["", 7].map((value) => fault("call-name", base.legacy, ["messages", 1, "function_call", "name"], value, SCHEMA)),
  fault("arguments-type", base.legacy, ["messages", 1, "function_call", "arguments"], undefined, SCHEMA),
  fault("arguments-type", base.legacy, ["messages", 1, "function_call", "arguments"], { symbol: "MSFT" }, SCHEMA),
  fault("arguments-json", base.legacy, ["messages", 1, "function_call", "arguments"], "MSFT", SCHEMA),
  fault("arguments-schema", base.legacy, ["messages", 1, "function_call", "arguments"], "{}", SCHEMA),
  fault("function-name", base.legacy, ["messages", 2, "name"], undefined, SCHEMA),
  fault("function-name", base.legacy, ["messages", 2, "name"], "", SCHEMA),
  fault("name-type", base.legacy, ["messages", 2, "name"], 7, SCHEMA),
  fault("function-orphan", base.legacy, ["messages", 2, "name"], "ping", SCHEMA, "$.messages[2]"),

  // Images.
  ...["x", 7, null, ["https://example.com/a.png"]].map((value) =>
    fault("image-shape", base.vision, ["messages", 0, "content", 1, "image_url"], value, SCHEMA),
  ),
  fault("image-shape", base.vision, ["messages", 0, "content", 1, "image_url"], undefined, SCHEMA),
  fault("image-shape", base.vision, ["messages", 0, "content", 1, "image_url", "url"], undefined, SCHEMA),
  ...[
    "",
    "a.png",
    "file:///a.png",
    "ftp://example.com/a.png",
    "C:\\a.png",
    "data:image/png,abc",
    "https://",
    7,
    null,
  ].map((value) =>
    fault(
      "image-url",
      base.vision,
      ["messages", 0, "content", 1, "image_url", "url"],
      value,
      "https://developers.openai.com/api/docs/guides/vision-fine-tuning",
    ),
  ),
  ...[
    "data:image/gif;base64,R0lGODlh",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "data:application/pdf;base64,JVBERi0=",
    "https://example.com/a.gif",
    "https://example.com/a.bmp?size=1",
  ].map((value) =>
    fault(
      "image-media-type",
      base.vision,
      ["messages", 0, "content", 1, "image_url", "url"],
      value,
      "https://developers.openai.com/api/docs/guides/vision-fine-tuning",
    ),
  ),
  ...["data:image/png;base64,", "data:image/png;base64,#not base64#"].map((value) =>
    fault("image-data", base.vision, ["messages", 0, "content", 1, "image_url", "url"], value, SCHEMA),
  ),
  ...["medium", "LOW", 7, null].map((value) =>
    fault("image-detail", base.vision, ["messages", 0, "content", 1, "image_url", "detail"], value, SCHEMA),
  ),
  ...[0, 2].map((index) =>
    fault(
      "image-role",
      base.turns,
      ["messages", index, "content"],
      [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
      SCHEMA,
      `$.messages[${index}].content[0]`,
    ),
  ),
  fault(
    "image-role",
    base.round,
    ["messages", 3, "content"],
    [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    SCHEMA,
    "$.messages[3].content[0]",
  ),

  // Preference pairs.
  ...(["input", "preferred_output", "non_preferred_output"] as const).map((key) =>
    fault("pair-missing", base.pair, [key], undefined, TOGETHER),
  ),
  {
    row: {
      messages: base.pair.input.messages,
      preferred_output: [answer],
      non_preferred_output: [{ role: "assistant", content: "No." }],
    },
    path: "$",
    code: "pair-missing",
    source: DPO,
  },
  ...["x", 7, null, [user]].map((value) => fault("pair-input", base.pair, ["input"], value, TOGETHER)),
  fault("pair-input", base.pair, ["input", "messages"], undefined, TOGETHER),
  ...notAList.map((value) => fault("messages-type", base.pair, ["input", "messages"], value, SCHEMA)),
  fault("messages-empty", base.pair, ["input", "messages"], [], SCHEMA),
  fault("pair-input-last", base.pair, ["input", "messages"], [system, user, answer], DPO, "$.input.messages[2]"),
  fault("row-key", base.pair, ["tools"], tools, SCHEMA),
  fault("row-key", base.pair, ["messages"], [user], SCHEMA),
  fault("row-key", base.pair, ["input", "functions"], functions, SCHEMA),
  ...(["preferred_output", "non_preferred_output"] as const).flatMap((key) => [
    ...["x", { role: "assistant", content: "x" }, null].map((value) =>
      fault("pair-output-type", base.pair, [key], value, TOGETHER),
    ),
    fault("pair-output-count", base.pair, [key], [], TOGETHER),
    fault("pair-output-count", base.pair, [key], [answer, answer], SCHEMA),
    ...["user", "system", "tool"].map((role) => fault("pair-output-role", base.pair, [key, 0, "role"], role, TOGETHER)),
    fault("role-unknown", base.pair, [key, 0, "role"], 7, SCHEMA),
    fault("role-missing", base.pair, [key, 0, "role"], undefined, TOGETHER),
    ...["x", null, []].map((value) => fault("message-type", base.pair, [key, 0], value, SCHEMA)),
    fault("content-missing", base.pair, [key, 0, "content"], undefined, TOGETHER),
    fault("content-missing", base.pair, [key, 0, "content"], null, TOGETHER),
    ...["", " "].map((value) => fault("content-empty", base.pair, [key, 0, "content"], value, COOKBOOK)),
    fault("content-type", base.pair, [key, 0, "content"], 7, SCHEMA),
    fault("message-key", base.pair, [key, 0, "weight"], 1, SCHEMA),
  ]),
  fault(
    "pair-identical",
    base.pair,
    ["non_preferred_output"],
    [{ content: answer.content, role: "assistant" }],
    FOUNDRY,
    "$",
  ),
  fault(
    "arguments-schema",
    base.pairOfCalls,
    ["preferred_output", 0, "tool_calls", 0, "function", "arguments"],
    "{}",
    SCHEMA,
  ),
  fault(
    "call-undefined",
    base.pairOfCalls,
    ["preferred_output", 0, "tool_calls", 0, "function", "name"],
    "get_tide",
    SCHEMA,
  ),
  fault("call-id", base.pairOfCalls, ["preferred_output", 0, "tool_calls", 0, "id"], undefined, SCHEMA),
  fault("call-without-tools", base.pairOfCalls, ["input", "tools"], undefined, SCHEMA),
  fault("call-without-tools", base.pairOfCalls, ["input", "tools"], [], SCHEMA, "$.input"),
  fault(
    "image-unsupported",
    base.pair,
    ["input", "messages", 1, "content"],
    [{ type: "image_url", image_url: { url: "https://example.com/a.png" } }],
    DPO,
    "$.input.messages[1].content[0]",
  ),
];

const connection = { apiKey: "k", baseURL: "http://127.0.0.1:9" };
const hosts: Record<string, ValidationRules> = {
  openai: openAI({ model: "gpt-4.1-mini", ...connection }).rules,
  azure: azure({ model: "gpt-4.1-mini", ...connection }).rules,
  together: together({ model: "Qwen/Qwen3-8B", ...connection }).rules,
  fireworks: fireworks({ model: "accounts/fireworks/models/qwen3-8b", accountId: "a", ...connection }).rules,
};
const all: Record<string, ValidationRules> = {
  ...hosts,
  nebius: nebius({ model: "meta-llama/Llama-3.1-8B-Instruct", ...connection }).rules,
  crusoe: crusoe({ model: "meta-llama/Llama-3.3-70B-Instruct", ...connection }).rules,
  vertex: vertex({ model: "gemini-3.5-flash", project: "p", location: "us-central1", bucket: "b" }).rules,
  bedrock: bedrock({ model: "amazon.nova-lite-v1:0:300k", region: "us-east-1", bucket: "b", roleArn: "r" }).rules,
  trl: trl({ model: "Qwen/Qwen3-0.6B" }).rules,
  ...Object.fromEntries(
    (["trl", "axolotl", "llama-factory", "unsloth"] as const).map((trainer) => [
      `portable ${trainer}`,
      portable({ model: "Qwen/Qwen3-0.6B", directory: "jobs", template: "qwen3", trainer }).rules,
    ]),
  ),
};

async function findings(row: unknown, rules?: ValidationRules): Promise<string[]> {
  const validate = await createValidator(rules === undefined ? {} : { rules });
  return validate(row).map(({ code, path }) => `${code} ${path}`);
}

describe("one fault, one finding, in its place", () => {
  it.each(Object.entries(base))("nothing in the row %s is wrong", async (_name, row) => {
    expect(await findings(row)).toEqual([]);
  });

  it.each(faults.map((item) => [`${item.code} at ${item.path} (${item.source})`, item] as const))(
    "%s",
    async (_name, { row, path, code }) => {
      expect(await findings(row)).toEqual([`${code} ${path}`]);
    },
  );
});

const valid: readonly (readonly [name: string, source: string, row: unknown])[] = [
  [
    "the pair of the guide, with an empty list of tools",
    DPO,
    {
      input: { messages: [user], tools: [], parallel_tool_calls: true },
      preferred_output: [answer],
      non_preferred_output: [{ role: "assistant", content: "No." }],
    },
  ],
  ["a pair whose input holds turns", TOGETHER, { ...base.pair, input: { messages: [user, answer, user] } }],
  [
    "a pair whose answers are calls of one tool",
    SCHEMA,
    { ...base.pairOfCalls, non_preferred_output: [{ role: "assistant", tool_calls: [call("a", "ping", "{}")] }] },
  ],
  [
    "a pair after the answer of a tool",
    SCHEMA,
    { ...base.pair, input: { messages: base.round.messages.slice(0, 4), tools } },
  ],
  [
    "a pair of content in parts",
    SCHEMA,
    { ...base.pair, preferred_output: [{ role: "assistant", content: [{ type: "text", text: "420." }] }] },
  ],
  [
    "names at their longest",
    SCHEMA,
    changed(
      changed(base.round, ["tools", 1, "function", "name"], "a".repeat(64)),
      ["messages", 1, "name"],
      "b".repeat(64),
    ),
  ],
  [
    "128 tools",
    SCHEMA,
    {
      ...base.chat,
      tools: Array.from({ length: 128 }, (_, index) => ({ type: "function", function: { name: `t${index}` } })),
    },
  ],
  [
    "arguments laid out with white space",
    SCHEMA,
    changed(base.call, ["messages", 2, "tool_calls", 0, "function", "arguments"], ' {\n  "symbol" : "MSFT"\n}\n'),
  ],
  [
    "arguments in another script",
    SCHEMA,
    changed(base.call, ["messages", 2, "tool_calls", 0, "function", "arguments"], '{"symbol":"微软 \\ud83d\\ude00"}'),
  ],
  [
    "a call of a tool without parameters",
    SCHEMA,
    changed(base.call, ["messages", 2, "tool_calls", 0], call("a", "ping", "{}")),
  ],
  ["an answer that is JSON text", SCHEMA, changed(base.chat, ["messages", 2, "content"], '{"price":420}')],
  [
    "a call without content, null content and empty content",
    SCHEMA,
    {
      ...base.call,
      messages: [
        user,
        ...[undefined, null, ""].flatMap((content) => [
          { role: "assistant", tool_calls: [call("a")], ...(content !== undefined && { content }) },
          result("a"),
        ]),
        answer,
      ],
    },
  ],
  [
    "answers in another order than the calls",
    CHAT,
    {
      ...base.parallel,
      messages: [base.parallel.messages[0], base.parallel.messages[1], result("b"), result("a"), answer],
    },
  ],
  [
    "two rounds with the same id",
    CHAT,
    { ...base.round, messages: [...base.round.messages.slice(0, 4), ...base.round.messages.slice(2)] },
  ],
  [
    "both legacy functions and a call that has no answer",
    SCHEMA,
    { messages: base.legacy.messages.slice(0, 2), functions },
  ],
  ["weights on some of the answers", SCHEMA, changed(base.turns, ["messages", 2, "weight"], 0)],
  ["an emoji, a joined one and a flag", SCHEMA, changed(base.chat, ["messages", 1, "content"], "😀 👩‍👩‍👧 🇨🇱")],
  [
    "strict schemas with types that may be null",
    SCHEMA,
    changed(
      changed(base.call, ["tools", 0, "function"], {
        name: "get_price",
        strict: true,
        parameters: {
          type: "object",
          properties: { symbol: { type: "string" }, period: { type: ["string", "null"], enum: ["1d", null] } },
          required: ["symbol", "period"],
          additionalProperties: false,
        },
      }),
      ["messages", 2, "tool_calls", 0, "function", "arguments"],
      '{"symbol":"MSFT","period":null}',
    ),
  ],
  [
    "a schema of draft 2020-12 with prefixItems and $defs",
    SCHEMA,
    changed(
      changed(base.call, ["tools", 0, "function", "parameters"], {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
          at: { type: "array", prefixItems: [{ type: "number" }, { type: "number" }], items: false },
          tree: { $ref: "#/$defs/node" },
        },
        $defs: {
          node: { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/node" } } } },
        },
      }),
      ["messages", 2, "tool_calls", 0, "function", "arguments"],
      '{"at":[1,2],"tree":{"children":[{"children":[]}]}}',
    ),
  ],
  [
    "empty parameters",
    SCHEMA,
    changed(
      changed(base.call, ["tools", 1, "function", "parameters"], {}),
      ["messages", 2, "tool_calls", 0],
      call("a", "ping", "{}"),
    ),
  ],
  [
    "an image beside text in a later turn",
    "https://developers.openai.com/api/docs/guides/vision-fine-tuning",
    {
      messages: [
        system,
        user,
        {
          role: "user",
          content: [{ type: "image_url", image_url: { url: "https://example.com/a.webp", detail: "high" } }],
        },
        answer,
      ],
    },
  ],
];

describe("what the sources call right", () => {
  it.each(valid.map(([name, source, row]) => [`${name} (${source})`, row] as const))("%s", async (_name, row) => {
    expect(await findings(row)).toEqual([]);
  });
});

describe("where services differ", () => {
  const weighted = { ...base.chat, weight: 0.5 };
  const reasoned = changed(base.chat, ["messages", 2, "reasoning"], "Let me see.");
  const long = {
    ...base.pairOfCalls,
    preferred_output: [{ role: "assistant", tool_calls: [call("a")] }, result("a"), answer],
  };
  const seen = changed(
    base.pair,
    ["input", "messages", 1, "content"],
    [{ type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } }],
  );
  it.each([
    [
      "the weight of a row",
      weighted,
      { openai: ["row-key $.weight"], azure: ["row-key $.weight"], together: [], fireworks: [] },
    ],
    [
      "reasoning",
      reasoned,
      {
        openai: ["message-key $.messages[2].reasoning"],
        azure: ["message-key $.messages[2].reasoning"],
        together: [],
        fireworks: [],
      },
    ],
    [
      "an output of several messages",
      long,
      {
        openai: ["pair-output-count $.preferred_output"],
        azure: [],
        together: ["parallel-unsupported $.input.parallel_tool_calls", "pair-output-count $.preferred_output"],
        fireworks: ["parallel-unsupported $.input.parallel_tool_calls", "pair-output-count $.preferred_output"],
      },
    ],
    [
      "an image in a pair",
      seen,
      {
        openai: ["image-unsupported $.input.messages[1].content[0]"],
        azure: ["image-unsupported $.input.messages[1].content[0]"],
        together: [],
        fireworks: [],
      },
    ],
  ] as const)("%s", async (_name, row, expected) => {
    for (const [host, codes] of Object.entries(expected)) expect(await findings(row, hosts[host]), host).toEqual(codes);
  });
});

// Gemini's and axolotl's form of a pair has no place for tools.
const withoutToolsInPairs = ["Vertex AI", "axolotl"];

describe("the rules of every backend", () => {
  it.each(Object.entries(all))(
    "%s take plain rows, calls and pairs where they say so, and name them where not",
    async (_name, rules) => {
      expect(await findings(base.chat, rules)).toEqual([]);
      expect(await findings({ messages: [system, user, answer, user, answer] }, rules)).toEqual([]);
      const code = async (row: Row) => (await findings(row, rules)).map((found) => found.split(" ")[0]);
      expect(await code(base.round)).toEqual(rules.tools ? [] : expect.arrayContaining(["tools-unsupported"]));
      expect(await code(base.call)).toEqual(
        !rules.tools
          ? expect.arrayContaining(["tools-unsupported"])
          : rules.finalToolCall
            ? []
            : ["call-final-unsupported"],
      );
      expect(await code(base.pair)).toEqual(rules.preference ? [] : expect.arrayContaining(["pair-unsupported"]));
      const ofCalls = await code(changed(base.pairOfCalls, ["input", "parallel_tool_calls"], undefined));
      if (rules.preference && rules.tools)
        expect(withoutToolsInPairs.includes(rules.name) ? ["tools-in-preference"] : []).toEqual(ofCalls);
      expect(await code(changed(base.chat, ["messages", 2, "weight"], 1))).toEqual(
        rules.loss === "weights" ? [] : ["weight-unsupported"],
      );
      expect(await code(base.legacy)).toEqual(rules.functions ? [] : expect.arrayContaining(["functions-unsupported"]));
      expect(await code(changed(base.pair, ["non_preferred_output", 0, "role"], "user"))).toEqual(
        expect.arrayContaining([rules.preference ? "pair-output-role" : "pair-unsupported"]),
      );
    },
  );
});
