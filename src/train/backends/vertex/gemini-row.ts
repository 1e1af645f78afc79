import { isRecord } from "../../../internal/is-record.js";
import type {
  AssistantTrainingMessage,
  JsonObject,
  OpenAITool,
  TrainingMessage,
  UserTrainingMessage,
} from "../../../types.js";
import { isPreference, textWithRefusals, type Row } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";
import { defined } from "../shared/read.js";
import { geminiSchema } from "./gemini-schema.js";
import { parseExact } from "../../../internal/exact-json.js";

interface Content {
  role: "user" | "model";
  parts: JsonObject[];
}

/**
 * A row in the form of Gemini's tuning datasets. The turns are made as `ChatGoogle` of
 * `@langchain/google` makes them of a conversation, so that the tuned model is asked as it was
 * trained: a tool's result is `{ result: text }` in a user turn, and neighbours of one kind are one turn.
 *
 * Sources: https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/tuning
 * (supervised-tuning/prepare-data, function-calling, preference-tuning/prepare-data).
 */
export function geminiRow(row: Row): JsonObject {
  if (!isPreference(row)) {
    const { messages, tools } = row;
    return defined({ ...conversationOf(messages, "$.messages"), tools: toolsOf(tools) }) as JsonObject;
  }
  const { messages, tools } = row.input;
  if (tools !== undefined && tools.length > 0) {
    throw new InconvertibleRowError(
      "$.input.tools",
      "tools-in-preference",
      "Gemini's preference tuning takes text alone: no tools.",
    );
  }
  const { systemInstruction, contents } = conversationOf(messages, "$.input.messages");
  return defined({
    // The documentation of preference data writes this name with an underscore, that of supervised data without.
    system_instruction: systemInstruction,
    contents,
    completions: [
      { score: 1, completion: completionOf(row.preferred_output[0], "$.preferred_output[0]") },
      { score: 0, completion: completionOf(row.non_preferred_output[0], "$.non_preferred_output[0]") },
    ],
  }) as unknown as JsonObject;
}

function conversationOf(
  messages: readonly TrainingMessage[],
  path: string,
): { systemInstruction?: JsonObject; contents: JsonObject[] } {
  const system: JsonObject[] = [];
  const contents: Content[] = [];
  const toolNames = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const here = `${path}[${index}]`;
    switch (message.role) {
      case "system":
      case "developer":
        if (contents.length > 0)
          throw new InconvertibleRowError(
            `${here}.role`,
            "system-not-first",
            "Gemini has one system instruction, before the conversation.",
          );
        system.push({ text: textWithRefusals(message.content) });
        break;
      case "user":
        append(contents, { role: "user", parts: userParts(message, here) });
        break;
      case "assistant":
        for (const { id, function: called } of message.tool_calls ?? []) toolNames.set(id, called.name);
        append(contents, { role: "model", parts: modelParts(message, here) });
        break;
      case "tool": {
        const name = toolNames.get(message.tool_call_id);
        if (name === undefined) {
          throw new InconvertibleRowError(
            `${here}.tool_call_id`,
            "unknown-tool-call",
            "Gemini names the function that a result belongs to, and no call before has this id.",
          );
        }
        append(contents, {
          role: "user",
          parts: [{ functionResponse: { name, response: { result: textWithRefusals(message.content) } } }],
        });
        break;
      }
      case "function":
        throw new InconvertibleRowError(
          `${here}.role`,
          "legacy-function",
          "Functions of the legacy form are not converted. Write them as tools.",
        );
    }
  }
  return defined({
    systemInstruction: system.length > 0 ? { role: "system", parts: system } : undefined,
    contents: contents as unknown as JsonObject[],
  }) as { systemInstruction?: JsonObject; contents: JsonObject[] };
}

function userParts({ content }: UserTrainingMessage, path: string): JsonObject[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map((part, index): JsonObject =>
    part.type === "text"
      ? { text: part.text }
      : { fileData: imageData(part.image_url.url, `${path}.content[${index}].image_url.url`) },
  );
}

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
};

function imageData(url: string, path: string): JsonObject {
  if (!/^(?:gs|https):\/\//.test(url)) {
    throw new InconvertibleRowError(
      path,
      "image-not-in-a-bucket",
      "Gemini's tuning data names an image by its address: put it into the bucket and write gs://….",
    );
  }
  const mimeType = IMAGE_TYPES[/\.([a-z]+)(?:\?.*)?$/i.exec(url)?.[1]?.toLowerCase() ?? ""];
  if (mimeType === undefined) {
    throw new InconvertibleRowError(
      path,
      "image-type-unknown",
      "The image's type is not to be seen in its address; it must end in .png, .jpg, .jpeg or .webp.",
    );
  }
  return { mimeType, fileUri: url };
}

function modelParts(message: AssistantTrainingMessage, path: string): JsonObject[] {
  if (message.function_call !== undefined) {
    throw new InconvertibleRowError(
      `${path}.function_call`,
      "legacy-function",
      "Functions of the legacy form are not converted. Write them as tools.",
    );
  }
  const text = textWithRefusals(message.content);
  const calls = (message.tool_calls ?? []).map(({ function: { name, arguments: json } }, index) => ({
    functionCall: { name, args: argumentsOf(json, `${path}.tool_calls[${index}].function.arguments`) },
  }));
  const parts = [...(text === "" ? [] : [{ text }]), ...calls];
  if (parts.length === 0)
    throw new InconvertibleRowError(
      path,
      "empty-turn",
      "The message has neither text nor tool calls; a refusal cannot be said in Gemini's form.",
    );
  return parts;
}

function argumentsOf(json: string, path: string): JsonObject {
  let value: unknown;
  try {
    value = parseExact(json);
  } catch {
    value = undefined;
  }
  if (isRecord(value)) return value as JsonObject;
  throw new InconvertibleRowError(
    path,
    "arguments-not-an-object",
    "Gemini holds the arguments of a call as an object, and these are not the JSON of one.",
  );
}

function completionOf(message: AssistantTrainingMessage, path: string): JsonObject {
  if (message.tool_calls !== undefined && message.tool_calls.length > 0) {
    throw new InconvertibleRowError(
      `${path}.tool_calls`,
      "tools-in-preference",
      "Gemini's preference tuning takes text alone: no tool calls.",
    );
  }
  return { role: "model", parts: modelParts(message, path) };
}

function toolsOf(tools: readonly OpenAITool[] | undefined): JsonObject[] | undefined {
  if (tools === undefined || tools.length === 0) return undefined;
  const functionDeclarations = tools.map(({ function: { name, description, parameters } }, index) =>
    defined({
      name,
      description,
      // A function without parameters is written without them: an object without properties is refused.
      parameters:
        parameters === undefined ||
        Object.keys(isRecord(parameters["properties"]) ? parameters["properties"] : {}).length === 0
          ? undefined
          : geminiSchema(parameters, `$.tools[${index}].function.parameters`),
    }),
  );
  return [{ functionDeclarations: functionDeclarations as JsonObject[] }];
}

/** Neighbours of one role are one turn, but tool results never share one with text. */
function append(contents: Content[], content: Content): void {
  const previous = contents.at(-1);
  if (previous?.role === content.role && isResult(previous) === isResult(content))
    previous.parts.push(...content.parts);
  else contents.push(content);
}

function isResult({ parts }: Content): boolean {
  return parts.some((part) => "functionResponse" in part);
}
