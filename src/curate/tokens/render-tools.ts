import { isRecord, objectOf } from "../../internal/is-record.js";
import { stringifyExact } from "../../internal/exact-json.js";

const DEPTH = 32;

/** How definitions are written: as gpt-3.5 was measured to be given them in 2023, or as the models after it. */
export type DefinitionForm = "gpt-3.5" | "later";

/**
 * Tool definitions as OpenAI's models are given them: a TypeScript namespace, not JSON.
 * OpenAI documents nothing of it. The form for gpt-3.5 is what https://github.com/hmarr/openai-chat-tokens and
 * others measured against the chat API: titles, examples, constants and bounds stand nowhere, and an object that
 * lists no properties is left out. Of objects within objects it leaves out the descriptions.
 *
 *     namespace functions {
 *
 *     // Get the current weather
 *     type get_current_weather = (_: {
 *     // The city
 *     location: string,
 *     format?: "celsius" | "fahrenheit", // default: "celsius"
 *     }) => any;
 *
 *     } // namespace functions
 *
 * The form for later models was found from the counts of tests/functions.py in
 * https://github.com/pamelafox/openai-messages-token-helper (read on 2026-11-29), all of which it gives: nothing is
 * indented, inner descriptions stand like outer ones, and an object none of whose properties is described is one line,
 * `{ location: string }`.
 */
export function renderTools(functions: readonly unknown[], form: DefinitionForm = "gpt-3.5"): string {
  const lines = ["namespace functions {", ""];
  for (const definition of functions) {
    if (!isRecord(definition)) continue;
    const name = typeof definition.name === "string" ? definition.name : "";
    comment(lines, definition.description);
    const parameters = objectOf(definition.parameters);
    const object = renderObject(parameters, "", { root: parameters, depth: 0, form });
    lines.push(`type ${name} = (${object === undefined ? "" : `_: ${object}`}) => any;`, "");
  }
  lines.push("} // namespace functions");
  return lines.join("\n");
}

interface Position {
  /** Where references lead. */
  readonly root: Record<string, unknown>;
  readonly depth: number;
  readonly form: DefinitionForm;
}

/** The braces with the properties that are shown; undefined where there is none. */
function renderObject(schema: Record<string, unknown>, indent: string, position: Position): string | undefined {
  const { properties } = schema;
  if (!isRecord(properties)) return undefined;
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const isLater = position.form === "later";
  const inner = isLater || position.depth === 0 ? "" : indent;
  const shown = Object.entries(properties)
    .map(([name, property]) => [name, objectOf(property)] as const)
    .filter(([, property]) => !isBareObject(property));
  if (shown.length === 0) return undefined;
  const written = shown.map(
    ([name, property]) =>
      `${name}${required.includes(name) ? "" : "?"}: ${renderType(property, isLater ? "" : indent, position)}`,
  );
  if (isLater && shown.every(([, property]) => !isDescribed(property) && renderDefault(property) === ""))
    return `{ ${written.join(", ")} }`;
  const lines = ["{"];
  for (const [place, [, property]] of shown.entries()) {
    if (isLater || indent === "") comment(lines, property.description, inner);
    lines.push(`${inner}${written[place] ?? ""},${renderDefault(property)}`);
  }
  return [...lines, `${inner.slice(2)}}`].join("\n");
}

const isDescribed = ({ description }: Record<string, unknown>) => typeof description === "string" && description !== "";

function renderType(schema: unknown, indent: string, position: Position): string {
  const { root, depth } = position;
  if (!isRecord(schema) || depth > DEPTH) return "any";
  const deeper = { ...position, depth: depth + 1 };
  const union = (variants: readonly unknown[], glue: string) =>
    variants.map((variant) => renderType(variant, indent, deeper)).join(glue);
  if (typeof schema.$ref === "string") return renderType(follow(root, schema.$ref), indent, deeper);
  if (Array.isArray(schema.enum)) return schema.enum.map(literal).join(" | ");
  for (const key of ["anyOf", "oneOf"] as const) if (Array.isArray(schema[key])) return union(schema[key], " | ");
  if (Array.isArray(schema.allOf)) return union(schema.allOf, " & ");
  const nullable = schema.nullable === true ? " | null" : "";
  if (Array.isArray(schema.type))
    return (
      union(
        schema.type.map((type: unknown) => ({ ...schema, type })),
        " | ",
      ) + nullable
    );
  return renderPlain(schema, indent, deeper) + nullable;
}

function renderPlain(schema: Record<string, unknown>, indent: string, position: Position): string {
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "number":
    case "integer":
      return "number";
    case "array":
      if (!isRecord(schema.items)) return "any[]";
      return isUnion(schema.items)
        ? `Array<${renderType(schema.items, indent, position)}>`
        : `${renderType(schema.items, indent, position)}[]`;
    case "object":
      if (listsNothing(schema)) return "object";
      return renderObject(schema, `${indent}  `, position) ?? `{\n${position.form === "later" ? "" : indent}}`;
    default:
      return isRecord(schema.properties) ? renderPlain({ ...schema, type: "object" }, indent, position) : "any";
  }
}

function isUnion(schema: Record<string, unknown>): boolean {
  return (
    Array.isArray(schema.enum) ||
    Array.isArray(schema.anyOf) ||
    Array.isArray(schema.oneOf) ||
    Array.isArray(schema.type)
  );
}

function literal(value: unknown): string {
  return stringifyExact(value) ?? "any";
}

/** An object of which nothing is said. */
function isBareObject(schema: Record<string, unknown>): boolean {
  return schema.type === "object" && listsNothing(schema) && (schema.additionalProperties ?? false) === false;
}

function listsNothing({ properties }: Record<string, unknown>): boolean {
  return !isRecord(properties) || Object.keys(properties).length === 0;
}

function renderDefault({ default: value, type }: Record<string, unknown>): string {
  if (value === undefined || value === null) return "";
  // The service writes numbers in Python's way, whole ones too.
  return ` // default: ${type === "number" && Number.isInteger(value) ? `${String(value)}.0` : literal(value)}`;
}

function comment(lines: string[], text: unknown, indent = ""): void {
  if (typeof text !== "string" || text === "") return;
  for (const line of text.split("\n")) lines.push(`${indent}// ${line}`.trimEnd());
}

function follow(root: Record<string, unknown>, reference: string): unknown {
  if (!reference.startsWith("#/")) return undefined;
  let value: unknown = root;
  for (const part of reference.slice(2).split("/"))
    value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}
