// Python's `json.dumps`.
import { fail, overLimit } from "./failure.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { floatText, integerText } from "./numbers.js";
import { isDict, isList, type Key, Markup, PyFloat, PyTuple, typeName, type Value } from "./values.js";

/** Options of `tojson` as transformers defines it. */
export interface DumpOptions {
  ensureAscii: boolean;
  /** What one level is indented by. */
  indent?: string;
  itemSeparator: string;
  keySeparator: string;
  sortKeys: boolean;
}

export function dumps(value: Value, options: DumpOptions): string {
  const parts: string[] = [];
  let length = 0;
  let values = 0;
  const write = (text: string) => {
    length += text.length;
    if (length > DEFAULT_LIMITS.text) overLimit(`tojson makes more than ${DEFAULT_LIMITS.text} characters.`);
    parts.push(text);
  };
  const text = (of: string) => quoted(of, options.ensureAscii);
  const lines = (depth: number) => (options.indent === undefined ? "" : `\n${options.indent.repeat(depth)}`);
  const writeAll = (open: string, count: number, writeItem: (index: number) => void, close: string, depth: number) => {
    if (count === 0) return write(open + close);
    for (let index = 0; index < count; index += 1) {
      write(`${index === 0 ? open : options.itemSeparator}${lines(depth + 1)}`);
      writeItem(index);
    }
    write(lines(depth) + close);
  };
  const writeValue = (item: Value, depth: number): void => {
    if (++values > DEFAULT_LIMITS.values) overLimit(`tojson meets more than ${DEFAULT_LIMITS.values} values.`);
    if (typeof item === "string") return write(text(item));
    if (item instanceof Markup) return write(text(item.text));
    if (isList(item) || item instanceof PyTuple) {
      const items = isList(item) ? item : item.items;
      return writeAll("[", items.length, (index) => writeValue(items[index] as Value, depth + 1), "]", depth);
    }
    if (isDict(item)) {
      const entries = options.sortKeys ? sorted(item) : [...item];
      const writeEntry = (index: number) => {
        const [key, field] = entries[index] as [Key, Value];
        write(text(typeof key === "string" ? key : scalar(key)) + options.keySeparator);
        writeValue(field, depth + 1);
      };
      return writeAll("{", entries.length, writeEntry, "}", depth);
    }
    write(scalar(item));
  };
  writeValue(value, 0);
  return parts.join("");
}

function scalar(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? integerText(value) : floatText(value);
  if (!(value instanceof PyFloat)) return fail(`Object of type ${typeName(value)} is not JSON serializable`);
  if (Number.isNaN(value.value)) return "NaN";
  if (!Number.isFinite(value.value)) return value.value > 0 ? "Infinity" : "-Infinity";
  return floatText(value.value);
}

function sorted(dict: ReadonlyMap<Key, Value>): [Key, Value][] {
  return [...dict].sort(([left], [right]) => {
    if (typeof left !== "string" || typeof right !== "string")
      return fail("'<' not supported between keys of two types");
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoted(text: string, ensureAscii: boolean): string {
  // Without ensure_ascii only quotes, backslashes and controls are escaped.
  const pattern = ensureAscii ? /["\\]|[^ -~]/g : /["\\\u0000-\u001f]/g;
  const unit = (character: string) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${text.replace(pattern, unit)}"`;
}
