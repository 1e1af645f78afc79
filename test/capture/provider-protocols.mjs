// The protocols of providers other than OpenAI and Anthropic: how the stub answers in them, and the
// row that an exchange in them must give. A reply is the provider's own answer, written by the
// scenario; here it gets its envelope, or is cut into the pieces of a stream. Ids that the protocol
// does not have are "*" in the row.
import { crc32 } from "node:zlib";

const pieces = (text, length = 6) => text.match(new RegExp(`.{1,${length}}`, "gsu")) ?? [];
const joined = (parts) =>
  parts.every((part) => part.type === "text") ? parts.map((part) => part.text).join("") : parts;
const call = (id, name, input) => ({
  id: id ?? "*",
  type: "function",
  function: { name, arguments: typeof input === "string" ? input : JSON.stringify(input ?? {}) },
});
const assistant = (text, calls) => ({
  role: "assistant",
  content: text === "" && calls.length > 0 ? null : text,
  ...(calls.length > 0 && { tool_calls: calls }),
});
const define = ({ name, description, parameters, strict }) => ({
  type: "function",
  function: { name, ...(description && { description }), ...(parameters && { parameters }), ...(strict && { strict }) },
});
const withTools = (messages, tools) => ({ messages, ...(tools?.length > 0 && { tools: tools.map(define) }) });
const events = (list) => list.map((event) => `data: ${JSON.stringify(event)}\n\n`);

// ── Gemini: AI Studio and Vertex AI ──

const finishedGemini = {
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 4, totalTokenCount: 9 },
  modelVersion: "gemini-2.5-pro",
  responseId: "stub",
};

// Vertex AI streams an array of JSON, unless it is asked for events.
const geminiStream = (list, url) =>
  url.includes("alt=sse")
    ? events(list)
    : [`[${JSON.stringify(list[0])}`, ...list.slice(1).map((chunk) => `,\n${JSON.stringify(chunk)}`), "]"];

export const gemini = {
  name: "gemini",
  matches: (path) => /:(?:stream)?generateContent$/i.test(path),
  streams: (path) => /:streamGenerateContent$/.test(path),
  contentType: "text/event-stream",
  whole: ({ parts, finish = "STOP", candidate, response }) => ({
    candidates: [
      { content: { role: "model", parts }, finishReason: finish, index: 0, safetyRatings: [], ...candidate },
    ],
    ...finishedGemini,
    ...response,
  }),
  stream(reply, _body, url) {
    const { candidates, ...rest } = gemini.whole(reply);
    if (!candidates?.[0]?.content) return geminiStream([{ candidates, ...rest }], url);
    const parts = candidates[0].content.parts.flatMap((part) =>
      part.text && !part.thoughtSignature ? pieces(part.text, 10).map((text) => ({ ...part, text })) : [part],
    );
    const chunk = (list, fields) => ({
      candidates: [{ content: { role: "model", parts: list }, index: 0, ...fields }],
      ...rest,
    });
    const list = (reply.together ? [parts] : parts.map((part) => [part])).map((each) => chunk(each));
    if (reply.cut) return geminiStream(list, url);
    // The reason comes with the last part, or with an empty text after it.
    if (reply.bareEnd) list.push({ candidates: [{ finishReason: candidates[0].finishReason, index: 0 }], ...rest });
    else if (reply.emptyEnd) list.push(chunk([{ text: "" }], { finishReason: candidates[0].finishReason }));
    else list.at(-1).candidates[0].finishReason = candidates[0].finishReason;
    return geminiStream(list, url);
  },
  row(request, response) {
    const rows = [];
    const system = request.systemInstruction ?? request.system_instruction;
    if (system) rows.push({ role: "system", content: system.parts.map(({ text }) => text).join("") });
    for (const { role, parts = [] } of [...request.contents, { ...response.candidates[0].content, role: "model" }]) {
      const said = parts.filter((part) => part.thought !== true);
      for (const { functionResponse: result } of said) {
        if (result) rows.push({ role: "tool", tool_call_id: result.id ?? "*", content: geminiResult(result) });
      }
      const content = said.flatMap((part) => geminiPart(part));
      if (role !== "model") {
        if (content.length > 0) rows.push({ role: "user", content: joined(content) });
        continue;
      }
      const calls = said
        .filter((part) => part.functionCall)
        .map(({ functionCall: { id, name, args } }) => call(id, name, args));
      if (content.length > 0 || calls.length > 0) rows.push(assistant(joined(content), calls));
    }
    return withTools(
      rows,
      (request.tools ?? [])
        .flatMap((tool) => tool.functionDeclarations ?? tool.function_declarations ?? [])
        .map((tool) => ({ ...tool, parameters: lowered(tool.parametersJsonSchema ?? tool.parameters) })),
    );
  },
};

const inline = ({ mimeType, mime_type: type, data }) => ({
  type: "image_url",
  image_url: { url: `data:${mimeType ?? type};base64,${data}` },
});

function geminiPart({ text, inlineData, inline_data: data, fileData, file_data: file }) {
  if (typeof text === "string") return [{ type: "text", text }];
  if (inlineData ?? data) return [inline(inlineData ?? data)];
  const linked = fileData ?? file;
  return linked ? [{ type: "image_url", image_url: { url: linked.fileUri ?? linked.file_uri } }] : [];
}

// LangChain puts a tool's text into `result`, `output` or `content`.
function geminiResult({ response }) {
  const { result, output, content } = response.error?.details ? { result: response.error.details } : response;
  const value = result ?? output ?? content ?? response;
  return typeof value === "string"
    ? value
    : Array.isArray(value) && value.every(({ text }) => typeof text === "string")
      ? value.map(({ text }) => text).join("")
      : JSON.stringify(value);
}

// Gemini's own names of types are those of JSON Schema in capitals.
function lowered(schema) {
  if (Array.isArray(schema)) return schema.map(lowered);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== "$schema")
      .map(([key, value]) => [key, key === "type" && typeof value === "string" ? value.toLowerCase() : lowered(value)]),
  );
}

// ── Bedrock: Converse ──

export const converse = {
  name: "converse",
  matches: (path) => /\/converse(?:-stream)?$/.test(path),
  streams: (path) => path.endsWith("/converse-stream"),
  contentType: "application/vnd.amazon.eventstream",
  whole: ({ content, stop, fields }) => ({
    metrics: { latencyMs: 100 },
    output: { message: { role: "assistant", content } },
    stopReason: stop ?? (content.some(({ toolUse }) => toolUse) ? "tool_use" : "end_turn"),
    usage: { inputTokens: 5, outputTokens: 4, totalTokens: 9 },
    ...fields,
  }),
  stream(reply) {
    const { output, stopReason, usage, metrics } = converse.whole(reply);
    const list = [["messageStart", { role: "assistant" }]];
    output.message.content.forEach(({ text, toolUse, reasoningContent }, contentBlockIndex) => {
      const delta = (value) => list.push(["contentBlockDelta", { contentBlockIndex, delta: value }]);
      if (toolUse) {
        list.push([
          "contentBlockStart",
          { contentBlockIndex, start: { toolUse: { toolUseId: toolUse.toolUseId, name: toolUse.name } } },
        ]);
        for (const input of pieces(reply.input ?? JSON.stringify(toolUse.input), 5)) delta({ toolUse: { input } });
      } else if (reasoningContent?.redactedContent) delta({ reasoningContent });
      else if (reasoningContent) {
        for (const piece of pieces(reasoningContent.reasoningText.text, 2))
          delta({ reasoningContent: { text: piece } });
        delta({ reasoningContent: { signature: reasoningContent.reasoningText.signature } });
      } else for (const piece of pieces(text)) delta({ text: piece });
      list.push(["contentBlockStop", { contentBlockIndex }]);
    });
    if (!reply.cut) list.push(["messageStop", { stopReason }], ["metadata", { usage, metrics }]);
    return list.map(([type, event]) => eventStreamMessage(type, event));
  },
  row(request, response) {
    const rows = [];
    const system = (request.system ?? []).filter(({ text }) => text !== undefined);
    if (system.length > 0) rows.push({ role: "system", content: system.map(({ text }) => text).join("") });
    for (const { role, content } of [...request.messages, response.output.message]) {
      for (const { toolResult } of content) {
        if (toolResult)
          rows.push({
            role: "tool",
            tool_call_id: toolResult.toolUseId,
            content: joined(
              toolResult.content.map((part) =>
                part.json === undefined ? conversePart(part) : { type: "text", text: JSON.stringify(part.json) },
              ),
            ),
          });
      }
      const parts = content
        .filter(({ text, image, guardContent }) => text !== undefined || image || guardContent)
        .map(conversePart);
      const calls = content
        .filter(({ toolUse }) => toolUse)
        .map(({ toolUse: { toolUseId, name, input } }) => call(toolUseId, name, input));
      if (role === "assistant" ? parts.length > 0 || calls.length > 0 : parts.length > 0)
        rows.push(role === "assistant" ? assistant(joined(parts), calls) : { role, content: joined(parts) });
    }
    return withTools(
      rows,
      (request.toolConfig?.tools ?? []).flatMap(({ toolSpec }) =>
        toolSpec ? [{ ...toolSpec, parameters: toolSpec.inputSchema.json }] : [],
      ),
    );
  },
};

function conversePart({ text, image, guardContent }) {
  if (guardContent) return { type: "text", text: guardContent.text.text };
  return image
    ? { type: "image_url", image_url: { url: `data:image/${image.format};base64,${image.source.bytes}` } }
    : { type: "text", text };
}

/** A message of `application/vnd.amazon.eventstream`: lengths, headers, JSON, and their checksums. */
function eventStreamMessage(type, event) {
  const header = (name, value) =>
    Buffer.concat([
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([7, value.length >> 8, value.length & 255]),
      Buffer.from(value),
    ]);
  const headers = Buffer.concat([
    header(":event-type", type),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const body = Buffer.from(JSON.stringify(event));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), headers, body]);
  return Buffer.concat([message, checksum(message)]);
}

function checksum(data) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(data));
  return sum;
}

// ── Ollama ──

export const ollama = {
  name: "ollama",
  matches: (path) => path.endsWith("/api/chat"),
  streams: (_path, { stream }) => stream !== false,
  contentType: "application/x-ndjson",
  whole: ({ message, done = "stop", fields }, { model }) => ({
    model,
    created_at: "2026-11-22T10:00:00.000000Z",
    message: { role: "assistant", content: "", ...message },
    done: true,
    done_reason: done,
    total_duration: 10,
    load_duration: 1,
    prompt_eval_count: 5,
    prompt_eval_duration: 2,
    eval_count: 4,
    eval_duration: 3,
    ...fields,
  }),
  stream(reply, body) {
    const { message, ...end } = ollama.whole(reply, body);
    const { model, created_at } = end;
    const chunk = (fields) => ({
      model,
      created_at,
      message: { role: "assistant", content: "", ...fields },
      done: false,
    });
    const list = [
      ...pieces(message.thinking ?? "").map((thinking) => chunk({ thinking })),
      ...pieces(message.content).map((content) => chunk({ content })),
    ];
    if (message.tool_calls)
      list.push(
        ...(reply.apart
          ? message.tool_calls.map((each) => chunk({ tool_calls: [each] }))
          : [chunk({ tool_calls: message.tool_calls })]),
      );
    if (!reply.cut) list.push({ ...end, message: { role: "assistant", content: "" } });
    return list.map((each) => `${JSON.stringify(each)}\n`);
  },
  row(request, response) {
    const rows = [...request.messages, response.message].map(
      ({ role, content, images, tool_calls: calls = [], tool_call_id: id }) => {
        if (role === "tool") return { role, tool_call_id: id ?? "*", content };
        if (role === "assistant")
          return assistant(
            content ?? "",
            calls.map(({ id: given, function: { name, arguments: input } }) => call(given, name, input)),
          );
        return {
          role,
          content:
            images?.length > 0
              ? [
                  ...(content === "" ? [] : [{ type: "text", text: content }]),
                  ...images.map((data) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } })),
                ]
              : content,
        };
      },
    );
    return withTools(
      rows,
      request.tools?.map((tool) => tool.function),
    );
  },
};

// ── what speaks OpenAI's chat protocol in its own way: Mistral, Groq, DeepSeek, xAI, OpenRouter, … ──

export const openAILike = {
  name: "openai-like",
  matches: (path) => path.endsWith("/chat/completions"),
  streams: (_path, { stream }) => stream === true,
  contentType: "text/event-stream",
  whole: ({ message, finish, choice, fields }, { model }) => ({
    id: "stub",
    object: "chat.completion",
    created: 1764000000,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", ...message },
        finish_reason: finish ?? (message.tool_calls ? "tool_calls" : "stop"),
        ...choice,
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
    ...fields,
  }),
  stream(reply, body) {
    const {
      choices: [{ message, finish_reason: finish, index }],
      usage,
      ...head
    } = openAILike.whole(reply, body);
    const chunk = (delta, reason = null, rest = {}) => ({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index, delta, finish_reason: reason }],
      ...rest,
    });
    const list = [chunk({ role: "assistant", content: "" })];
    if (reply.deltas) list.push(...reply.deltas.map((delta) => chunk(delta)));
    else {
      for (const [key, value] of Object.entries(message)) {
        if (key === "role" || key === "tool_calls" || value === null) continue;
        if (typeof value === "string") list.push(...pieces(value).map((piece) => chunk({ [key]: piece })));
        else list.push(chunk({ [key]: value }));
      }
      for (const [
        place,
        {
          id,
          function: { name, arguments: input },
          ...rest
        },
      ] of (message.tool_calls ?? []).entries()) {
        if (reply.wholeCalls)
          list.push(chunk({ tool_calls: [{ index: place, id, ...rest, function: { name, arguments: input } }] }));
        else
          list.push(
            chunk({ tool_calls: [{ index: place, id, ...rest, function: { name, arguments: "" } }] }),
            ...pieces(input, 5).map((piece) =>
              chunk({ tool_calls: [{ index: place, function: { arguments: piece } }] }),
            ),
          );
      }
    }
    if (!reply.cut) list.push(chunk({ content: "" }, finish, { usage }));
    return [...events(list), "data: [DONE]\n\n"];
  },
  row(request, response) {
    const rows = [...request.messages, response.choices[0].message].map(
      ({ role, content, name, tool_calls: calls, tool_call_id: id }) => {
        const parts = Array.isArray(content)
          ? content.flatMap(({ type, text, image_url: image }) =>
              type === "text"
                ? [{ type, text }]
                : type === "image_url"
                  ? [{ type, image_url: typeof image === "string" ? { url: image } : image }]
                  : [],
            )
          : undefined;
        const said = parts ? joined(parts) : (content ?? "");
        if (role === "tool") return { role, tool_call_id: id, content: said };
        if (role === "assistant")
          return assistant(
            said,
            (calls ?? []).map(({ id: given, function: { name: called, arguments: input } }) =>
              call(given, called, input),
            ),
          );
        return { role, content: said, ...(name && { name }) };
      },
    );
    return withTools(
      rows,
      request.tools?.map((tool) => tool.function),
    );
  },
};

export const protocols = [gemini, converse, ollama, openAILike];
