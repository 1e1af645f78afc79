import { isRecord } from "../internal/is-record.js";

/** Which transformers renders: 5 prepares the messages, 4 hands them over as they are. */
export type TransformersVersion = 4 | 5;

const REASONING = ["reasoning_content", "thinking", "reasoning"] as const;

/**
 * The messages as transformers hands them to a template. Version 5 drops the keys that are null and gives what was
 * thought (`thinking`, `reasoning`) the name `reasoning_content`, and `thinking` for gpt-oss (transformers 5.24,
 * `utils/chat_template_utils.py`).
 */
export function normaliseMessages(messages: readonly object[], version: TransformersVersion): readonly object[] {
  return version === 4 ? messages : messages.map(normalised);
}

function normalised(message: object): object {
  const entries = Object.entries(message).filter(([, value]) => value !== null && value !== undefined);
  const kept = Object.fromEntries(entries) as Record<string, unknown>;
  const reasoning = REASONING.map((name) => kept[name]).find((value) => value !== undefined);
  return reasoning === undefined || !isRecord(message)
    ? kept
    : { thinking: reasoning, ...kept, reasoning_content: reasoning };
}
