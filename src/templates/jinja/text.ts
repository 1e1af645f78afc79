// Python's `str` and `repr`.
import { overLimit, unsupported } from "./failure.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { floatText, integerText } from "./numbers.js";
import {
  DictView,
  isDict,
  isList,
  iterate,
  Markup,
  Namespace,
  PyFloat,
  PyFunction,
  PyIterator,
  PyRange,
  PyTuple,
  Undefined,
  type Value,
} from "./values.js";

/** `str(value)`: what an output writes. */
export function str(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) return "";
  if (value instanceof Markup) return value.text;
  return repr(value);
}

/** `repr(value)`: how a value stands within a list or dict. */
export function repr(value: Value): string {
  const parts: string[] = [];
  let length = 0;
  let values = 0;
  const write = (text: string) => {
    length += text.length;
    if (length > DEFAULT_LIMITS.text) overLimit(`A printed value has more than ${DEFAULT_LIMITS.text} characters.`);
    parts.push(text);
  };
  const writeItems = (items: Iterable<Value>) => {
    let first = true;
    for (const item of items) {
      if (!first) write(", ");
      first = false;
      writeValue(item);
    }
  };
  const writeValue = (item: Value): void => {
    if (++values > DEFAULT_LIMITS.values) overLimit(`A printed value has more than ${DEFAULT_LIMITS.values} parts.`);
    if (item === null) return write("None");
    if (typeof item === "string") return write(quoted(item));
    if (typeof item === "boolean") return write(item ? "True" : "False");
    if (typeof item === "number") return write(Number.isInteger(item) ? integerText(item) : floatText(item));
    if (typeof item === "bigint") return write(String(item));
    if (item instanceof PyFloat) return write(floatText(item.value));
    if (isList(item)) return around("[", item, "]");
    if (isDict(item)) return writeDict(item);
    if (item instanceof PyTuple) return writeTuple(item);
    if (item instanceof Undefined) return write("Undefined");
    if (item instanceof DictView) return around(`dict_${item.kind}([`, iterate(item), "])");
    if (item instanceof PyRange)
      return write(`range(${item.start}, ${item.stop}${item.step === 1 ? "" : `, ${item.step}`})`);
    if (item instanceof Markup) return write(`Markup(${quoted(item.text)})`);
    if (item instanceof Namespace) {
      write("<Namespace ");
      writeDict(item.attributes);
      return write(">");
    }
    // Python prints an address here, another one each time.
    if (item instanceof PyIterator) return unsupported("Printing a generator");
    const printed = item instanceof PyFunction ? item.printed : item.printed?.();
    return write(printed ?? unsupported(`Printing a ${item instanceof PyFunction ? "function" : item.typeName}`));
  };
  const around = (open: string, items: Iterable<Value>, close: string) => {
    write(open);
    writeItems(items);
    write(close);
  };
  const writeTuple = ({ items, fields }: PyTuple) => {
    if (fields) return unsupported("Printing a named tuple");
    write("(");
    writeItems(items);
    write(items.length === 1 ? ",)" : ")");
  };
  const writeDict = (dict: ReadonlyMap<Value, Value>) => {
    write("{");
    let first = true;
    for (const [key, item] of dict) {
      if (!first) write(", ");
      first = false;
      writeValue(key);
      write(": ");
      writeValue(item);
    }
    write("}");
  };
  writeValue(value);
  return parts.length === 1 ? (parts[0] as string) : parts.join("");
}

// What Python calls not printable: others, and separators but for the space.
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
const MAY_ESCAPE = /[^ -&(-[\]-~]/;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (!MAY_ESCAPE.test(text)) return `${quote}${text}${quote}`;
  let result = quote;
  for (const character of text) {
    if (character === quote) result += `\\${character}`;
    else if (Object.hasOwn(ESCAPES, character)) result += ESCAPES[character] ?? "";
    else if (character !== " " && UNPRINTABLE.test(character)) result += escaped(character.codePointAt(0) ?? 0);
    else result += character;
  }
  return result + quote;
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
