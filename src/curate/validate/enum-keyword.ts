import type { ErrorObject, FuncKeywordDefinition } from "ajv";
import { stableStringify } from "../../internal/stable-stringify.js";

/**
 * The keyword `enum` by a set. Ajv's own compares a value with one entry after the other, and thousands of entries
 * against thousands of values take minutes.
 */
export const enumKeyword: FuncKeywordDefinition = {
  keyword: "enum",
  schemaType: "array",
  errors: true,
  compile(allowedValues: readonly unknown[]) {
    const simple = new Set(allowedValues.filter((value) => !isCompound(value)));
    const compound = new Set(allowedValues.filter(isCompound).map(stableStringify));
    const validate: { (value: unknown): boolean; errors?: Partial<ErrorObject>[] } = (value: unknown) => {
      const fits = isCompound(value) ? compound.size > 0 && compound.has(stableStringify(value)) : simple.has(value);
      validate.errors = fits
        ? []
        : [{ keyword: "enum", message: "must be equal to one of the allowed values", params: { allowedValues } }];
      return fits;
    };
    return validate;
  },
};

function isCompound(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
