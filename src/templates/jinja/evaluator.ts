// Computes the expressions of a template.
import { getAttribute, getItem, getSlice } from "./attributes.js";
import { fail, unsupported } from "./failure.js";
import { type FilterContext } from "./filters/filter.js";
import { findFilter } from "./filters/index.js";
import type { Budget } from "./limits.js";
import { signed } from "./numbers.js";
import { binary, holds } from "./operators.js";
import type { Scope } from "./scope.js";
import type { CallArguments, Expression } from "./syntax.js";
import { findTest } from "./tests.js";
import { str } from "./text.js";
import {
  isDict,
  isList,
  isObject,
  isTrue,
  iterate,
  type Key,
  keyOf,
  type KeywordArguments,
  numberOf,
  orElse,
  PyFunction,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from "./values.js";

/** Evaluates expressions, and calls filters and tests. */
export class Evaluator implements FilterContext {
  /** The line that is run, for errors. */
  line = 1;

  constructor(readonly budget: Budget) {}

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

  protected evaluate(expression: Expression, scope: Scope): Value {
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
        const result = binary(expression.operator, left, right, this.budget);
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

  protected filterChain(expression: Expression, captured: Value | undefined, scope: Scope): Value {
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

  protected arguments(given: CallArguments, scope: Scope): [Value[], KeywordArguments] {
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

  protected call(called: Value, args: readonly Value[], keywords: KeywordArguments): Value {
    if (called instanceof Undefined) return fail(called.message);
    const run = called instanceof PyFunction || isObject(called) ? called.call : undefined;
    if (run === undefined) return fail(`'${typeName(called)}' object is not callable`);
    const { line } = this;
    const result = this.budget.deeper(() => run(args, keywords));
    this.line = line;
    this.checkSize(result);
    return result;
  }
}
