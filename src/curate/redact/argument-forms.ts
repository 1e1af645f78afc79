import { parseExact } from "../../internal/exact-json.js";
import { arrayOf, isRecord } from "../../internal/is-record.js";
import { messagesOf } from "../row-facts.js";

/** What a tool's schema asks of one text of a call's arguments. */
export interface TextForm {
  /** One of the values that the schema lists: the definition shows it, so it is nobody's. */
  readonly listed: boolean;
  fits(text: string): boolean;
}

/** Tests a pattern of a schema against a text; true where that cannot be said. */
export type PatternTest = (pattern: string, text: string) => boolean;

const DEPTH = 16;

/**
 * The texts in the arguments of a row's calls whose schema asks for a form (`pattern`, `format`, a length, a list of
 * values), and what it asks for. Of a text that stands in several places, all forms.
 */
export function argumentForms(row: object, test: PatternTest): Map<string, TextForm[]> {
  const forms = new Map<string, TextForm[]>();
  const schemas = schemasOf(row);
  if (schemas.size === 0) return forms;
  for (const { name, text } of callsIn(row)) {
    const root = schemas.get(name);
    if (root === undefined) continue;
    let value: unknown;
    try {
      value = parseExact(text);
    } catch {
      continue;
    }
    visit(value, [root], { root, forms, test }, 0);
  }
  return forms;
}

type Schema = Record<string, unknown>;

function schemasOf(row: object): Map<string, Schema> {
  const { tools, functions, input } = row as Record<string, unknown>;
  const definitions = [
    ...arrayOf(tools).map((tool) => (isRecord(tool) ? tool.function : undefined)),
    ...arrayOf(functions),
    ...arrayOf(isRecord(input) ? input.tools : undefined).map((tool) => (isRecord(tool) ? tool.function : undefined)),
  ];
  const schemas = new Map<string, Schema>();
  for (const definition of definitions) {
    if (isRecord(definition) && typeof definition.name === "string" && isRecord(definition.parameters))
      schemas.set(definition.name, definition.parameters);
  }
  return schemas;
}

function* callsIn(row: object): Generator<{ name: string; text: string }, void, undefined> {
  for (const message of messagesOf(row)) {
    if (!isRecord(message)) continue;
    const calls = arrayOf(message.tool_calls).map((call) => (isRecord(call) ? call.function : undefined));
    for (const call of [...calls, message.function_call]) {
      if (isRecord(call) && typeof call.name === "string" && typeof call.arguments === "string")
        yield { name: call.name, text: call.arguments };
    }
  }
}

interface Walk {
  readonly root: Schema;
  readonly forms: Map<string, TextForm[]>;
  readonly test: PatternTest;
}

/** `schemas` are alternatives: a value fits when it fits one of them. */
function visit(value: unknown, schemas: readonly Schema[], walk: Walk, depth: number): void {
  if (depth > DEPTH || schemas.length === 0) return;
  const variants = schemas.flatMap((schema) => variantsOf(schema, walk.root, 0));
  if (typeof value === "string") {
    const asking = variants.filter(asksForForm);
    if (asking.length === 0) return;
    const known = walk.forms.get(value) ?? [];
    known.push({
      listed: asking.some((schema) => listedIn(schema, value)),
      fits: (text) => variants.some((schema) => fits(schema, text, walk.test)),
    });
    walk.forms.set(value, known);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      visit(
        item,
        variants.flatMap((schema) => itemsOf(schema, index)),
        walk,
        depth + 1,
      );
    });
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value))
      visit(
        item,
        variants.flatMap((schema) => propertyOf(schema, key)),
        walk,
        depth + 1,
      );
  }
}

/** The schema itself and its alternatives, each with what stands beside them; references followed. */
function variantsOf(schema: Schema, root: Schema, depth: number): Schema[] {
  if (depth > DEPTH) return [];
  if (typeof schema.$ref === "string") {
    const target = follow(root, schema.$ref);
    return target === undefined ? [] : variantsOf(target, root, depth + 1);
  }
  const { allOf, anyOf, oneOf, ...own } = schema;
  const joined = arrayOf(allOf)
    .filter(isRecord)
    .reduce<Schema>((sum, part) => ({ ...sum, ...part }), own);
  const alternatives = [...arrayOf(anyOf), ...arrayOf(oneOf)].filter(isRecord);
  if (alternatives.length === 0) return [joined];
  return alternatives.slice(0, 64).flatMap((part) => variantsOf({ ...joined, ...part }, root, depth + 1));
}

function follow(root: Schema, reference: string): Schema | undefined {
  let value: unknown = root;
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  for (const part of reference.split("/").slice(1))
    value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return isRecord(value) ? value : undefined;
}

function propertyOf(schema: Schema, key: string): Schema[] {
  const { properties, additionalProperties } = schema;
  const own = isRecord(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
  return isRecord(own) ? [own] : [];
}

function itemsOf({ items, prefixItems }: Schema, index: number): Schema[] {
  const own = arrayOf(prefixItems)[index] ?? (Array.isArray(items) ? (items as unknown[])[index] : items);
  return isRecord(own) ? [own] : [];
}

const asksForForm = (schema: Schema): boolean =>
  typeof schema.pattern === "string" ||
  typeof schema.format === "string" ||
  typeof schema.maxLength === "number" ||
  (typeof schema.minLength === "number" && schema.minLength > 1) ||
  Array.isArray(schema.enum) ||
  typeof schema.const === "string";

const listedIn = (schema: Schema, text: string): boolean =>
  arrayOf(schema.enum).includes(text) || schema.const === text;

function fits(schema: Schema, text: string, test: PatternTest): boolean {
  if (schema.type !== undefined && schema.type !== "string" && !arrayOf(schema.type).includes("string")) return false;
  if (Array.isArray(schema.enum) || schema.const !== undefined) return listedIn(schema, text);
  const length = [...text].length;
  if (typeof schema.maxLength === "number" && length > schema.maxLength) return false;
  if (typeof schema.minLength === "number" && length < schema.minLength) return false;
  // A placeholder in brackets is in no format that there is, and no value of a field for short ones.
  const formed = typeof schema.format === "string" || (typeof schema.maxLength === "number" && schema.maxLength < 64);
  if (formed && /\[[A-Z_]+_[0-9a-f]{10}\]/.test(text)) return false;
  return typeof schema.pattern !== "string" || test(schema.pattern, text);
}
