import { isRecord, objectOf } from "../../internal/is-record.js";
import type { Run } from "../../types.js";
import { isMessage } from "../../messages/messages.js";
import { wholeJson } from "./common/span-attribute.js";
import type { TracedRun } from "./tracer.js";
import { kindOf, Unreadable } from "../../messages/unreadable.js";

/** The parts of a run that tracers read, or the reason why there is nothing to read. */
export function tracedRun(run: Run): TracedRun {
  const extra = objectOf(run.extra);
  const metadata = objectOf(extra.metadata);
  const inputs = fieldsOf(valueIn(run.inputs, metadata, 0), "inputs", "no-inputs");
  const outputs = fieldsOf(valueIn(run.outputs, metadata, 1), "outputs", "no-outputs");
  return {
    name: run.name ?? "",
    tags: run.tags ?? [],
    inputs: withExtraBody(unwrappedInputs(inputs)),
    outputs: unwrappedOutputs(outputs),
    params: withExtraBody(objectOf(extra.invocation_params)),
    options: objectOf(extra.options),
    metadata,
    isExtraOmitted: run.extraOmitted === true,
  };
}

// Attributes of Langfuse's and MLflow's spans with the request and the response of a call. LangSmith's table
// of attributes has neither, so that they stand under their own names.
const SPAN_VALUES = [
  ["langfuse.observation.input", "langfuse.observation.output"],
  ["mlflow.spanInputs", "mlflow.spanOutputs"],
] as const;

function valueIn(value: unknown, metadata: Record<string, unknown>, side: 0 | 1): unknown {
  if (!isRecord(value) || !isHollow(value)) return value;
  const names = SPAN_VALUES.find((pair) => metadata[pair[side]] !== undefined);
  if (!names) return value;
  const held = wholeJson(metadata[names[side]], names[side]);
  if (isRecord(held)) return held;
  return side === 0 ? { messages: held } : { output: held };
}

function fieldsOf(
  value: unknown,
  path: "inputs" | "outputs",
  code: "no-inputs" | "no-outputs",
): Record<string, unknown> {
  if (Array.isArray(value) && value.length > 0) return { [path]: value };
  if (typeof value === "string")
    throw new Unreadable("unknown-shape", `The ${path} are one text (the tracer could not serialize them).`, path);
  if (value !== undefined && value !== null && !isRecord(value))
    throw new Unreadable("unknown-shape", `The ${path} are ${kindOf(value)}.`, path);
  if (!isRecord(value) || isHollow(value)) {
    throw new Unreadable(code, `The run has no ${path}: hidden by its tracer, not yet there, or not asked for.`, path);
  }
  return value;
}

function isHollow(fields: Record<string, unknown>): boolean {
  for (const key in fields) if (fields[key] !== null && fields[key] !== undefined) return false;
  return true;
}

// A function that takes its request as one argument, or among several.
function unwrappedInputs(inputs: Record<string, unknown>): Record<string, unknown> {
  if (inputs.messages !== undefined) return inputs;
  const candidates: unknown[] = [inputs.input, inputs.kwargs, inputs.params, inputs.request, inputs.body];
  if (Array.isArray(inputs.args)) {
    const [first, ...others] = inputs.args as unknown[];
    const options = Object.assign({}, ...others.filter(isRecord)) as Record<string, unknown>;
    // The request, and how to send it: `wrapOpenAI` traces both where both are given.
    if (isRecord(first) && (Array.isArray(first.messages) || "input" in first || "prompt" in first))
      return { ...options, ...first, args: inputs.args };
    if (Array.isArray(first)) return { ...options, messages: first, args: inputs.args };
  }
  const inner = candidates.find((candidate) => isRecord(candidate) && Array.isArray(candidate.messages));
  return isRecord(inner) ? { ...inputs, input: undefined, ...inner } : inputs;
}

// The fields of a request that say what the model saw.
const OF_REQUEST = [
  "messages",
  "tools",
  "functions",
  "instructions",
  "system",
  "input",
  "prompt",
  "previous_response_id",
  "conversation",
];

// The Python clients put the fields of `extra_body` over those of the request.
function withExtraBody(inputs: Record<string, unknown>): Record<string, unknown> {
  const extra = inputs.extra_body;
  if (!isRecord(extra)) return inputs;
  const fields = OF_REQUEST.filter((key) => extra[key] !== undefined && extra[key] !== HIDDEN).map(
    (key) => [key, extra[key]] as const,
  );
  return fields.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(fields) };
}

// What LangSmith's wrappers write in place of what could be a secret.
const HIDDEN = "[SECRET_DETECTED]";

// A function that returns a whole response: Python writes it under `output`, generators under `outputs`.
function unwrappedOutputs(outputs: Record<string, unknown>): Record<string, unknown> {
  // An answer in itself; the AI SDK's tracers put the whole response beside it, if asked to.
  if (typeof outputs.role === "string") return outputs;
  for (const key of ["output", "outputs", "response", "result"]) {
    const inner = outputs[key];
    if (!isRecord(inner) || (isMessage(inner) && !("stop_reason" in inner))) continue;
    if (
      Array.isArray(inner.choices) ||
      Array.isArray(inner.generations) ||
      Array.isArray(inner.output) ||
      Array.isArray(inner.messages) ||
      "stop_reason" in inner
    )
      return inner;
  }
  return outputs;
}
