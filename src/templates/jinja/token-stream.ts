// What the parser of a template stands on: its tokens, how deep it is, and which names it has met.
import { TemplateFailure } from "./failure.js";
import type { Token } from "./lexer.js";
import { DEFAULT_LIMITS } from "./limits.js";

/** The names that a template may use. Jinja refuses others when it compiles, but where an `if` may leave them out. */
export interface KnownNames {
  isFilter(name: string): boolean;
  isTest(name: string): boolean;
}

/** The tokens of a template, read from the first to the last. */
export class TokenStream {
  protected at = 0;
  private depth = 0;
  private optional = false;
  /** Names read since the innermost macro began. */
  protected names = new Set<string>();
  /** Unknown filters and tests in what always runs, as far as that is known yet. */
  protected unknown: TemplateFailure[] = [];

  constructor(
    protected readonly tokens: readonly Token[],
    protected readonly known: KnownNames,
  ) {}

  protected get current(): Token {
    return this.tokens[this.at] as Token;
  }

  protected isOperator(value: string): boolean {
    return this.current.type === "operator" && this.current.value === value;
  }

  protected isName(value: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.type === "name" && token.value === value;
  }

  protected next(): Token {
    const token = this.current;
    if (token.type !== "end") this.at += 1;
    return token;
  }

  protected skipOperator(value: string): boolean {
    if (!this.isOperator(value)) return false;
    this.at += 1;
    return true;
  }

  protected skipName(value: string): boolean {
    if (!this.isName(value)) return false;
    this.at += 1;
    return true;
  }

  protected expectOperator(value: string): void {
    if (!this.skipOperator(value)) this.fail(`Expected ${value}, and there is ${this.shown()}.`);
  }

  protected expectName(): Token {
    if (this.current.type !== "name") this.fail(`Expected a name, and there is ${this.shown()}.`);
    return this.next();
  }

  protected expectEnd(): void {
    if (this.current.type !== "block_end") this.fail(`Expected the end of the block, and there is ${this.shown()}.`);
    this.next();
  }

  protected shown(): string {
    return this.current.value === ""
      ? `the ${this.current.type.replace("_", " ")}`
      : JSON.stringify(this.current.value);
  }

  protected fail(message: string, line = this.current.line): never {
    throw new TemplateFailure("syntax", message, line);
  }

  protected isUnknown(message: string, line: number): void {
    if (!this.optional) this.unknown.push(new TemplateFailure("syntax", message, line));
  }

  protected nested<T>(inner: () => T): T {
    if (this.depth >= DEFAULT_LIMITS.depth)
      throw new TemplateFailure("limit", `More than ${DEFAULT_LIMITS.depth} levels of nesting.`, this.current.line);
    this.depth += 1;
    try {
      return inner();
    } finally {
      this.depth -= 1;
    }
  }

  /** Parses what is not always run: an unknown filter in it fails when it is. */
  protected maybe<T>(inner: () => T): T {
    const before = this.optional;
    this.optional = true;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }

  /** Parses a frame of its own: what is in it is compiled whole, whatever `if` stands around it. */
  protected frame<T>(inner: () => T): T {
    const before = this.optional;
    this.optional = false;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }
}
