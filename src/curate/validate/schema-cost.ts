import { isRecord } from "../../internal/is-record.js";

/** How much work a schema may ask for. */
export interface SchemaCost {
  /** Subschemas that are looked at for one value, references followed; `Infinity` beyond {@link MAXIMUM_SIZE}. */
  readonly size: number;
  /** References that lead back to where they stand: each level of a value may be looked at this many times. */
  readonly recursions: number;
  /** Comparing all items of an array with each other takes the square of their number. */
  readonly unique: boolean;
  /** Some value fits only because a part does not fit: `not`, `oneOf`, `if` and the like. */
  readonly exclusive: boolean;
}

/** Subschemas of one schema that are compiled; a tool's parameters have some dozens. */
const MAXIMUM_SIZE = 1_000;
const MAXIMUM_CHARACTERS_UNIQUE = 20_000;
const MAXIMUM_WORK = 50_000_000;
const MAXIMUM_RECURSIONS = 100_000;
const EXCLUSIVE = new Set([
  "not",
  "oneOf",
  "if",
  "maxContains",
  "patternProperties",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
// Their values are data, not schemas.
const DATA = new Set(["enum", "const", "default", "examples", "required", "type"]);

/**
 * Measures a schema before it is compiled: thousands of alternatives, chains of references and references that
 * double on the way (each definition twice in the one before) cost time that grows with the expanded size.
 */
export function costOf(root: Record<string, unknown>): SchemaCost {
  const known = new Map<object, number>();
  const open = new Set<object>();
  let recursions = 0;
  let unique = false;
  let exclusive = false;
  const visit = (value: unknown, depth: number): number => {
    if (typeof value !== "object" || value === null) return 0;
    if (open.has(value)) {
      recursions += 1;
      return 1;
    }
    const before = known.get(value);
    if (before !== undefined) return before;
    if (depth > MAXIMUM_SIZE) return Number.POSITIVE_INFINITY;
    open.add(value);
    let size = 1;
    for (const [key, item] of Object.entries(value)) {
      if (DATA.has(key) && !isRecord(item)) continue;
      if (key === "uniqueItems" && item === true) unique = true;
      if (EXCLUSIVE.has(key)) exclusive = true;
      // Definitions cost where they are referred to.
      if ((key === "$defs" || key === "definitions") && value === root) continue;
      size += key === "$ref" ? visit(follow(root, item), depth + 1) : visit(item, depth + 1);
      if (size > MAXIMUM_SIZE) {
        size = Number.POSITIVE_INFINITY;
        break;
      }
    }
    open.delete(value);
    known.set(value, size);
    return size;
  };
  const size = visit(root, 0);
  return { size, recursions, unique, exclusive };
}

/** Why checking a value of so many characters against the schema would take too long; undefined if it does not. */
export function tooCostly(
  { size, recursions, unique }: SchemaCost,
  value: unknown,
  characters: number,
): string | undefined {
  if (size === Number.POSITIVE_INFINITY)
    return `the schema has more than ${MAXIMUM_SIZE} parts, its references followed`;
  if (unique && characters > MAXIMUM_CHARACTERS_UNIQUE) return "they are too long for uniqueItems";
  if (size * characters > MAXIMUM_WORK) return "they are too long for so large a schema";
  // One reference back looks at each level once.
  if (recursions > 1 && recursions ** depthOf(value) > MAXIMUM_RECURSIONS)
    return "they are nested too deep for a schema that refers to itself";
  return undefined;
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let deepest = 0;
  for (const item of Object.values(value)) deepest = Math.max(deepest, depthOf(item));
  return deepest + 1;
}

function follow(root: Record<string, unknown>, reference: unknown): unknown {
  if (reference === "#") return root;
  if (typeof reference !== "string" || !reference.startsWith("#/")) return undefined;
  let value: unknown = root;
  for (const part of reference.slice(2).split("/")) {
    const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    value = Array.isArray(value)
      ? value[Number(key)]
      : isRecord(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
  }
  return value;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
