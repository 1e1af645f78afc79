// A span of OpenTelemetry as a run, by the table of https://docs.langchain.com/langsmith/trace-with-opentelemetry.
// What LangSmith's server makes of a span was not seen. An attribute that the table does not have is kept
// under its own name in the metadata.
import { createHash } from "node:crypto";

/** True for a span that is a call of a model. */
export function isCall({ attributes: attribute }) {
  if (attribute["langsmith.span.kind"] !== undefined) return attribute["langsmith.span.kind"] === "llm";
  if (attribute["openinference.span.kind"] !== undefined) return attribute["openinference.span.kind"] === "LLM";
  if (attribute["langfuse.observation.type"] !== undefined)
    return attribute["langfuse.observation.type"] === "generation";
  if (attribute["llm.request.type"] !== undefined) return true;
  const operation = attribute["gen_ai.operation.name"];
  return (
    (operation === "chat" || operation === "generate_content") &&
    (attribute["gen_ai.request.model"] ?? attribute["gen_ai.input.messages"]) !== undefined
  );
}

/** `isValue`: the table maps both the numbered messages and the whole values to the same fields; then the values count. */
export function runOf({ name, attributes, events = [], status }, index, scenario, { isValue = false } = {}) {
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
    if (key === "input.value" || key === "output.value") {
      if (isValue) run[key === "input.value" ? "inputs" : "outputs"] = valueOf(value, key.slice(0, -".value".length));
    } else if (numbered) {
      if (!isValue)
        put(
          /prompt|input/.test(numbered[1]) ? run.inputs : run.outputs,
          ["messages", ...numbered[2].split(".")],
          value,
        );
    } else if (whole?.[1]) run[`${whole[1]}s`].messages = parsed(value);
    else if (whole) Object.assign(whole[2] === "prompt" ? run.inputs : run.outputs, parsed(value));
    else if (key === "events") splitEvents(parsed(value), run);
    else if (key.startsWith("llm.request.functions."))
      put(params, ["functions", ...key.slice("llm.request.functions.".length).split(".")], value);
    else if (/^llm\.tools\.\d+\.tool\.json_schema$/.test(key)) (params.tools ??= []).push(value);
    else if (key === "llm.invocation_parameters") Object.assign(params, parsed(value));
    else if (/^gen_ai\.request\./.test(key)) params[key.slice("gen_ai.request.".length)] = value;
    else if (key === "gen_ai.system" || key === "llm.system") metadata.ls_provider = value;
    else if (key === "llm.model_name") metadata.ls_model_name = value;
    else if (key.startsWith("langsmith.metadata.")) metadata[key.slice("langsmith.metadata.".length)] = value;
    else if (key !== "logfire.json_schema") metadata[key] = value;
  }
  for (const event of events) putEvent(event, run);
  const id = `00000000-0000-4000-8000-${createHash("sha256").update(`${scenario} ${index}`).digest("hex").slice(0, 12)}`;
  return {
    id,
    trace_id: id,
    name,
    run_type: "llm",
    dotted_order: `20261122T000000${String(index).padStart(6, "0")}Z${id}`,
    start_time: "2026-11-22T00:00:00.000Z",
    end_time: "2026-11-22T00:00:01.000Z",
    ...(status === "ERROR" && { error: "Error" }),
    ...run,
    extra: { invocation_params: params, metadata },
  };
}

// Message events, and the content events that came before them.
function putEvent({ name, attributes }, run) {
  if (name === "gen_ai.content.prompt") Object.assign(run.inputs, parsed(attributes["gen_ai.prompt"]));
  else if (name === "gen_ai.content.completion") Object.assign(run.outputs, parsed(attributes["gen_ai.completion"]));
  else if (name === "gen_ai.system.message" || name === "gen_ai.user.message")
    (run.inputs.messages ??= []).push(messageOf(name, attributes));
  else if (name === "gen_ai.assistant.message" || name === "gen_ai.tool.message")
    (run.outputs.messages ??= []).push(messageOf(name, attributes));
  else if (name === "gen_ai.choice") Object.assign(run.outputs, attributes);
}

function messageOf(name, { content, role, id, "gen_ai.event.content": whole }) {
  if (whole !== undefined) return parsed(whole);
  return { role: role ?? name.split(".")[1], content, ...(id && { tool_call_id: id }) };
}

function splitEvents(events, run) {
  run.inputs.messages = events.filter((event) => event["event.name"] !== "gen_ai.choice");
  Object.assign(
    run.outputs,
    events.find((event) => event["event.name"] === "gen_ai.choice"),
  );
}

function valueOf(value, name) {
  const read = parsed(value);
  return typeof read === "object" && read !== null && !Array.isArray(read) ? read : { [name]: read };
}

function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
