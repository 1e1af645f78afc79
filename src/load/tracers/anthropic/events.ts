import { isRecord, objectOf } from "../../../internal/is-record.js";
import { parseExactJson } from "../../../messages/free-form-json.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { Tracer } from "../tracer.js";
import { anthropic } from "./anthropic.js";

type Fields = Record<string, unknown>;

const TYPES = new Set<unknown>([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
  "ping",
  "error",
]);
// The client's own helper adds these to the events of the API.
const OF_HELPER = new Set<unknown>(["text", "input_json", "citation", "thinking", "signature", "compaction"]);

/** The events of a stream of Anthropic's Messages API as they came, of a generator under `traceable` or of `wrapSDK`. */
export const anthropicEvents: Tracer = {
  name: "anthropic-events",
  read(run) {
    const all = run.outputs.outputs ?? run.outputs.output;
    if (!Array.isArray(all) || !all.some((event) => isRecord(event) && event.type === "message_start"))
      return undefined;
    const events = all.filter(
      (event): event is Fields => isRecord(event) && (TYPES.has(event.type) || OF_HELPER.has(event.type)),
    );
    if (events.length < all.length) return undefined;
    return anthropic.read({ ...run, outputs: messageOf(events) });
  },
};

function messageOf(events: readonly Fields[]): Fields {
  let message: Fields = {};
  let isStopped = false;
  const blocks = new Map<unknown, Block>();
  for (const event of events) {
    switch (event.type) {
      case "message_start":
        message = { ...objectOf(event.message) };
        break;
      case "content_block_start":
        blocks.set(event.index, new Block(objectOf(event.content_block)));
        break;
      case "content_block_delta":
        blocks.get(event.index)?.add(objectOf(event.delta));
        break;
      case "message_delta":
        message = { ...message, ...objectOf(event.delta) };
        break;
      case "message_stop":
        isStopped = true;
        break;
      case "error":
        throw new Unreadable("run-error", "The stream ended with an error.", "outputs");
    }
  }
  const reason = message.stop_reason;
  if (!isStopped && (reason === undefined || reason === null))
    throw new Unreadable("partial-stream", "The stream did not end.", "outputs");
  return {
    role: "assistant",
    ...message,
    stop_reason: reason ?? null,
    content: [...blocks.values()].map((block) => block.whole()),
  };
}

class Block {
  readonly #start: Fields;
  #text = "";
  #input = "";
  #thinking = "";

  constructor(start: Fields) {
    this.#start = start;
  }

  add({ type, text, partial_json: input, thinking }: Fields): void {
    if (type === "text_delta" && typeof text === "string") this.#text += text;
    else if (type === "input_json_delta" && typeof input === "string") this.#input += input;
    else if (type === "thinking_delta" && typeof thinking === "string") this.#thinking += thinking;
  }

  whole(): Fields {
    const { type, text, thinking } = this.#start;
    if (type === "text") return { ...this.#start, text: `${typeof text === "string" ? text : ""}${this.#text}` };
    if (type === "thinking")
      return { ...this.#start, thinking: `${typeof thinking === "string" ? thinking : ""}${this.#thinking}` };
    // The model's own text of the arguments; an object that it wrote in several pieces is one text.
    if (this.#input === "") return this.#start;
    const parsed = parseExactJson(this.#input);
    return { ...this.#start, input: isRecord(parsed?.value) ? parsed.value : this.#input };
  }
}
