import { HttpError } from "./http-error.js";

// The filter query language of LangSmith, as far as its documentation describes it:
// https://docs.langchain.com/langsmith/trace-query-syntax#filter-query-language

export type Literal = string | number | boolean | null;
const comparators = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "has"] as const;
export type Comparator = (typeof comparators)[number];

export interface Comparison {
  kind: "comparison";
  comparator: Comparator;
  field: string;
  value: Literal | Literal[];
}
export interface Search {
  kind: "search";
  field?: string;
  text: string;
}
export interface Combination {
  kind: "and" | "or";
  terms: FilterExpression[];
}
export type FilterExpression = Comparison | Search | Combination;

/** Parses a filter. @throws HttpError 400, with the place, for what is not a filter or not supported. */
export function parseFilter(source: string): FilterExpression {
  const parser = new Parser(source);
  const expression = parser.expression(0);
  parser.end();
  return expression;
}

interface Token {
  kind: "name" | "string" | "number" | "punctuation" | "end";
  text: string;
  at: number;
}

const token =
  /\s*(?:([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([(),[\]]))/y;
const deepest = 100;

class Parser {
  #position = 0;
  #next: Token;

  constructor(readonly source: string) {
    this.#next = this.#read();
  }

  expression(depth: number): FilterExpression {
    if (depth > deepest) this.#fail(`it is nested more than ${deepest} deep`, this.#next);
    const head = this.#take("name", 'a comparison such as eq(name, "x")');
    this.#punctuation("(");
    if (head.text === "and" || head.text === "or") return this.#combination(head.text, depth);
    if (head.text === "search") return this.#search();
    const comparator = comparators.find((known) => known === head.text);
    if (comparator === undefined) {
      return this.#fail(`${head.text} is not an operator; known are and, or, search, ${comparators.join(", ")}`, head);
    }
    const field = this.#take("name", "a field name").text;
    this.#punctuation(",");
    const value = this.#value();
    this.#punctuation(")");
    if (Array.isArray(value) !== (comparator === "in")) {
      this.#fail(comparator === "in" ? 'in needs a list: in(id, ["…"])' : `${comparator} takes no list`, head);
    }
    return { kind: "comparison", comparator, field, value };
  }

  end(): void {
    if (this.#next.kind !== "end") this.#fail("nothing more was expected", this.#next);
  }

  #combination(kind: "and" | "or", depth: number): Combination {
    const terms = [this.expression(depth + 1)];
    while (this.#skip(",")) terms.push(this.expression(depth + 1));
    this.#punctuation(")");
    return { kind, terms };
  }

  #search(): Search {
    const field = this.#next.kind === "name" ? this.#advance().text : undefined;
    if (field !== undefined) this.#punctuation(",");
    const text = readString(this.#take("string", "a text to search for").text);
    this.#punctuation(")");
    return { kind: "search", field, text };
  }

  #value(): Literal | Literal[] {
    if (!this.#skip("[")) return this.#literal();
    const values: Literal[] = [];
    if (this.#skip("]")) return values;
    do values.push(this.#literal());
    while (this.#skip(","));
    this.#punctuation("]");
    return values;
  }

  #literal(): Literal {
    const found = this.#advance();
    if (found.kind === "string") return readString(found.text);
    if (found.kind === "number") return Number(found.text);
    if (found.kind === "name") {
      if (found.text === "null") return null;
      if (found.text.toLowerCase() === "true") return true;
      if (found.text.toLowerCase() === "false") return false;
    }
    return this.#fail("a string in quotes, a number, true, false or null was expected", found);
  }

  #punctuation(text: string): void {
    if (!this.#skip(text)) this.#fail(`${text} was expected`, this.#next);
  }

  #skip(text: string): boolean {
    if (this.#next.kind !== "punctuation" || this.#next.text !== text) return false;
    this.#advance();
    return true;
  }

  #take(kind: Token["kind"], expected: string): Token {
    return this.#next.kind === kind ? this.#advance() : this.#fail(`${expected} was expected`, this.#next);
  }

  #advance(): Token {
    const current = this.#next;
    this.#next = this.#read();
    return current;
  }

  #read(): Token {
    token.lastIndex = this.#position;
    const match = token.exec(this.source);
    if (match === null) {
      const at = this.#position + (/^\s*/.exec(this.source.slice(this.#position))?.[0].length ?? 0);
      const end: Token = { kind: "end", text: "", at };
      if (at < this.source.length)
        this.#fail(`${JSON.stringify(this.source.slice(at, at + 12))} was not understood`, end);
      return end;
    }
    this.#position = token.lastIndex;
    const [, name, string, number, punctuation] = match;
    const text = name ?? string ?? number ?? punctuation ?? "";
    const kind =
      name !== undefined ? "name" : string !== undefined ? "string" : number !== undefined ? "number" : "punctuation";
    return { kind, text, at: this.#position - text.length };
  }

  #fail(problem: string, at: Token): never {
    throw new HttpError(400, `Invalid filter at character ${at.at + 1}: ${problem}. The filter was: ${this.source}`);
  }
}

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

function readString(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, code: string | undefined, character: string) =>
      code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}
