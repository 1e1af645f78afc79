import { describe, expect, it } from "vitest";
import { createValidator, openAIRules, validateExamples, type Finding, type ValidationRules } from "langsmith-finetune";
import { findingKinds, type FindingCode } from "../../src/curate/validate/codes.js";

const user = { role: "user", content: "What is the weather in Lima?" };
const answer = { role: "assistant", content: "Grey, 18 degrees." };
const call = (id = "call_1", name = "get_weather", args: unknown = '{"city":"Lima"}') => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const calling = (...calls: unknown[]) => ({ role: "assistant", tool_calls: calls });
const result = (id = "call_1") => ({ role: "tool", tool_call_id: id, content: "18" });
const parameters = {
  type: "object",
  properties: { city: { type: "string" }, unit: { enum: ["C", "F"] } },
  required: ["city"],
};
const tool = (changes: object = {}) => ({
  type: "function",
  function: { name: "get_weather", description: "Now", parameters, ...changes },
});
const row = (...messages: unknown[]) => ({ messages });
const withTools = (messages: unknown[], ...tools: unknown[]) => ({
  messages,
  tools: tools.length > 0 ? tools : [tool()],
});
const pair = (changes: object = {}) => ({
  input: { messages: [user] },
  preferred_output: [answer],
  non_preferred_output: [{ role: "assistant", content: "No idea." }],
  ...changes,
});
const image = (url: unknown, more: object = {}) => ({ type: "image_url", image_url: { url, ...more } });
const seeing = (...parts: unknown[]) => row({ role: "user", content: parts }, answer);
const png = `data:image/png;base64,${Buffer.alloc(60).toString("base64")}`;

type Expected = readonly [code: FindingCode, path: string];
interface RuleCase {
  readonly row: unknown;
  readonly expect: readonly Expected[];
  readonly rules?: Partial<ValidationRules>;
  readonly maxTokens?: number;
  readonly method?: "supervised" | "preference" | "reinforcement";
}
const one = (
  code: FindingCode,
  path: string,
  wrong: unknown,
  more: Omit<RuleCase, "row" | "expect"> = {},
): RuleCase => ({ row: wrong, expect: [[code, path]], ...more });
const last = "$.messages[1]";
const circular: Record<string, unknown> = { messages: [user, answer] };
circular.tools = [{ type: "function", function: { name: "loop", parameters: circular } }];

// Every code of a row, with the least row that shows it. Nothing else may be found in it.
const cases: RuleCase[] = [
  one("row-system", "$.system", { system: "Be brief.", messages: [user, answer] }),
  one("user-missing", "$.messages", row({ role: "system", content: "Tell a joke." }, answer)),
  one("user-missing", "$.input.messages", pair({ input: { messages: [{ role: "system", content: "Tell a joke." }] } })),
  one("prompt-end", "$.messages[1]", { ...row(user, answer), reference_answer: "4" }, { method: "reinforcement" }),
  one("refusal-unsupported", "$.messages[1].refusal", row(user, { role: "assistant", refusal: "I cannot." }), {
    rules: { refusals: false },
  }),
  one(
    "refusal-unsupported",
    "$.messages[1].content[0]",
    row(user, { role: "assistant", content: [{ type: "refusal", refusal: "I cannot." }] }),
    { rules: { refusals: false } },
  ),
  ...["None", "null", "undefined", "NaN", " [object Object] ", "<coroutine object ask at 0x7f3a>", '"None"'].map(
    (text) => one("content-literal", "$.messages[1].content", row(user, { role: "assistant", content: text })),
  ),
  ...[
    "AIMessage(content='4', additional_kwargs={})",
    "content='4' additional_kwargs={} response_metadata={'model': 'm'}",
    'ChatCompletionMessage(content="4", role="assistant")',
  ].map((text) => one("content-literal", "$.messages[1].content", row(user, { role: "assistant", content: text }))),
  ...["Agent stopped due to max iterations.", "Sorry, need more steps to process this request."].map((text) =>
    one("content-literal", "$.messages[1].content", row(user, { role: "assistant", content: text })),
  ),
  ...[
    '<tool_call>{"name":"get_weather","arguments":{"city":"Lima"}}</tool_call>',
    '<function=get_weather>{"city":"Lima"}</function>',
    '[TOOL_CALLS][{"name":"get_weather","arguments":{"city":"Lima"}}]',
    '{"name": "get_weather", "arguments": {"city": "Lima"}}',
    '{"name": "get_weather", "parameters": {"city": "Lima"}}',
  ].map((text) =>
    one("content-call", "$.messages[1].content", withTools([user, { role: "assistant", content: text }])),
  ),
  ...["Caf\ufffd is open.", "Itâ€™s grey.", "CafÃ©", "Grey\0"].map((text) =>
    one("text-decoding", "$.messages[1].content", row(user, { role: "assistant", content: text })),
  ),
  ...["Grey.<|im_end|>", "Grey.<|eot_id|>", "Grey.</s>", "[INST] Grey [/INST]", "<start_of_turn>model"].map((text) =>
    one("text-control-token", "$.messages[0].content", row({ role: "user", content: text }, answer)),
  ),
  one("content-empty", "$.messages[1].content", row(user, { role: "assistant", content: "\u200b \u00a0" })),
  one(
    "content-literal",
    "$.preferred_output[0].content",
    pair({ preferred_output: [{ role: "assistant", content: [{ type: "text", text: "null" }] }] }),
  ),
  one(
    "answer-name",
    "$.messages[2].name",
    withTools([user, calling(call()), { ...result(), name: "get_weather" }, answer]),
  ),
  one(
    "answer-parts",
    "$.messages[2].content",
    withTools([user, calling(call()), { ...result(), content: [{ type: "text", text: "420" }] }, answer]),
  ),
  one("unpaired-side", "$", { completion: [answer], label: true }),
  one("unpaired-side", "$.completion", { prompt: [user], completion: [], label: true }),
  one("unpaired-label", "$.label", { prompt: [user], completion: [answer], label: "good" }),
  // One fault, one finding: a call as LangChain has it, and one without the inner function.
  one(
    "call-type",
    `$.messages[1].tool_calls[0]`,
    withTools([user, calling({ id: "a", type: "tool_call", name: "get_weather", args: { city: "Lima" } })]),
  ),
  one(
    "call-type",
    `$.messages[1].tool_calls[0]`,
    withTools([user, calling({ id: "a", type: "function", name: "get_weather", arguments: '{"city":"Lima"}' })]),
  ),
  one("row-type", "$", [user, answer]),
  one("row-type", "$", null),
  one("row-unreadable", "$", {
    get messages(): unknown {
      throw new Error("gone");
    },
  }),
  one("row-unreadable", "$", circular),
  one("row-key", "$.model", { ...row(user, answer), model: "gpt-4o" }),
  one("row-key", '$["my key"]', { ...row(user, answer), "my key": 1 }),
  one("row-too-long", "$", row({ role: "user", content: "word ".repeat(100) }, answer), { maxTokens: 100 }),
  one("row-too-long", "$", row({ role: "user", content: "word ".repeat(100) }, answer), {
    rules: { maxTokens: 100 },
  }),
  one("row-method", "$", row(user, answer), { method: "preference" }),
  one("row-method", "$", pair(), { method: "supervised" }),
  one("messages-missing", "$", { prompt: "2 + 2?", completion: "4" }),
  one("messages-missing", "$", { messages: undefined }),
  one("messages-type", "$.messages", { messages: "[]" }),
  one("messages-empty", "$.messages", { messages: [] }),
  one("assistant-missing", "$.messages", row(user)),
  one("assistant-untrained", "$", row(user, { ...answer, weight: 0 })),
  one("last-message", "$.messages[2]", row(user, answer, user)),
  one("last-message", "$.messages[3]", withTools([user, calling(call()), result(), user])),
  one("last-message", "$.messages[2]", withTools([user, calling(call()), result()])),

  one("message-type", last, row(user, "Grey.")),
  one("message-key", `${last}.reasoning_content`, row(user, { ...answer, reasoning_content: "Hm." })),
  one("message-key", "$.messages[0].tool_calls", row({ ...user, tool_calls: null }, answer)),
  one("message-key", "$.preferred_output[0].weight", pair({ preferred_output: [{ ...answer, weight: 1 }] })),
  one("message-key-misplaced", "$.messages[0].tool_calls", withTools([{ ...user, tool_calls: [call()] }, answer])),
  one("message-key-misplaced", `${last}.tool_call_id`, row(user, { ...answer, tool_call_id: "call_1" })),
  one("role-missing", last, row(user, { content: "Grey." })),
  one("role-unknown", `${last}.role`, row(user, { role: "ai", content: "Grey." })),
  one("role-unsupported", "$.messages[0].role", row({ role: "developer", content: "Be brief." }, user, answer), {
    rules: { roles: ["system", "user", "assistant", "tool"] },
  }),
  one("role-repeated", last, row(user, user, answer), { rules: { alternatingRoles: true } }),
  one("role-repeated", "$.messages[2]", row(user, answer, { role: "system", content: "Be brief." }, user, answer), {
    rules: { systemFirst: true },
  }),
  one("assistant-repeated", "$.messages[2]", row(user, answer, answer)),
  one("system-not-first", "$.messages[2]", row(user, answer, { role: "system", content: "Be brief." }, user, answer)),
  one("name-type", "$.messages[0].name", row({ ...user, name: 7 }, answer)),
  one("name-pattern", "$.messages[0].name", row({ ...user, name: "Jane Doe" }, answer)),
  one("weight-value", `${last}.weight`, row(user, { ...answer, weight: 0.5 })),
  one("weight-value", `${last}.weight`, row(user, { ...answer, weight: true })),
  one("weight-role", "$.messages[0].weight", row({ ...user, weight: 1 }, answer)),
  one("weight-unsupported", `${last}.weight`, row(user, { ...answer, weight: 1 }), { rules: { loss: "last" } }),
  one("refusal-type", `${last}.refusal`, row(user, { ...answer, refusal: 7 })),
  one("audio-unsupported", `${last}.audio`, row(user, { role: "assistant", content: null, audio: { id: "audio_1" } })),

  one("content-missing", last, row(user, { role: "assistant" })),
  one("content-missing", `${last}.content`, row(user, { role: "assistant", content: null })),
  one("content-missing", "$.messages[0].content", row({ role: "user", content: null }, answer)),
  one(
    "content-missing",
    "$.messages[2]",
    withTools([user, calling(call()), { role: "tool", tool_call_id: "call_1" }, answer]),
  ),
  one("content-type", `${last}.content`, row(user, { role: "assistant", content: { answer: "Grey." } })),
  one("content-type", `${last}.content`, row(user, { role: "assistant", content: [] })),
  one("content-empty", `${last}.content`, row(user, { role: "assistant", content: "" })),
  one("content-empty", `${last}.content`, row(user, { role: "assistant", content: " \n" })),
  one("content-empty", `${last}.content[0]`, row(user, { role: "assistant", content: [{ type: "text", text: "" }] })),
  one("content-empty-input", "$.messages[0].content", row({ role: "user", content: "" }, answer)),
  one("content-parts-unsupported", "$.messages[0].content", seeing({ type: "text", text: "Hi" }), {
    rules: { contentParts: false },
  }),
  one("part-type", "$.messages[0].content[0]", seeing("Hi")),
  one("part-type", "$.messages[0].content[0].type", seeing({ type: "input_audio", input_audio: {} })),
  one("part-type", "$.messages[0].content[0].type", seeing({ type: "refusal", refusal: "No." })),
  one("part-key", "$.messages[0].content[0].cache_control", seeing({ type: "text", text: "Hi", cache_control: {} })),
  one("part-text", "$.messages[0].content[0].text", seeing({ type: "text", text: 7 })),
  one("part-empty", "$.messages[0].content[1].text", seeing({ type: "text", text: "Hi" }, { type: "text", text: "" })),
  one(
    "part-refusal",
    `${last}.content[0]`,
    row(user, {
      role: "assistant",
      content: [
        { type: "refusal", refusal: "No." },
        { type: "text", text: "Hm" },
      ],
    }),
  ),

  one("text-surrogate", "$.messages[0].content", row({ role: "user", content: "Cut \ud83d" }, answer)),
  one("text-surrogate", "$.messages[0].content[0].text", seeing({ type: "text", text: "\ude00 cut" })),
  one("image-role", `${last}.content[0]`, row(user, { role: "assistant", content: [image(png)] })),
  one("image-unsupported", "$.messages[0].content[0]", seeing(image(png)), { rules: { images: false } }),
  one("image-shape", "$.messages[0].content[0].image_url", seeing({ type: "image_url", image_url: png })),
  one("image-shape", "$.messages[0].content[0].image_url", seeing({ type: "image_url", image_url: {} })),
  one("image-url", "$.messages[0].content[0].image_url.url", seeing(image("file:///tmp/a.png"))),
  one("image-url", "$.messages[0].content[0].image_url.url", seeing(image("data:image/png,abc"))),
  one("image-url", "$.messages[0].content[0].image_url.url", seeing(image("https://example.com/a.png")), {
    rules: { images: { perRow: 10, maxBytes: 1000, mediaTypes: ["image/png"], addresses: false } },
  }),
  one("image-detail", "$.messages[0].content[0].image_url.detail", seeing(image(png, { detail: "best" }))),
  one("image-media-type", "$.messages[0].content[0].image_url.url", seeing(image("data:image/gif;base64,R0lGODlh"))),
  one(
    "image-media-type",
    "$.messages[0].content[0].image_url.url",
    seeing(image("https://example.com/report.pdf?x=1")),
  ),
  one("image-data", "$.messages[0].content[0].image_url.url", seeing(image("data:image/png;base64,"))),
  one("image-too-large", "$.messages[0].content[0].image_url.url", seeing(image(png)), {
    rules: { images: { perRow: 10, maxBytes: 59, mediaTypes: ["image/png"] } },
  }),
  one("image-count", "$.messages[0].content[10]", seeing(...Array.from({ length: 12 }, () => image(png)))),

  one("tools-type", "$.tools", { ...row(user, answer), tools: null }),
  one("tools-type", "$.tools", { messages: [user, calling(call())], tools: { 0: tool() } }),
  one("tools-empty", "$.tools", { ...row(user, answer), tools: [] }),
  one("functions-empty", "$.functions", { ...row(user, answer), functions: [] }),
  one(
    "tools-too-many",
    "$.tools",
    withTools([user, answer], ...Array.from({ length: 129 }, (_, index) => tool({ name: `tool_${index}` }))),
  ),
  one("tools-unsupported", "$.tools", withTools([user, answer]), { rules: { tools: false } }),
  one(
    "functions-unsupported",
    "$.functions",
    { ...row(user, answer), functions: [tool().function] },
    { rules: { functions: false } },
  ),
  one("tools-and-functions", "$.functions", { ...withTools([user, answer]), functions: [tool().function] }),
  one("tool-type", "$.tools[0].type", withTools([user, answer], { type: "web_search" })),
  one("tool-type", "$.tools[0]", withTools([user, calling(call())], { name: "get_weather", input_schema: parameters })),
  one("tool-type", "$.functions[0]", { ...row(user, answer), functions: [tool()] }),
  one("tool-key", "$.tools[0].function.returns", withTools([user, answer], tool({ returns: "string" }))),
  one("tool-name", "$.tools[0].function.name", withTools([user, calling(call())], tool({ name: "get.weather" }))),
  one("tool-name", "$.tools[0].function", withTools([user, answer], tool({ name: undefined }))),
  one("tool-duplicate", "$.tools[1].function", withTools([user, answer], tool(), tool({ description: "Later" }))),
  one("tool-description", "$.tools[0].function.description", withTools([user, answer], tool({ description: 7 }))),
  one("tool-strict", "$.tools[0].function.strict", withTools([user, answer], tool({ strict: "yes" }))),
  one("parameters-type", "$.tools[0].function.parameters", withTools([user, answer], tool({ parameters: "{}" }))),
  one(
    "parameters-schema",
    "$.tools[0].function.parameters.properties",
    withTools([user, calling(call())], tool({ parameters: { type: "object", properties: ["city"] } })),
  ),
  one(
    "parameters-schema",
    "$.tools[0].function.parameters.properties.city.type",
    withTools([user, answer], tool({ parameters: { type: "object", properties: { city: { type: "str" } } } })),
  ),
  one(
    "parameters-schema",
    "$.tools[0].function.parameters.properties.city.$ref",
    withTools([user, answer], tool({ parameters: { type: "object", properties: { city: { $ref: "#/$defs/City" } } } })),
  ),
  one(
    "parameters-not-object",
    "$.tools[0].function.parameters.type",
    withTools([user, answer], tool({ parameters: { type: "string" } })),
  ),
  one(
    "parameters-untyped",
    "$.tools[0].function.parameters",
    withTools([user, answer], tool({ parameters: { properties: { city: { type: "string" } } } })),
  ),
  one(
    "parameters-array-items",
    "$.tools[0].function.parameters.properties.cities",
    withTools([user, answer], tool({ parameters: { type: "object", properties: { cities: { type: "array" } } } })),
  ),
  one("parallel-type", "$.parallel_tool_calls", { ...withTools([user, answer]), parallel_tool_calls: null }),
  one(
    "parallel-unsupported",
    "$.parallel_tool_calls",
    { ...withTools([user, answer]), parallel_tool_calls: true },
    { rules: { parallelToolCalls: false } },
  ),
  one("parallel-without-tools", "$.parallel_tool_calls", { ...row(user, answer), parallel_tool_calls: true }),
  one("parallel-contradiction", `${last}.tool_calls`, {
    ...withTools([user, calling(call("a"), call("b"))]),
    parallel_tool_calls: false,
  }),

  one("calls-type", `${last}.tool_calls`, withTools([user, { role: "assistant", tool_calls: { 0: call() } }])),
  one("calls-empty", `${last}.tool_calls`, withTools([user, { ...answer, tool_calls: [] }])),
  one("call-type", `${last}.tool_calls[0]`, withTools([user, calling("get_weather()")])),
  one("call-type", `${last}.tool_calls[0].type`, withTools([user, calling({ ...call(), type: "custom" })])),
  one("call-key", `${last}.tool_calls[0].index`, withTools([user, calling({ ...call(), index: 0 })])),
  one("call-id", `${last}.tool_calls[0]`, withTools([user, calling({ ...call(), id: undefined })])),
  one("call-id", `${last}.tool_calls[0].id`, withTools([user, calling(call(""))])),
  one("call-id-duplicate", `${last}.tool_calls[1].id`, withTools([user, calling(call("a"), call("a"))])),
  one(
    "call-id-duplicate",
    `${last}.tool_calls[1].id`,
    withTools([user, calling(call("a"), call("a")), result("a"), result("a"), answer]),
  ),
  one("part-text", "$.messages[0].content[0]", seeing({ type: "text" })),
  one(
    "call-name",
    `${last}.tool_calls[0].function`,
    withTools([user, calling({ ...call(), function: { arguments: "{}" } })]),
  ),
  one("call-name", `${last}.tool_calls[0].function.name`, withTools([user, calling(call("a", "get weather"))])),
  one("call-undefined", `${last}.tool_calls[0].function.name`, withTools([user, calling(call("a", "get_tide"))])),
  one("call-without-tools", "$", row(user, calling(call()))),
  one(
    "call-both-forms",
    `${last}.function_call`,
    withTools([user, { ...calling(call()), function_call: { name: "get_weather", arguments: '{"city":"Lima"}' } }]),
  ),
  one(
    "call-unanswered",
    `${last}.tool_calls[1]`,
    withTools([user, calling(call("a"), call("b")), result("a"), answer]),
  ),
  one("call-final-unsupported", `${last}.tool_calls`, withTools([user, calling(call())]), {
    rules: { finalToolCall: false },
  }),
  one(
    "arguments-type",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", { city: "Lima" }))]),
  ),
  one(
    "arguments-json",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", '{"city":'))]),
  ),
  one(
    "arguments-json",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", ""))]),
  ),
  one(
    "arguments-not-object",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", '["Lima"]'))]),
  ),
  one(
    "arguments-schema",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", '{"city":"Lima","unit":"K"}'))]),
  ),
  one(
    "arguments-schema-history",
    `${last}.tool_calls[0].function.arguments`,
    withTools([
      user,
      { ...calling(call("a", "get_weather", '{"town":7,"city":7}')), weight: 0 },
      result("a"),
      calling(call("b")),
    ]),
  ),
  one(
    "arguments-unknown",
    `${last}.tool_calls[0].function.arguments`,
    withTools([user, calling(call("a", "get_weather", '{"city":"Lima","day":1}'))]),
  ),
  one(
    "arguments-unchecked",
    `${last}.tool_calls[0].function.arguments`,
    withTools(
      [user, calling(call("a", "get_weather", '{"city":"Lima"}'))],
      tool({ parameters: { type: "object", properties: { city: { $ref: "elsewhere" } }, $defs: { unused: {} } } }),
    ),
  ),
  one("answer-id", "$.messages[2]", withTools([user, calling(call()), { role: "tool", content: "18" }, answer])),
  one("answer-orphan", last, row(user, result(), answer)),
  one("answer-orphan", "$.messages[2].tool_call_id", withTools([user, calling(call()), result("other"), answer])),
  one("answer-duplicate", "$.messages[3]", withTools([user, calling(call()), result(), result(), answer])),
  one("function-name", "$.messages[2]", {
    messages: [
      user,
      { role: "assistant", function_call: { name: "get_weather", arguments: '{"city":"Lima"}' } },
      { role: "function", content: "18" },
      answer,
    ],
    functions: [tool().function],
  }),
  one("function-orphan", last, row(user, { role: "function", name: "get_weather", content: "18" }, answer)),

  one(
    "unpaired-unsupported",
    "$",
    { prompt: [user], completion: [answer], label: true },
    { rules: { unpaired: false } },
  ),
  one("pair-unsupported", "$", pair(), { rules: { preference: false } }),
  one("pair-missing", "$", pair({ input: undefined })),
  one("pair-missing", "$", { input: { messages: [user] }, preferred_output: [answer] }),
  one("pair-input", "$.input", pair({ input: [user] })),
  one("pair-input", "$.input", pair({ input: {} })),
  one("pair-input-last", "$.input.messages[1]", pair({ input: { messages: [user, answer] } })),
  one("pair-output-type", "$.preferred_output", pair({ preferred_output: answer })),
  one("pair-output-count", "$.preferred_output", pair({ preferred_output: [answer, answer] })),
  one("pair-output-role", "$.preferred_output[0].role", pair({ preferred_output: [user] })),
  one("pair-identical", "$", pair({ non_preferred_output: [answer] })),
];

// What concerns a file or the rows together has tests of its own.
const ofFiles: FindingCode[] = [
  "rows-mixed",
  "rows-too-few",
  "rows-too-many",
  "row-duplicate",
  "image-rows",
  "labels-unbalanced",
];

async function check({ row: wrong, rules, maxTokens, method }: RuleCase): Promise<Finding[]> {
  const validate = await createValidator({
    rules: { ...openAIRules, ...rules },
    ...(maxTokens && { maxTokens }),
    ...(method && { method }),
  });
  return validate(wrong);
}

describe("the rules, one by one", () => {
  it.each(cases.map((item) => [item.expect.map(([code, path]) => `${code} at ${path}`).join(", "), item] as const))(
    "%s",
    async (_name, item) => {
      const findings = await check(item);
      expect(findings.map(({ code, path }) => [code, path])).toEqual(item.expect);
      for (const found of findings) {
        const kind = findingKinds[found.code as FindingCode];
        expect(found).toMatchObject({ line: 1, severity: kind.severity, rule: kind.rule });
        expect(found.message.length).toBeGreaterThan(10);
      }
    },
  );

  it("have a row for every code", () => {
    const shown = new Set(cases.flatMap((item) => item.expect.map(([code]) => code)));
    const missing = (Object.keys(findingKinds) as FindingCode[]).filter(
      (code) => !shown.has(code) && !ofFiles.includes(code) && !/^(file|line)-/.test(code),
    );
    expect(missing).toEqual([]);
  });
});

const legacy = { role: "assistant", function_call: { name: "get_weather", arguments: '{"city":"Lima"}' } };
const valid: Record<string, unknown> = {
  "a plain row": row(user, answer),
  "several assistant turns": row(user, answer, user, answer),
  "two user messages, as in the vision guide": row(user, user, answer),
  "an assistant that speaks first": row(answer, user, answer),
  "a developer message": row({ role: "developer", content: "Be brief." }, user, answer),
  "an unanswered final call": withTools([user, calling(call())]),
  "parallel calls, answered in any order": {
    ...withTools([user, calling(call("a"), call("b")), result("b"), result("a"), answer]),
    parallel_tool_calls: true,
  },
  "the same id in two turns": withTools([user, calling(call()), result(), calling(call()), result(), answer]),
  "content beside a call": withTools([user, { ...calling(call()), content: "I look it up." }]),
  "empty content beside a call": withTools([user, { ...calling(call()), content: "" }]),
  "an empty tool result": withTools([user, calling(call()), { ...result(), content: "" }, answer]),
  "null where responses have it": row(user, { ...answer, refusal: null, audio: null, function_call: null }),
  "an answer that only begins like a missing value": row(user, { role: "assistant", content: "None of them." }),
  "a missing value that is not learned": row(user, { role: "assistant", content: "None", weight: 0 }, user, answer),
  "an unpaired row": { prompt: [user], completion: [answer], label: false },
  "an unpaired row of texts": { prompt: "Hi", completion: "Hello.", label: true },
  "an unpaired row with tools": { prompt: [user], completion: [calling(call())], label: true, tools: [tool()] },
  "a row for a grader": { messages: [user], reference_answer: "Sunny.", difficulty: 3 },
  "a refusal": row(user, { role: "assistant", content: null, refusal: "I cannot." }),
  weights: row(user, { ...answer, weight: 0 }, user, { ...answer, weight: 1 }),
  "legacy functions": {
    messages: [user, legacy, { role: "function", name: "get_weather", content: null }, answer],
    functions: [tool().function],
  },
  "properties left out, to save tokens": withTools([user, calling(call())], tool({ parameters: { type: "object" } })),
  "parameters left out": withTools([user, calling(call("a", "ping", "{}"))], {
    type: "function",
    function: { name: "ping" },
  }),
  "a schema as zod 4 writes it": withTools(
    [user, calling(call())],
    tool({
      parameters: {
        ...parameters,
        $schema: "https://json-schema.org/draft/2020-12/schema",
        additionalProperties: false,
      },
    }),
  ),
  "texts that only look spoiled": row(
    { role: "user", content: 'É possível? NÃO. <s>old</s> new, a|b, <p>, {"name": "Ann"}' },
    { role: "assistant", content: '{"name": "Ann", "arguments": "none"} and â for â' },
  ),
  "a default that is listed as required": withTools(
    [user, calling(call())],
    tool({
      parameters: {
        ...parameters,
        properties: { ...parameters.properties, days: { type: "integer", default: 1 } },
        required: ["city", "days"],
      },
    }),
  ),
  "nullable, as OpenAPI writes it": withTools(
    [user, calling(call("a", "get_weather", '{"city":null}'))],
    tool({ parameters: { type: "object", properties: { city: { type: "string", nullable: true } } } }),
  ),
  "nullable beside anyOf": withTools(
    [user, calling(call("a", "get_weather", '{"city":null}'))],
    tool({ parameters: { type: "object", properties: { city: { anyOf: [{ type: "string" }], nullable: true } } } }),
  ),
  "exclusiveMinimum of draft 4": withTools(
    [user, calling(call("a", "get_weather", '{"day":1}'))],
    tool({
      parameters: { type: "object", properties: { day: { type: "number", minimum: 0, exclusiveMinimum: true } } },
    }),
  ),
  "an id and odd examples in a schema": withTools(
    [user, calling(call())],
    tool({ parameters: { ...parameters, id: "weather", examples: "Lima", title: 7 } }),
  ),
  "references and recursion": withTools(
    [user, calling(call("a", "get_weather", '{"place":{"name":"Lima","within":{"name":"Peru"}}}'))],
    tool({
      parameters: {
        type: "object",
        properties: { place: { $ref: "#/$defs/Place" } },
        $defs: {
          Place: { type: "object", properties: { name: { type: "string" }, within: { $ref: "#/$defs/Place" } } },
        },
      },
    }),
  ),
  "a pattern of another dialect": withTools(
    [user, calling(call())],
    tool({ parameters: { type: "object", properties: { city: { type: "string", pattern: "(?P<city>\\w+)" } } } }),
  ),
  "an unknown format": withTools(
    [user, calling(call())],
    tool({ parameters: { type: "object", properties: { city: { type: "string", format: "city-name" } } } }),
  ),
  "a closed strict schema": withTools(
    [user, calling(call())],
    tool({
      strict: true,
      parameters: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      },
    }),
  ),
  "images by address and by data": seeing(
    { type: "text", text: "Which?" },
    image("https://example.com/i?id=7", { detail: "low" }),
    image(png),
  ),
  "a pair": pair(),
  "a pair that prefers a call": pair({
    input: { messages: [user], tools: [tool()], parallel_tool_calls: true },
    preferred_output: [calling(call())],
  }),
  "a pair after a tool's answer": pair({ input: { messages: [user, calling(call()), result()], tools: [tool()] } }),
};

describe("what is valid", () => {
  it.each(Object.entries(valid))("%s", async (_name, item) => {
    expect(await check({ row: item, expect: [] })).toEqual([]);
  });

  it("a wrong argument is found all the same in schemas of every dialect", async () => {
    for (const more of [
      { nullable: false },
      { id: "x" },
      { $schema: "https://json-schema.org/draft/2019-09/schema" },
      { $schema: "http://json-schema.org/draft-04/schema#" },
    ]) {
      const wrong = withTools(
        [user, calling(call("a", "get_weather", '{"city":7}'))],
        tool({ parameters: { ...parameters, ...more } }),
      );
      expect((await check({ row: wrong, expect: [] })).map(({ code }) => code)).toEqual(["arguments-schema"]);
    }
  });

  it("a pattern that other engines run for ever on is checked all the same", async () => {
    const slow = withTools(
      [user, calling(call("a", "get_weather", JSON.stringify({ city: `${"a".repeat(50)}!` })))],
      tool({ parameters: { type: "object", properties: { city: { type: "string", pattern: "^(a+)+$" } } } }),
    );
    expect((await check({ row: slow, expect: [] })).map(({ code }) => code)).toEqual(["arguments-schema"]);
  });
});

describe("rules of a backend", () => {
  it("may add checks of their own", async () => {
    const rules: ValidationRules = {
      ...openAIRules,
      name: "Strict host",
      check(item, report) {
        if (JSON.stringify(item).includes("Lima"))
          report({ code: "no-lima", path: "$", severity: "error", message: "Not Lima." });
      },
    };
    const findings: Finding[] = [];
    for await (const found of validateExamples([row(user, answer)], { rules })) findings.push(found);
    expect(findings).toEqual([{ line: 1, code: "no-lima", path: "$", severity: "error", message: "Not Lima." }]);
  });

  it("may allow further keys", async () => {
    const more = { ...row(user, { ...answer, reasoning: "Hm." }), id: "row-1" };
    expect(await check({ row: more, expect: [], rules: { rowKeys: ["id"], messageKeys: ["reasoning"] } })).toEqual([]);
  });
});
