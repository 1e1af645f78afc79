import type { Value } from "./values.js";

/** The variables of a block, within those around it. */
export class Scope {
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
