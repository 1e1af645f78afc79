// `text % values` and `text.format(values)` of Python, and the dates of `strftime`.
import { fail, unsupported } from "./failure.js";
import type { Budget } from "./limits.js";
import { fixedText, integerText } from "./numbers.js";
import { repr, str } from "./text.js";
import {
  isDict,
  isInteger,
  type KeywordArguments,
  numberOf,
  PyTuple,
  textLength,
  typeName,
  type Value,
} from "./values.js";

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z%])?/g;

/** `template % values`. */
export function formatPercent(template: string, values: Value, budget: Budget): string {
  const items = values instanceof PyTuple ? values.items : [values];
  let used = 0;
  const next = () => (used < items.length ? (items[used++] as Value) : fail("not enough arguments for format string"));
  let named = false;
  const result = template.replace(
    DIRECTIVE,
    (whole, name: string | undefined, flags: string, width = "", precision: string | undefined, kind?: string) => {
      if (kind === undefined) return fail("incomplete format");
      if (kind === "%") return whole === "%%" ? "%" : unsupported(`The format ${whole}`);
      if (width === "*" || precision === "*") return unsupported(`The format ${whole}`);
      if (name !== undefined) named = true;
      const value = name === undefined ? next() : isDict(values) ? values.get(name) : fail("format requires a mapping");
      if (value === undefined) return fail(`KeyError: '${name}'`);
      const text = percentText(kind, value, flags, precision);
      const missing = Number(width || 0) - textLength(text);
      if (missing <= 0) return text;
      budget.size(missing);
      if (flags.includes("-")) return text + " ".repeat(missing);
      const zeros = flags.includes("0") && "dixXo".includes(kind);
      if (!zeros) return " ".repeat(missing) + text;
      const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
      return sign + "0".repeat(missing) + text.slice(sign.length);
    },
  );
  if (!named && used < items.length && !isDict(values)) fail("not all arguments converted during string formatting");
  budget.size(result.length);
  return result;
}

function percentText(kind: string, value: Value, flags: string, precision: string | undefined): string {
  if (kind === "s" || kind === "r") {
    const text = kind === "s" ? str(value) : repr(value);
    return precision === undefined ? text : Array.from(text).slice(0, Number(precision)).join("");
  }
  const number = numberOf(value);
  if (number === undefined) return fail(`%${kind} format: a real number is required, not ${typeName(value)}`);
  const plus = number >= 0 ? (flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") : "";
  if (kind === "d" || kind === "i") {
    if (precision !== undefined) return unsupported("A precision of %d");
    if (!Number.isFinite(Number(number))) return fail(`cannot convert ${String(number)} to integer`);
    return plus + integerText(typeof number === "number" ? Math.trunc(number) : number);
  }
  if (kind === "f" && Number(precision ?? 6) <= 100) return plus + fixedText(Number(number), Number(precision ?? 6));
  if ((kind === "x" || kind === "X") && isInteger(value) && !flags.includes("#")) {
    const hex = number.toString(16);
    return plus + (kind === "X" ? hex.toUpperCase() : hex);
  }
  return unsupported(`The format %${kind}`);
}

/** `template.format(…)`, for fields without a format of their own. */
export function formatFields(
  template: string,
  args: readonly Value[],
  keywords: KeywordArguments,
  budget: Budget,
): string {
  let automatic = 0;
  const result = template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, field: string | undefined) => {
    if (whole === "{{" || whole === "}}") return whole.charAt(0);
    if (field === undefined) return fail("Single brace encountered in format string");
    const [, name = "", conversion = "", format = ""] = /^([^!:]*)(![rsa])?(:.*)?$/s.exec(field) ?? [];
    if (format.length > 1 || conversion === "!a" || /[.[]/.test(name)) return unsupported(`The field {${field}}`);
    const value = name === "" ? args[automatic++] : /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    if (value === undefined) return fail(`There is no value for the field {${field}}`);
    return conversion === "!r" ? repr(value) : str(value);
  });
  budget.size(result.length);
  return result;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** `now.strftime(format)` in local time and in English, as Python does it in the C locale. */
export function strftime(now: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hour12 = now.getHours() % 12 === 0 ? 12 : now.getHours() % 12;
  const day = DAYS[now.getDay()] ?? "";
  const month = MONTHS[now.getMonth()] ?? "";
  const yearDay = () =>
    Math.round(
      (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.UTC(now.getFullYear(), 0, 0)) / 864e5,
    );
  const time = () => `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(now.getFullYear()),
    y: () => two(now.getFullYear() % 100),
    m: () => two(now.getMonth() + 1),
    d: () => two(now.getDate()),
    e: () => String(now.getDate()).padStart(2, " "),
    B: () => month,
    b: () => month.slice(0, 3),
    h: () => month.slice(0, 3),
    A: () => day,
    a: () => day.slice(0, 3),
    w: () => String(now.getDay()),
    u: () => String(now.getDay() || 7),
    j: () => String(yearDay()).padStart(3, "0"),
    H: () => two(now.getHours()),
    I: () => two(hour12),
    M: () => two(now.getMinutes()),
    S: () => two(now.getSeconds()),
    f: () => String(now.getMilliseconds() * 1000).padStart(6, "0"),
    p: () => (now.getHours() < 12 ? "AM" : "PM"),
    F: () => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
    T: time,
    X: time,
    R: () => `${two(now.getHours())}:${two(now.getMinutes())}`,
    D: () => `${two(now.getMonth() + 1)}/${two(now.getDate())}/${two(now.getFullYear() % 100)}`,
    // A time that knows no zone prints none.
    z: () => "",
    Z: () => "",
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
  };
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, dash: string, letter: string) => {
    const text = parts[letter]?.() ?? unsupported(`strftime with ${whole}`);
    return dash === "" ? text : text.replace(/^[0 ]+(?=.)/, "");
  });
}
