import { isRecord } from "../../../internal/is-record.js";
import { readFreeForm } from "../../../messages/free-form-json.js";
import type { Settings } from "../tracer.js";

type Fields = Record<string, unknown>;

/**
 * The settings of a request. Every holder is a request body or a part of one, the surest first;
 * `formats` are the places of the response format, which differ most.
 */
export function settingsOf(holders: readonly Fields[], ...formats: unknown[]): Settings {
  const settings: Settings = {};
  const parallel = holders.map((holder) => holder.parallel_tool_calls).find((value) => typeof value === "boolean");
  if (parallel !== undefined) settings.parallelToolCalls = parallel;
  for (const { tool_choice, toolChoice, function_call } of holders) {
    const choice = plain(tool_choice ?? toolChoice ?? function_call);
    if (choice === undefined || choice === null) continue;
    settings.toolChoice = choice;
    break;
  }
  const format = formats.find(isFormat);
  if (format) {
    const schema = plain((isRecord(format.json_schema) ? format.json_schema.schema : format.schema) ?? format);
    if (schema !== undefined) settings.responseFormat = schema;
  }
  return settings;
}

/** The `format` of Responses (`text`) and Anthropic (`output_config`). */
export function formatIn(holder: unknown): unknown {
  return isRecord(holder) ? holder.format : undefined;
}

/** A schema that stands where others have a format. */
export function schemaFormat(schema: unknown): unknown {
  return isRecord(schema) ? { schema } : undefined;
}

function isFormat(value: unknown): value is Fields {
  return isRecord(value) && value.type !== "text";
}

/** The value if it is plain JSON of a sane depth. What only describes a row is not a reason to leave the row out. */
function plain(value: unknown): unknown {
  try {
    return readFreeForm(value, "");
  } catch {
    return undefined;
  }
}
