// Runs the syntax tree of a template.
import { Evaluator } from "./evaluator.js";
import { fail } from "./failure.js";
import { setOnNamespace } from "./globals.js";
import { Loop } from "./loop.js";
import { Output } from "./output.js";
import { Scope } from "./scope.js";
import type { Expression, MacroSignature, Statement, Target } from "./syntax.js";
import { str } from "./text.js";
import {
  isTrue,
  iterate,
  type KeywordArguments,
  Namespace,
  orElse,
  type PyObject,
  PyTuple,
  Undefined,
  type Value,
} from "./values.js";

/** A stretch of the rendering, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

type Signal = "break" | "continue" | undefined;

/** Runs statements. */
export class Interpreter extends Evaluator {
  /** Where `{% generation %}` blocks stand in the rendering. */
  readonly generations: Span[] = [];
  /** A generation block stood in a macro or a captured block, whose place in the rendering is not known. */
  hiddenGeneration = false;

  render(statements: readonly Statement[], context: ReadonlyMap<string, Value>): string {
    const output = new Output(this.budget, true);
    this.run(statements, new Scope(context), output);
    return output.text();
  }

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
}
