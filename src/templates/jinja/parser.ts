// Jinja's parser: the same statements and errors at compile time, with `break`, `continue` and `generation`.
import { CONSTANTS, ExpressionParser } from "./expression-parser.js";
import { TemplateFailure } from "./failure.js";
import { tokenize } from "./lexer.js";
import type { Expression, MacroSignature, Parameter, Statement, Target } from "./syntax.js";
import type { KnownNames } from "./token-stream.js";

const LACKING: ReadonlySet<string> = new Set(["include", "import", "from", "extends", "block", "autoescape"]);
const NAMES_OF_MACROS = ["caller", "kwargs", "varargs"] as const;

export function parse(template: string, known: KnownNames): Statement[] {
  return new Parser(tokenize(template), known).template();
}

/** Parses statements. */
class Parser extends ExpressionParser {
  private inLoop = 0;

  template(): Statement[] {
    const statements = this.statements([]);
    const [first] = this.unknown;
    if (first) throw first;
    return statements;
  }

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
}
