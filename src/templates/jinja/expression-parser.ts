// Jinja's expressions, with the same precedences.
import { TemplateFailure } from "./failure.js";
import { integerOf } from "./numbers.js";
import type { Argument, BinaryOperator, CallArguments, Comparison, Expression } from "./syntax.js";
import { TokenStream } from "./token-stream.js";
import { PyFloat } from "./values.js";

/** Names that stand for a value, and that nothing can be assigned to. */
export const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const NO_ARGUMENTS: CallArguments = { args: [], keywords: [] };

/** Parses expressions: operators by their precedence, filters, tests, calls and literals. */
export class ExpressionParser extends TokenStream {
  protected expression(choice = true): Expression {
    return this.nested(() => (choice ? this.choice() : this.or()));
  }

  /** One expression, or several with commas between them. */
  protected tuple({
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

  protected filters(of: Expression | undefined, inline: boolean): Expression {
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
