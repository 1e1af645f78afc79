import { number, settings } from "../../internal/kinds.js";
import { checkOptions } from "../../internal/options.js";
import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf } from "../../judge/asking/calls.js";
import { sameJson } from "../../internal/same-json.js";
import { jsonObjectOrUndefined } from "../../internal/json.js";
import { textOfContent } from "../../messages/text-of-content.js";

/** Options of {@link jsonFields}. */
export interface JsonFieldsOptions {
  /** The JSON Schema whose properties are compared. @default the fields of the reference */
  schema?: { properties?: Record<string, unknown> };
  /** Numbers may differ by this share of the larger one. @default 0 */
  tolerance?: number;
}

/**
 * For answers in JSON: the share of the fields that are equal to the reference's, as the key
 * `json_fields`, and a yes or no for each as `json_fields.<field>`. Says nothing of cases whose
 * reference is not a JSON object.
 *
 * @example
 * ```ts
 * import { jsonFields } from "langsmith-finetune";
 *
 * const evaluators = [jsonFields({ schema: { properties: { city: { type: "string" } } } })];
 * ```
 */
export function jsonFields(options: JsonFieldsOptions = {}): Evaluator {
  checkOptions<JsonFieldsOptions>("jsonFields", options, { schema: settings, tolerance: number({ min: 0, max: 1 }) });
  const { schema, tolerance = 0 } = options;
  return function jsonFields({ outputs, referenceOutputs }) {
    const wanted = objectOf(textOfContent(referenceOutputs.content));
    if (callsOf(referenceOutputs).length > 0 || wanted === undefined) return [];
    const given = objectOf(textOfContent(outputs.content));
    const fields = Object.keys(schema?.properties ?? wanted);
    if (fields.length === 0) return [];
    const right = fields.filter((field) => given !== undefined && sameJson(given[field], wanted[field], tolerance));
    return [
      {
        key: "json_fields",
        score: right.length / fields.length,
        comment: given === undefined ? "the answer is not a JSON object" : undefined,
      },
      ...fields.map((field) => ({ key: `json_fields.${field}`, score: right.includes(field) })),
    ];
  };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  return jsonObjectOrUndefined(text.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, ""));
}
