// Runs the syntax tree of a template.
import { getAttribute, getItem, getSlice } from "./attributes.js";
import { fail, unsupported } from "./failure.js";
import { type FilterContext, findFilter } from "./filters.js";
import { escapeHtml } from "./html.js";
import { formatPercent } from "./format.js";
import { setOnNamespace } from "./globals.js";
import type { Budget } from "./limits.js";
import { Loop } from "./loop.js";
import { arithmetic, signed } from "./numbers.js";
import type { CallArguments, Comparison, Expression, MacroSignature, Statement, Target } from "./syntax.js";
import { findTest } from "./tests.js";
import { str } from "./text.js";
import {
  compare,
  isDict,
  isEqual,
  isIn,
  isList,
  isObject,
  isTrue,
  iterate,
  type Key,
  keyOf,
  type KeywordArguments,
  Markup,
  Namespace,
  numberOf,
  orElse,
  PyFunction,
  type PyObject,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** A stretch of the rendering, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The variables of a block, within those around it. */
class Scope {
  private readonly variables = new Map<string, Value>();

  constructor(private readonly outer: Scope | ReadonlyMap<string, Value>) {}

  get(name: string): Value | undefined {
    const own = this.variables.get(name);
    return own === undefined ? this.outer.get(name) : own;
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value);
  }
}

/** Where outputs go: the rendering itself, or the text of a macro or block. */
class Output {
  private readonly parts: string[] = [];
  length = 0;

  constructor(
    private readonly budget: Budget,
    readonly root: boolean,
  ) {}

  write(text: string): void {
    this.length += text.length;
    if (this.root) this.budget.output(this.length);
    else this.budget.size(this.length);
    this.parts.push(text);
  }

  text(): string {
    return this.parts.join("");
  }
}

type Signal = "break" | "continue" | undefined;

export class Interpreter implements FilterContext {
  /** The line that is run, for errors. */
  line = 1;
  /** Where `{% generation %}` blocks stand in the rendering. */
  readonly generations: Span[] = [];
  /** A generation block stood in a macro or a captured block, whose place in the rendering is not known. */
  hiddenGeneration = false;

  constructor(readonly budget: Budget) {}

  render(statements: readonly Statement[], context: ReadonlyMap<string, Value>): string {
    const output = new Output(this.budget, true);
    this.run(statements, new Scope(context), output);
    return output.text();
  }

  // ── for filters ──

  filter(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): Value {
    const filter = findFilter(name) ?? fail(`No filter named '${name}'.`);
    const result = filter(value, args, keywords, this);
    this.checkSize(result);
    return result;
  }

  test(name: string, value: Value, args: readonly Value[], keywords: KeywordArguments): boolean {
    this.budget.step();
    return (findTest(name) ?? fail(`No test named '${name}'.`))(value, args, keywords);
  }

  private checkSize(value: Value): void {
    if (typeof value === "string" || isList(value)) this.budget.size(value.length);
  }

  // ── statements ──

  private run(statements: readonly Statement[], scope: Scope, output: Output): Signal {
    for (const statement of statements) {
      this.budget.step();
      this.line = statement.line;
      const signal = this.runOne(statement, scope, output);
      if (signal !== undefined) return signal;
    }
    return undefined;
  }

  private runOne(statement: Statement, scope: Scope, output: Output): Signal {
    switch (statement.kind) {
      case "text":
        output.write(statement.text);
        return undefined;
      case "output":
        output.write(str(this.evaluate(statement.value, scope)));
        return undefined;
      case "if":
        for (const { test, body } of statement.branches)
          if (isTrue(this.evaluate(test, scope))) return this.run(body, scope, output);
        return this.run(statement.otherwise, scope, output);
      case "for":
        this.loop(statement, this.evaluate(statement.iterable, scope), scope, output, 0);
        return undefined;
      case "set":
        this.assign(statement.target, this.evaluate(statement.value, scope), scope);
        return undefined;
      case "set-block": {
        const text = this.capture(statement.body, new Scope(scope));
        const { filter } = statement;
        this.assign(statement.target, filter ? this.filterChain(filter, text, scope) : text, scope);
        return undefined;
      }
      case "filter-block":
        output.write(str(this.filterChain(statement.filter, this.capture(statement.body, new Scope(scope)), scope)));
        return undefined;
      case "with": {
        const inner = new Scope(scope);
        const values = statement.targets.map(({ value }) => this.evaluate(value, scope));
        for (const [index, { target }] of statement.targets.entries())
          this.assign(target, values[index] as Value, inner);
        return this.run(statement.body, inner, output);
      }
      case "macro":
        scope.set(statement.name, this.macro(statement.macro, scope));
        return undefined;
      case "call-block": {
        const { call, macro } = statement;
        if (call.kind !== "call") return fail("{% call %} needs a call.");
        const [args, keywords] = this.arguments(call.with, scope);
        const caller = this.macro(macro, scope);
        output.write(str(this.call(this.evaluate(call.of, scope), args, new Map([...keywords, ["caller", caller]]))));
        return undefined;
      }
      case "generation": {
        const start = output.length;
        output.write(this.capture(statement.body, new Scope(scope)));
        if (output.root) this.generations.push({ start, end: output.length });
        else this.hiddenGeneration = true;
        return undefined;
      }
      case "break":
      case "continue":
        return statement.kind;
    }
  }

  private capture(body: readonly Statement[], scope: Scope): string {
    const output = new Output(this.budget, false);
    this.run(body, scope, output);
    return output.text();
  }

  private loop(
    statement: Statement & { kind: "for" },
    iterable: Value,
    scope: Scope,
    output: Output,
    depth: number,
  ): void {
    const { target, test, body, otherwise, recursive } = statement;
    const again = (inner: Value) =>
      this.budget.deeper(() => {
        const inside = new Output(this.budget, false);
        this.loop(statement, inner, scope, inside, depth + 1);
        return inside.text();
      });
    const chosen = test ? this.chosen(iterable, target, test, scope) : iterable;
    const loop = new Loop(chosen, depth, recursive ? again : undefined);
    let rounds = 0;
    while (loop.next()) {
      this.budget.step();
      rounds += 1;
      const inner = new Scope(scope);
      inner.set("loop", loop);
      this.assign(target, loop.current, inner);
      if (this.run(body, inner, output) === "break") break;
    }
    if (rounds === 0) this.run(otherwise, new Scope(scope), output);
  }

  private *chosen(iterable: Value, target: Target, test: Expression, scope: Scope): Generator<Value> {
    for (const item of iterate(iterable)) {
      this.budget.step();
      const inner = new Scope(scope);
      this.assign(target, item, inner);
      if (isTrue(this.evaluate(test, inner))) yield item;
    }
  }

  private assign(target: Target, value: Value, scope: Scope): void {
    if (target.kind === "name") return scope.set(target.name, value);
    if (target.kind === "namespace") {
      const holder = scope.get(target.name);
      if (!(holder instanceof Namespace)) return fail("cannot assign attribute on non-namespace object");
      return setOnNamespace(holder, target.attribute, value);
    }
    const values = [...iterate(value)];
    if (values.length !== target.items.length)
      return fail(`${values.length} values cannot be assigned to ${target.items.length} names`);
    for (const [index, one] of target.items.entries()) this.assign(one, values[index] as Value, scope);
  }

  private macro(signature: MacroSignature, scope: Scope): PyObject {
    const { name, parameters, body } = signature;
    const call = (args: readonly Value[], given: KeywordArguments): Value => {
      const keywords = new Map(given);
      const inner = new Scope(scope);
      const ownCaller = parameters.some((parameter) => parameter.name === "caller");
      for (const [index, parameter] of parameters.entries()) {
        let value = args[index];
        if (value === undefined) {
          value = keywords.get(parameter.name);
          keywords.delete(parameter.name);
        }
        if (value === undefined)
          value = parameter.default
            ? this.evaluate(parameter.default, inner)
            : new Undefined(`parameter '${parameter.name}' was not provided`);
        inner.set(parameter.name, value);
      }
      if (signature.caller && !ownCaller) {
        inner.set(
          "caller",
          orElse(keywords.get("caller"), () => new Undefined("No caller defined")),
        );
        keywords.delete("caller");
      }
      if (signature.keywords) inner.set("kwargs", keywords);
      else for (const left of keywords.keys()) return fail(`macro '${name}' takes no keyword argument '${left}'`);
      if (signature.more) inner.set("varargs", new PyTuple(args.slice(parameters.length)));
      else if (args.length > parameters.length)
        return fail(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
      return this.capture(body, inner);
    };
    const attributes: Readonly<Record<string, Value>> = {
      name: name ?? null,
      arguments: new PyTuple(parameters.map((parameter) => parameter.name)),
      catch_kwargs: signature.keywords,
      catch_varargs: signature.more,
      caller: signature.caller,
    };
    return {
      typeName: "Macro",
      call,
      attribute: (wanted) => (Object.hasOwn(attributes, wanted) ? attributes[wanted] : undefined),
      printed: () => `<Macro ${name === undefined ? "anonymous" : `'${name}'`}>`,
    };
  }

  // ── expressions ──

  private evaluate(expression: Expression, scope: Scope): Value {
    this.budget.step();
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "name":
        return orElse(scope.get(expression.name), () => new Undefined(`'${expression.name}' is undefined`));
      case "attribute": {
        const of = this.evaluate(expression.of, scope);
        this.line = expression.line;
        return getAttribute(of, expression.name, this.budget);
      }
      case "item": {
        const of = this.evaluate(expression.of, scope);
        const key = this.evaluate(expression.key, scope);
        this.line = expression.line;
        return getItem(of, key, this.budget);
      }
      case "slice": {
        const of = this.evaluate(expression.of, scope);
        const bounds = [0, 1, 2].map((index) => {
          const bound = expression.bounds[index];
          return bound && this.evaluate(bound, scope);
        });
        this.line = expression.line;
        return getSlice(of, bounds);
      }
      case "call": {
        const called = this.evaluate(expression.of, scope);
        const [args, keywords] = this.arguments(expression.with, scope);
        this.line = expression.line;
        return this.call(called, args, keywords);
      }
      case "filter":
        return this.filterChain(expression, undefined, scope);
      case "test": {
        const value = this.evaluate(expression.of, scope);
        const [args, keywords] = this.arguments(expression.with, scope);
        this.line = expression.line;
        return this.test(expression.name, value, args, keywords);
      }
      case "not":
        return !isTrue(this.evaluate(expression.of, scope));
      case "and": {
        const left = this.evaluate(expression.left, scope);
        return isTrue(left) ? this.evaluate(expression.right, scope) : left;
      }
      case "or": {
        const left = this.evaluate(expression.left, scope);
        return isTrue(left) ? left : this.evaluate(expression.right, scope);
      }
      case "choice":
        if (isTrue(this.evaluate(expression.test, scope))) return this.evaluate(expression.then, scope);
        if (expression.otherwise) return this.evaluate(expression.otherwise, scope);
        return new Undefined("the inline if-expression evaluated to false and no else section was defined.");
      case "list":
        return expression.items.map((item) => this.evaluate(item, scope));
      case "tuple":
        return new PyTuple(expression.items.map((item) => this.evaluate(item, scope)));
      case "dict":
        return this.dict(expression.entries, scope);
      case "concat": {
        const text = expression.items.map((item) => str(this.evaluate(item, scope))).join("");
        this.checkSize(text);
        return text;
      }
      case "negative":
      case "positive": {
        const value = this.evaluate(expression.of, scope);
        if (value instanceof Undefined) return fail(value.message);
        return signed(expression.kind === "negative" ? "-" : "+", value);
      }
      case "binary": {
        const left = this.evaluate(expression.left, scope);
        const right = this.evaluate(expression.right, scope);
        this.line = expression.line;
        const result = this.binary(expression.operator, left, right);
        this.checkSize(result);
        return result;
      }
      case "compare": {
        let left = this.evaluate(expression.first, scope);
        for (const { operator, value } of expression.rest) {
          const right = this.evaluate(value, scope);
          this.line = expression.line;
          if (!holds(operator, left, right)) return false;
          left = right;
        }
        return true;
      }
    }
  }

  private dict(entries: readonly (readonly [Expression, Expression])[], scope: Scope): Value {
    const dict = new Map<Key, Value>();
    for (const [keyExpression, valueExpression] of entries) {
      const key = this.evaluate(keyExpression, scope);
      const value = this.evaluate(valueExpression, scope);
      // As keys they are the ints 1 and 0, and yet print as what they are.
      if (typeof key === "boolean" || (numberOf(key) !== undefined && typeof key === "object"))
        return unsupported(`A dict key of type ${typeName(key)}`);
      dict.set(keyOf(key), value);
    }
    return dict;
  }

  private filterChain(expression: Expression, captured: Value | undefined, scope: Scope): Value {
    if (expression.kind !== "filter") return captured === undefined ? null : captured;
    const value = expression.of
      ? expression.of.kind === "filter"
        ? this.filterChain(expression.of, captured, scope)
        : this.evaluate(expression.of, scope)
      : captured === undefined
        ? ""
        : captured;
    const [args, keywords] = this.arguments(expression.with, scope);
    this.line = expression.line;
    this.budget.step();
    return this.filter(expression.name, value, args, keywords);
  }

  private arguments(given: CallArguments, scope: Scope): [Value[], KeywordArguments] {
    const args: Value[] = [];
    const keywords = new Map<string, Value>();
    const set = (name: string, value: Value) => {
      if (keywords.has(name)) fail(`got multiple values for keyword argument '${name}'`);
      keywords.set(name, value);
    };
    for (const { name, value } of given.keywords) set(name, this.evaluate(value, scope));
    for (const { kind, value } of given.args) {
      const evaluated = this.evaluate(value, scope);
      if (kind === "positional") args.push(evaluated);
      else if (kind === "list") for (const item of iterate(evaluated)) args.push(item);
      else if (!isDict(evaluated)) fail("argument after ** must be a mapping");
      else
        for (const [name, item] of evaluated)
          set(typeof name === "string" ? name : fail("keywords must be strings"), item);
    }
    return [args, keywords];
  }

  private call(called: Value, args: readonly Value[], keywords: KeywordArguments): Value {
    if (called instanceof Undefined) return fail(called.message);
    const run = called instanceof PyFunction || isObject(called) ? called.call : undefined;
    if (run === undefined) return fail(`'${typeName(called)}' object is not callable`);
    const { line } = this;
    const result = this.budget.deeper(() => run(args, keywords));
    this.line = line;
    this.checkSize(result);
    return result;
  }

  private binary(operator: "+" | "-" | "*" | "/" | "//" | "%" | "**", left: Value, right: Value): Value {
    const numeric = arithmetic(operator, left, right);
    if (numeric !== undefined) return numeric;
    if (typeof left === "string" && operator === "%") return formatPercent(left, right, this.budget);
    for (const side of [left, right]) if (side instanceof Undefined) return fail(side.message);
    if (left instanceof Markup || right instanceof Markup) return joinSafe(operator, left, right);
    if (operator === "+") {
      if (typeof left === "string" && typeof right === "string") return left + right;
      if (isList(left) && isList(right)) return [...left, ...right];
      if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple([...left.items, ...right.items]);
    }
    if (operator === "*") {
      const repeated = this.repeat(left, right) ?? this.repeat(right, left);
      if (repeated !== undefined) return repeated;
    }
    return fail(`unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
  }

  private repeat(value: Value, times: Value): Value | undefined {
    const count = typeof times === "object" ? undefined : numberOf(times);
    if (count === undefined || !Number.isInteger(Number(count))) return undefined;
    const wanted = Math.max(0, Number(count));
    if (typeof value === "string") {
      this.budget.size(value.length * wanted);
      return value.repeat(wanted);
    }
    const items = isList(value) ? value : value instanceof PyTuple ? value.items : undefined;
    if (items === undefined) return undefined;
    this.budget.size(items.length * wanted);
    const all: Value[] = [];
    for (let round = 0; round < wanted; round += 1) for (const item of items) all.push(item);
    return isList(value) ? all : new PyTuple(all);
  }
}

/** With `+`, what is joined to a safe text is escaped. */
function joinSafe(operator: string, left: Value, right: Value): Value {
  const safe = (value: Value) =>
    value instanceof Markup ? value.text : typeof value === "string" ? escapeHtml(value) : undefined;
  const [one, other] = [safe(left), safe(right)];
  if (operator !== "+" || one === undefined || other === undefined) return unsupported("Computing with a safe text");
  return new Markup(one + other);
}

function holds(operator: Comparison, left: Value, right: Value): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "in":
      return isIn(left, right);
    case "notin":
      return !isIn(left, right);
    case "<":
      return compare(left, right, operator) < 0;
    case "<=":
      return compare(left, right, operator) <= 0;
    case ">":
      return compare(left, right, operator) > 0;
    case ">=":
      return compare(left, right, operator) >= 0;
  }
}
