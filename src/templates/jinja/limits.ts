import { overLimit } from "./failure.js";

/** Bounds of one rendering. Templates come from strangers, and rows may be large. */
export interface JinjaLimits {
  /**
   * Nodes evaluated and loop rounds begun.
   * @default 20,000,000
   */
  steps?: number;
  /**
   * UTF-16 units of the rendering.
   * @default 64 Mi
   */
  output?: number;
  /**
   * UTF-16 units of any one text, and items of any one list, that the template makes.
   * @default 64 Mi
   */
  text?: number;
  /**
   * Calls within calls, and brackets within brackets in the template.
   * @default 200
   */
  depth?: number;
}

export const DEFAULT_LIMITS: Required<JinjaLimits> & { readonly values: number } = {
  steps: 20_000_000,
  output: 64 * 1024 * 1024,
  text: 64 * 1024 * 1024,
  depth: 200,
  /** Values within one value that is printed: lists that hold each other twice would print without end. */
  values: 2_000_000,
};

/** Counts what a rendering uses, and ends it at a bound. */
export class Budget {
  private stepsLeft: number;
  private depth = 0;

  constructor(readonly limits: Required<JinjaLimits>) {
    this.stepsLeft = limits.steps;
  }

  step(): void {
    if (--this.stepsLeft < 0) overLimit(`The template takes more than ${this.limits.steps} steps.`);
  }

  /** Call before something of this size is made. */
  size(length: number): void {
    if (length > this.limits.text) overLimit(`The template makes a text or list of more than ${this.limits.text}.`);
  }

  output(length: number): void {
    if (length > this.limits.output) overLimit(`The rendering has more than ${this.limits.output} characters.`);
  }

  deeper<T>(inner: () => T): T {
    if (this.depth >= this.limits.depth) overLimit(`The template calls more than ${this.limits.depth} levels deep.`);
    this.depth += 1;
    try {
      return inner();
    } finally {
      this.depth -= 1;
    }
  }
}
