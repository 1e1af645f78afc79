import type { JsonObject, JsonValue } from "../../types.js";

/** A completion before it is written whole or in pieces. */
export interface Completion {
  id: string;
  created: number;
  model: string;
  choices: { index: number; message: JsonObject; finish_reason: string }[];
  usage: JsonObject;
}

const PIECE = 6;

/** The completion as server-sent events, written as the reader asks for them. */
export function streamOf(completion: Completion, includeUsage: boolean): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const events = eventsOf(completion, includeUsage);
  return new ReadableStream({
    pull(controller) {
      const { value, done } = events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`data: ${value}\n\n`));
    },
  });
}

function* eventsOf(completion: Completion, includeUsage: boolean): Generator<string, void> {
  const { id, created, model, choices, usage } = completion;
  const event = (chunkChoices: JsonValue[], chunkUsage: JsonValue = null) =>
    JSON.stringify({
      id,
      object: "chat.completion.chunk",
      created,
      model,
      service_tier: "default",
      system_fingerprint: "fp_stand_in",
      choices: chunkChoices,
      ...(includeUsage ? { usage: chunkUsage } : {}),
    });
  for (const { index, message, finish_reason } of choices) {
    for (const delta of deltasOf(message)) yield event([{ index, delta, logprobs: null, finish_reason: null }]);
    yield event([{ index, delta: {}, logprobs: null, finish_reason }]);
  }
  if (includeUsage) yield event([], usage);
  yield "[DONE]";
}

/** The message in the steps in which the API streams it: first the role, names before arguments. */
function* deltasOf(message: JsonObject): Generator<JsonObject> {
  const { content, function_call: legacy, tool_calls: calls } = message;
  const call = legacy as { name: string; arguments: string } | undefined;
  const start: JsonObject = call === undefined ? {} : { function_call: { name: call.name, arguments: "" } };
  yield { role: "assistant", content: typeof content === "string" ? "" : null, refusal: null, ...start };
  if (typeof content === "string") for (const piece of wordsOf(content)) yield { content: piece };
  if (call !== undefined) for (const piece of piecesOf(call.arguments)) yield { function_call: { arguments: piece } };
  const tools = (calls ?? []) as unknown as {
    id: string;
    type: string;
    function: { name: string; arguments: string };
  }[];
  for (const [index, { id, type, function: definition }] of tools.entries()) {
    yield { tool_calls: [{ index, id, type, function: { name: definition.name, arguments: "" } }] };
    for (const piece of piecesOf(definition.arguments))
      yield { tool_calls: [{ index, function: { arguments: piece } }] };
  }
}

const wordsOf = (text: string) => text.match(/\s*\S+\s*?/g) ?? (text === "" ? [] : [text]);

function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += PIECE) yield text.slice(start, start + PIECE);
}
