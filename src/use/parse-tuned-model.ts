import { InvalidOptionError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import type { FineTunedModel } from "../train/backend.js";

// A class name and nothing that could be reached through a prototype.
const CLASS_NAME = /^[A-Z][A-Za-z0-9]{2,60}$/;
const PACKAGE_NAME = /^@langchain\/[a-z0-9-]+(?:\/[a-z0-9-]+)?$/;
// What may be read from the environment: names of keys, never the whole of it.
const VARIABLE_NAME = /^[A-Z][A-Z0-9_]*(?:KEY|TOKEN)$/;
const STATUSES = ["required", "ready", "ended"];

/**
 * Checks that something is a tuned model, and that what it says of its chat model can be trusted to
 * be only that. For JSON that was stored and read back.
 */
export function parseTunedModel(value: unknown): FineTunedModel {
  if (!isRecord(value)) throw invalid("it is not an object", value);
  for (const field of ["backend", "job", "model", "baseModel", "method"]) {
    if (typeof value[field] !== "string" || value[field] === "") throw invalid(`${field} is missing`, value);
  }
  const { inference, deployment } = value;
  if (inference !== undefined) checkInference(inference, value);
  if (deployment !== undefined) {
    if (
      !isRecord(deployment) ||
      !STATUSES.includes(deployment["status"] as string) ||
      typeof deployment["billed"] !== "string"
    ) {
      throw invalid("deployment is not one", value);
    }
  }
  return value as unknown as FineTunedModel;
}

function checkInference(inference: unknown, value: unknown): void {
  if (!isRecord(inference)) throw invalid("inference is not an object", value);
  const { package: name, class: className, fields, apiKey } = inference;
  if (typeof name !== "string" || !PACKAGE_NAME.test(name))
    throw invalid("inference.package is not a package of @langchain", value);
  if (typeof className !== "string" || !CLASS_NAME.test(className))
    throw invalid("inference.class is not a class name", value);
  if (!isRecord(fields)) throw invalid("inference.fields is not an object", value);
  if (apiKey === undefined) return;
  if (!isRecord(apiKey) || typeof apiKey["field"] !== "string" || typeof apiKey["variable"] !== "string")
    throw invalid("inference.apiKey is not one", value);
  if (!VARIABLE_NAME.test(apiKey["variable"]))
    throw invalid("inference.apiKey.variable is not the name of a key", value);
}

function invalid(reason: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError({
    option: "tuned",
    value,
    message: `This is not a tuned model: ${reason}.`,
    hint: "Pass what fineTune or deploy returned, or its JSON, parsed.",
  });
}
