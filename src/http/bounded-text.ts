import { untilAborted } from "./until-aborted.js";

/** Bytes of an answer with JSON: lists of jobs and events stay far below. A body without an end would fill the memory. */
const MOST_BYTES = 64_000_000;

export const TOO_LONG = `the answer is longer than ${MOST_BYTES / 1e6} MB`;

/** The text of an answer; undefined where it is too long, and the rest is not read. Throws the signal's reason. */
export function boundedText(response: Response, signal: AbortSignal | null | undefined): Promise<string | undefined> {
  return untilAborted(read(response), signal);
}

async function read({ body }: Response): Promise<string | undefined> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces.join("") + decoder.decode();
    length += value.length;
    if (length > MOST_BYTES) {
      await reader.cancel();
      return undefined;
    }
    pieces.push(decoder.decode(value, { stream: true }));
  }
}
