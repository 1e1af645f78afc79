import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import type { TrainingMessage } from "../../../types.js";
import { readMessage } from "../../../messages/messages.js";
import { Unreadable } from "../../../messages/unreadable.js";
import { finishReasonOf, readAnswer } from "./ai-sdk-answer.js";
import { promptAsSent } from "../../../messages/senders/ai-sdk-prompt.js";
import { isOpenAI, isOpenAIChat, type AiSdkSender } from "../../../messages/senders/ai-sdk.js";
import { aiSdkSender } from "./ai-sdk-sender.js";
import { strictTools } from "./strict-tools.js";
import { firstText } from "../../../internal/first-text.js";
import { readFunctionDefinitions, readToolDefinitions } from "../../../messages/tool-definition.js";
import { promptOf } from "../common/prompt.js";
import { inCopy, inInputs, inParameters, inSpan, requestedTools, type Place } from "../common/requested-tools.js";
import { settingsOf } from "../common/settings.js";
import { responseId } from "../common/stored-history.js";
import { missingHistory } from "../../stored/missing-history.js";
import { checkFinished } from "../common/unfinished.js";
import type { Conversation, Settings, TracedRun, Tracer } from "../tracer.js";

/**
 * The Vercel AI SDK 4 to 7: `wrapAISDK`, whose outputs are one message with the SDK's parts, and
 * the telemetry integration of version 7, which leaves the system text in
 * `extra.invocation_params.instructions`.
 */
export const aiSdk: Tracer = {
  name: "ai-sdk",
  read(run) {
    const { inputs, outputs, params } = run;
    if (!isAiSdk(run) || outputs.role !== "assistant" || !("content" in outputs || "tool_calls" in outputs))
      return undefined;
    const tools = requestedTools(run, inParameters(run), inInputs(run), inMode(run), inCopy(run), inSpan(run));
    const sender = checkedSender(run);
    const request = sentRequest(outputs, sender);
    if (request) return asSent(run, request, readAnswer(run, sender), finishReasonOf(outputs, sender));
    const { messages } = inputs;
    const list: unknown = Array.isArray(messages)
      ? [...systemMessages(params.instructions ?? params.system), ...(messages as unknown[])]
      : messages;
    const prompt = withInstructions(promptOf({ ...inputs, messages: promptAsSent(list, sender) }), sender);
    const answer = readAnswer(run, sender);
    checkFinished(isCut(run));
    return {
      prompt,
      answer,
      ...storedTurn(outputs, sender),
      tools: hasStrictTools(sender) ? strictTools(tools) : tools,
      ...settings(run),
      finishReason: finishReasonOf(outputs, sender),
    };
  },
};

/**
 * `wrapAISDKModel` of `langsmith` up to 0.3, around a model of version 4: the call's own options and
 * result. Of a stream it keeps the last call alone, so a streamed answer with a call is refused.
 */
export const aiSdkModel: Tracer = {
  name: "ai-sdk-model",
  read(run) {
    const { inputs, outputs } = run;
    if (
      !isRecord(inputs.mode) ||
      !Array.isArray(inputs.prompt) ||
      outputs.role !== undefined ||
      !("finishReason" in outputs)
    )
      return undefined;
    const tools = requestedTools(run, inParameters(run), inInputs(run), inMode(run), inCopy(run), inSpan(run));
    if (outputs.type === "tool-call") {
      throw new Unreadable(
        "glued-tool-calls",
        "The tracer keeps only the last call of a stream; how many there were is not in the run.",
        "outputs",
      );
    }
    const tool_calls = arrayOf(outputs.toolCalls).map((call) =>
      isRecord(call) ? { id: call.toolCallId, name: call.toolName, arguments: call.args } : call,
    );
    const answer: TrainingMessage[] = [];
    const { text = "", reasoning } = outputs;
    readMessage({ role: "assistant", content: text, reasoning, tool_calls }, answer, "outputs", { isAnswer: true });
    const sender = checkedSender(run);
    const request = sentRequest(outputs, sender);
    if (request) return asSent(run, request, answer, finishReasonOf(outputs));
    const prompt = withInstructions(promptOf({ messages: promptAsSent(inputs.prompt, sender) }), sender);
    checkFinished(outputs.finishReason === "unknown" && outputs.rawCall === undefined);
    return {
      prompt,
      answer,
      ...storedTurn(outputs, sender),
      tools: hasStrictTools(sender) ? strictTools(tools) : tools,
      ...settings(run),
      finishReason: finishReasonOf(outputs),
    };
  },
};

function checkedSender(run: TracedRun): AiSdkSender {
  const sender = aiSdkSender(run);
  checkHistory(run.inputs.providerOptions ?? run.inputs.providerMetadata, sender);
  if (sender.provider.endsWith(".completion"))
    throw new Unreadable("text-completion", "The model completes a text; it is not a chat.", "name");
  return sender;
}

// Version 4 gives what its package sent with the answer, if it was not a stream.
function sentRequest({ rawCall }: Record<string, unknown>, sender: AiSdkSender): Record<string, unknown> | undefined {
  if (sender.version !== 4 || !isOpenAIChat(sender) || !isRecord(rawCall) || !Array.isArray(rawCall.rawPrompt))
    return undefined;
  return { ...objectOf(rawCall.rawSettings), messages: rawCall.rawPrompt };
}

// The tools of version 4 are in its mode.
function inMode({ inputs: { mode } }: TracedRun): Place {
  if (!isRecord(mode)) return [undefined, "inputs.mode"];
  return isRecord(mode.tool) && !Array.isArray(mode.tools)
    ? [[mode.tool], "inputs.mode.tool"]
    : [mode.tools, "inputs.mode.tools"];
}

function settings({ inputs, params }: TracedRun): Settings {
  const mode = isRecord(inputs.mode) && isRecord(inputs.mode.schema) ? inputs.mode : undefined;
  return settingsOf([inputs, params], inputs.responseFormat, params.response_format, mode);
}

function asSent(
  run: TracedRun,
  request: Record<string, unknown>,
  answer: TrainingMessage[],
  finishReason: string | undefined,
): Conversation {
  const last = answer.at(-1);
  const [call] = (last?.role === "assistant" && Array.isArray(request.functions) && last.tool_calls) || [];
  if (last?.role === "assistant" && call) {
    // Its id was made up: the model answered with a function call.
    last.function_call = call.function;
    delete last.tool_calls;
  }
  return {
    prompt: promptOf({ messages: request.messages }),
    answer,
    tools: readToolDefinitions(request.tools, "tools"),
    functions: readFunctionDefinitions(request.functions, "functions"),
    ...settings(run),
    finishReason,
  };
}

// Version 4 asks the Responses API for strict tools unless its options say otherwise, version 5 either API if they say so.
function hasStrictTools(sender: AiSdkSender): boolean {
  const { version, options, provider } = sender;
  const isResponses = provider.endsWith(".responses");
  if (!isOpenAI(sender)) return false;
  if (version === 4) return isResponses && options.strictSchemas !== false;
  return version === 5 && options.strictJsonSchema === true && (options.structuredOutputs !== false || isResponses);
}

// The telemetry has them beside the messages: a text, a message, or several.
function systemMessages(system: unknown): unknown[] {
  if (system === undefined || system === null || system === "") return [];
  return typeof system === "string" ? [{ role: "system", content: system }] : Array.isArray(system) ? system : [system];
}

// An option of OpenAI's package for its Responses API.
function withInstructions(messages: TrainingMessage[], sender: AiSdkSender): TrainingMessage[] {
  return hasInstructions(sender)
    ? [{ role: "system", content: String(sender.options.instructions) }, ...messages]
    : messages;
}

function hasInstructions({ provider, options: { instructions } }: AiSdkSender): boolean {
  return typeof instructions === "string" && instructions !== "" && provider.endsWith(".responses");
}

// What the model saw is at the provider: of a conversation, to which anybody may have added, there is no telling what.
// https://ai-sdk.dev/providers/ai-sdk-providers/openai
function checkHistory(options: unknown, sender: AiSdkSender): void {
  for (const own of isRecord(options) ? Object.values(options) : []) {
    if (!isRecord(own)) continue;
    const isElsewhere = isText(own.previousResponseId) && own !== sender.options;
    if (isText(own.conversation) || isElsewhere) throw missingHistory("inputs.providerOptions");
  }
}

/**
 * The response that a call gave, and the one that it goes on from. All messages are then sent after the stored ones, so
 * that the history is theirs; the instructions are not carried over. Other packages than that of OpenAI's Responses API
 * know no stored responses, so that the option says nothing there.
 */
function storedTurn(
  { providerMetadata, response }: Record<string, unknown>,
  sender: AiSdkSender,
): Pick<Conversation, "responseId" | "previousResponseId" | "instructions"> {
  const { provider, options } = sender;
  const previousResponseId = isText(options.previousResponseId) ? options.previousResponseId : undefined;
  if (!provider.endsWith(".responses")) {
    if (previousResponseId !== undefined) throw missingHistory("inputs.providerOptions");
    return {};
  }
  const own = objectOf(providerMetadata)[/^\w+/.exec(provider)?.[0] ?? ""] ?? objectOf(providerMetadata).openai;
  return {
    responseId: responseId(objectOf(own).responseId, objectOf(response).id),
    previousResponseId,
    instructions: hasInstructions(sender) ? 1 : 0,
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

// Without the provider's reason for its end, a stream had none: version 5 says "unknown" then, 6
// "other" with no word of the provider, 7 "interrupted".
function isCut({ outputs, metadata }: TracedRun): boolean {
  const reason = outputs.finishReason ?? outputs.finish_reason;
  const unified = isRecord(reason) ? reason.unified : reason;
  if (unified === "interrupted") return true;
  if (metadata.ai_sdk_method !== "ai.doStream") return false;
  return (
    reason === undefined ||
    reason === null ||
    unified === "unknown" ||
    (isRecord(reason) && unified === "other" && (reason.raw === undefined || reason.raw === null))
  );
}

function isAiSdk({ outputs, metadata }: TracedRun): boolean {
  const integration = firstText(metadata.ls_integration);
  return integration?.startsWith("vercel-ai-sdk") === true || "finishReason" in outputs;
}
