// Runs that Mastra's exporter posts. Its packages are none of this folder's: see traceloop.mjs.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createRecorder } from "./recorder.mjs";
import { startStub } from "./stub.mjs";

const require = createRequire(`${process.env.CAPTURE_PACKAGES}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const stub = await startStub();
process.env.LANGSMITH_TRACING = "true";
const { Agent } = await load("@mastra/core/agent");
const { Mastra } = await load("@mastra/core/mastra");
const { createTool } = await load("@mastra/core/tools");
const { Observability } = await load("@mastra/observability");
const { LangSmithExporter } = await load("@mastra/langsmith");
const { z } = await load("zod");

const weather = createTool({
  id: "get_weather",
  description: "Get weather",
  inputSchema: z.object({ city: z.string() }),
  execute: async () => "sunny",
});
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const calls = ["Paris", "Rome"].map((city, index) => ({
  id: `call_${index + 1}`,
  name: "get_weather",
  arguments: JSON.stringify({ city }),
}));
const text = { text: "It is sunny in Paris." };
const one = { text: "Looking.", calls: calls.slice(0, 1) };
const both = { text: "Looking.", calls };
const loop = { skip: "unknown-shape" };
const withTool = { tools: { get_weather: weather } };

async function ask(input, { agent: fields = {}, stream = false, ...options } = {}) {
  const exporter = new LangSmithExporter({ apiUrl: stub.url, apiKey: "no-key", projectName: "p" });
  const bot = new Agent({
    id: "bot",
    name: "bot",
    instructions: "You are a weather bot.",
    model: { id: "openai/gpt-4o-mini", url: `${stub.url}/v1`, apiKey: "no-key" },
    ...fields,
  });
  const configs = { langsmith: { serviceName: "s", exporters: [exporter] } };
  const mastra = new Mastra({ agents: { bot }, logger: false, observability: new Observability({ configs }) });
  try {
    const agent = mastra.getAgent("bot");
    if (stream) await (await agent.stream(input, options)).text;
    else await agent.generate(input, options);
  } finally {
    await exporter.flush();
    await exporter.shutdown();
  }
}

const toolHistory = [
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: [
      { type: "text", text: "Looking." },
      { type: "tool-call", toolCallId: "call_1", toolName: "get_weather", args: { city: "Paris" } },
    ],
  },
  {
    role: "tool",
    content: [{ type: "tool-result", toolCallId: "call_1", toolName: "get_weather", result: "sunny" }],
  },
];
const image = [
  { type: "text", text: "what" },
  { type: "image", image: `data:image/png;base64,${pixel}` },
];
const schema = z.object({ city: z.string() });
const scenarios = {
  plain: [[text], () => ask("Weather?")],
  stream: [[text], () => ask("Weather?", { stream: true })],
  tools: [[one, text], () => ask("Weather?", { agent: withTool }), loop],
  parallel: [[both, text], () => ask("Weather?", { agent: withTool }), loop],
  "tools-unused": [[text], () => ask("Weather?", { agent: withTool })],
  first: [[both], () => ask("Weather?", { agent: withTool, maxSteps: 1 })],
  "tool-history": [[text], () => ask(toolHistory, { agent: withTool })],
  image: [[text], () => ask([{ role: "user", content: image }])],
  structured: [[{ text: '{"city":"Paris"}' }], () => ask("Weather?", { structuredOutput: { schema } })],
  length: [[{ text: "It is sunny in", finish: "length" }], () => ask("Weather?"), { skip: "truncated" }],
  system: [[text], () => ask("Weather?", { system: "Be brief." })],
  context: [[text], () => ask("Weather?", { context: [{ role: "user", content: "I am in Oslo." }] })],
};
const [only] = process.argv.slice(2);
const versionOf = (name) => require(`${name}/package.json`).version;
const recorder = createRecorder({
  only,
  baseURL: stub.url,
  versions: Object.fromEntries(["@mastra/langsmith", "@mastra/core"].map((name) => [name, versionOf(name)])),
});
for (const [name, [replies, go, expected]] of Object.entries(scenarios)) {
  if (!recorder.wants(`mastra-${name}`)) continue;
  stub.expect(...replies);
  await go();
  const { runs, wire } = stub.taken();
  await recorder.record({ name: `mastra-${name}`, tracer: "@mastra/langsmith @mastra/core", runs, wire, expected });
}
await stub.close();
process.exit(0);
