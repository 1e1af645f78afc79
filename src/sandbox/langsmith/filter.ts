import { isRecord } from "../../internal/is-record.js";
import { entryCondition, entryFamilies, type EntryFamily, type FeedbackOf } from "./filter-entries.js";
import { scalarFields } from "./filter-fields.js";
import { parseFilter, type Comparison, type FilterExpression, type Search } from "./filter-parser.js";
import { HttpError } from "./http-error.js";
import { readPayload, type RunRecord } from "./run-record.js";
import { jsonObjectOrUndefined } from "../../internal/json.js";

/** A filter, ready to be asked. */
export interface Filter {
  matches(run: RunRecord, feedback: FeedbackOf): boolean;
  /** True when it has a condition on feedback. */
  asksForFeedback: boolean;
}

type Predicate = Filter["matches"];

/** Makes a filter of its text. @throws HttpError 400 for every part that cannot be evaluated. */
export function compileFilter(source: string): Filter {
  const expression = parseFilter(source);
  return { matches: compile(expression, source), asksForFeedback: mentions(expression, "feedback_") };
}

function compile(expression: FilterExpression, source: string): Predicate {
  switch (expression.kind) {
    case "and": {
      const { groups, others } = groupEntries(expression.terms);
      const predicates = [
        ...others.map((term) => compile(term, source)),
        ...groups.map((group) => compileEntries(group, source)),
      ];
      return (run, feedback) => predicates.every((predicate) => predicate(run, feedback));
    }
    case "or": {
      const predicates = expression.terms.map((term) => compile(term, source));
      return (run, feedback) => predicates.some((predicate) => predicate(run, feedback));
    }
    case "search":
      return compileSearch(expression, source);
    case "comparison": {
      const family = familyOf(expression.field);
      return family === undefined
        ? compileComparison(expression, source)
        : compileEntries({ family, comparisons: [expression] }, source);
    }
  }
}

interface EntryGroup {
  family: EntryFamily;
  comparisons: Comparison[];
}

/** Gathers `eq(metadata_key, …)` and the `metadata_value` beside it. A second key begins another group. */
function groupEntries(terms: readonly FilterExpression[]): { groups: EntryGroup[]; others: FilterExpression[] } {
  const groups: EntryGroup[] = [];
  const others: FilterExpression[] = [];
  for (const term of terms) {
    const family = term.kind === "comparison" ? familyOf(term.field) : undefined;
    if (term.kind !== "comparison" || family === undefined) {
      others.push(term);
      continue;
    }
    const group = groups.findLast((candidate) => candidate.family === family);
    const isSecondKey =
      term.field === family.key && group?.comparisons.some(({ field }) => field === family.key) === true;
    if (group === undefined || isSecondKey) groups.push({ family, comparisons: [term] });
    else group.comparisons.push(term);
  }
  return { groups, others };
}

function compileEntries({ family, comparisons }: EntryGroup, source: string): Predicate {
  for (const { comparator, field, value } of comparisons) {
    const isOrder = comparator === "gt" || comparator === "gte" || comparator === "lt" || comparator === "lte";
    if (comparator === "has") refuse(`has(${field}, …) is not supported; use eq`, source);
    if (isOrder && field !== "feedback_score") refuse(`${comparator} is not supported for ${field}`, source);
    if (isOrder && typeof value !== "number") refuse(`${comparator}(${field}, …) needs a number`, source);
  }
  const holds = entryCondition(family, comparisons);
  return (run, feedback) => holds(family.entries(run, feedback));
}

function compileComparison({ comparator, field, value }: Comparison, source: string): Predicate {
  if (field === "tags" || field === "metadata") return compileHas({ field, comparator, value }, source);
  const known = Object.hasOwn(scalarFields, field) ? scalarFields[field] : undefined;
  if (known === undefined) return refuse(`the field ${field} is not known to the sandbox`, source);
  const { read, literal, ordered } = known;
  const wanted = (Array.isArray(value) ? value : [value]).map((item) => {
    const read = item === null ? undefined : literal(item);
    if (read === undefined && item !== null)
      refuse(`${JSON.stringify(item)} is not a valid value for ${field}`, source);
    return read;
  });
  const [first] = wanted;
  switch (comparator) {
    case "in":
      return (run) => wanted.includes(read(run));
    case "eq":
      return (run) => read(run) === first;
    case "neq":
      return (run) => read(run) !== first;
    case "has":
      return refuse(`has is for tags and metadata, not for ${field}`, source);
    default: {
      if (!ordered || typeof first !== "number") return refuse(`${comparator} is not supported for ${field}`, source);
      const holds = order[comparator];
      return (run) => {
        const found = read(run);
        return typeof found === "number" && holds(found, first);
      };
    }
  }
}

const order = {
  gt: (found: number, bound: number) => found > bound,
  gte: (found: number, bound: number) => found >= bound,
  lt: (found: number, bound: number) => found < bound,
  lte: (found: number, bound: number) => found <= bound,
};

/** `has(tags, "x")` and `has(metadata, '{"key": "value"}')`. */
function compileHas(
  { field, comparator, value }: Pick<Comparison, "comparator" | "field" | "value">,
  source: string,
): Predicate {
  if (comparator !== "has" || typeof value !== "string") {
    return refuse(`${comparator} is not supported for ${field}; use has(${field}, "…")`, source);
  }
  if (field === "tags") return (run) => run.tags.includes(value);
  const wanted = jsonObjectOrUndefined(value);
  if (wanted === undefined) return refuse(`has(metadata, …) needs a JSON object, not ${value}`, source);
  return (run) => contains(run.metadata, wanted);
}

/** True when every key of `wanted` is in `found`, with the same value. */
export function contains(found: unknown, wanted: unknown): boolean {
  if (!isRecord(wanted)) return JSON.stringify(found) === JSON.stringify(wanted);
  return isRecord(found) && Object.entries(wanted).every(([key, value]) => key in found && contains(found[key], value));
}

const searchable: Record<string, (run: RunRecord) => unknown> = {
  name: (run) => run.name,
  error: (run) => run.error,
  inputs: (run) => readPayload(run, "inputs"),
  outputs: (run) => readPayload(run, "outputs"),
  tags: (run) => run.tags,
};

/** A text in any text of the run, or in those of one field; upper and lower case are the same. */
function compileSearch({ field, text }: Search, source: string): Predicate {
  const read = field === undefined ? Object.values(searchable) : [searchable[field]];
  const wanted = text.toLowerCase();
  return read.every((part) => part !== undefined)
    ? (run: RunRecord) => read.some((part) => holdsText(part(run), wanted))
    : refuse(`search is not supported for ${field}`, source);
}

function holdsText(value: unknown, wanted: string): boolean {
  if (typeof value === "string") return value.toLowerCase().includes(wanted);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holdsText(inner, wanted));
}

const familyOf = (field: string): EntryFamily | undefined =>
  entryFamilies.find(({ fields }) => Object.hasOwn(fields, field));

function mentions(expression: FilterExpression, prefix: string): boolean {
  if (expression.kind === "comparison") return expression.field.startsWith(prefix);
  return expression.kind !== "search" && expression.terms.some((term) => mentions(term, prefix));
}

function refuse(problem: string, source: string): never {
  throw new HttpError(400, `Invalid filter: ${problem}. The filter was: ${source}`);
}
