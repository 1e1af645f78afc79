import { isRecord } from "../../internal/is-record.js";
import type { Run } from "../../types.js";
import type { RunParts } from "../tracers/run-shape.js";
import { Unreadable } from "../../messages/unreadable.js";

/**
 * Refuses a record without the parameters of its call where the tools could have been among them: a
 * row without its tools would teach the model to do without. Kept are runs of the tracers that write
 * the whole request into the inputs, or a copy of its parameters into the metadata.
 */
export function checkParameters({ extraOmitted = false }: Run, { inputs, outputs, metadata }: RunParts): void {
  if (
    !extraOmitted ||
    hasTools(inputs) ||
    isRequestCopied(metadata) ||
    isTraceable(outputs, metadata) ||
    metadata.ls_integration === "vercel-ai-sdk"
  )
    return;
  throw new Unreadable(
    "missing-parameters",
    "The record was exported without extra, where this run's tracer keeps the tools. Load the run by its id.",
    "extra",
  );
}

// A run of LangChain within a function under `traceable` has the function's note.
function isTraceable(outputs: Record<string, unknown>, metadata: Record<string, unknown>): boolean {
  return metadata.ls_method === "traceable" && !Array.isArray(outputs.generations);
}

// Models of LangChain copy some of their parameters, and not the tools.
function isRequestCopied({
  ls_invocation_params: copied,
  ls_integration: integration,
}: Record<string, unknown>): boolean {
  return isRecord(copied) && (integration !== "langchain_chat_model" || hasTools(copied));
}

function hasTools({ tools }: Record<string, unknown>): boolean {
  return Array.isArray(tools) ? tools.length > 0 : isRecord(tools);
}
