import { namedExports } from "../../internal/named-exports.js";
import type { ValidateFunction } from "ajv";
import type { Evaluator } from "../../judge/asking/evaluator.js";
import { callsOf } from "../../judge/asking/calls.js";

/**
 * Yes where every call is of a tool that was offered, with arguments that are JSON and fit its
 * schema (by ajv, loaded when first needed). Says nothing of an answer without calls. Key: `arguments_valid`.
 *
 * @example
 * ```ts
 * import { argumentsValid } from "langsmith-finetune";
 *
 * const evaluators = [argumentsValid()];
 * ```
 */
export function argumentsValid(): Evaluator {
  // One compiled validator for each different schema; rows of one application share a handful.
  const compiled = new Map<string, ValidateFunction>();
  return async function argumentsValid({ inputs, outputs }) {
    const calls = callsOf(outputs);
    if (calls.length === 0) return [];
    const { Ajv } = namedExports(await import("ajv"));
    const functions = [...(inputs.tools ?? []).map((tool) => tool.function), ...(inputs.functions ?? [])];
    const faults = calls.flatMap(({ name, text, value }) => {
      const definition = functions.find((one) => one.name === name);
      if (!definition) return [`${name} was not offered`];
      if (value === undefined) return [`the arguments of ${name} are not JSON: ${text.slice(0, 200)}`];
      const schema = JSON.stringify(definition.parameters ?? {});
      const validate =
        compiled.get(schema) ?? new Ajv({ strict: false, validateFormats: false }).compile(definition.parameters ?? {});
      compiled.set(schema, validate);
      return validate(value)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message ?? "is wrong"}`);
    });
    return { key: "arguments_valid", score: faults.length === 0, comment: faults.join("; ") || undefined };
  };
}
