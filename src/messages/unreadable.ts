import { bounded } from "../internal/bounded.js";

/** Why a run gives no chat session. Stable: programs compare them. `docs/load.md` explains each. */
export type LoadSkipCode =
  | "invalid-run"
  | "run-not-found"
  | "not-llm"
  | "run-error"
  | "pending"
  | "no-inputs"
  | "no-outputs"
  | "text-completion"
  | "unknown-shape"
  | "missing-history"
  | "missing-parameters"
  | "answer-in-inputs"
  | "missing-tools"
  | "incomplete-trace"
  | "not-conversation"
  | "excluded"
  | "invalid-message"
  | "unsupported-content"
  | "invalid-tool-call"
  | "glued-tool-calls"
  | "invalid-tool"
  | "no-answer"
  | "refusal"
  | "truncated"
  | "filtered"
  | "partial-stream";

/** Thrown inside the readers and caught by the loader, which reports it as a skip. */
export class Unreadable extends Error {
  /** Where in the run: `outputs.choices[0].message`. */
  readonly path?: string;

  constructor(
    readonly code: LoadSkipCode,
    message: string,
    path?: string,
    /** The response that the run goes on from, where only what came before it is missing. */
    readonly previousResponseId?: string,
  ) {
    super(bounded(message));
    this.path = path === undefined ? undefined : bounded(path);
  }
}

/** What kind of thing a wrong value is, without showing it. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** A name or type of the trace, short enough for a message. */
export function shown(value: unknown): string {
  if (typeof value !== "string") return kindOf(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
