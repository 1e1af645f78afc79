// Spans of Traceloop's instrumentation of OpenAI for JavaScript, put into runs (see span-run.mjs). Its packages are
// none of this folder's: install those of README.md in a folder outside of it, and run this file with
// CAPTURE_PACKAGES=<that folder>.
import { createRequire } from "node:module";
import { createRecorder } from "./recorder.mjs";
import { runOf } from "./span-run.mjs";
import { startStub } from "./stub.mjs";

const require = createRequire(`${process.env.CAPTURE_PACKAGES}/package.json`);
process.env.TRACELOOP_TRACE_CONTENT = "true";
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { InMemorySpanExporter, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-base");
const { OpenAIInstrumentation } = require("@traceloop/instrumentation-openai");
const { OpenAI } = require("openai");

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
const instrumentation = new OpenAIInstrumentation({ traceContent: true });
instrumentation.setTracerProvider(provider);
instrumentation.manuallyInstrument(OpenAI);

const stub = await startStub();
const client = new OpenAI({ apiKey: "no-key", baseURL: `${stub.url}/v1`, maxRetries: 0 });
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const definition = { name: "get_weather", description: "Get weather", parameters };
const tools = [{ type: "function", function: definition }];
const flat = [{ type: "function", ...definition }];
const rule = "You are a weather bot.";
const [system, user] = [
  { role: "system", content: rule },
  { role: "user", content: "Weather?" },
];
const calls = ["Paris", "Rome"].map((city, index) => ({
  id: `call_${index + 1}`,
  name: "get_weather",
  arguments: JSON.stringify({ city }),
}));
const text = { text: "It is sunny in Paris." };
const both = { text: "Looking.", calls };
const cut = { text: "It is sunny in", finish: "length" };
const called = calls.map(({ id, ...call }) => ({ id, type: "function", function: call }));
const history = [
  system,
  user,
  { role: "assistant", content: "Looking.", tool_calls: called },
  { role: "tool", tool_call_id: "call_1", content: "sunny" },
  { role: "tool", tool_call_id: "call_2", content: '{"a":1}' },
  { role: "assistant", content: "Sunny." },
  { role: "user", content: "So?" },
];
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const image = [
  { type: "text", text: "what" },
  { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
];
const items = [
  user,
  { type: "function_call", call_id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' },
  { type: "function_call_output", call_id: "call_1", output: "sunny" },
];
const chat = (fields) => client.chat.completions.create({ model: "gpt-4o-mini", messages: [system, user], ...fields });
const responses = (fields) =>
  client.responses.create({ model: "gpt-4o-mini", instructions: rule, input: "Weather?", ...fields });
const drain = async (stream) => {
  const events = [];
  for await (const event of await stream) events.push(event);
};
const lost = { skip: "incomplete-trace" };
const scenarios = {
  plain: [text, () => chat()],
  calls: [both, () => chat({ tools })],
  "tools-unused": [text, () => chat({ tools })],
  stream: [both, () => drain(chat({ tools, stream: true }))],
  "text-stream": [text, () => drain(chat({ stream: true }))],
  history: [text, () => chat({ tools, messages: history })],
  image: [text, () => chat({ messages: [{ role: "user", content: image }] })],
  length: [cut, () => chat(), { skip: "truncated" }],
  choices: [text, () => chat({ n: 2 })],
  "responses-plain": [text, () => responses(), lost],
  "responses-bare": [text, () => responses({ instructions: undefined }), lost],
  "responses-calls": [both, () => responses({ tools: flat }), lost],
  "responses-unused": [text, () => responses({ tools: flat }), lost],
  "responses-stream": [text, () => drain(responses({ stream: true })), { skip: "no-outputs" }],
  "responses-history": [text, () => responses({ tools: flat, input: items }), lost],
  "responses-previous": [text, () => responses({ previous_response_id: "resp_0" }), lost],
};
const [only] = process.argv.slice(2);
const recorder = createRecorder({
  only,
  baseURL: stub.url,
  versions: { "@traceloop/instrumentation-openai": require("@traceloop/instrumentation-openai/package.json").version },
});
for (const [name, [reply, ask, expected]] of Object.entries(scenarios)) {
  if (!recorder.wants(`span-tljs-${name}`)) continue;
  stub.expect(reply);
  exporter.reset();
  await ask();
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans().map((span) => ({ ...span, name: span.name, status: "OK" }));
  const runs = spans.map((span, index) => runOf(span, index, `span-tljs-${name}`));
  await recorder.record({
    name: `span-tljs-${name}`,
    tracer: "@traceloop/instrumentation-openai",
    runs,
    wire: stub.taken().wire,
    expected,
  });
}
await stub.close();
