// The methods of Python's `str`.
import { take, textArgument } from "./arguments.js";
import { fail, unsupported } from "./failure.js";
import { formatFields } from "./format.js";
import type { Budget } from "./limits.js";
import { isSpace, SPACE_CLASS, stripEnd, stripStart } from "./space.js";
import {
  codePoints,
  indexOf,
  iterate,
  type KeywordArguments,
  PyTuple,
  textLength,
  typeName,
  type Value,
} from "./values.js";

type Method = (text: string, args: readonly Value[], keywords: KeywordArguments, budget: Budget) => Value;

/** Nothing for a name that `str` has not. */
export function stringMethod(name: string): Method | undefined {
  return METHODS.get(name);
}

const strip = (name: string, ...sides: ((text: string, characters?: string) => string)[]): Method => {
  return (text, args, keywords) => {
    const [characters = null] = take(name, args, keywords, ["chars", "/"], 0);
    const set = characters === null ? undefined : textArgument(name, characters);
    return sides.reduce((rest, side) => side(rest, set), text);
  };
};

const simple = (name: string, of: (text: string) => Value): [string, Method] => [
  name,
  (text, args, keywords) => {
    take(name, args, keywords, [], 0);
    return of(text);
  },
];

const ends = (name: "startswith" | "endswith"): Method => {
  return (text, args, keywords) => {
    const [wanted = null, start, end] = take(name, args, keywords, ["prefix", "start", "end", "/"], 1);
    const whole = part(text, start, end);
    const one = (value: Value) => {
      const affix = textArgument(name, value);
      return name === "startswith" ? whole.startsWith(affix) : whole.endsWith(affix);
    };
    return wanted instanceof PyTuple ? wanted.items.some(one) : one(wanted);
  };
};

/** `text[start:end]` by code points. */
function part(text: string, start: Value | undefined, end: Value | undefined): string {
  if ((start ?? null) === null && (end ?? null) === null) return text;
  const bound = (value: Value | undefined) =>
    (value ?? null) === null ? undefined : indexOf(value as Value, "slice index");
  return codePoints(text).slice(bound(start), bound(end)).join("");
}

const find = (name: string, last: boolean, raises: boolean): Method => {
  return (text, args, keywords) => {
    const [wanted = null, start, end] = take(name, args, keywords, ["sub", "start", "end", "/"], 1);
    const needle = textArgument(name, wanted);
    const all = codePoints(text);
    const from = (start ?? null) === null ? 0 : indexOf(start as Value, "start");
    const offset = from < 0 ? Math.max(0, all.length + from) : from;
    const whole = part(text, start, end);
    const at = offset > all.length ? -1 : last ? whole.lastIndexOf(needle) : whole.indexOf(needle);
    if (at >= 0) return offset + textLength(whole.slice(0, at));
    return raises ? fail("substring not found") : -1;
  };
};

const split = (name: string, fromEnd: boolean): Method => {
  return (text, args, keywords) => {
    const [separator = null, maximum = -1] = take(name, args, keywords, ["sep", "maxsplit"], 0);
    const most = indexOf(maximum, "maxsplit");
    if (separator === null) return splitSpace(text, most, fromEnd);
    const by = textArgument(name, separator);
    if (by === "") return fail("empty separator");
    const parts = text.split(by);
    if (most < 0 || parts.length <= most + 1) return parts;
    return fromEnd
      ? [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)]
      : [...parts.slice(0, most), parts.slice(most).join(by)];
  };
};

const WORD = new RegExp(`[^${SPACE_CLASS.slice(1)}+`, "g");

function splitSpace(text: string, most: number, fromEnd: boolean): string[] {
  const words = [...text.matchAll(WORD)];
  if (most < 0 || words.length <= most) return words.map(([word]) => word);
  if (fromEnd) {
    const kept = most === 0 ? [] : words.slice(-most);
    const before = stripEnd(text.slice(0, kept[0]?.index ?? text.length));
    return [...(before === "" ? [] : [before]), ...kept.map(([word]) => word)];
  }
  const kept = words.slice(0, most);
  const next = words[most];
  return [...kept.map(([word]) => word), ...(next ? [text.slice(next.index)] : [])];
}

const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** `text.splitlines(keepends)`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    lines.push(text.slice(from, keepEnds ? index + end.length : index));
    from = index + end.length;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

const partition = (name: string, last: boolean): Method => {
  return (text, args, keywords) => {
    const [wanted = null] = take(name, args, keywords, ["sep", "/"], 1);
    const by = textArgument(name, wanted);
    if (by === "") return fail("empty separator");
    const at = last ? text.lastIndexOf(by) : text.indexOf(by);
    if (at < 0) return new PyTuple(last ? ["", "", text] : [text, "", ""]);
    return new PyTuple([text.slice(0, at), by, text.slice(at + by.length)]);
  };
};

const justify = (name: string, left: (missing: number, width: number) => number): Method => {
  return (text, args, keywords, budget) => {
    const [width = 0, fill = " "] = take(name, args, keywords, ["width", "fillchar", "/"], 1);
    return padded(text, indexOf(width, "width"), textArgument(name, fill), left, budget);
  };
};

function padded(
  text: string,
  width: number,
  fill: string,
  left: (missing: number, width: number) => number,
  budget: Budget,
): string {
  if (textLength(fill) !== 1) return fail("The fill character must be exactly one character long");
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  budget.size(width);
  const before = left(missing, width);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

/** `text.center(width)`: of an odd number of spaces the larger half stands where Python puts it. */
export function centered(text: string, width: number, fill: string, budget: Budget): string {
  return padded(text, width, fill, centre, budget);
}

const centre = (missing: number, width: number) => Math.floor(missing / 2) + (missing & width & 1);

const hasCase = (text: string) => /[\p{Lu}\p{Ll}\p{Lt}\p{Uppercase}\p{Lowercase}]/u.test(text);

/** `text.capitalize()`. */
export function capitalized(text: string): string {
  const [first = "", ...rest] = codePoints(text);
  return titleCase(first) + rest.join("").toLowerCase();
}

// One letter for both cases has a title form of its own (Dž); the others are upper case.
const TITLES: Readonly<Record<string, string>> = {
  ǆ: "ǅ",
  Ǆ: "ǅ",
  ǉ: "ǈ",
  Ǉ: "ǈ",
  ǌ: "ǋ",
  Ǌ: "ǋ",
  ǳ: "ǲ",
  Ǳ: "ǲ",
  ß: "Ss",
};
const titleCase = (character: string) => TITLES[character] ?? character.toUpperCase();

function titled(text: string): string {
  let inWord = false;
  let result = "";
  for (const character of text) {
    result += inWord ? character.toLowerCase() : titleCase(character);
    inWord = hasCase(character);
  }
  return result;
}

const all = (name: string, pattern: RegExp) => simple(name, (text) => pattern.test(text));

/** `text.replace(old, new, count)`. */
export function replaced(text: string, old: string, by: string, count: number, budget: Budget): string {
  const most = count < 0 ? Infinity : count;
  let found = 0;
  if (old === "") {
    const points = codePoints(text);
    found = Math.min(most, points.length + 1);
    budget.size(text.length + found * by.length);
    return points.map((point, index) => (index < found ? by : "") + point).join("") + (found > points.length ? by : "");
  }
  const parts = text.split(old);
  found = Math.min(most, parts.length - 1);
  budget.size(text.length + found * by.length);
  return (
    parts.slice(0, found + 1).join(by) +
    parts
      .slice(found + 1)
      .map((rest) => old + rest)
      .join("")
  );
}

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["strip", strip("strip", stripStart, stripEnd)],
  ["lstrip", strip("lstrip", stripStart)],
  ["rstrip", strip("rstrip", stripEnd)],
  ["startswith", ends("startswith")],
  ["endswith", ends("endswith")],
  ["find", find("find", false, false)],
  ["rfind", find("rfind", true, false)],
  ["index", find("index", false, true)],
  ["rindex", find("rindex", true, true)],
  ["split", split("split", false)],
  ["rsplit", split("rsplit", true)],
  ["partition", partition("partition", false)],
  ["rpartition", partition("rpartition", true)],
  ["ljust", justify("ljust", () => 0)],
  ["rjust", justify("rjust", (missing) => missing)],
  ["center", justify("center", centre)],
  simple("upper", (text) => text.toUpperCase()),
  simple("lower", (text) => text.toLowerCase()),
  simple("casefold", (text) => text.toLowerCase().replaceAll("ß", "ss")),
  simple("capitalize", capitalized),
  simple("title", titled),
  simple("swapcase", (text) =>
    Array.from(text, (one) => (one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase())).join(""),
  ),
  all("isalpha", /^\p{L}+$/u),
  all("isdigit", /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u),
  all("isdecimal", /^\p{Nd}+$/u),
  all("isnumeric", /^\p{N}+$/u),
  all("isalnum", /^[\p{L}\p{N}]+$/u),
  all("isascii", /^[\0-\x7f]*$/),
  all("isidentifier", /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u),
  all("isprintable", /^(?:[^\p{C}\p{Z}]| )*$/u),
  simple("isspace", (text) => text !== "" && Array.from(text).every(isSpace)),
  simple("isupper", (text) => hasCase(text) && !/[\p{Ll}\p{Lt}\p{Lowercase}]/u.test(text)),
  simple("islower", (text) => hasCase(text) && !/[\p{Lu}\p{Lt}\p{Uppercase}]/u.test(text)),
  simple("istitle", (text) => hasCase(text) && titled(text) === text),
  [
    "replace",
    (text, args, keywords, budget) => {
      const [old = null, by = null, count = -1] = take("replace", args, keywords, ["old", "new", "count", "/"], 2);
      return replaced(text, textArgument("replace", old), textArgument("replace", by), indexOf(count, "count"), budget);
    },
  ],
  [
    "splitlines",
    (text, args, keywords) => {
      const [keep = false] = take("splitlines", args, keywords, ["keepends"], 0);
      return splitLines(text, keep === true || keep === 1);
    },
  ],
  [
    "join",
    (text, args, keywords, budget) => {
      const [items = null] = take("join", args, keywords, ["iterable", "/"], 1);
      const words = [...iterate(items)].map((item, index) =>
        typeof item === "string"
          ? item
          : fail(`sequence item ${index}: expected str instance, ${typeName(item)} found`),
      );
      budget.size(words.reduce((sum, word) => sum + word.length + text.length, 0));
      return words.join(text);
    },
  ],
  [
    "count",
    (text, args, keywords) => {
      const [wanted = null, start, end] = take("count", args, keywords, ["sub", "start", "end", "/"], 1);
      const needle = textArgument("count", wanted);
      const whole = part(text, start, end);
      return needle === "" ? textLength(whole) + 1 : whole.split(needle).length - 1;
    },
  ],
  [
    "removeprefix",
    (text, args, keywords) => {
      const prefix = textArgument("removeprefix", take("removeprefix", args, keywords, ["prefix", "/"], 1)[0]);
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    },
  ],
  [
    "removesuffix",
    (text, args, keywords) => {
      const suffix = textArgument("removesuffix", take("removesuffix", args, keywords, ["suffix", "/"], 1)[0]);
      return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    },
  ],
  [
    "zfill",
    (text, args, keywords, budget) => {
      const width = indexOf(take("zfill", args, keywords, ["width", "/"], 1)[0] ?? null, "width");
      const sign = /^[-+]/.exec(text)?.[0] ?? "";
      const missing = width - textLength(text);
      budget.size(width);
      return missing <= 0 ? text : sign + "0".repeat(missing) + text.slice(sign.length);
    },
  ],
  [
    "expandtabs",
    (text, args, keywords, budget) => {
      const size = indexOf(take("expandtabs", args, keywords, ["tabsize"], 0)[0] ?? 8, "tabsize");
      budget.size(text.length * Math.max(1, size));
      let column = 0;
      return Array.from(text, (character) => {
        if (character === "\n" || character === "\r") column = 0;
        else if (character !== "\t") column += 1;
        if (character !== "\t") return character;
        const width = size > 0 ? size - (column % size) : 0;
        column += width;
        return " ".repeat(width);
      }).join("");
    },
  ],
  ["format", (text, args, keywords, budget) => formatFields(text, args, keywords, budget)],
  [
    "format_map",
    (text, args, keywords, budget) => {
      const [fields = null] = take("format_map", args, keywords, ["mapping", "/"], 1);
      if (!(fields instanceof Map)) return unsupported("format_map of anything but a dict");
      return formatFields(text, [], fields as KeywordArguments, budget);
    },
  ],
  ["encode", () => unsupported("str.encode")],
  ["translate", () => unsupported("str.translate")],
  ["maketrans", () => unsupported("str.maketrans")],
]);
