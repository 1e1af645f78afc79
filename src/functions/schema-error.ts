import { InvalidOptionError } from "../errors.js";

/** `address.lines[].since`, or the schema itself. */
function fieldName(path: string): string {
  return path === "" ? "The schema" : `The field "${path}" of the schema`;
}

/** The path of a field inside the one at `path`. */
export function childPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** A schema that cannot be written as parameters of a function. */
export function schemaError(
  path: string,
  reason: string,
  value: unknown,
  hint?: string,
  cause?: unknown,
): InvalidOptionError {
  return new InvalidOptionError({
    option: path === "" ? "schema" : `schema.${path}`,
    value,
    message: `${fieldName(path)} ${reason}`,
    hint,
    cause,
  });
}
