import { beforeAll, describe, expect, it } from "vitest";
import { createTokenCounter, type TokenCounter } from "langsmith-finetune";

// What OpenAI's API reported as prompt_tokens for these requests, as others published it:
// hmarr/openai-chat-tokens and petrbrzek/openai-chat-tokens, tests/token-counts.test.ts (gpt-3.5-turbo),
// and openai/openai-cookbook, How_to_count_tokens_with_tiktoken.ipynb (the models named there).
interface Published {
  readonly tokens: number;
  readonly messages: readonly object[];
  readonly functions?: readonly object[];
  readonly tools?: readonly object[];
}
const user = (content: string) => ({ role: "user", content });
const system = (content: string, name?: string) => ({ role: "system", content, ...(name !== undefined && { name }) });
const answered = (content: string, name: string) => ({ role: "function", name, content });
const calling = (name: string, args: string) => ({
  role: "assistant",
  content: "",
  function_call: { name, arguments: args },
});
const object = (properties: object, required?: readonly string[]) => ({
  type: "object",
  properties,
  ...(required && { required }),
});
const doStuff = { name: "do_stuff", parameters: object({}) };
const choice = (kind: string, properties: object) => object({ kind: { type: "string", const: kind }, ...properties });
const bing = (properties: object) => [
  { name: "bing_bong", description: "Do a bing bong", parameters: object(properties) },
];

const prompts: Published[] = [
  { tokens: 8, messages: [user("hello")] },
  { tokens: 9, messages: [user("hello world")] },
  { tokens: 8, messages: [system("hello")] },
  { tokens: 9, messages: [system("hello:")] },
  {
    tokens: 27,
    messages: [
      system("# Important: you're the best robot"),
      user("hello robot"),
      { role: "assistant", content: "hello world" },
    ],
  },
  {
    tokens: 25,
    messages: [
      system("You are a helpful, pattern-following assistant that translates corporate jargon into plain English."),
    ],
  },
  { tokens: 20, messages: [system("New synergies will help drive top-line growth.", "example_user")] },
  { tokens: 19, messages: [system("Things working well together will increase revenue.", "example_assistant")] },
  {
    tokens: 28,
    messages: [
      system(
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
        "example_user",
      ),
    ],
  },
  {
    tokens: 26,
    messages: [system("Let's talk later when we're less busy about how to do better.", "example_assistant")],
  },
  {
    tokens: 26,
    messages: [user("This late pivot means we don't have time to boil the ocean for the client deliverable.")],
  },
  { tokens: 31, messages: [user("hello")], functions: [{ name: "foo", parameters: object({}) }] },
  {
    tokens: 36,
    messages: [user("hello")],
    functions: [{ name: "foo", description: "Do a foo", parameters: object({}) }],
  },
  { tokens: 49, messages: [user("hello")], functions: bing({ foo: { type: "string" } }) },
  {
    tokens: 57,
    messages: [user("hello")],
    functions: bing({ foo: { type: "string" }, bar: { type: "number", description: "A number" } }),
  },
  {
    tokens: 68,
    messages: [user("hello")],
    functions: bing({ foo: object({ bar: { type: "string", enum: ["a", "b", "c"] }, baz: { type: "boolean" } }) }),
  },
  { tokens: 15, messages: [user("hello world"), answered("{}", "do_stuff")] },
  { tokens: 28, messages: [user("hello world"), answered('{"foo": "bar", "baz": 1.5}', "do_stuff")] },
  { tokens: 24, messages: [answered('{"a": { "b" : { "c": false}}}', "dance_the_tango")] },
  { tokens: 26, messages: [calling("do_stuff", '{"foo": "bar", "baz": 1.5}')] },
  { tokens: 25, messages: [calling("do_stuff", '{"foo":"bar", "baz":\n\n 1.5}')] },
  {
    tokens: 52,
    messages: [system("Hello"), user("Hi there")],
    functions: [
      { name: "do_stuff", parameters: object({ foo: { anyOf: [choice("a", { baz: { type: "boolean" } })] } }) },
    ],
  },
  {
    tokens: 80,
    messages: [system("Hello"), user("Hi there")],
    functions: [
      {
        name: "do_stuff",
        parameters: object({
          foo: {
            anyOf: [
              choice("a", { baz: { type: "boolean" } }),
              choice("b", { qux: { type: "number" } }),
              choice("c", { idk: { type: "string" } }),
            ],
          },
        }),
      },
    ],
  },
  {
    tokens: 44,
    messages: [system("Hello"), user("Hi there")],
    functions: [
      {
        name: "do_stuff",
        parameters: object({ foo: { anyOf: [{ type: "string", const: "a" }, { type: "number" }] } }),
      },
    ],
  },
  { tokens: 35, messages: [system("Hello"), user("Hi there")], functions: [doStuff] },
  { tokens: 35, messages: [system("Hello:"), user("Hi there")], functions: [doStuff] },
  { tokens: 40, messages: [system("Hello:"), system("Hello"), user("Hi there")], functions: [doStuff] },
  {
    tokens: 49,
    messages: [system("Hello:"), system("Hello"), user("Hi there")],
    functions: [doStuff, { name: "do_other_stuff", parameters: object({}) }],
  },
  {
    tokens: 106,
    messages: [user("hello")],
    functions: [
      {
        name: "get_recipe",
        parameters: object(
          {
            ingredients: {
              type: "array",
              items: object(
                {
                  name: { type: "string" },
                  unit: { enum: ["grams", "ml", "cups", "pieces", "teaspoons"], type: "string" },
                  amount: { type: "number" },
                },
                ["name", "unit", "amount"],
              ),
            },
            instructions: {
              type: "array",
              items: { type: "string" },
              description: "Steps to prepare the recipe (no numbering)",
            },
            time_to_cook: { type: "number", description: "Total time to prepare the recipe in minutes" },
          },
          ["ingredients", "instructions", "time_to_cook"],
        ),
      },
    ],
  },
  {
    tokens: 46,
    messages: [user("hello")],
    functions: [
      {
        name: "function",
        description: "description",
        parameters: object({
          quality: object({
            pros: {
              type: "array",
              items: { type: "string" },
              description: "Write 3 points why this text is well written",
            },
          }),
        }),
      },
    ],
  },
  {
    tokens: 96,
    messages: [user("hello")],
    functions: [
      {
        name: "function",
        description: "desctiption1",
        parameters: {
          ...object({
            mainField: { type: "string", description: "description3" },
            "field number one": {
              description: "description4",
              ...object({
                yesNoField: { type: "string", description: "description5", enum: ["Yes", "No"] },
                howIsInteresting: { type: "string", description: "description6" },
                scoreInteresting: { type: "number", description: "description7" },
                isInteresting: { type: "string", description: "description8", enum: ["Yes", "No"] },
              }),
            },
          }),
          description: "desctiption2",
        },
      },
    ],
  },
];

const asTools = prompts
  .filter((item) => item.functions !== undefined)
  .map(({ functions = [], ...rest }): Published => ({
    ...rest,
    tools: functions.map((definition) => ({ type: "function", function: definition })),
  }));

const weather = {
  type: "function",
  function: {
    name: "get_current_weather",
    description: "Get the current weather in a given location",
    parameters: object(
      {
        location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
      },
      ["location"],
    ),
  },
};
const withTools: Published[] = [
  {
    tokens: 108,
    messages: [user("hello")],
    tools: [
      weather,
      {
        type: "function",
        function: bing({ foo: { type: "string" }, bar: { type: "number", description: "A number" } })[0],
      },
    ],
  },
  {
    tokens: 159,
    messages: [
      system("I want you to act as useful assistant."),
      user("Tell me a joke about programmers and at the same time find out what is the weather in Prague"),
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "generate_theme_joke",
          description: "Generate a joke based on a given theme",
          parameters: object(
            {
              theme: { type: "string", description: "The theme for the joke, e.g. 'animals', 'space', 'sports', etc." },
            },
            ["theme"],
          ),
        },
      },
      {
        type: "function",
        function: {
          name: "get_weather",
          description: "Get the current weather in a given location in Celsius degrees",
          parameters: object(
            {
              unit: { enum: ["celsius", "fahrenheit"], type: "string", default: "celsius" },
              location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
            },
            ["location"],
          ),
        },
      },
    ],
  },
];

const boston = '{"location":"Boston"}';
const sunny = "It is currently 70 degrees and sunny in Boston, MA";
const round = (tokens: number, ...calls: (readonly [name: string, args: string, answer: string])[]): Published => ({
  tokens,
  messages: [
    {
      role: "assistant",
      content: null,
      tool_calls: calls.map(([name, args], index) => ({
        id: `call_${index}`,
        type: "function",
        function: { name, arguments: args },
      })),
    },
    ...calls.map(([, , content], index) => ({ role: "tool", content, tool_call_id: `call_${index}` })),
  ],
});
const same = (count: number) => Array.from({ length: count }, () => ["get_current_weather", boston, sunny] as const);
const rounds: Published[] = [
  round(24, ["get_current_weather", boston, ""]),
  round(17, ["ggg", "", ""]),
  round(36, ["get_current_weather", boston, sunny]),
  round(32, ["get_totally_different_weather_123", boston, ""]),
  round(51, [
    "get_totally_different_weather_123",
    '{"location":"Boston", "date": "yesterday", "time": "noon"}',
    "It is the same as yesterday",
  ]),
  round(42, ["get_address", '{"location":"Paris", "date": "yesterday", "time": "noon"}', "The address is 123 Main St"]),
  round(
    89,
    ["get_current_weather", boston, sunny],
    ["get_stock_price", '{"symbol":"AAPL"}', "The current price of AAPL is $150"],
  ),
  round(93, ["get_weather_for_location", boston, sunny], ["get_weather_for_location", boston, sunny]),
  round(
    78,
    ["get_breakfast", '{"meal":"pancakes"}', "Your pancakes are ready"],
    ["get_taxi", '{"destination":"airport"}', "Your taxi is on the way"],
  ),
  round(124, ...same(3)),
  round(157, ...same(4)),
  round(190, ...same(5)),
];

describe("what the API reported for prompts", () => {
  let counter: TokenCounter;
  beforeAll(async () => {
    counter = await createTokenCounter({ model: "gpt-3.5-turbo" });
  });
  it.each(
    [...prompts, ...asTools, ...withTools, ...rounds].map(
      (item) => [item.tokens, JSON.stringify(item).slice(0, 80), item] as const,
    ),
  )("%i tokens: %s", (tokens, _name, { messages, functions, tools }) => {
    const row = { messages, ...(functions && { functions }), ...(tools && { tools }) };
    expect(counter.row(row)).toMatchObject({ total: tokens, exact: true });
  });
});

describe("what the cookbook says that the API reported", () => {
  const jargon = [
    system("You are a helpful, pattern-following assistant that translates corporate jargon into plain English."),
    system("New synergies will help drive top-line growth.", "example_user"),
    system("Things working well together will increase revenue.", "example_assistant"),
    system(
      "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      "example_user",
    ),
    system("Let's talk later when we're less busy about how to do better.", "example_assistant"),
    user("This late pivot means we don't have time to boil the ocean for the client deliverable."),
  ];
  const question = [
    system("You are a helpful assistant that can answer to questions about the weather."),
    user("What's the weather like in San Francisco?"),
  ];
  const tools = [
    {
      type: "function",
      function: {
        name: "get_current_weather",
        description: "Get the current weather in a given location",
        parameters: object(
          {
            location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
            unit: { type: "string", description: "The unit of temperature to return", enum: ["celsius", "fahrenheit"] },
          },
          ["location"],
        ),
      },
    },
  ];
  it.each([
    ["gpt-3.5-turbo", 129, 105],
    ["gpt-4", 129, 105],
    ["gpt-4o", 124, 101],
    ["gpt-4o-mini", 124, 101],
  ])("%s: %i tokens, and %i with a tool", async (model, plain, withTool) => {
    const counter = await createTokenCounter({ model });
    expect(counter.row({ messages: jargon }).total).toBe(plain);
    expect(counter.row({ messages: question, tools }).total).toBe(withTool);
  });
});

// prompt_tokens that https://github.com/pamelafox/openai-messages-token-helper checks against the API
// (tests/functions.py and tests/messages.py, read on 2026-11-29), of models with cl100k_base and, for messages, with
// o200k_base. A `tool_choice` of "none" costs one token, which is taken off here.
describe("what was checked against the API after gpt-3.5", () => {
  const bot = system("You are a bot.");
  const tool = (name: string, description: string, parameters?: object) => [
    { type: "function", function: { name, description, ...(parameters && { parameters }) } },
  ];
  const search = (parameters?: object) =>
    tool("search_sources", "Retrieve sources from the Azure AI Search index", parameters);
  const shown = (properties: object, required?: readonly string[]) =>
    tool("data_demonstration", "This is the main function description", object(properties, required));
  const inner = (properties: object) => ({ description: "The object data type as a property", ...object(properties) });
  const query = "Query string to retrieve documents from azure search eg: 'Health care plan'";
  const mood = { type: "string", enum: ["Happy", "Sad"] };
  const lost = { type: "string", description: "Description in a second object is lost" };
  const described = (type: string | undefined, description: string, more: object = {}) => ({
    ...(type !== undefined && { type }),
    description,
    ...more,
  });
  it.each<[string, number, object[]]>([
    ["search", 66, search(object({ search_query: described("string", query) }, ["search_query"]))],
    ["an enum of integers", 53, shown({ integer_enum: { type: "integer", enum: [-1, 1] } })],
    ["no parameters", 42, search()],
    ["no description of an optional parameter", 49, search(object({ search_query: { type: "string" } }))],
    ["no description", 49, search(object({ search_query: { type: "string" } }, ["search_query"]))],
    [
      "an enum of strings",
      85,
      tool(
        "summarize_order",
        "Summarize the customer order request",
        object(
          {
            product_name: described("string", "Product name ordered by customer"),
            quantity: described("integer", "Quantity ordered by customer"),
            unit: described("string", "unit of measurement of the customer order", { enum: ["meals", "days"] }),
          },
          ["product_name", "quantity", "unit"],
        ),
      ),
    ],
    ["an inner object", 64, shown({ object_1: inner({ string1: { type: "string" } }) }, ["object_1"])],
    ["an inner object with an enum", 72, shown({ object_1: inner({ string_2a: mood }) }, ["object_1"])],
    ["an inner description", 88, shown({ object_1: inner({ string_2a: mood, string_2b: lost }) }, ["object_1"])],
    [
      "an inner description and a string",
      102,
      shown(
        {
          object_1: inner({ string_2a: mood, string_2b: lost }),
          string_1: described("string", "Not required gets a question mark"),
        },
        ["object_1"],
      ),
    ],
    [
      "a boolean",
      88,
      tool(
        "human_escalation",
        "Check if user wants to escalate to a human",
        object(
          {
            requires_escalation: described(
              "boolean",
              "If user is showing signs of frustration or anger in the query. Also if the user says they want to talk to a real person and not a chat bot.",
            ),
          },
          ["requires_escalation"],
        ),
      ),
    ],
    [
      "an array",
      58,
      tool(
        "get_coordinates",
        "Get the latitude and longitude of multiple mailing addresses",
        object(
          { addresses: described("array", "The mailing addresses to be located", { items: { type: "string" } }) },
          ["addresses"],
        ),
      ),
    ],
    [
      "null",
      54,
      tool(
        "get_null",
        "Get the null value",
        object({ null_value: described("null", "The null value to be returned") }, ["null_value"]),
      ),
    ],
    [
      "no type",
      58,
      tool(
        "get_no_type",
        "Get the no type value",
        object({ no_type_value: described(undefined, "The no type value to be returned") }, ["no_type_value"]),
      ),
    ],
  ])("definitions with %s: %i tokens", async (_name, tokens, tools) => {
    const counter = await createTokenCounter({ model: "gpt-4" });
    expect(counter.row({ messages: [bot], tools })).toMatchObject({ total: tokens, exact: true });
  });

  const pixel =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z/C/HgAGgwJ/lK3Q6wAAAABJRU5ErkJggg==";
  it.each<[number, number, object]>([
    [12, 12, bot],
    [
      25,
      24,
      system("You are a helpful, pattern-following assistant that translates corporate jargon into plain English."),
    ],
    [8, 8, system("á")],
    [20, 20, system("New synergies will help drive top-line growth.", "example_user")],
    [13, 13, user("Hello, how are you?")],
    [14, 14, user("What happens in a performance review?")],
    [13, 13, user("Is there a dress code?")],
    [14, 14, user("What does a Product Manager do?")],
    [
      30,
      30,
      {
        role: "assistant",
        content: "Yes, there is a dress code at Contoso Electronics. Look sharp! [employee_handbook-1.pdf]",
      },
    ],
    [
      266,
      266,
      {
        role: "user",
        content: [
          { type: "text", text: "Describe this picture:" },
          { type: "image_url", image_url: { url: pixel, detail: "auto" } },
        ],
      },
    ],
  ])("%i and %i tokens for a message: %j", async (gpt4, gpt4o, message) => {
    for (const [model, tokens] of [
      ["gpt-4", gpt4],
      ["gpt-4o", gpt4o],
    ] as const)
      expect((await createTokenCounter({ model })).row({ messages: [message] }).total).toBe(tokens);
  });
});
