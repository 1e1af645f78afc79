// Rows for the matrix of templates and rows: what is usual, and what trips a renderer.

export interface MatrixRow {
  name: string;
  messages: Record<string, unknown>[];
  tools?: unknown[];
  /** add_generation_prompt */
  prompt?: boolean;
  variables?: Record<string, unknown>;
}

const user = (content: unknown, more = {}) => ({ role: "user", content, ...more });
const assistant = (content: unknown, more = {}) => ({ role: "assistant", content, ...more });
const system = (content: unknown) => ({ role: "system", content });
const call = (name: string, args: unknown, id = "call_1") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const calls = (...made: unknown[]) => ({ role: "assistant", content: "", tool_calls: made });
const result = (content: unknown, id = "call_1", more = {}) => ({ role: "tool", tool_call_id: id, content, ...more });
const text = (...parts: string[]) => parts.map((part) => ({ type: "text", text: part }));
const tool = (name: string, parameters: unknown, more = {}) => ({
  type: "function",
  function: { name, description: `Does ${name}.`, parameters, ...more },
});

const weather = tool("weather", {
  type: "object",
  properties: {
    city: { type: "string", description: "The city" },
    unit: { type: "string", enum: ["C", "F"], default: "C" },
  },
  required: ["city"],
});
const nested = tool("book", {
  type: "object",
  description: "A booking",
  properties: {
    guests: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          name: { type: "string" },
          age: { type: ["integer", "null"], minimum: 0 },
          tags: { type: "array", items: { type: "string" } },
        },
        required: ["name"],
        additionalProperties: false,
      },
    },
    room: {
      anyOf: [{ type: "string" }, { type: "object", properties: { floor: { type: "number" } } }],
      nullable: true,
    },
    when: { $ref: "#/$defs/date" },
    items: { type: "object", properties: { type: { type: "string" }, properties: { type: "boolean" } } },
    price: { type: "number", default: 1.5, multipleOf: 0.01, exclusiveMinimum: 0 },
  },
  required: ["guests"],
  $defs: { date: { type: "string", format: "date" } },
});
const bare = { type: "function", function: { name: "ping" } };
const empty = tool("now", { type: "object", properties: {} });
const typed = tool(
  "typed",
  {
    type: "object",
    properties: {
      values: { type: "array", items: { type: "number" } },
      flag: { type: "boolean", default: false },
      any: {},
    },
  },
  { strict: true, return: { type: "string", description: "Ok" }, response: { type: "object" } },
);

export const matrixRows: MatrixRow[] = [
  { name: "plain", messages: [user("Hi"), assistant("Hello.")] },
  { name: "system", messages: [system("Be brief."), user("Hi"), assistant("Hello.")] },
  {
    name: "two turns",
    messages: [system("Be brief."), user("Hi"), assistant("Hello."), user("And?"), assistant("Nothing.")],
  },
  { name: "prompt alone", messages: [user("Hi")], prompt: true },
  { name: "prompt with system", messages: [system("Be brief."), user("Hi")], prompt: true },
  {
    name: "prompt after a result",
    messages: [user("Weather?"), calls(call("weather", { city: "Rome" })), result("Sunny")],
    tools: [weather],
    prompt: true,
  },
  {
    name: "prompt after a turn",
    messages: [user("Hi"), assistant("Hello."), user("And?")],
    tools: [weather],
    prompt: true,
  },
  { name: "no user", messages: [system("Greet."), assistant("Good day.")] },
  { name: "assistant first", messages: [assistant("Welcome."), user("Hi"), assistant("Hello.")] },
  { name: "assistant alone", messages: [assistant("Welcome.")] },
  { name: "system alone", messages: [system("Be brief.")] },
  { name: "user last", messages: [user("Hi"), assistant("Hello."), user("Bye")] },
  { name: "two users", messages: [user("Hi"), user("You there?"), assistant("Yes.")] },
  { name: "two answers", messages: [user("Hi"), assistant("Hello."), assistant("Again.")] },
  {
    name: "system in the middle",
    messages: [user("Hi"), assistant("Hello."), system("Be brief."), user("And?"), assistant("No.")],
  },
  { name: "two systems", messages: [system("One."), system("Two."), user("Hi"), assistant("Hello.")] },
  { name: "developer", messages: [{ role: "developer", content: "Be brief." }, user("Hi"), assistant("Hello.")] },
  { name: "unknown role", messages: [user("Hi"), { role: "critic", content: "Hm." }, assistant("Hello.")] },
  { name: "no role", messages: [{ content: "Hi" }, assistant("Hello.")] },
  { name: "function role", messages: [user("Hi"), { role: "function", name: "f", content: "1" }, assistant("Hello.")] },
  { name: "tools", messages: [user("Weather?"), assistant("Where?")], tools: [weather] },
  {
    name: "tools and system",
    messages: [system("Be brief."), user("Weather?"), assistant("Where?")],
    tools: [weather, empty],
  },
  { name: "no tools in the list", messages: [user("Hi"), assistant("Hello.")], tools: [] },
  { name: "bare tool", messages: [user("Hi"), assistant("Hello.")], tools: [bare] },
  { name: "nested schema", messages: [user("Book"), assistant("When?")], tools: [nested] },
  { name: "typed tool", messages: [user("Book"), assistant("When?")], tools: [typed, weather, nested] },
  {
    name: "tool without a frame",
    messages: [user("Hi"), assistant("Hello.")],
    tools: [{ name: "ping", description: "Pings", parameters: { type: "object", properties: {} } }],
  },
  {
    name: "object arguments",
    messages: [user("Weather?"), calls(call("weather", { city: "Rome", days: [1, 2], deep: { a: null, b: true } }))],
    tools: [weather],
  },
  {
    name: "text arguments",
    messages: [user("Weather?"), calls(call("weather", '{"city": "Rome", "days": 3}'))],
    tools: [weather],
  },
  {
    name: "empty object arguments",
    messages: [user("Now?"), calls(call("now", {})), result("12:00"), assistant("Noon.")],
    tools: [empty],
  },
  { name: "empty text arguments", messages: [user("Now?"), calls(call("now", "{}"))], tools: [empty] },
  {
    name: "call and result",
    messages: [user("Weather?"), calls(call("weather", { city: "Rome" })), result("Sunny"), assistant("It is sunny.")],
    tools: [weather],
  },
  {
    name: "call, text arguments and result",
    messages: [
      user("Weather?"),
      calls(call("weather", '{"city":"Rome"}')),
      result('{"sky": "sunny"}'),
      assistant("It is sunny."),
    ],
    tools: [weather],
  },
  {
    name: "named result",
    messages: [
      user("Weather?"),
      calls(call("weather", { city: "Rome" })),
      result("Sunny", "call_1", { name: "weather" }),
      assistant("Sunny."),
    ],
    tools: [weather],
  },
  {
    name: "object result",
    messages: [
      user("Weather?"),
      calls(call("weather", { city: "Rome" })),
      result({ sky: "sunny", degrees: 21.5, wind: null, ok: true }),
      assistant("Sunny."),
    ],
    tools: [weather],
  },
  {
    name: "list result",
    messages: [
      user("Weather?"),
      calls(call("weather", { city: "Rome" })),
      result(text("Sunny", "Warm")),
      assistant("Sunny."),
    ],
    tools: [weather],
  },
  {
    name: "parallel calls",
    messages: [
      user("Both?"),
      calls(call("weather", { city: "Rome" }, "a"), call("weather", { city: "Oslo" }, "b")),
      result("Sunny", "a"),
      result("Snow", "b"),
      assistant("Sun and snow."),
    ],
    tools: [weather],
  },
  {
    name: "parallel text calls",
    messages: [user("Both?"), calls(call("weather", '{"city":"Rome"}', "a"), call("now", "{}", "b"))],
    tools: [weather, empty],
  },
  {
    name: "calls in two rounds",
    messages: [
      system("Plan."),
      user("Both?"),
      calls(call("weather", { city: "Rome" })),
      result("Sunny"),
      calls(call("weather", { city: "Oslo" }, "call_2")),
      result("Snow", "call_2"),
      assistant("Sun and snow."),
      user("Thanks"),
      assistant("Welcome."),
    ],
    tools: [weather],
  },
  {
    name: "text beside a call",
    messages: [
      user("Weather?"),
      assistant("Let me look.", { tool_calls: [call("weather", { city: "Rome" })] }),
      result("Sunny"),
      assistant("Sunny."),
    ],
    tools: [weather],
  },
  {
    name: "null content beside a call",
    messages: [user("Weather?"), assistant(null, { tool_calls: [call("weather", { city: "Rome" })] })],
    tools: [weather],
  },
  {
    name: "no content beside a call",
    messages: [user("Weather?"), { role: "assistant", tool_calls: [call("weather", { city: "Rome" })] }],
    tools: [weather],
  },
  { name: "null content", messages: [user("Hi"), assistant(null)] },
  { name: "null calls", messages: [user("Hi"), assistant("Hello.", { tool_calls: null, name: null })] },
  { name: "no calls in the list", messages: [user("Hi"), assistant("Hello.", { tool_calls: [] })] },
  {
    name: "call without a frame",
    messages: [user("Weather?"), assistant("", { tool_calls: [{ name: "weather", arguments: { city: "Rome" } }] })],
    tools: [weather],
  },
  {
    name: "call without arguments",
    messages: [user("Now?"), assistant("", { tool_calls: [{ type: "function", function: { name: "now" } }] })],
    tools: [empty],
  },
  {
    name: "call without tools",
    messages: [user("Weather?"), calls(call("weather", { city: "Rome" })), result("Sunny"), assistant("Sunny.")],
  },
  { name: "list arguments", messages: [user("Weather?"), calls(call("weather", ["Rome", 1]))], tools: [weather] },
  { name: "null arguments", messages: [user("Weather?"), calls(call("weather", null))], tools: [weather] },
  { name: "text parts", messages: [system(text("Be", "brief")), user(text("Hi", "there")), assistant(text("Hello."))] },
  { name: "text parts of the user", messages: [user(text("Hi", "there")), assistant("Hello.")] },
  { name: "no parts", messages: [user([]), assistant([])] },
  {
    name: "parts and an image",
    messages: [user([{ type: "image" }, { type: "text", text: "What is it?" }]), assistant("A cat.")],
  },
  {
    name: "image address",
    messages: [
      user([
        { type: "image_url", image_url: { url: "https://x.test/a.png" } },
        { type: "text", text: "What?" },
      ]),
      assistant(text("A cat.")),
    ],
  },
  {
    name: "reasoning content",
    messages: [
      user("Hi"),
      assistant("Hello.", { reasoning_content: "They greet." }),
      user("And?"),
      assistant("No.", { reasoning_content: "They ask." }),
    ],
  },
  { name: "reasoning", messages: [user("Hi"), assistant("Hello.", { reasoning: "They greet.\n" })] },
  { name: "thinking", messages: [user("Hi"), assistant("Hello.", { thinking: "They greet." })] },
  {
    name: "thought tags",
    messages: [
      user("Hi"),
      assistant("<think>\nThey greet.\n</think>\n\nHello."),
      user("And?"),
      assistant("<think>Hm</think>No."),
    ],
  },
  {
    name: "reasoning and a call",
    messages: [
      user("Weather?"),
      assistant("", { reasoning_content: "I look.", tool_calls: [call("weather", { city: "Rome" })] }),
      result("Sunny"),
      assistant("Sunny.", { reasoning_content: "So." }),
    ],
    tools: [weather],
  },
  {
    name: "text, reasoning and a call",
    messages: [
      user("Weather?"),
      assistant("I look.", { reasoning_content: "Hm.", tool_calls: [call("weather", { city: "Rome" })] }),
    ],
    tools: [weather],
  },
  { name: "names", messages: [user("Hi", { name: "ada" }), assistant("Hello.", { name: "bot" })] },
  { name: "white space", messages: [system("  Be brief. \n"), user("\n\n Hi \t"), assistant(" Hello.\n\n")] },
  { name: "only white space", messages: [user(" "), assistant("\n")] },
  { name: "odd white space", messages: [user("\u00a0Hi\u2028there\u000b\ufeff"), assistant("\u001fHello\u0085\r\n")] },
  { name: "empty texts", messages: [system(""), user(""), assistant("")] },
  {
    name: "numbers",
    messages: [
      user("Count"),
      calls(
        call("typed", {
          values: [0, -1, 1.5, 1e-7, 1e-5, 0.1, 123456789.125, 1e22, 9007199254740991],
          flag: false,
          any: -0.5,
        }),
      ),
    ],
    tools: [typed],
  },
  {
    name: "quotes",
    messages: [
      user("Say 'it' and \"that\" \\ / \u007f"),
      calls(call("typed", { any: 'it\'s "so" \\ \n\t\u0001 é \u2028 😀', "key 'x'": "it's" })),
    ],
    tools: [typed],
  },
  { name: "emoji", messages: [user("😀👩‍👩‍👧 é 日本"), assistant("👍🏽 ok 𝒳")] },
  { name: "template in the text", messages: [user("{{ 7 * 7 }}{% raw %}"), assistant("<|im_end|>{# no #}</s>")] },
  { name: "html", messages: [user("<b>&amp;\"'</b>"), assistant("a < b & c > d")] },
  {
    name: "methods as keys",
    messages: [user("Go"), calls(call("typed", { items: [1], keys: { values: 2 }, get: "x", copy: null }))],
    tools: [
      tool("typed", {
        type: "object",
        properties: {
          items: { type: "string" },
          keys: { type: "object", properties: { values: { type: "integer" } } },
          type: { type: "string" },
        },
      }),
    ],
  },
  {
    name: "long",
    messages: Array.from({ length: 24 }, (_, index) =>
      index % 2 === 0 ? user(`Question ${index}`) : assistant(`Answer ${index}`),
    ),
  },
  { name: "thinking off", messages: [user("Hi")], prompt: true, variables: { enable_thinking: false } },
  {
    name: "thinking on",
    messages: [user("Hi")],
    prompt: true,
    variables: { enable_thinking: true, reasoning_effort: "high" },
  },
  { name: "number content", messages: [user(7), assistant(1.5)] },
  { name: "object content", messages: [user({ a: 1 }), assistant({ b: [true, null] })] },
  { name: "results without calls", messages: [user("Hi"), result("Sunny"), assistant("Hello.")] },
  {
    name: "result last",
    messages: [user("Weather?"), calls(call("weather", { city: "Rome" })), result("Sunny")],
    tools: [weather],
  },
  {
    name: "final call",
    messages: [system("Be brief."), user("Weather?"), calls(call("weather", { city: "Rome" }))],
    tools: [weather, nested, typed],
  },
];
