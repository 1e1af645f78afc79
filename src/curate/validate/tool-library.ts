import { sameJsonInOrder } from "../../internal/same-json.js";
import { checkDefinitions, type CheckedTools } from "./check-tools.js";
import type { SchemaCompiler } from "./schema-compiler.js";
import { stringifyExact } from "../../internal/exact-json.js";

const LIMIT = 256;

/**
 * The checked tool lists of the rows so far. Most datasets have the same list in every row, so the
 * last one is compared first; only a new list is turned into text. Bounded: the oldest go.
 */
export class ToolLibrary {
  readonly compiler: SchemaCompiler;
  private readonly byText = new Map<string, CheckedTools>();
  private readonly last: {
    tools?: { list: readonly unknown[]; checked: CheckedTools };
    functions?: { list: readonly unknown[]; checked: CheckedTools };
  } = {};

  constructor(compiler: SchemaCompiler) {
    this.compiler = compiler;
  }

  check(list: readonly unknown[], kind: "tools" | "functions"): CheckedTools {
    const last = this.last[kind];
    if (last !== undefined && (last.list === list || sameJsonInOrder(last.list, list))) return last.checked;
    const text = kind + stringifyExact(list);
    let checked = this.byText.get(text);
    if (checked === undefined) {
      checked = checkDefinitions(list, kind === "tools", this.compiler);
      if (this.byText.size >= LIMIT)
        for (const oldest of this.byText.keys()) {
          this.byText.delete(oldest);
          break;
        }
      this.byText.set(text, checked);
    }
    this.last[kind] = { list, checked };
    return checked;
  }
}
