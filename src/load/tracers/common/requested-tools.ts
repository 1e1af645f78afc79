import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import { NO_TOOLS, readToolDefinitions, type ToolDefinitions } from "../../../messages/tool-definition.js";
import { exactJsonOrSame } from "../../../messages/free-form-json.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { OpenAITool } from "../../../types.js";
import type { RequestedTools, TracedRun } from "../tracer.js";
import { spanAttribute } from "./span-attribute.js";

/** Where a run may hold tools: the value, and its path. */
export type Place = readonly [value: unknown, path: string];

/** The tools of the first place that holds some; undefined where none does. */
export function toolsAt(...places: Place[]): ToolDefinitions | undefined {
  const place = places.find(([value]) => isFilled(value));
  return place && readToolDefinitions(place[0], place[1]);
}

/** The definitions to look calls up in; none where they are not known. */
export function definitionsIn(tools: RequestedTools): OpenAITool[] {
  return typeof tools === "string" ? [] : tools.tools;
}

/**
 * As `toolsAt`. Where no place holds any there were none, or they are not recorded. Refuses a record that was exported without the
 * parameters of its call, among which the tools could have been: a row without its tools would teach
 * the model to do without. Kept are runs of tracers that write the whole request into the inputs.
 */
export function requestedTools(run: TracedRun, ...places: Place[]): RequestedTools {
  const place = places.find(([value]) => isFilled(value));
  if (place && isSpan(run) && areNamesAlone(place[0])) return "lost";
  if (place) return readToolDefinitions(place[0], place[1]);
  if (run.isExtraOmitted && !isRequestInInputs(run.metadata)) throw parametersOmitted();
  if (areToolsElsewhere(run)) return "lost";
  return isSpan(run) || isAgentsChat(run) ? "not-recorded" : NO_TOOLS;
}

const LIKE_TOOLS =
  /(?:^|[._-])(?:tools?|functions?|toolsets?)[._-]?(?:definitions?|schemas?|specs?|declarations?|list|names|count|available)?$|^(?:available|allowed|enabled|bound)_?(?:tools|functions)$/i;
// Of a call or of the traced program, and legacy functions, which are read apart.
const NOT_TOOLS = /^(?:gen_ai\.tool|tool|functions?)(?:\.name)?$|^code\.|choice|config$/i;

/** Tools under a name that is not known, or their number. A writer's own attributes count in spans alone: elsewhere they are the user's. */
function areToolsElsewhere(run: TracedRun): boolean {
  const { inputs, params, metadata } = run;
  const holders = [inputs, params, objectOf(inputs.kwargs), ...(isSpan(run) ? [metadata] : [])];
  return holders.some((holder) =>
    Object.keys(holder).some((key) => LIKE_TOOLS.test(key) && !NOT_TOOLS.test(key) && isToolsValue(holder[key])),
  );
}

function isToolsValue(given: unknown): boolean {
  const value = exactJsonOrSame(given);
  if (typeof value === "number") return value > 0;
  if (typeof value === "string") return value !== "";
  return isRecord(value) ? Object.keys(value).length > 0 : arrayOf(value).length > 0;
}

/** A span of OpenTelemetry. Its writers record tools at will: the conventions leave them out by default. */
export function isSpan({ metadata, params }: TracedRun): boolean {
  return hasAttributes(metadata) || hasAttributes(params);
}

// The conventions of OpenTelemetry advise to leave the parameters out. Where one tool of several has
// some, the others take none.
function areNamesAlone(value: unknown): boolean {
  const tools = arrayOf(exactJsonOrSame(value)).map(exactJsonOrSame);
  return tools.length > 0 && tools.every(isNameAlone);
}

const DESCRIPTIVE = new Set(["type", "name", "description", "strict", "id"]);

function isNameAlone(tool: unknown): boolean {
  if (typeof tool === "string") return true;
  const inner = isRecord(tool) && isRecord(tool.function) ? tool.function : tool;
  if (!isRecord(inner) || typeof inner.name !== "string") return false;
  if (inner.type !== undefined && inner.type !== "function") return false;
  return Object.keys(inner).every((key) => DESCRIPTIVE.has(key) || inner[key] === null);
}

const ATTRIBUTES =
  /^(?:gen_ai|openinference|langfuse|mlflow|llm|traceloop|langsmith\.span|logfire|otel|ai|operation|lk|http)\./;

function hasAttributes(fields: Record<string, unknown>): boolean {
  for (const key in fields) if (ATTRIBUTES.test(key)) return true;
  return false;
}

// The OpenAI Agents SDK writes the settings of the model into its chat spans, and never the tools.
function isAgentsChat({ metadata, params }: TracedRun): boolean {
  return (
    isRecord(params.model_config) && (metadata.ls_integration === "openai-agents-sdk" || "openai_span_id" in metadata)
  );
}

export function parametersOmitted(): Unreadable {
  return new Unreadable(
    "missing-parameters",
    "The record was exported without extra, where this run's tracer keeps the tools. Load the run by its id.",
    "extra",
  );
}

function isRequestInInputs({
  ls_method: method,
  ls_invocation_params: copied,
  ls_integration: integration,
}: Record<string, unknown>): boolean {
  return method === "traceable" || isRecord(copied) || integration === "vercel-ai-sdk";
}

/** In the parameters of the call. */
export function inParameters({ params }: TracedRun): Place {
  return [params.tools, "extra.invocation_params.tools"];
}

/** In a request that is written into the inputs. */
export function inInputs({ inputs }: TracedRun): Place {
  return [inputs.tools, "inputs.tools"];
}

/** In the copy of the parameters that LangSmith's tracers write into the metadata. */
export function inCopy({ metadata: { ls_invocation_params: copied } }: TracedRun): Place {
  return [isRecord(copied) ? copied.tools : undefined, "extra.metadata.ls_invocation_params.tools"];
}

/** In the attributes of a span of OpenTelemetry. */
export function inSpan({ metadata, params, inputs }: TracedRun): Place {
  return [
    spanAttribute([metadata, params, inputs], "gen_ai.tool.definitions", "tool_definitions", "ai.prompt.tools"),
    "gen_ai.tool.definitions",
  ];
}

/** In the attribute of pydantic-ai's spans that has the tools whole; elsewhere they are without `strict`. */
export function inModelRequest({ metadata, params }: TracedRun): Place {
  const request = objectOf(spanAttribute([metadata, params], "model_request_parameters"));
  return [[...arrayOf(request.function_tools), ...arrayOf(request.output_tools)], "model_request_parameters"];
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
