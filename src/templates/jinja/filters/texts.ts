// Filters of texts.
import { fail } from "../failure.js";
import { formatPercent } from "../format.js";
import { attributesOf, escapeHtml, linked, urlEncoded, withoutTags } from "../html.js";
import { dumps } from "../json.js";
import { prettyPrint } from "../pretty-print.js";
import { stripEnd, stripStart } from "../space.js";
import { capitalized, centered, replaced, splitLines } from "../string-methods.js";
import { str } from "../text.js";
import { codePoints, indexOf, isTrue, iterate, Markup, PyTuple, typeName, type Value } from "../values.js";
import { wrapLine } from "../word-wrap.js";
import { type Filter, filter, type FilterContext, flag, isGiven } from "./filter.js";

function indent(value: Value, given: readonly (Value | undefined)[], { budget }: FilterContext): Value {
  const [width = 4, first, blank] = given;
  if (typeof value !== "string") return fail(`can only concatenate ${typeName(value)} (not "str")`);
  const indention = typeof width === "string" ? width : " ".repeat(Math.max(0, indexOf(width, "width")));
  const lines = splitLines(`${value}\n`);
  budget.size(value.length + lines.length * indention.length);
  const [head = "", ...rest] = lines;
  const indented = rest.map((line) => (line === "" && !flag(blank) ? line : indention + line));
  return (flag(first) ? indention : "") + [head, ...indented].join("\n");
}

function truncate(value: Value, given: readonly (Value | undefined)[]): Value {
  const [length = 255, killWords, end = "...", leeway] = given;
  const text = codePoints(typeof value === "string" ? value : fail("truncate needs a text"));
  const most = indexOf(length, "length");
  const tail = str(end);
  if (most < codePoints(tail).length) return fail(`expected length >= ${codePoints(tail).length}, got ${most}`);
  if (text.length <= most + (isGiven(leeway) ? indexOf(leeway, "leeway") : 5)) return value;
  const kept = text.slice(0, most - codePoints(tail).length).join("");
  if (flag(killWords)) return kept + tail;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + tail;
}

function title(value: Value): Value {
  return str(value)
    .split(/([-\s({[<]+)/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

function urlize(value: Value, given: readonly (Value | undefined)[]): Value {
  const [limit, nofollow, target, rel, schemes] = given;
  const words = isGiven(rel) ? str(rel).split(/\s+/).filter(Boolean) : [];
  const follows = [...words, "noopener", ...(flag(nofollow) ? ["nofollow"] : [])];
  return linked(value, {
    ...(isGiven(limit) && { limit: indexOf(limit, "trim_url_limit") }),
    rel: [...new Set(follows)].sort().join(" "),
    ...(isGiven(target) && { target: str(target) }),
    schemes: (isGiven(schemes) ? [...iterate(schemes)] : []).map((scheme) =>
      typeof scheme === "string" && /^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme)
        ? scheme
        : fail(`${str(scheme)} is not a valid URI scheme prefix.`),
    ),
  });
}

function wordWrap(value: Value, given: readonly (Value | undefined)[], { budget }: FilterContext): Value {
  const [width = 79, breakLongWords = true, separator, breakOnHyphens = true] = given;
  if (typeof value !== "string") return fail(`'${typeName(value)}' object has no attribute 'splitlines'`);
  const columns = indexOf(width, "width");
  const end = isGiven(separator) ? str(separator) : "\n";
  const lines = splitLines(value).map((line) => {
    if (columns <= 0) return fail(`invalid width ${columns} (must be > 0)`);
    return wrapLine(line, {
      width: columns,
      breakLongWords: isTrue(breakLongWords),
      breakOnHyphens: isTrue(breakOnHyphens),
    });
  });
  const wrapped = lines.map((line) => line.join(end));
  budget.size(wrapped.reduce((sum, line) => sum + line.length + end.length, 0));
  return wrapped.join(end);
}

function toJson(value: Value, given: readonly (Value | undefined)[]): Value {
  const [ensureAscii, indentGiven, separators, sortKeys] = given;
  const indention = isGiven(indentGiven)
    ? typeof indentGiven === "string"
      ? indentGiven
      : " ".repeat(Math.max(0, indexOf(indentGiven, "indent")))
    : undefined;
  const [item = indention === undefined ? ", " : ",", key = ": "] = isGiven(separators) ? [...iterate(separators)] : [];
  if (typeof item !== "string" || typeof key !== "string") return fail("separators must be two texts");
  return dumps(value, {
    ensureAscii: flag(ensureAscii),
    ...(indention !== undefined && { indent: indention }),
    itemSeparator: item,
    keySeparator: key,
    sortKeys: flag(sortKeys),
  });
}

/** Filters of texts. */
export const TEXTS: readonly (readonly [string, Filter])[] = [
  filter("capitalize", [], (value) => capitalized(str(value))),
  filter("center", ["width"], (value, [width = 80], { budget }) =>
    centered(str(value), indexOf(width, "width"), " ", budget),
  ),
  filter("e", [], (value) => (value instanceof Markup ? value : new Markup(escapeHtml(str(value))))),
  filter("escape", [], (value) => (value instanceof Markup ? value : new Markup(escapeHtml(str(value))))),
  filter("forceescape", [], (value) => new Markup(escapeHtml(str(value)))),
  [
    "format",
    (value, args, keywords, { budget }) => {
      if (args.length > 0 && keywords.size > 0)
        return fail("can't handle positional and keyword arguments at the same time");
      return formatPercent(str(value), keywords.size > 0 ? new Map(keywords) : new PyTuple(args), budget);
    },
  ],
  filter("indent", ["width", "first", "blank"], indent),
  filter("lower", [], (value) => str(value).toLowerCase()),
  filter("pprint", [], (value, _, { budget }) => prettyPrint(value, budget)),
  filter(
    "replace",
    ["old", "new", "count"],
    (value, [old = "", by = "", count], { budget }) =>
      replaced(str(value), str(old), str(by), isGiven(count) ? indexOf(count, "count") : -1, budget),
    2,
  ),
  filter("safe", [], (value) => new Markup(str(value))),
  filter("string", [], str),
  filter("striptags", [], withoutTags),
  filter("title", [], title),
  filter("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], toJson),
  filter("trim", ["chars"], (value, [characters]) => {
    const set = isGiven(characters) ? str(characters) : undefined;
    return stripStart(stripEnd(str(value), set), set);
  }),
  filter("truncate", ["length", "killwords", "end", "leeway"], truncate),
  filter("upper", [], (value) => str(value).toUpperCase()),
  filter("urlencode", [], urlEncoded),
  filter("urlize", ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"], urlize),
  filter("wordcount", [], (value) => str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  filter("wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"], wordWrap),
  filter("xmlattr", ["autospace"], (value, [autospace = true]) => attributesOf(value, isTrue(autospace))),
];
