import { isRecord } from "../internal/is-record.js";
import type { AssistantTrainingMessage, OpenAIFunction, OpenAITool, Run, TrainingMessage } from "../types.js";
import { checkParameters } from "./checks/check-parameters.js";
import { checkFinishReason, isEndOfCall, type AnswerOptions } from "./checks/finish-reason.js";
import { splitGluedToolCalls } from "./checks/glued-tool-calls.js";
import { checkLostArguments } from "./checks/lost-arguments.js";
import { restoreRepeatedFields } from "./checks/repeated-fields.js";
import { partsOfRun } from "./tracers/run-parts.js";
import { shapes } from "./tracers/index.js";
import type { Conversation, RunParts } from "./tracers/run-shape.js";
import { spanAttribute } from "./tracers/span-attribute.js";
import { readFunctionDefinitions, readToolDefinitions, type ToolDefinitions } from "../messages/tool-definition.js";
import { Unreadable } from "../messages/unreadable.js";

/** A run as one conversation in OpenAI's form, checked: the last message is the model's whole answer. */
export interface ReadRun {
  parts: RunParts;
  messages: TrainingMessage[];
  tools: OpenAITool[];
  functions: OpenAIFunction[];
  parallelToolCalls?: boolean;
  alternatives: AssistantTrainingMessage[];
  finishReason?: string;
  /** What was mended: `glued-tool-calls`, `repeated-fields`. */
  repairs: string[];
}

/** Reads a run. Throws `Unreadable` with the reason where it gives no conversation. */
export function readConversation(run: Run, options: AnswerOptions): ReadRun {
  checkRun(run);
  const parts = partsOfRun(run);
  checkParameters(run, parts);
  checkHistory(parts);
  const conversation = readShape(parts);
  const { prompt, answer, finishReason } = conversation;
  if (prompt.length === 0) throw new Unreadable("no-inputs", "The run has no message before the answer.", "inputs");
  const last = answer.at(-1);
  if (last?.role !== "assistant")
    throw new Unreadable("no-answer", "The outputs do not end with a message of the assistant.", "outputs");
  if (conversation.isPartial)
    throw new Unreadable("partial-stream", "The answer was put together from a stream that did not end.", "outputs");
  checkFinishReason(finishReason, options);
  checkAnswer(last, options);
  if (isEndOfCall(finishReason) && !last.tool_calls && !last.function_call) {
    throw new Unreadable(
      "invalid-tool-call",
      `The answer ended with a call (${finishReason}), and the trace holds none.`,
      "outputs",
    );
  }

  const definitions = readDefinitions(parts, conversation);
  checkLostArguments(last, definitions.tools, parts);
  const repairs: string[] = [];
  if (conversation.mayGlueToolCalls && last.tool_calls) {
    const parted = splitGluedToolCalls(last.tool_calls, definitions.tools);
    if (parted) {
      last.tool_calls = parted;
      repairs.push("glued-tool-calls");
    }
  }
  if (
    conversation.mayRepeatFields &&
    restoreRepeatedFields(
      last,
      definitions.tools.map((tool) => tool.function.name),
      definitions.functions.map(({ name }) => name),
    )
  )
    repairs.push("repeated-fields");
  const messages = prompt.concat(answer);
  checkBuiltIn(messages, definitions);
  return {
    parts,
    messages,
    tools: definitions.tools,
    functions: definitions.functions,
    parallelToolCalls: parallelToolCallsOf(parts),
    alternatives: conversation.alternatives?.filter(isWhole) ?? [],
    finishReason,
    repairs,
  };
}

function checkRun(run: Run): void {
  if (run.run_type && run.run_type !== "llm")
    throw new Unreadable("not-llm", `The run is of type ${run.run_type}.`, "run_type");
  if (run.status === "error" || run.error) throw new Unreadable("run-error", "The run ended with an error.", "error");
  if (run.status === "pending") throw new Unreadable("pending", "The run is not finished.", "status");
}

// OpenAI's Responses API: what the model saw is at the provider.
function checkHistory({ inputs, outputs, params, metadata }: RunParts): void {
  // The Agents SDK's tracer puts the response's own fields into the metadata; elsewhere that is the caller's.
  const response = metadata.object === "response" ? metadata : {};
  const earlier =
    inputs.previous_response_id ??
    params.previous_response_id ??
    outputs.previous_response_id ??
    response.previous_response_id ??
    inputs.conversation ??
    params.conversation ??
    outputs.conversation ??
    response.conversation ??
    response.prompt ??
    params.prompt;
  if ((typeof earlier === "string" && earlier !== "") || isRecord(earlier)) {
    throw new Unreadable(
      "missing-history",
      "The call continues a conversation that is stored at the provider and not in the run.",
      "inputs",
    );
  }
}

function readShape(parts: RunParts): Conversation {
  for (const shape of shapes) {
    const conversation = shape.read(parts);
    if (conversation) return conversation;
  }
  if (Array.isArray(parts.inputs.prompts))
    throw new Unreadable("text-completion", "The run completes a text; it is no chat.", "inputs.prompts");
  const keys = Object.keys(parts.outputs)
    .slice(0, 5)
    .map((key) => key.slice(0, 30))
    .join(", ");
  throw new Unreadable("unknown-shape", `The outputs (${keys}) are of no known shape.`, "outputs");
}

function checkAnswer(answer: AssistantTrainingMessage, { keepRefusals = false }: AnswerOptions): void {
  if (answer.refusal && !keepRefusals) throw new Unreadable("refusal", "The model refused.", "outputs");
  if (!isWhole(answer)) throw new Unreadable("no-answer", "The answer is empty.", "outputs");
}

function isWhole({ content, tool_calls: calls, function_call: call, refusal }: AssistantTrainingMessage): boolean {
  return (
    Boolean(calls?.length) ||
    call !== undefined ||
    Boolean(refusal) ||
    (typeof content === "string" && content.trim() !== "")
  );
}

interface Definitions {
  tools: OpenAITool[];
  functions: OpenAIFunction[];
  builtIn: string[];
}

function readDefinitions(
  { inputs, outputs, params, options, metadata }: RunParts,
  { functionsAreTools = false, strictTools = false, request }: Conversation,
): Definitions {
  if (request)
    return {
      ...readToolDefinitions(request.tools, "tools"),
      functions: readFunctionDefinitions(request.functions, "functions"),
    };
  const { tools, builtIn } = readRequestedTools(inputs, outputs, params, options, metadata);
  if (strictTools) for (const tool of tools) tool.function.strict = true;
  const functions = params.functions ?? inputs.functions ?? options.functions;
  if (!functionsAreTools) return { tools, builtIn, functions: readFunctionDefinitions(functions, "functions") };
  const named = readToolDefinitions(functions, "functions");
  return { tools: tools.length > 0 ? tools : named.tools, functions: [], builtIn };
}

type Fields = Record<string, unknown>;

function readRequestedTools(
  inputs: Fields,
  outputs: Fields,
  params: Fields,
  options: Fields,
  metadata: Fields,
): ToolDefinitions {
  // pydantic-ai's spans have the tools whole here, elsewhere without `strict`.
  const request = spanAttribute([metadata, params], "model_request_parameters");
  if (isRecord(request)) {
    const own = [request.function_tools, request.output_tools].flatMap((list: unknown) =>
      Array.isArray(list) ? (list as unknown[]) : [],
    );
    if (own.length > 0) return readToolDefinitions(own, "model_request_parameters");
  }
  if (isFilled(params.tools)) return readToolDefinitions(params.tools, "extra.invocation_params.tools");
  if (isRecord(params.toolConfig) && isFilled(params.toolConfig.tools))
    return readToolDefinitions(params.toolConfig.tools, "extra.invocation_params.toolConfig.tools");
  if (isFilled(inputs.tools)) return readToolDefinitions(inputs.tools, "inputs.tools");
  if (isRecord(inputs.toolConfig) && isFilled(inputs.toolConfig.tools))
    return readToolDefinitions(inputs.toolConfig.tools, "inputs.toolConfig.tools");
  if (isRecord(inputs.config) && isFilled(inputs.config.tools))
    return readToolDefinitions(inputs.config.tools, "inputs.config.tools");
  if (isRecord(inputs.mode)) {
    // The AI SDK 4.
    if (isFilled(inputs.mode.tools)) return readToolDefinitions(inputs.mode.tools, "inputs.mode.tools");
    if (isRecord(inputs.mode.tool)) return readToolDefinitions([inputs.mode.tool], "inputs.mode.tool");
  }
  // An empty list is what the client made of tools that it does not know.
  if (isFilled(options.tools) && !Array.isArray(params.tools))
    return readToolDefinitions(options.tools, "extra.options.tools");
  const requested = metadata.ls_invocation_params;
  if (isRecord(requested) && isFilled(requested.tools))
    return readToolDefinitions(requested.tools, "extra.metadata.ls_invocation_params.tools");
  // Spans of OpenTelemetry, LangSmith's own among them.
  const defined = spanAttribute(
    [metadata, params, inputs],
    "gen_ai.tool.definitions",
    "tool_definitions",
    "ai.prompt.tools",
  );
  if (isFilled(defined)) return readToolDefinitions(defined, "gen_ai.tool.definitions");
  return readToolDefinitions(outputs.tools, "outputs.tools");
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function checkBuiltIn(messages: readonly TrainingMessage[], { tools, builtIn }: Definitions): void {
  if (builtIn.length === 0) return;
  for (const message of messages) {
    const call =
      message.role === "assistant"
        ? message.tool_calls?.find(
            ({ function: { name } }) => builtIn.includes(name) && !tools.some((tool) => tool.function.name === name),
          )
        : undefined;
    if (call)
      throw new Unreadable(
        "invalid-tool",
        `The conversation calls ${call.function.name}, a tool of the provider without a definition.`,
        "inputs.tools",
      );
  }
}

function parallelToolCallsOf({ inputs, params }: RunParts): boolean | undefined {
  if (typeof inputs.parallel_tool_calls === "boolean") return inputs.parallel_tool_calls;
  return typeof params.parallel_tool_calls === "boolean" ? params.parallel_tool_calls : undefined;
}
