// Spans of OpenTelemetry as runs. The spans are those of the real instrumentations, whose clients talk to
// the stub; what LangSmith's server makes of a span is not: it is done here as the table of
// https://docs.langchain.com/langsmith/trace-with-opentelemetry says. An attribute that the table does
// not have is kept under its own name in the metadata.
// usage: node spans.mjs <python of today's packages> <python of the older ones> [name]
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createRecorder } from "./recorder.mjs";
import { startStub } from "./stub.mjs";

const [today, older, only = ""] = process.argv.slice(2);
const MODES = [
  ...[
    "openllmetry",
    "openllmetry-anthropic",
    "openinference",
    "openinference-anthropic",
    "logfire",
    "pydantic",
    "langsmith",
  ].map((mode) => [mode, today]),
  ...["openllmetry-old", "openllmetry-old-anthropic", "pydantic-old"].map((mode) => [mode, older]),
];

const stub = await startStub();
for (const [mode, python] of MODES) {
  const child = spawn(python, [fileURLToPath(new URL("spans.py", import.meta.url)), stub.url, mode, only], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { spans, versions, ...captured } = JSON.parse(line);
    const runs = spans.filter(isCall).map((span, index) => runOf(span, index, captured.name));
    await createRecorder({ only, baseURL: stub.url, versions }).record({ ...captured, runs });
  }
}
await stub.close();
process.exit(0);

function isCall({ attributes: attribute }) {
  if (attribute["langsmith.span.kind"] !== undefined) return attribute["langsmith.span.kind"] === "llm";
  if (attribute["openinference.span.kind"] !== undefined) return attribute["openinference.span.kind"] === "LLM";
  if (attribute["llm.request.type"] !== undefined) return true;
  // A client can have spans of its own, without what was said.
  return (
    attribute["gen_ai.operation.name"] === "chat" &&
    Object.keys(attribute).some((key) => /^gen_ai\.(?:output\.messages|completion)|^events$/.test(key))
  );
}

function runOf({ name, attributes }, index, scenario) {
  const run = { inputs: {}, outputs: {} };
  const params = {};
  const metadata = {};
  const put = (target, path, value) => {
    const [key, ...rest] = path;
    if (rest.length === 0) target[key] = value;
    else put((target[key] ??= /^\d+$/.test(rest[0]) ? [] : {}), rest, value);
  };
  for (const [key, value] of Object.entries(attributes)) {
    const numbered = /^(gen_ai\.prompt|gen_ai\.completion|llm\.input_messages|llm\.output_messages)\.(\d+\..+)$/.exec(
      key,
    );
    const whole = /^(?:gen_ai\.(input|output)\.messages|gen_ai\.(prompt|completion))$/.exec(key);
    if (numbered)
      put(/prompt|input/.test(numbered[1]) ? run.inputs : run.outputs, ["messages", ...numbered[2].split(".")], value);
    else if (whole?.[1]) run[`${whole[1]}s`].messages = parsed(value);
    else if (whole) Object.assign(whole[2] === "prompt" ? run.inputs : run.outputs, parsed(value));
    else if (key === "events") splitEvents(parsed(value), run);
    else if (key.startsWith("llm.request.functions."))
      put(params, ["functions", ...key.slice("llm.request.functions.".length).split(".")], value);
    else if (/^llm\.tools\.\d+\.tool\.json_schema$/.test(key)) (params.tools ??= []).push(value);
    else if (key === "llm.invocation_parameters") Object.assign(params, parsed(value));
    else if (key === "gen_ai.request.model") params.model = value;
    else if (key === "gen_ai.system") metadata.ls_provider = value;
    else if (key.startsWith("langsmith.metadata.")) metadata[key.slice("langsmith.metadata.".length)] = value;
    // The numbered ones have the same, and more.
    else if (key !== "input.value" && key !== "output.value" && key !== "logfire.json_schema") metadata[key] = value;
  }
  const id = `00000000-0000-4000-8000-${createHash("sha256").update(`${scenario} ${index}`).digest("hex").slice(0, 12)}`;
  return {
    id,
    trace_id: id,
    name,
    run_type: "llm",
    dotted_order: `20261122T000000${String(index).padStart(6, "0")}Z${id}`,
    start_time: "2026-11-22T00:00:00.000Z",
    end_time: "2026-11-22T00:00:01.000Z",
    ...run,
    extra: { invocation_params: params, metadata },
  };
}

function splitEvents(events, run) {
  run.inputs.messages = events.filter((event) => event["event.name"] !== "gen_ai.choice");
  Object.assign(
    run.outputs,
    events.find((event) => event["event.name"] === "gen_ai.choice"),
  );
}

function parsed(value) {
  return typeof value === "string" ? JSON.parse(value) : value;
}
