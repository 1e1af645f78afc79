import type { Budget } from "./limits.js";

/** Where outputs go: the rendering itself, or the text of a macro or block. */
export class Output {
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
