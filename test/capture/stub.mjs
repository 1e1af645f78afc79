// One loopback server for both sides: it takes what tracers post to LangSmith, and answers model
// calls with the reply that is next in line, in the protocol of the path, streamed or whole.
import { createServer } from "node:http";

/** `protocols` are those of other providers (`provider-protocols.mjs`); where a reply is none of OpenAI's or Anthropic's they come first. */
export async function startStub(protocols = []) {
  const runs = new Map();
  const wire = [];
  let replies = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const data of request) text += data;
    // Exporters of OpenTelemetry post other bytes, which are read from their memory.
    const body = /^\s*[{[]/.test(text) ? JSON.parse(text) : {};
    const json = (value, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const path = new URL(request.url, "http://stub").pathname;
    // For clients in another process.
    if (path === "/control/expect") return json(control.expect(...body));
    if (path === "/control/taken") return json(control.taken());
    if (path.endsWith("/info"))
      return json({
        version: "0.13.0",
        batch_ingest_config: {
          use_multipart_endpoint: false,
          size_limit: 100,
          size_limit_bytes: 20_000_000,
          scale_up_nthreads_limit: 1,
          scale_up_qsize_trigger: 1000,
        },
      });
    if (path.endsWith("/runs/batch")) {
      for (const run of [...(body.post ?? []), ...(body.patch ?? [])]) merge(run);
      return json({}, 202);
    }
    if (path.includes("/runs")) {
      merge({ ...body, id: body.id ?? path.split("/").at(-1) });
      return json({}, 202);
    }
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    const foreign = reply && !reply.error && protocols.find(({ matches }) => matches(path));
    if (foreign) {
      wire.push({ protocol: foreign.name, request: body, response: foreign.whole(reply, body) });
      if (!foreign.streams(path, body)) return json(wire.at(-1).response);
      response.writeHead(200, { "content-type": foreign.contentType });
      for (const piece of foreign.stream(reply, body, request.url)) response.write(piece);
      response.end();
      return;
    }
    const protocol = path.endsWith("/chat/completions")
      ? chat
      : path.endsWith("/completions")
        ? completions
        : path.endsWith("/responses")
          ? responses
          : path.endsWith("/messages")
            ? messages
            : path.endsWith(":generateContent")
              ? gemini
              : undefined;
    if (!protocol || !reply) return json({ error: { message: `no reply for ${path}` } }, 404);
    if (reply.error)
      return json({ error: { message: reply.error, type: "invalid_request_error", code: null, param: null } }, 400);
    const exchange = { protocol: protocol.name, request: body };
    wire.push(exchange);
    exchange.response = protocol.whole(reply, body);
    if (!body.stream) return json(exchange.response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of reply.events?.map((each) => ({
      ...protocol.head?.("chat.completion.chunk", body.model),
      ...each,
    })) ?? protocol.events(reply, body)) {
      response.write(
        `${event.type && protocol.named ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`,
      );
    }
    if (protocol === chat) response.write("data: [DONE]\n\n");
    response.end();
  });
  const merge = (run) => {
    const known = runs.get(run.id) ?? {};
    for (const [key, value] of Object.entries(run)) {
      if (value === undefined || (value === null && known[key] !== undefined)) continue;
      known[key] =
        key === "extra" && known.extra
          ? { ...known.extra, ...value, metadata: { ...known.extra.metadata, ...value.metadata } }
          : value;
    }
    runs.set(run.id, known);
  };
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const control = {
    url: `http://127.0.0.1:${port}`,
    expect(...next) {
      runs.clear();
      wire.length = 0;
      replies = next;
      return {};
    },
    taken: () => ({ runs: [...runs.values()], wire: [...wire] }),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return control;
}

const usage = {
  prompt_tokens: 23,
  completion_tokens: 9,
  total_tokens: 32,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

const chat = {
  name: "chat",
  named: false,
  head: (object, model) => ({
    id: "chatcmpl-Stub1",
    object,
    created: 1764000000,
    model: `${model}-2024-07-18`,
    system_fingerprint: "fp_stub",
    service_tier: "default",
  }),
  whole(reply, { model, n = 1 }) {
    const message = {
      role: "assistant",
      content: reply.text ?? null,
      refusal: reply.refusal ?? null,
      ...(reply.calls && {
        tool_calls: reply.calls.map(({ id, name, arguments: text }) => ({
          id,
          type: "function",
          function: { name, arguments: text },
        })),
      }),
      ...(reply.functionCall && { function_call: reply.functionCall }),
      ...reply.message,
    };
    const finish = reply.finish ?? (reply.calls ? "tool_calls" : reply.functionCall ? "function_call" : "stop");
    const choices = Array.from({ length: n }, (_, index) => ({
      index,
      message: index === 0 ? message : { ...message, content: `${reply.text} #${index}` },
      logprobs: reply.logprobs ?? null,
      finish_reason: finish,
    }));
    return { ...chat.head("chat.completion", model), choices, usage };
  },
  *events(reply, { model, n = 1, stream_options: options }) {
    const chunk = (index, delta, finish = null) => ({
      ...chat.head("chat.completion.chunk", model),
      choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    });
    for (let index = 0; index < n; index++) {
      yield chunk(index, { role: "assistant", content: reply.text === undefined ? null : "", refusal: null });
      const text = reply.text === undefined ? "" : index === 0 ? reply.text : `${reply.text} #${index}`;
      for (const piece of text.match(/.{1,6}/gs) ?? []) yield chunk(index, { content: piece });
      for (const [place, call] of (reply.calls ?? []).entries()) {
        yield chunk(index, {
          tool_calls: [{ index: place, id: call.id, type: "function", function: { name: call.name, arguments: "" } }],
        });
        for (const piece of call.arguments.match(/.{1,5}/gs) ?? [])
          yield chunk(index, { tool_calls: [{ index: place, function: { arguments: piece } }] });
      }
      if (reply.functionCall) {
        yield chunk(index, { function_call: { name: reply.functionCall.name, arguments: "" } });
        for (const piece of reply.functionCall.arguments.match(/.{1,5}/gs) ?? [])
          yield chunk(index, { function_call: { arguments: piece } });
      }
      if (reply.refusal) yield chunk(index, { refusal: reply.refusal });
      if (reply.message) yield chunk(index, reply.message);
      if (!reply.cut)
        yield chunk(
          index,
          {},
          reply.finish ?? (reply.calls ? "tool_calls" : reply.functionCall ? "function_call" : "stop"),
        );
    }
    if (options?.include_usage) yield { ...chat.head("chat.completion.chunk", model), choices: [], usage };
  },
};

const responses = {
  name: "responses",
  named: true,
  output(reply) {
    if (reply.items) return reply.items;
    const items = [];
    if (reply.thinking)
      items.push({ id: "rs_stub", type: "reasoning", summary: [{ type: "summary_text", text: reply.thinking }] });
    if (reply.search)
      items.push({
        id: "ws_stub",
        type: "web_search_call",
        status: "completed",
        action: { type: "search", query: reply.search },
      });
    if (reply.text !== undefined || reply.refusal) {
      const content = reply.refusal
        ? [{ type: "refusal", refusal: reply.refusal }]
        : [{ type: "output_text", text: reply.text, annotations: reply.annotations ?? [], logprobs: [] }];
      items.push({ id: "msg_stub", type: "message", status: "completed", role: "assistant", content });
    }
    for (const [index, call] of (reply.calls ?? []).entries())
      items.push({
        id: `fc_stub${index}`,
        type: "function_call",
        status: "completed",
        arguments: call.arguments,
        call_id: call.id,
        name: call.name,
      });
    return items;
  },
  whole(reply, body, output = responses.output(reply)) {
    return {
      id: "resp_stub",
      object: "response",
      created_at: 1764000000,
      status: reply.finish ? "incomplete" : "completed",
      background: false,
      error: null,
      incomplete_details: reply.finish
        ? { reason: reply.finish === "length" ? "max_output_tokens" : reply.finish }
        : null,
      instructions: body.instructions ?? null,
      max_output_tokens: null,
      model: `${body.model}-2024-07-18`,
      output,
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: body.previous_response_id ?? null,
      reasoning: { effort: null, summary: null },
      service_tier: "default",
      store: true,
      temperature: 1,
      text: body.text ?? { format: { type: "text" } },
      tool_choice: body.tool_choice ?? "auto",
      tools: body.tools ?? [],
      top_p: 1,
      truncation: "disabled",
      usage: {
        input_tokens: 25,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 32,
      },
      user: null,
      metadata: {},
      ...reply.fields,
    };
  },
  *events(reply, body) {
    let sequence = 0;
    const event = (type, fields) => ({ type, sequence_number: sequence++, ...fields });
    yield event("response.created", {
      response: { ...responses.whole(reply, body, []), status: "in_progress", usage: null },
    });
    for (const [place, item] of responses.output(reply).entries()) {
      const at = { output_index: place, item_id: item.id };
      if (item.type === "message") {
        yield event("response.output_item.added", {
          output_index: place,
          item: { ...item, status: "in_progress", content: [] },
        });
        for (const [contentIndex, part] of item.content.entries()) {
          const there = { ...at, content_index: contentIndex };
          yield event("response.content_part.added", {
            ...there,
            part: part.type === "refusal" ? { ...part, refusal: "" } : { ...part, text: "", annotations: [] },
          });
          if (part.type === "refusal") {
            yield event("response.refusal.delta", { ...there, delta: part.refusal });
            yield event("response.refusal.done", { ...there, refusal: part.refusal });
          } else {
            for (const piece of part.text.match(/.{1,6}/gs) ?? [])
              yield event("response.output_text.delta", { ...there, delta: piece, logprobs: [] });
            for (const [place, annotation] of part.annotations.entries())
              yield event("response.output_text.annotation.added", { ...there, annotation_index: place, annotation });
            yield event("response.output_text.done", { ...there, text: part.text, logprobs: [] });
          }
          yield event("response.content_part.done", { ...there, part });
        }
      } else if (item.type === "function_call") {
        yield event("response.output_item.added", {
          output_index: place,
          item: { ...item, status: "in_progress", arguments: "" },
        });
        for (const piece of item.arguments.match(/.{1,5}/gs) ?? [])
          yield event("response.function_call_arguments.delta", { ...at, delta: piece });
        yield event("response.function_call_arguments.done", { ...at, name: item.name, arguments: item.arguments });
      } else {
        yield event("response.output_item.added", { output_index: place, item });
        if (item.type === "reasoning" && item.summary.length > 0) {
          yield event("response.reasoning_summary_part.added", {
            ...at,
            summary_index: 0,
            part: { type: "summary_text", text: "" },
          });
          yield event("response.reasoning_summary_text.delta", {
            ...at,
            summary_index: 0,
            delta: item.summary[0].text,
          });
          yield event("response.reasoning_summary_part.done", { ...at, summary_index: 0, part: item.summary[0] });
        }
      }
      yield event("response.output_item.done", { output_index: place, item });
    }
    if (!reply.cut)
      yield event(reply.finish ? "response.incomplete" : "response.completed", {
        response: responses.whole(reply, body),
      });
  },
};

const messages = {
  name: "messages",
  named: true,
  whole(reply, { model }) {
    const content = [...(reply.blocks ?? [])];
    if (reply.thinking) content.push({ type: "thinking", thinking: reply.thinking, signature: "c2ln" });
    if (reply.text !== undefined) content.push({ type: "text", text: reply.text });
    for (const call of reply.calls ?? [])
      content.push({ type: "tool_use", id: call.id, name: call.name, input: JSON.parse(call.arguments) });
    return {
      id: "msg_stub",
      type: "message",
      role: "assistant",
      model,
      content,
      stop_reason:
        reply.stop ??
        (reply.finish === "length"
          ? "max_tokens"
          : reply.finish
            ? reply.finish
            : reply.refusal
              ? "refusal"
              : reply.calls || content.some(({ type }) => type === "tool_use")
                ? "tool_use"
                : "end_turn"),
      stop_sequence: reply.stopSequence ?? (reply.stop === "stop_sequence" ? "END" : null),
      usage: {
        input_tokens: 20,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 5,
        output_tokens: 11,
        service_tier: "standard",
      },
    };
  },
  *events(reply, body) {
    const whole = messages.whole(reply, body);
    yield { type: "message_start", message: { ...whole, content: [], stop_reason: null } };
    for (const [index, block] of whole.content.entries()) {
      if (block.type === "text") {
        yield { type: "content_block_start", index, content_block: { type: "text", text: "" } };
        for (const piece of block.text.match(/.{1,6}/gs) ?? [])
          yield { type: "content_block_delta", index, delta: { type: "text_delta", text: piece } };
      } else if (block.type === "thinking") {
        yield { type: "content_block_start", index, content_block: { type: "thinking", thinking: "", signature: "" } };
        yield { type: "content_block_delta", index, delta: { type: "thinking_delta", thinking: block.thinking } };
        yield { type: "content_block_delta", index, delta: { type: "signature_delta", signature: block.signature } };
      } else if (block.input === undefined) {
        yield { type: "content_block_start", index, content_block: block };
      } else {
        yield { type: "content_block_start", index, content_block: { ...block, input: {} } };
        const input = reply.calls?.find(({ id }) => id === block.id)?.arguments ?? JSON.stringify(block.input);
        for (const piece of input === "{}" ? [] : (input.match(/.{1,5}/gs) ?? []))
          yield { type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json: piece } };
      }
      yield { type: "content_block_stop", index };
    }
    if (reply.cut) return;
    yield {
      type: "message_delta",
      delta: { stop_reason: whole.stop_reason, stop_sequence: whole.stop_sequence },
      usage: { output_tokens: 11 },
    };
    yield { type: "message_stop" };
  },
};

// A text and no chat.
const completions = {
  name: "completions",
  named: false,
  whole: (reply, { model }) => ({
    ...chat.head("text_completion", model),
    choices: [{ index: 0, text: reply.text, logprobs: null, finish_reason: reply.finish ?? "stop" }],
    usage,
  }),
  *events(reply, body) {
    yield completions.whole(reply, body);
  },
};

// Not streamed here.
const gemini = {
  name: "gemini",
  whole(reply) {
    const parts = [];
    if (reply.thinking) parts.push({ text: reply.thinking, thought: true });
    if (reply.text !== undefined) parts.push({ text: reply.text });
    for (const call of reply.calls ?? [])
      parts.push({
        functionCall: { name: call.name, args: JSON.parse(call.arguments), id: call.id },
        thoughtSignature: "c2ln",
      });
    return {
      candidates: [
        {
          content: { role: "model", parts },
          finishReason: reply.finish === "length" ? "MAX_TOKENS" : "STOP",
          index: 0,
          safetyRatings: [],
        },
      ],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 4, totalTokenCount: 9 },
      modelVersion: "gemini-2.5-pro",
    };
  },
};
