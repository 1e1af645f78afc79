import { arrayOf, isRecord, objectOf } from "../../../internal/is-record.js";
import { readToolDefinitions, type ToolDefinitions } from "../../../messages/tool-definition.js";
import { Unreadable } from "../../../messages/unreadable.js";
import type { TracedRun } from "../tracer.js";
import { spanAttribute } from "./span-attribute.js";

/** Where a run may hold tools: the value, and its path. */
export type Place = readonly [value: unknown, path: string];

/** The tools of the first place that holds some; undefined where none does. */
export function toolsAt(...places: Place[]): ToolDefinitions | undefined {
  const place = places.find(([value]) => isFilled(value));
  return place && readToolDefinitions(place[0], place[1]);
}

/**
 * As `toolsAt`, and none where no place holds any. Refuses a record that was exported without the
 * parameters of its call, among which the tools could have been: a row without its tools would teach
 * the model to do without. Kept are runs of tracers that write the whole request into the inputs.
 */
export function requestedTools(run: TracedRun, ...places: Place[]): ToolDefinitions {
  const tools = toolsAt(...places);
  if (tools === undefined && run.isExtraOmitted && !isRequestInInputs(run.metadata)) throw parametersOmitted();
  return tools ?? { tools: [], builtIn: [] };
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
