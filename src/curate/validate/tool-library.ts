import { checkDefinitions, type CheckedTools } from "./check-tools.js";
import type { SchemaCompiler } from "./schema-compiler.js";

const LIMIT = 256;

/**
 * The checked tool lists of the rows so far. Most datasets have the same list in every row, so the
 * last one is compared first; only a new list is turned into text. Bounded: the oldest go.
 */
export class ToolLibrary {
  readonly compiler: SchemaCompiler;
  private readonly byText = new Map<string, CheckedTools>();
  private readonly last: { tools?: { list: readonly unknown[]; checked: CheckedTools }; functions?: { list: readonly unknown[]; checked: CheckedTools } } = {};

  constructor(compiler: SchemaCompiler) {
    this.compiler = compiler;
  }

  check(list: readonly unknown[], kind: "tools" | "functions"): CheckedTools {
    const last = this.last[kind];
    if (last !== undefined && (last.list === list || isSame(last.list, list, 0))) return last.checked;
    const text = kind + JSON.stringify(list);
    let checked = this.byText.get(text);
    if (checked === undefined) {
      checked = checkDefinitions(list, kind === "tools", this.compiler);
      if (this.byText.size >= LIMIT) for (const oldest of this.byText.keys()) {
        this.byText.delete(oldest);
        break;
      }
      this.byText.set(text, checked);
    }
    this.last[kind] = { list, checked };
    return checked;
  }
}

/** Equal JSON values with their keys in the same order. Gives up, with false, deep down. */
function isSame(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || depth > 64) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index += 1) if (!isSame(a[index], b[index], depth + 1)) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    if (key !== others[index]) return false;
    if (!isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}
