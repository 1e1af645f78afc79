import { namedExports } from "../../internal/named-exports.js";
import type { default as AjvClass, ErrorObject, Options, ValidateFunction } from "ajv";
import { enumKeyword } from "./enum-keyword.js";
import { isRecord } from "../../internal/is-record.js";
import {
  normaliseSchema,
  SchemaError,
  withoutLists,
  type NormalisedSchema,
  type SchemaFault,
} from "./normalise-schema.js";
import { costOf, tooCostly } from "./schema-cost.js";
import { loadTolerantRegExps, type TolerantRegExps } from "./tolerant-regexp.js";
import { stringifyExact } from "../../internal/exact-json.js";

/** A parameter schema, ready to check arguments. */
export interface ParameterSchema {
  /** Set when it is not a valid schema; the rest says nothing then. */
  readonly fault?: SchemaFault;
  readonly arraysWithoutItems: readonly string[];
  /** The names that arguments may have, where the schema lists them and says nothing of others. */
  readonly names?: ReadonlySet<string>;
  /** @param characters Of the JSON text that the value was read from. */
  check(value: unknown, characters: number): ArgumentsFault | undefined;
}

/** What is wrong with arguments, in a sentence. `unchecked`: the schema is valid, and they still cannot be checked against it. */
export interface ArgumentsFault {
  readonly kind: "invalid" | "unchecked";
  readonly message: string;
}

const LIMIT = 1000;
const NO_PLACES: readonly string[] = [];

/**
 * Compiles the parameter schemas of tools, each distinct one once, and on the first call that
 * needs it: compiling costs about a thousand times as much as checking. Bounded: the oldest go.
 */
export class SchemaCompiler {
  private readonly byText = new Map<string, ParameterSchema>();
  private readonly drafts: Readonly<Record<NormalisedSchema["draft"], AjvClass>>;

  private readonly patterns: TolerantRegExps;

  private constructor(drafts: Record<NormalisedSchema["draft"], AjvClass>, patterns: TolerantRegExps) {
    this.drafts = drafts;
    this.patterns = patterns;
  }

  /** Loads ajv and the engine for patterns, which is why this is not a plain constructor. */
  static async load(): Promise<SchemaCompiler> {
    const [draft07, draft2020, patterns] = await Promise.all([
      import("ajv"),
      import("ajv/dist/2020.js"),
      loadTolerantRegExps(),
    ]);
    const { Ajv } = namedExports(draft07);
    const { Ajv2020 } = namedExports(draft2020);
    const options: Options = {
      strict: false,
      validateFormats: false,
      addUsedSchema: false,
      validateSchema: false,
      logger: false,
      ownProperties: true,
      code: { regExp: patterns.regExp, optimize: false },
    };
    const drafts = { "draft-07": new Ajv(options), "2020-12": new Ajv2020(options) };
    for (const ajv of Object.values(drafts)) ajv.removeKeyword("enum").addKeyword(enumKeyword);
    return new SchemaCompiler(drafts, patterns);
  }

  /** To be called before each row: the work that its patterns may cost is counted from here. */
  beginRow(): void {
    this.patterns.begin();
  }

  schema(parameters: Record<string, unknown>): ParameterSchema {
    const text = stringifyExact(parameters) ?? "";
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const made = this.make(parameters);
    if (this.byText.size >= LIMIT)
      for (const oldest of this.byText.keys()) {
        this.byText.delete(oldest);
        break;
      }
    this.byText.set(text, made);
    return made;
  }

  private make(parameters: Record<string, unknown>): ParameterSchema {
    let normalised: NormalisedSchema;
    try {
      normalised = normaliseSchema(parameters);
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      return broken(error.path, error.message);
    }
    const { arraysWithoutItems } = normalised;
    const cost = costOf(normalised.schema);
    const whole = { arraysWithoutItems, names: closedNames(parameters) };
    const unchecked = tooCostly(cost, undefined, 0);
    if (unchecked !== undefined) return { ...whole, check: () => ({ kind: "unchecked", message: unchecked }) };
    if (!canGenerateCode()) return { ...whole, check: () => ({ kind: "unchecked", message: NO_CODE }) };
    const ajv = this.drafts[normalised.draft];
    if (ajv.validateSchema(withoutLists(normalised.schema) as Record<string, unknown>) !== true) {
      const [first] = ajv.errors ?? [];
      return broken(
        first === undefined ? "" : jsonPath(first.instancePath),
        first?.message ?? "it does not fit the meta-schema",
      );
    }
    const check = lazyCheck(ajv, normalised.schema);
    return {
      ...whole,
      check: (value, characters) => {
        const reason = tooCostly(cost, value, characters);
        if (reason !== undefined) return { kind: "unchecked", message: reason };
        this.patterns.unchecked();
        const fault = check(value, characters);
        const untried = this.patterns.unchecked();
        // A pattern that is not tried passes for one that fits, which can only let values through, but for these.
        if (untried === undefined || (fault !== undefined && !cost.exclusive)) return fault;
        return { kind: "unchecked", message: untried };
      },
    };
  }
}

const NO_CODE = "schemas are compiled, and this runtime forbids to generate code from strings";

/** False with Node's --disallow-code-generation-from-strings and on runtimes at the edge. */
function canGenerateCode(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

function broken(path: string, message: string): ParameterSchema {
  return { fault: { path, message }, arraysWithoutItems: NO_PLACES, check: () => undefined };
}

function lazyCheck(ajv: AjvClass, schema: Record<string, unknown>): ParameterSchema["check"] {
  let validate: ValidateFunction | undefined;
  let failure: ArgumentsFault | undefined;
  return (value) => {
    if (failure !== undefined) return failure;
    try {
      validate ??= compile(ajv, schema);
      return validate(value) ? undefined : { kind: "invalid", message: describe(validate.errors ?? []) };
    } catch (error) {
      const fault: ArgumentsFault = {
        kind: "unchecked",
        message: short(error instanceof Error ? error.message : String(error)),
      };
      // A schema that does not compile never will; running out of stack is a matter of the one value.
      if (validate === undefined) failure = fault;
      return fault;
    }
  };
}

function compile(ajv: AjvClass, schema: Record<string, unknown>): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Or else ajv keeps every schema for good.
    ajv.removeSchema(schema);
  }
}

/** `symbol must be string`. */
function describe(errors: readonly ErrorObject[]): string {
  const [first] = errors;
  if (first === undefined) return "they do not fit";
  const place = jsonPath(first.instancePath).replace(/^\./, "");
  const params = first.params as { allowedValues?: unknown[]; additionalProperty?: string };
  const detail = params.allowedValues
    ? `: ${short(JSON.stringify(params.allowedValues))}`
    : params.additionalProperty === undefined
      ? ""
      : ` (${short(params.additionalProperty)})`;
  return `${place === "" ? "they" : place} ${first.message ?? "do not fit"}${detail}`;
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** `/items/0/name` as `.items[0].name`. */
function jsonPath(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("");
}

/**
 * A top level that lists properties and is silent about others. OpenAI's guide lets `properties`
 * be left out to save tokens, so no list means that nothing is known.
 */
function closedNames(parameters: Record<string, unknown>): ReadonlySet<string> | undefined {
  const open = [
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "$ref",
    "$dynamicRef",
    "dependentSchemas",
  ];
  if (!isRecord(parameters.properties) || open.some((key) => key in parameters)) return undefined;
  const names = Object.keys(parameters.properties);
  return names.length === 0 ? undefined : new Set(names);
}
