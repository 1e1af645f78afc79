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
