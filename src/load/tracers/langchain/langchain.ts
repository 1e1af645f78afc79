import { isRecord, objectOf } from "../../../internal/is-record.js";
import { fromGeminiSchema } from "../../../messages/gemini-schema.js";
import { isMessage, readMessage, readMessages } from "../../../messages/messages.js";
import { readFunctionDefinitions, type ToolDefinitions } from "../../../messages/tool-definition.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { AssistantTrainingMessage, OpenAIFunction, TrainingMessage } from "../../../types.js";
import { withSystem } from "../common/prompt.js";
import { restoreRepeatedFields } from "../common/repeated-fields.js";
import { inCopy, inParameters, inSpan, parametersOmitted, toolsAt } from "../common/requested-tools.js";
import { formatIn, schemaFormat, settingsOf } from "../common/settings.js";
import { checkStoredPrompt, previousResponse, responseId } from "../common/stored-history.js";
import { checkFinished } from "../common/unfinished.js";
import type { Settings, TracedRun, Tracer } from "../tracer.js";
import { checkDamage } from "./damage.js";
import { finishReasonOf, mustHaveReason } from "./ending.js";
import { isChunk, messageIn, readGeneration, type Generation } from "./generation.js";
import { senderOfRun } from "./sender-of-run.js";

/**
 * Chat models of LangChain.js and LangChain Python, old and new: `inputs.messages` (nested one
 * level, or flat), `outputs.generations` (the same) with a message in each. `generations[].text` is
 * not used: streamed tool calls leave their JSON in it, and calls with text leave it empty.
 */
export const langchain: Tracer = {
  name: "langchain",
  read(run) {
    const { inputs, outputs, params, metadata } = run;
    if (!Array.isArray(outputs.generations)) return undefined;
    const previousResponseId = previousResponse(params);
    checkStoredPrompt(params.prompt, "extra.invocation_params.prompt");
    const nested = Array.isArray(outputs.generations[0]);
    const generations = (nested ? outputs.generations[0] : outputs.generations) as unknown[];
    const path = nested ? "outputs.generations[0]" : "outputs.generations";
    if (inputs.messages === undefined && "prompts" in inputs) {
      throw new Unreadable("text-completion", "The run completes a text; it is not a chat.", "inputs.prompts");
    }
    if (generations.length === 0) throw new Unreadable("no-answer", "The run has no generation.", path);
    const answers = generations.map((generation, index) => answerOf(generation, `${path}[${index}]`, index > 0));
    const [answer, ...others] = answers;
    if (!answer) throw new Unreadable("no-answer", "The generation holds no message.", `${path}[0]`);
    const generation = readGeneration(generations[0]);
    const finishReason = finishReasonOf(generation, metadata);
    checkDamage(run, generation, answer, finishReason, { choices: generations.length, path });
    const prompt = promptOf(run, generation);
    const isResponse = generation.response.object === "response";
    checkFinished(finishReason === undefined && mustHaveReason(generation, metadata));
    const tools = toolsOf(run);
    const functions = readFunctionDefinitions(params.functions ?? run.options.functions, "functions");
    return {
      prompt,
      answer,
      responseId: isResponse ? responseId(generation.response.id) : undefined,
      previousResponseId,
      instructions: isResponse ? withSystem(params.instructions, []).length : 0,
      tools,
      functions,
      ...settings(run),
      alternatives: others.flatMap((messages) =>
        (messages ?? []).filter((message): message is AssistantTrainingMessage => message.role === "assistant"),
      ),
      finishReason,
      repairs: isChunk(generation) && isRestored(answer.at(-1), tools, functions) ? ["repeated-fields"] : [],
    };
  },
};

function promptOf(run: TracedRun, generation: Generation): TrainingMessage[] {
  const { inputs, params } = run;
  const sender = senderOfRun(run, generation);
  const sent = sender.conversation(readMessages(inputs.messages, "inputs.messages", { sender }));
  if (generation.response.object === "response") return withSystem(params.instructions, sent);
  // Anthropic's parameter stands in place of the messages' own.
  const system = isAnthropic(run, generation) ? (params.system ?? objectOf(params.model_kwargs).system) : undefined;
  return system === undefined || system === null
    ? sent
    : withSystem(system, sent[0]?.role === "system" ? sent.slice(1) : sent);
}

function isAnthropic({ metadata }: TracedRun, { response }: Generation): boolean {
  return (response.model_provider ?? metadata.ls_provider) === "anthropic";
}

function answerOf(generation: unknown, path: string, isOptional: boolean): TrainingMessage[] | undefined {
  const message = messageIn(generation);
  if (!isMessage(message)) return undefined;
  const output: TrainingMessage[] = [];
  try {
    readMessage(message, output, `${path}.message`, { isAnswer: true });
  } catch (error) {
    if (isOptional && error instanceof Unreadable) return undefined;
    throw error;
  }
  return output;
}

// Models of LangChain copy some of their parameters into the metadata, and not always the tools.
function toolsOf(run: TracedRun): ToolDefinitions {
  const { params, options } = run;
  const config = isRecord(params.toolConfig) ? params.toolConfig : {};
  const tools = toolsAt(
    inParameters(run),
    [config.tools, "extra.invocation_params.toolConfig.tools"],
    // An empty list is what the client made of tools that it does not know.
    [Array.isArray(params.tools) ? undefined : options.tools, "extra.options.tools"],
    inCopy(run),
    inSpan(run),
  );
  if (tools === undefined && run.isExtraOmitted) throw parametersOmitted();
  return tools ?? { tools: [], builtIn: [] };
}

// A class or an object of Zod is spoiled in the parameters; LangChain's own note of it is clean.
function settings({ params, options }: TracedRun): Settings {
  const { ls_structured_output_format: clean } = options;
  const config = objectOf(params.generationConfig);
  const gemini = config.responseJsonSchema ?? config.responseSchema ?? params.responseSchema;
  return settingsOf(
    [params],
    isRecord(clean) ? schemaFormat(clean.schema) : undefined,
    params.response_format,
    formatIn(params.text),
    isRecord(gemini) ? schemaFormat(fromGeminiSchema(gemini)) : undefined,
  );
}

function isRestored(
  answer: TrainingMessage | undefined,
  { tools }: ToolDefinitions,
  functions: readonly OpenAIFunction[],
): boolean {
  if (answer?.role !== "assistant") return false;
  return restoreRepeatedFields(
    answer,
    tools.map((tool) => tool.function.name),
    functions.map(({ name }) => name),
  );
}
