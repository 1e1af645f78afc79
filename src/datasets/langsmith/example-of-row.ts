import { exampleOfSession } from "../../convert/convert-session-to-example.js";
import { createFingerprint } from "../../curate/duplicates/fingerprint.js";
import { isRecord } from "../../internal/is-record.js";
import { omit } from "../../internal/omit.js";
import { traceable } from "../../internal/storage/row-blocks.js";
import { sessionOfExample } from "../../load/convert-dataset-example.js";
import { ROW_METADATA, type RowMetadata } from "../../load/row-metadata.js";
import { reasoningOf } from "../../reasoning.js";
import { sourceOf, targetsOf, withSource } from "../../source.js";
import type { Skip, TrainingExample, TrainingMessage } from "../../types.js";

/** An example as it is sent to LangSmith. */
export interface ExampleUpload {
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly metadata: { readonly [ROW_METADATA]: RowMetadata };
  readonly split: string;
}

const REASONING_KEYS = ["reasoning_content", "reasoning", "thinking"] as const;
const fingerprintOf = createFingerprint();

/** A row for comparing: its reasoning under one key, whichever the row has it under. */
export function writtenForm(row: TrainingExample): TrainingExample {
  return formWith(row, (message) => {
    const fields = message as TrainingMessage & Record<string, unknown>;
    const own = REASONING_KEYS.map((key) => fields[key]).find((value) => typeof value === "string" && value !== "");
    return typeof own === "string" ? own : undefined;
  });
}

/** The form of a row that was read back: its reasoning is beside the messages, and no part of its JSON. */
export const readForm = (row: TrainingExample): TrainingExample =>
  formWith(row, (message) => reasoningOf(message)?.text);

function formWith(
  row: TrainingExample,
  reasoningIn: (message: TrainingMessage) => string | undefined,
): TrainingExample {
  if (!Array.isArray(row.messages)) return row;
  const messages = row.messages.map((message): TrainingMessage => {
    if (message?.role !== "assistant") return message;
    const reasoning = reasoningIn(message);
    const rest = omit<Record<string, unknown>, string>({ ...message }, ...REASONING_KEYS);
    return { ...rest, role: "assistant", ...(reasoning && { reasoning }) };
  });
  return withSource({ ...row, messages }, sourceOf(row));
}

/**
 * A row as an example: the answer as its output, everything before as its inputs, and the source as its metadata.
 * What could not be read back as the same row is a skip.
 */
export function exampleOfRow(
  row: TrainingExample,
  { split, version }: { split: string; version: string | undefined },
): { upload: ExampleUpload } | { skip: Skip } {
  const source = sourceOf(row);
  const { messages, ...settings } = row;
  const answer = Array.isArray(messages) ? messages.at(-1) : undefined;
  const refuse = (message: string) => ({
    skip: { code: "no-example", message, path: "$", ...(source.runId !== undefined && { runId: source.runId }) },
  });
  if (answer?.role !== "assistant") return refuse("The row does not end with an answer, so it cannot be an example.");
  const { responseFormat, toolChoice } = source;
  const hash = fingerprintOf(writtenForm(row)).row;
  const upload: ExampleUpload = {
    inputs: {
      messages: messages.slice(0, -1),
      ...settings,
      ...(responseFormat !== undefined && { response_format: formatOf(responseFormat) }),
      ...(toolChoice !== undefined && { tool_choice: toolChoice }),
    },
    outputs: { message: answer },
    metadata: {
      [ROW_METADATA]: {
        row: hash,
        ...(version !== undefined && { version }),
        source: {
          ...omit(traceable(source), "splits", "file", "line"),
          targets: targetsOf(row).map((target) => traceableTarget(target)),
        },
      },
    },
    split,
  };
  const read = rowOfExample({ id: "00000000-0000-0000-0000-000000000000", ...upload });
  if (read === undefined || fingerprintOf(readForm(read)).row !== hash)
    return refuse("The row would not be read back from LangSmith as it is.");
  return { upload };
}

/** The row that an example is read back as, or nothing where it is none. */
export function rowOfExample(example: unknown): TrainingExample | undefined {
  const session = sessionOfExample(example, {});
  if ("skip" in session) return undefined;
  const result = exampleOfSession(session.session, {});
  return "example" in result ? result.example : undefined;
}

const traceableTarget = (target: ReturnType<typeof targetsOf>[number]) =>
  (traceable({ targets: [target] }).targets ?? [target])[0] ?? target;

/** A schema in the form of a request, or a format that is one already. */
function formatOf(format: unknown): unknown {
  if (isRecord(format) && (format.type === "json_object" || format.type === "json_schema")) return format;
  return { type: "json_schema", json_schema: { name: "response", schema: format } };
}
