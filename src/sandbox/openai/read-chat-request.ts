import { isRecord } from "../../internal/is-record.js";
import type { JsonObject, JsonValue, OpenAIFunction } from "../../types.js";
import { ApiError, invalidType, missingParameter } from "./api-error.js";
import type { ChatMessage, ChatPrompt } from "./chat-types.js";

/** A request of a chat completion, checked as far as the real API is known to check. */
export interface ChatRequest {
  model: string;
  prompt: ChatPrompt;
  /** Calls are answered as `function_call`, because the request has `functions`. */
  legacy: boolean;
  /** A function was named by the request, which changes the reason for the end. */
  forced: boolean;
  stream: boolean;
  includeUsage: boolean;
  answers: number;
  /** What the prompt holds besides its messages, for the count of its tokens. */
  definitions: JsonValue | undefined;
}

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

export function readChatRequest(body: Record<string, unknown>): ChatRequest {
  const { model, messages, tools, functions, stream, n, response_format: format } = body;
  if (typeof model !== "string") throw missingParameter("model");
  if (!Array.isArray(messages)) throw missingParameter("messages");
  if (messages.length === 0) throw new ApiError(400, "[] is too short - 'messages'", { param: "messages" });
  checkMessages(messages);
  const streaming = stream === true;
  const streamOptions = body["stream_options"];
  if (isRecord(streamOptions) && !streaming) {
    throw new ApiError(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
      param: "stream_options",
    });
  }
  const legacy = Array.isArray(functions);
  const bound = legacy ? readFunctions(functions, "functions") : readTools(tools);
  const choice = legacy
    ? readChoice(body["function_call"], bound, "function_call")
    : readChoice(body["tool_choice"], bound, "tool_choice");
  return {
    model,
    prompt: {
      messages: messages as ChatMessage[],
      functions: bound,
      choice,
      parallel: !legacy && body["parallel_tool_calls"] !== false,
      format: readFormat(format),
    },
    legacy,
    forced: typeof choice === "object",
    stream: streaming,
    includeUsage: isRecord(streamOptions) && streamOptions["include_usage"] === true,
    answers: typeof n === "number" && Number.isInteger(n) && n > 0 ? n : 1,
    definitions: (functions ?? tools) as JsonValue | undefined,
  };
}

function readFormat(format: unknown): JsonObject | undefined {
  if (format === undefined || format === null) return undefined;
  if (!isRecord(format)) throw invalidType("response_format", "an object");
  const { type, json_schema: named } = format;
  if (type === "text") return undefined;
  if (type === "json_object") return {};
  if (type !== "json_schema") {
    const message = `Invalid value: '${String(type)}'. Supported values are: 'json_object', 'json_schema', and 'text'.`;
    throw new ApiError(400, message, { param: "response_format.type", code: "invalid_value" });
  }
  if (!isRecord(named) || typeof named["name"] !== "string") throw missingParameter("response_format.json_schema.name");
  return isRecord(named["schema"]) ? (named["schema"] as JsonObject) : {};
}

function checkMessages(messages: readonly unknown[]): void {
  const open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`;
    if (!isRecord(message)) throw invalidType(param, "an object");
    const { role, content, tool_calls: calls, function_call: call, tool_call_id: id } = message;
    if (typeof role !== "string") throw missingParameter(`${param}.role`);
    if (!ROLES.includes(role)) {
      throw new ApiError(
        400,
        `Invalid value: '${role}'. Supported values are: ${ROLES.map((one) => `'${one}'`).join(", ")}.`,
        {
          param: `${param}.role`,
          code: "invalid_value",
        },
      );
    }
    const mayBeEmpty =
      role === "assistant" && (calls !== undefined || call !== undefined || typeof message["refusal"] === "string");
    if ((content === null || content === undefined) && !mayBeEmpty && role !== "function") {
      throw new ApiError(400, `Invalid value for 'content': expected a string, got null.`, {
        param: `${param}.content`,
      });
    }
    if (role === "tool" && !(typeof id === "string" && open.delete(id))) {
      throw new ApiError(
        400,
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        { param: `${param}.role` },
      );
    }
    if (role !== "tool" && open.size > 0) throw unanswered(open, param);
    if (Array.isArray(calls))
      for (const one of calls as { id?: unknown }[]) if (typeof one.id === "string") open.add(one.id);
  }
  if (open.size > 0) throw unanswered(open, "messages");
}

function unanswered(open: ReadonlySet<string>, param: string): ApiError {
  const ids = [...open].join(", ");
  return new ApiError(
    400,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`,
    { param },
  );
}

function readTools(tools: unknown): OpenAIFunction[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw invalidType("tools", "an array of objects");
  const definitions = tools.map((tool: unknown, index) => {
    if (!isRecord(tool) || tool["type"] !== "function")
      throw invalidType(`tools[${index}]`, "a tool of type 'function'");
    return tool["function"];
  });
  return readFunctions(definitions, "tools");
}

function readFunctions(functions: readonly unknown[], param: string): OpenAIFunction[] {
  if (functions.length === 0) throw new ApiError(400, `[] is too short - '${param}'`, { param });
  return functions.map((definition, index) => {
    const at = param === "tools" ? `tools[${index}].function` : `functions[${index}]`;
    if (!isRecord(definition) || typeof definition["name"] !== "string") throw missingParameter(`${at}.name`);
    const { name, parameters } = definition;
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name as string)) {
      throw new ApiError(
        400,
        `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        {
          param: `${at}.name`,
          code: "invalid_value",
        },
      );
    }
    if (isRecord(parameters) && Object.keys(parameters).length > 0 && parameters["type"] !== "object") {
      const type = JSON.stringify(parameters["type"] ?? null);
      throw new ApiError(
        400,
        `Invalid schema for function '${String(name)}': schema must be a JSON Schema of 'type: "object"', got 'type: ${type}'.`,
        {
          param: `${at}.parameters`,
          code: "invalid_function_parameters",
        },
      );
    }
    return definition as unknown as OpenAIFunction;
  });
}

function readChoice(value: unknown, bound: readonly OpenAIFunction[], param: string): ChatPrompt["choice"] {
  if (value === undefined || value === null) return "auto";
  if (bound.length === 0) {
    throw new ApiError(400, `'${param}' is only allowed when functions are specified.`, { param });
  }
  if (value === "auto" || value === "none" || value === "required") return value;
  const { name, function: inner } = isRecord(value) ? (value as JsonObject) : {};
  const wanted = name ?? (isRecord(inner) ? inner["name"] : undefined);
  if (typeof wanted !== "string") throw invalidType(param, "one of 'none', 'auto', 'required' or a function");
  if (!bound.some((definition) => definition.name === wanted)) {
    throw new ApiError(400, `'${param}' names '${wanted}', which is not among the functions.`, { param });
  }
  return { name: wanted };
}
