// Jinja's parser: the same precedences, statements and errors at compile time, with `break`, `continue` and `generation`.
import { TemplateFailure } from "./failure.js";
import { tokenize, type Token } from "./lexer.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { integerOf } from "./numbers.js";
import type {
  Argument,
  BinaryOperator,
  CallArguments,
  Comparison,
  Expression,
  MacroSignature,
  Parameter,
  Statement,
  Target,
} from "./syntax.js";
import { PyFloat } from "./values.js";

/** The names that a template may use. Jinja refuses others when it compiles, but where an `if` may leave them out. */
export interface KnownNames {
  isFilter(name: string): boolean;
  isTest(name: string): boolean;
}

const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const NO_ARGUMENTS: CallArguments = { args: [], keywords: [] };
const LACKING: ReadonlySet<string> = new Set(["include", "import", "from", "extends", "block", "autoescape"]);
const NAMES_OF_MACROS = ["caller", "kwargs", "varargs"] as const;

export function parse(template: string, known: KnownNames): Statement[] {
  return new Parser(tokenize(template), known).template();
}

class Parser {
  private at = 0;
  private depth = 0;
  private inLoop = 0;
  private optional = false;
  /** Names read since the innermost macro began. */
  private names = new Set<string>();
  /** Unknown filters and tests in what always runs, as far as that is known yet. */
  private unknown: TemplateFailure[] = [];

  constructor(
    private readonly tokens: readonly Token[],
    private readonly known: KnownNames,
  ) {}

  template(): Statement[] {
    const statements = this.statements([]);
    const [first] = this.unknown;
    if (first) throw first;
    return statements;
  }

  // ── the stream ──

  private get current(): Token {
    return this.tokens[this.at] as Token;
  }

  private isOperator(value: string): boolean {
    return this.current.type === "operator" && this.current.value === value;
  }

  private isName(value: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.type === "name" && token.value === value;
  }

  private next(): Token {
    const token = this.current;
    if (token.type !== "end") this.at += 1;
    return token;
  }

  private skipOperator(value: string): boolean {
    if (!this.isOperator(value)) return false;
    this.at += 1;
    return true;
  }

  private skipName(value: string): boolean {
    if (!this.isName(value)) return false;
    this.at += 1;
    return true;
  }

  private expectOperator(value: string): void {
    if (!this.skipOperator(value)) this.fail(`Expected ${value}, and there is ${this.shown()}.`);
  }

  private expectName(): Token {
    if (this.current.type !== "name") this.fail(`Expected a name, and there is ${this.shown()}.`);
    return this.next();
  }

  private expectEnd(): void {
    if (this.current.type !== "block_end") this.fail(`Expected the end of the block, and there is ${this.shown()}.`);
    this.next();
  }

  private shown(): string {
    return this.current.value === ""
      ? `the ${this.current.type.replace("_", " ")}`
      : JSON.stringify(this.current.value);
  }

  private fail(message: string, line = this.current.line): never {
    throw new TemplateFailure("syntax", message, line);
  }

  private isUnknown(message: string, line: number): void {
    if (!this.optional) this.unknown.push(new TemplateFailure("syntax", message, line));
  }

  private nested<T>(inner: () => T): T {
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
  private maybe<T>(inner: () => T): T {
    const before = this.optional;
    this.optional = true;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }

  /** Parses a frame of its own: what is in it is compiled whole, whatever `if` stands around it. */
  private frame<T>(inner: () => T): T {
    const before = this.optional;
    this.optional = false;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }

  // ── statements ──

  /** Statements up to a block that begins with one of these names, which stays to be read. */
  private statements(ends: readonly string[]): Statement[] {
    return this.nested(() => {
      const found: Statement[] = [];
      for (;;) {
        const { type, value, line } = this.current;
        if (type === "end") {
          if (ends.length > 0) this.fail(`The template ends where ${ends.join(" or ")} was expected.`);
          return found;
        }
        this.next();
        if (type === "data") found.push({ kind: "text", text: value, line });
        else if (type === "variable_begin") {
          found.push({ kind: "output", value: this.tuple(), line });
          if (this.current.type !== "variable_end") this.fail(`Expected }}, and there is ${this.shown()}.`);
          this.next();
        } else {
          if (this.current.type === "name" && ends.includes(this.current.value)) return found;
          found.push(this.statement(line));
        }
      }
    });
  }

  /** The body of a block, with its own end. */
  private body(end: string): Statement[] {
    this.expectEnd();
    const found = this.statements([end]);
    this.next();
    this.expectEnd();
    return found;
  }

  private statement(line: number): Statement {
    const { value: name } = this.expectName();
    switch (name) {
      case "if":
        return this.conditional(line);
      case "for":
        return this.loop(line);
      case "set":
        return this.assignment(line);
      case "macro":
        return this.macro(line);
      case "call":
        return this.callBlock(line);
      case "filter": {
        const filter = this.filters(undefined, true);
        return { kind: "filter-block", filter, body: this.frame(() => this.body("endfilter")), line };
      }
      case "with":
        return this.withBlock(line);
      case "generation":
        return { kind: "generation", body: this.frame(() => this.body("endgeneration")), line };
      case "break":
      case "continue":
        if (this.inLoop === 0) this.fail(`${name} stands outside a loop.`);
        this.expectEnd();
        return { kind: name, line };
      default:
        if (LACKING.has(name))
          throw new TemplateFailure(
            "unsupported",
            `{% ${name} %} is not supported by this package's template engine.`,
            line,
          );
        return this.fail(`There is no block ${name}.`, line);
    }
  }

  private conditional(line: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    let otherwise: Statement[] = [];
    this.maybe(() => {
      for (;;) {
        const test = this.tuple({ choice: false });
        this.expectEnd();
        branches.push({ test, body: this.statements(["elif", "else", "endif"]) });
        const { value } = this.next();
        if (value === "elif") continue;
        if (value === "else") {
          this.expectEnd();
          otherwise = this.statements(["endif"]);
          this.next();
        }
        return;
      }
    });
    this.expectEnd();
    return { kind: "if", branches, otherwise, line };
  }

  private loop(line: number): Statement {
    const target = this.target({ until: "in" });
    if (!this.skipName("in")) this.fail(`Expected in, and there is ${this.shown()}.`);
    const iterable = this.tuple({ choice: false, until: "recursive" });
    const test = this.skipName("if") ? this.frame(() => this.expression()) : undefined;
    const recursive = this.skipName("recursive");
    this.expectEnd();
    this.inLoop += 1;
    const body = this.frame(() => this.statements(["endfor", "else"]));
    this.inLoop -= 1;
    let otherwise: Statement[] = [];
    if (this.next().value === "else") {
      this.expectEnd();
      otherwise = this.frame(() => this.statements(["endfor"]));
      this.next();
    }
    this.expectEnd();
    return { kind: "for", target, iterable, ...(test && { test }), recursive, body, otherwise, line };
  }

  private assignment(line: number): Statement {
    const target = this.target({ namespaces: true });
    if (this.skipOperator("=")) {
      const value = this.tuple();
      this.expectEnd();
      return { kind: "set", target, value, line };
    }
    const filter = this.isOperator("|") ? this.filters(undefined, false) : undefined;
    return { kind: "set-block", target, ...(filter && { filter }), body: this.frame(() => this.body("endset")), line };
  }

  private macro(line: number): Statement {
    const { value: name } = this.expectName();
    return { kind: "macro", name, macro: this.signature(name, "endmacro"), line };
  }

  private callBlock(line: number): Statement {
    const parameters = this.isOperator("(") ? this.parameters() : [];
    const call = this.expression();
    if (call.kind !== "call") this.fail("{% call %} needs a call.", line);
    const macro = this.signature(undefined, "endcall", parameters);
    return { kind: "call-block", call, macro, line };
  }

  private signature(name: string | undefined, end: string, given?: readonly Parameter[]): MacroSignature {
    const outside = this.names;
    const loops = this.inLoop;
    this.names = new Set();
    this.inLoop = 0;
    const parameters = given ?? this.parameters();
    const body = this.frame(() => this.body(end));
    const [caller, keywords, more] = NAMES_OF_MACROS.map((word) => this.names.has(word));
    for (const read of this.names) outside.add(read);
    this.names = outside;
    this.inLoop = loops;
    return {
      ...(name !== undefined && { name }),
      parameters,
      body,
      caller: caller === true,
      keywords: keywords === true,
      more: more === true,
    };
  }

  private parameters(): Parameter[] {
    const found: Parameter[] = [];
    this.expectOperator("(");
    while (!this.isOperator(")")) {
      if (found.length > 0) this.expectOperator(",");
      const { value: name, line } = this.expectName();
      if (Object.hasOwn(CONSTANTS, name)) this.fail(`${name} cannot be assigned to.`, line);
      if (this.skipOperator("=")) found.push({ name, default: this.expression() });
      else if (found.at(-1)?.default) this.fail("A parameter without a default follows one with a default.", line);
      else found.push({ name });
    }
    this.expectOperator(")");
    return found;
  }

  private withBlock(line: number): Statement {
    const targets: { target: Target; value: Expression }[] = [];
    while (this.current.type !== "block_end") {
      if (targets.length > 0) this.expectOperator(",");
      const target = this.target({});
      this.expectOperator("=");
      targets.push({ target, value: this.expression() });
    }
    return { kind: "with", targets, body: this.frame(() => this.body("endwith")), line };
  }

  private target({ until, namespaces = false }: { until?: string; namespaces?: boolean }): Target {
    const { line } = this.current;
    const items: Target[] = [];
    let isTuple = false;
    for (;;) {
      if (this.current.type === "block_end" || this.isOperator(")") || (until && this.isName(until))) break;
      items.push(this.oneTarget(until, namespaces));
      if (!this.skipOperator(",")) break;
      isTuple = true;
    }
    const [first] = items;
    if (first === undefined) return this.fail(`Expected a name, and there is ${this.shown()}.`);
    return isTuple ? { kind: "tuple", items, line } : first;
  }

  private oneTarget(until: string | undefined, namespaces: boolean): Target {
    if (this.skipOperator("(")) {
      const target = this.nested(() => this.target({ until, namespaces }));
      this.expectOperator(")");
      return target;
    }
    const { value: name, line } = this.expectName();
    if (Object.hasOwn(CONSTANTS, name)) this.fail(`${name} cannot be assigned to.`, line);
    if (namespaces && this.skipOperator("."))
      return { kind: "namespace", name, attribute: this.expectName().value, line };
    return { kind: "name", name, line };
  }

  // ── expressions ──

  private expression(choice = true): Expression {
    return this.nested(() => (choice ? this.choice() : this.or()));
  }

  /** One expression, or several with commas between them. */
  private tuple({
    choice = true,
    until,
    parentheses = false,
  }: { choice?: boolean; until?: string; parentheses?: boolean } = {}): Expression {
    const { line } = this.current;
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      const { type } = this.current;
      if (type === "variable_end" || type === "block_end" || this.isOperator(")") || (until && this.isName(until)))
        break;
      items.push(this.expression(choice));
      if (!this.skipOperator(",")) break;
      isTuple = true;
    }
    const [first] = items;
    if (!isTuple && first !== undefined) return first;
    if (!isTuple && !parentheses) this.fail(`Expected an expression, and there is ${this.shown()}.`);
    return { kind: "tuple", items, line };
  }

  private choice(): Expression {
    const { line } = this.current;
    const unknown = this.unknown.length;
    let expression = this.or();
    while (this.skipName("if")) {
      // What stands before `if` may not run, as is known only now.
      this.unknown.length = unknown;
      const test = this.maybe(() => this.or());
      const otherwise = this.skipName("else") ? this.maybe(() => this.nested(() => this.choice())) : undefined;
      expression = { kind: "choice", test, then: expression, ...(otherwise && { otherwise }), line };
    }
    return expression;
  }

  private or(): Expression {
    const { line } = this.current;
    let left = this.and();
    while (this.skipName("or")) left = { kind: "or", left, right: this.and(), line };
    return left;
  }

  private and(): Expression {
    const { line } = this.current;
    let left = this.not();
    while (this.skipName("and")) left = { kind: "and", left, right: this.not(), line };
    return left;
  }

  private not(): Expression {
    const { line } = this.current;
    if (!this.skipName("not")) return this.comparison();
    return { kind: "not", of: this.nested(() => this.not()), line };
  }

  private comparison(): Expression {
    const { line } = this.current;
    const first = this.sum();
    const rest: { operator: Comparison; value: Expression }[] = [];
    for (;;) {
      const { type, value } = this.current;
      if (type === "operator" && COMPARISONS.has(value)) {
        this.next();
        rest.push({ operator: value as Comparison, value: this.sum() });
      } else if (this.skipName("in")) rest.push({ operator: "in", value: this.sum() });
      else if (this.isName("not") && this.isName("in", 1)) {
        this.at += 2;
        rest.push({ operator: "notin", value: this.sum() });
      } else return rest.length === 0 ? first : { kind: "compare", first, rest, line };
    }
  }

  private binary(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    const { line } = this.current;
    let left = operand();
    for (;;) {
      const operator = operators.find((one) => this.isOperator(one));
      if (operator === undefined) return left;
      this.next();
      left = { kind: "binary", operator, left, right: operand(), line };
    }
  }

  private sum(): Expression {
    return this.binary(["+", "-"], () => this.concatenation());
  }

  private concatenation(): Expression {
    const { line } = this.current;
    const items = [this.product()];
    while (this.skipOperator("~")) items.push(this.product());
    return items.length === 1 ? (items[0] as Expression) : { kind: "concat", items, line };
  }

  private product(): Expression {
    return this.binary(["*", "/", "//", "%"], () => this.binary(["**"], () => this.unary(true)));
  }

  private unary(withFilters: boolean): Expression {
    const { line } = this.current;
    let expression: Expression;
    if (this.skipOperator("-")) expression = { kind: "negative", of: this.nested(() => this.unary(false)), line };
    else if (this.skipOperator("+")) expression = { kind: "positive", of: this.nested(() => this.unary(false)), line };
    else expression = this.primary();
    expression = this.postfix(expression);
    return withFilters ? this.filtersAndTests(expression) : expression;
  }

  private primary(): Expression {
    const token = this.next();
    const { type, value, line } = token;
    switch (type) {
      case "name":
        if (Object.hasOwn(CONSTANTS, value)) return { kind: "constant", value: CONSTANTS[value] ?? null, line };
        this.names.add(value);
        return { kind: "name", name: value, line };
      case "string": {
        let text = value;
        while (this.current.type === "string") text += this.next().value;
        return { kind: "constant", value: text, line };
      }
      case "integer":
        return { kind: "constant", value: integerOf(BigInt(value)), line };
      case "float": {
        const number = Number(value);
        return {
          kind: "constant",
          value: Number.isInteger(number) || !Number.isFinite(number) ? new PyFloat(number) : number,
          line,
        };
      }
      case "operator":
        if (value === "(") {
          const inner = this.nested(() => this.tuple({ parentheses: true }));
          this.expectOperator(")");
          return inner;
        }
        if (value === "[") return { kind: "list", items: this.items("]"), line };
        if (value === "{") return this.dict(line);
        break;
      default:
    }
    this.at -= type === "end" ? 0 : 1;
    return this.fail(`Unexpected ${this.shown()}.`, line);
  }

  private items(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.isOperator(close)) {
      if (items.length > 0) this.expectOperator(",");
      if (this.isOperator(close)) break;
      items.push(this.expression());
    }
    this.expectOperator(close);
    return items;
  }

  private dict(line: number): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.isOperator("}")) {
      if (entries.length > 0) this.expectOperator(",");
      if (this.isOperator("}")) break;
      const key = this.expression();
      this.expectOperator(":");
      entries.push([key, this.expression()]);
    }
    this.expectOperator("}");
    return { kind: "dict", entries, line };
  }

  private postfix(expression: Expression): Expression {
    let found = expression;
    for (;;) {
      const { line } = this.current;
      if (this.isOperator(".") || this.isOperator("[")) found = this.subscript(found);
      else if (this.isOperator("(")) found = { kind: "call", of: found, with: this.callArguments(), line };
      else return found;
    }
  }

  private filtersAndTests(expression: Expression): Expression {
    let found = expression;
    for (;;) {
      const { line } = this.current;
      if (this.isOperator("|")) found = this.filters(found, false);
      else if (this.isName("is")) found = this.test(found);
      else if (this.isOperator("(")) found = { kind: "call", of: found, with: this.callArguments(), line };
      else return found;
    }
  }

  private subscript(of: Expression): Expression {
    const { line } = this.current;
    if (this.skipOperator(".")) {
      const { type, value } = this.next();
      if (type === "name") return { kind: "attribute", of, name: value, line };
      if (type === "integer")
        return { kind: "item", of, key: { kind: "constant", value: integerOf(BigInt(value)), line }, line };
      return this.fail("Expected a name or a number.", line);
    }
    this.expectOperator("[");
    const parts: Expression[] = [];
    do {
      const part = this.subscribed(of, line);
      if (part.kind === "slice" && (parts.length > 0 || this.isOperator(",")))
        throw new TemplateFailure("unsupported", "Several slices in one bracket are not supported.", line);
      parts.push(part);
    } while (this.skipOperator(","));
    this.expectOperator("]");
    const [first] = parts as [Expression];
    if (first.kind === "slice" && first.of === of) return first;
    return { kind: "item", of, key: parts.length === 1 ? first : { kind: "tuple", items: parts, line }, line };
  }

  private subscribed(of: Expression, line: number): Expression {
    const bounds: [Expression?, Expression?, Expression?] = [];
    const ends = () => this.isOperator("]") || this.isOperator(",") || this.isOperator(":");
    if (!this.isOperator(":")) {
      bounds[0] = this.expression();
      if (!this.isOperator(":")) return bounds[0];
    }
    this.expectOperator(":");
    if (!ends()) bounds[1] = this.expression();
    if (this.skipOperator(":") && !ends()) bounds[2] = this.expression();
    return { kind: "slice", of, bounds, line };
  }

  private filters(of: Expression | undefined, inline: boolean): Expression {
    let found = of;
    let first = inline;
    while (first || this.isOperator("|")) {
      if (!first) this.next();
      first = false;
      const { line } = this.current;
      const name = this.dotted();
      if (!this.known.isFilter(name)) this.isUnknown(`There is no filter ${name}.`, line);
      const given = this.isOperator("(") ? this.callArguments() : NO_ARGUMENTS;
      found = { kind: "filter", name, ...(found && { of: found }), with: given, line };
    }
    return found ?? this.fail("Expected a filter.");
  }

  private dotted(): string {
    let name = this.expectName().value;
    while (this.skipOperator(".")) name += `.${this.expectName().value}`;
    return name;
  }

  private test(of: Expression): Expression {
    const { line } = this.next();
    const negated = this.skipName("not");
    const name = this.dotted();
    let given = NO_ARGUMENTS;
    const { type, value } = this.current;
    const begins =
      ["name", "string", "integer", "float"].includes(type) || (type === "operator" && ["[", "{"].includes(value));
    if (this.isOperator("(")) given = this.callArguments();
    else if (begins && !(type === "name" && ["else", "or", "and"].includes(value))) {
      if (this.isName("is")) this.fail("Tests with is cannot be chained.");
      given = { args: [{ kind: "positional", value: this.postfix(this.primary()) }], keywords: [] };
    }
    if (!this.known.isTest(name)) this.isUnknown(`There is no test ${name}.`, line);
    const test: Expression = { kind: "test", name, of, with: given, line };
    return negated ? { kind: "not", of: test, line } : test;
  }

  private callArguments(): CallArguments {
    return this.nested(() => {
      const args: Argument[] = [];
      const keywords: { name: string; value: Expression }[] = [];
      this.expectOperator("(");
      const open = () => !args.some(({ kind }) => kind === "keywords");
      let count = 0;
      while (!this.isOperator(")")) {
        if (count > 0) this.expectOperator(",");
        count += 1;
        if (this.isOperator(")")) break;
        if (this.skipOperator("*")) {
          if (!open() || args.some(({ kind }) => kind === "list")) this.fail("This argument cannot stand here.");
          args.push({ kind: "list", value: this.expression() });
        } else if (this.skipOperator("**")) {
          if (!open()) this.fail("This argument cannot stand here.");
          args.push({ kind: "keywords", value: this.expression() });
        } else if (
          this.current.type === "name" &&
          this.tokens[this.at + 1]?.value === "=" &&
          this.tokens[this.at + 1]?.type === "operator"
        ) {
          if (!open()) this.fail("This argument cannot stand here.");
          const name = this.next().value;
          this.next();
          keywords.push({ name, value: this.expression() });
        } else {
          if (keywords.length > 0 || args.some(({ kind }) => kind !== "positional"))
            this.fail("An argument without a name cannot stand here.");
          args.push({ kind: "positional", value: this.expression() });
        }
      }
      this.expectOperator(")");
      return { args, keywords };
    });
  }
}
