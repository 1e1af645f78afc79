// What Jinja's filters make of texts for a page: escaping, links, attributes, and texts without tags.
import { fail, unsupported } from "./failure.js";
import { SPACE_CLASS, stripEnd, stripStart } from "./space.js";
import { repr, str } from "./text.js";
import { codePoints, isDict, isIterable, isList, iterate, Markup, PyTuple, Undefined, type Value } from "./values.js";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;",
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>'"]/g, (character) => ESCAPES[character] ?? character);

/** `markupsafe.escape(value)`, as text. */
const escaped = (value: Value) => (value instanceof Markup ? value.text : escapeHtml(str(value)));

// Python knows the 2,231 names of HTML 5. Other names than these are refused rather than left as they are.
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  bull: "•",
  copy: "©",
  deg: "°",
  euro: "€",
  gt: ">",
  hellip: "…",
  laquo: "«",
  ldquo: "“",
  lsquo: "‘",
  lt: "<",
  mdash: "—",
  middot: "·",
  nbsp: "\u00a0",
  ndash: "–",
  para: "¶",
  pound: "£",
  quot: '"',
  raquo: "»",
  rdquo: "”",
  reg: "®",
  rsquo: "’",
  sect: "§",
  times: "×",
  trade: "™",
  yen: "¥",
};

const SPACES = new RegExp(`${SPACE_CLASS}+`, "g");

/** A text without tags and comments, its white space single spaces and its character references the characters. */
export function withoutTags(value: Value): string {
  const given = str(value);
  let kept = "";
  let from = 0;
  for (let start = given.indexOf("<"); start >= 0; start = given.indexOf("<", from)) {
    const comment = given.startsWith("<!--", start);
    const end = comment ? given.indexOf("-->", start + 4) : given.indexOf(">", start);
    if (end < 0) break;
    kept += given.slice(from, start);
    from = end + (comment ? 3 : 1);
  }
  const text = stripStart(stripEnd(kept + given.slice(from))).replace(SPACES, " ");
  return text.replace(/&(?:#(?:[xX]([0-9a-fA-F]+)|(\d+));?|([a-zA-Z][a-zA-Z0-9]*)(;?))/g, (whole, ...found) => {
    const [hex, decimal, name, end] = found as (string | undefined)[];
    if (name === undefined) return characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    const character = end === ";" && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    return character ?? unsupported(`The character reference ${whole}`);
  });
}

function characterOf(code: number): string {
  if (code === 0 || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return "\ufffd";
  // HTML reads these as Windows does, and leaves out what is not a character.
  if (code === 0x0d) return "\r";
  const control = code < 0x20 && ![0x09, 0x0a, 0x0c].includes(code);
  const unassigned = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  if (control || code === 0x0b || unassigned) return "";
  if (code >= 0x7f && code < 0xa0) return unsupported(`The character reference &#${code};`);
  return String.fromCodePoint(code);
}

/** ` key="value"` for each item that is there. */
export function attributesOf(value: Value, space: boolean): string {
  if (!isDict(value)) return fail("xmlattr needs a dict");
  const attributes: string[] = [];
  for (const [key, item] of value) {
    if (item === null || item instanceof Undefined) continue;
    if (typeof key !== "string") return fail("expected string or bytes-like object");
    if (/[\t-\r />=]/.test(key)) return fail(`Invalid character in attribute name: ${repr(key)}`);
    attributes.push(`${escapeHtml(key)}="${escaped(item)}"`);
  }
  return attributes.length > 0 && space ? ` ${attributes.join(" ")}` : attributes.join(" ");
}

/** `urllib.parse.quote`, and the pairs of a dict or list as a query. */
export function urlEncoded(value: Value): string {
  if (typeof value === "string" || value instanceof Markup || !isIterable(value)) return quoted(str(value), "/");
  const pairs = isDict(value) ? [...value].map((entry) => new PyTuple(entry)) : [...iterate(value)];
  return pairs
    .map((pair) => {
      const [key, item, ...more] = isList(pair) || isIterable(pair) ? [...iterate(pair)] : fail("cannot unpack");
      if (key === undefined || item === undefined || more.length > 0) return fail("a pair must have two values");
      return `${forQuery(key)}=${forQuery(item)}`;
    })
    .join("&");
}

const forQuery = (value: Value) => quoted(str(value), "").replaceAll("%20", "+");

function quoted(text: string, safe: string): string {
  if (!text.isWellFormed()) return fail("surrogates not allowed");
  return encodeURIComponent(text).replace(/[!'()*]|%2F/g, (found) => {
    if (found === "%2F") return safe === "/" ? "/" : found;
    return `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** How {@link linked} writes a link. */
export interface LinkOptions {
  /** Shows that many characters of an address. */
  readonly limit?: number;
  readonly rel?: string;
  readonly target?: string;
  readonly schemes: readonly string[];
}

const WORD = "\\p{L}\\p{N}_";
const ADDRESS = new RegExp(
  "^(?:" +
    `(?:https?://|www\\.)(?:(?:[${WORD}%-]+\\.)+)?(?:[a-z]{2,63}|xn--[${WORD}%]{2,59})` +
    `|(?:[${WORD}%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)` +
    "|https?://(?:\\p{Nd}{1,3}(?:\\.\\p{Nd}{1,3}){3}|\\[(?:[\\p{Nd}a-f]{0,4}:){2}(?:[\\p{Nd}a-f]{0,4}:?){1,6}\\])" +
    `)(?::\\p{Nd}{1,5})?(?:[/?#](?:(?!${SPACE_CLASS})[^])*)?$`,
  "iu",
);
const MAIL = new RegExp(`^(?:(?!${SPACE_CLASS})[^])+@[${WORD}][${WORD}.-]*\\.[${WORD}]+$`, "u");
const BETWEEN = new RegExp(`(${SPACE_CLASS}+)`);
const PAIRS = [
  ["(", ")"],
  ["<", ">"],
  ["&lt;", "&gt;"],
] as const;

/** The text, escaped, with its addresses as links. */
export function linked(value: Value, { limit, rel, target, schemes }: LinkOptions): string {
  const more = `${rel ? ` rel="${escapeHtml(rel)}"` : ""}${target ? ` target="${escapeHtml(target)}"` : ""}`;
  const shown = (address: string) => {
    const characters = codePoints(address);
    return limit !== undefined && characters.length > limit ? `${characters.slice(0, limit).join("")}...` : address;
  };
  const link = (word: string): string => {
    if (ADDRESS.test(word)) {
      const whole = word.startsWith("https://") || word.startsWith("http://");
      return `<a href="${whole ? "" : "https://"}${word}"${more}>${shown(word)}</a>`;
    }
    if (word.startsWith("mailto:") && MAIL.test(word.slice(7))) return `<a href="${word}">${word.slice(7)}</a>`;
    if (!/^(?:www\.|@)|:/.test(word) && MAIL.test(word)) return `<a href="mailto:${word}">${word}</a>`;
    return schemes.reduce(
      (done, scheme) => (done !== scheme && done.startsWith(scheme) ? `<a href="${done}"${more}>${done}</a>` : done),
      word,
    );
  };
  return escaped(value)
    .split(BETWEEN)
    .map((word) => {
      const { head, middle, tail } = withoutPunctuation(word);
      return head + link(middle) + tail;
    })
    .join("");
}

/** A word without what stands around an address. Brackets that belong to the address stay with it. */
function withoutPunctuation(word: string): { head: string; middle: string; tail: string } {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? "";
  let middle = word.slice(head.length);
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? "";
  middle = middle.slice(0, middle.length - tail.length);
  for (const [open, close] of PAIRS) {
    const opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (let moved = Math.min(opened, count(tail, close)); moved > 0; moved -= 1) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return { head, middle, tail };
}

const count = (text: string, part: string) => text.split(part).length - 1;
