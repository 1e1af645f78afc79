import { isRecord } from "../../internal/is-record.js";
import { stableStringify } from "../../internal/stable-stringify.js";
import { ExactNumber } from "../../internal/exact-json.js";

/** A JSON Schema made fit for the validator, and what was seen on the way. Paths begin below the schema. */
export interface NormalisedSchema {
  readonly schema: Record<string, unknown>;
  /** Which dialect its keywords need. */
  readonly draft: "draft-07" | "2020-12";
  /** Arrays that do not say what they hold. */
  readonly arraysWithoutItems: readonly string[];
}

/** What is wrong with a schema. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

const DEPTH = 64;
const MAPS = new Set(["properties", "patternProperties", "definitions", "$defs", "dependentSchemas"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const SCHEMAS = new Set([
  "additionalItems",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const OF_2020 = new Set([
  "prefixItems",
  "dependentSchemas",
  "dependentRequired",
  "unevaluatedItems",
  "unevaluatedProperties",
  "minContains",
  "maxContains",
  "$dynamicRef",
]);
// Annotations say nothing about a value, and what generators write there is not always valid.
const ANNOTATIONS = new Set([
  "$schema",
  "$comment",
  "$anchor",
  "id",
  "title",
  "default",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "$async",
]);

/**
 * The checker's code for alternatives nests one in the other, and making it takes the square of their number. So many
 * are grouped, and of more than that `oneOf` is checked like `anyOf`: a value that fits two of a hundred is let through.
 */
const MOST_ALTERNATIVES = 16;
const ALTERNATIVES = new Set(["anyOf", "oneOf"]);

function grouped(alternatives: readonly unknown[]): readonly unknown[] {
  if (alternatives.length <= MOST_ALTERNATIVES) return alternatives;
  const groups: unknown[] = [];
  for (let start = 0; start < alternatives.length; start += MOST_ALTERNATIVES)
    groups.push({ anyOf: alternatives.slice(start, start + MOST_ALTERNATIVES) });
  return grouped(groups);
}

/**
 * A copy of a schema without annotations, and with what OpenAPI and older drafts write differently
 * (`nullable`, boolean `exclusiveMinimum`) put into today's words: generators of tool schemas mix
 * them freely, and no row should be called wrong for it.
 *
 * @throws {SchemaError} when it is not a schema at all.
 */
export function normaliseSchema(root: Record<string, unknown>): NormalisedSchema {
  const arraysWithoutItems: string[] = [];
  let tuple = false;
  let repeatedIn: string | undefined;
  let pointedInto: boolean | undefined;
  const isPointedInto = () => (pointedInto ??= /"\$ref":"[^"]*\/(?:any|one)Of\//.test(JSON.stringify(root)));
  let of2020 = typeof root.$schema === "string" && /20(19-09|20-12)/.test(root.$schema);

  const visit = (value: unknown, path: string, depth: number): unknown => {
    if (typeof value === "boolean") return value;
    if (!isRecord(value)) throw new SchemaError(path, "a schema must be an object or a boolean");
    if (depth > DEPTH) throw new SchemaError(path, `nested more than ${DEPTH} deep`);
    const copy: Record<string, unknown> = {};
    const many: unknown[] = [];
    for (const key of Object.keys(value)) {
      if (ANNOTATIONS.has(key)) continue;
      const item = value[key];
      const at = `${path}.${key}`;
      if (OF_2020.has(key)) of2020 = true;
      if (MAPS.has(key)) set(copy, key, visitMap(item, at, depth));
      else if (ALTERNATIVES.has(key) && Array.isArray(item) && item.length > MOST_ALTERNATIVES && !isPointedInto())
        many.push({ anyOf: grouped(visitList(item, at, depth)) });
      else if (LISTS.has(key)) set(copy, key, visitList(item, at, depth));
      else if (key === "items") {
        if (Array.isArray(item)) tuple = true;
        set(copy, key, Array.isArray(item) ? visitList(item, at, depth) : visit(item, at, depth + 1));
      } else if (SCHEMAS.has(key)) set(copy, key, visit(item, at, depth + 1));
      else if (key === "dependencies" && isRecord(item)) {
        const entries = Object.entries(item).map(([name, rule]) => [
          name,
          Array.isArray(rule) ? rule : visit(rule, `${at}.${name}`, depth + 1),
        ]);
        set(copy, key, Object.fromEntries(entries));
      } else set(copy, key, plainNumbers(item));
    }
    const required = requiredNames(copy.required, value.properties);
    if (required !== undefined) copy.required = required;
    if (many.length > 0) copy.allOf = [...(Array.isArray(copy.allOf) ? (copy.allOf as unknown[]) : []), ...many];
    if (Array.isArray(value.enum)) {
      if (value.enum.length === 0) throw new SchemaError(`${path}.enum`, "an enum must list at least one value");
      if (new Set(value.enum.map(stableStringify)).size < value.enum.length) repeatedIn ??= `${path}.enum`;
    }
    if (typeof value.$ref === "string") checkReference(root, value.$ref, path);
    if (value.type === "array" && value.items === undefined && value.prefixItems === undefined)
      arraysWithoutItems.push(path);
    return nullable(exclusive(exclusive(copy, "exclusiveMinimum", "minimum"), "exclusiveMaximum", "maximum"));
  };
  const visitMap = (value: unknown, path: string, depth: number): unknown => {
    if (!isRecord(value)) throw new SchemaError(path, "must be an object of schemas");
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(value)) set(copy, name, visit(value[name], `${path}.${name}`, depth + 1));
    return copy;
  };
  const visitList = (value: unknown, path: string, depth: number): unknown[] => {
    if (!Array.isArray(value)) throw new SchemaError(path, "must be a list of schemas");
    return value.map((item, index) => visit(item, `${path}[${index}]`, depth + 1));
  };

  const schema = visit(root, "", 0) as Record<string, unknown>;
  const draft = of2020 && !tuple ? "2020-12" : "draft-07";
  // Later drafts only advise against it.
  if (repeatedIn !== undefined && draft === "draft-07") throw new SchemaError(repeatedIn, "lists a value twice");
  return { schema, draft, arraysWithoutItems };
}

/**
 * A copy in which each `enum` lists its first value alone. The meta-schemas compare all values of a list with each
 * other, and {@link normaliseSchema} has looked at them already.
 */
export function withoutLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLists);
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    set(copy, key, key === "enum" && Array.isArray(item) ? item.slice(0, 1) : withoutLists(item));
  return copy;
}

/** Says what is wrong with a schema, and where. Never leaves this folder. */
export class SchemaError extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * The names that a value must have. A parameter with a default may be left out, although zod (`z.toJSONSchema` with its
 * default `io: "output"`) and pydantic (`mode="serialization"`) list it as required, and LangChain sends their schema.
 */
function requiredNames(required: unknown, properties: unknown): unknown[] | undefined {
  if (!Array.isArray(required) || !isRecord(properties)) return undefined;
  const hasDefault = (name: unknown) => {
    const property = typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return isRecord(property) && "default" in property;
  };
  return required.some(hasDefault) ? required.filter((name: unknown) => !hasDefault(name)) : undefined;
}

/** Numbers that no double holds as the nearest double: the checker computes with doubles. */
function plainNumbers(value: unknown): unknown {
  if (value instanceof ExactNumber) return value.valueOf();
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) set(copy, key, plainNumbers(value[key]));
  return copy;
}

/** Also sets `__proto__`, which an assignment would not. */
function set(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** `exclusiveMinimum: true` beside `minimum`, as draft 4 and OpenAPI 3.0 write it. */
function exclusive(schema: Record<string, unknown>, key: string, bound: string): Record<string, unknown> {
  if (typeof schema[key] !== "boolean") return schema;
  const { [key]: strictly, [bound]: limit, ...rest } = schema;
  return limit === undefined
    ? rest
    : { ...rest, [strictly === true && typeof limit === "number" ? key : bound]: limit };
}

function nullable(schema: Record<string, unknown>): Record<string, unknown> {
  const { nullable: allowed, ...rest } = schema;
  if (typeof allowed !== "boolean") return schema;
  return allowed ? { anyOf: [rest, { type: "null" }] } : rest;
}

/** A reference inside the document must lead somewhere; one to elsewhere cannot be followed by a service. */
function checkReference(root: Record<string, unknown>, reference: string, path: string): void {
  if (!reference.startsWith("#")) {
    if (hasId(root)) return;
    throw new SchemaError(`${path}.$ref`, `the reference ${JSON.stringify(reference)} leads out of the schema`);
  }
  if (reference === "#" || !reference.startsWith("#/")) return;
  let value: unknown = root;
  for (const part of reference.slice(2).split("/")) {
    const key = decode(part).replaceAll("~1", "/").replaceAll("~0", "~");
    value = Array.isArray(value)
      ? value[Number(key)]
      : isRecord(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
  }
  if (value === undefined)
    throw new SchemaError(`${path}.$ref`, `the reference ${JSON.stringify(reference)} leads nowhere`);
}

function hasId(root: Record<string, unknown>): boolean {
  return typeof root.$id === "string" || isRecord(root.$defs) || isRecord(root.definitions);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
