// Jinja's lexer with the settings of transformers: trim_blocks, lstrip_blocks, no trailing line end.
import { TemplateFailure } from "./failure.js";
import { isSpace, SPACE_CLASS, stripEnd } from "./space.js";

export type TokenType =
  | "data"
  | "variable_begin"
  | "variable_end"
  | "block_begin"
  | "block_end"
  | "name"
  | "string"
  | "integer"
  | "float"
  | "operator"
  | "end";

export interface Token {
  readonly type: TokenType;
  readonly value: string;
  readonly line: number;
}

const TAG = new RegExp(`\\{%([-+]?)${SPACE_CLASS}*raw${SPACE_CLASS}*(-?)%\\}|\\{([%{#])([-+]?)`, "g");
const COMMENT_END = /[-+]?#\}/g;
const RAW_END = new RegExp(`\\{%([-+]?)${SPACE_CLASS}*endraw${SPACE_CLASS}*([-+]?)%\\}`, "g");
const BLANK = new RegExp(`^${SPACE_CLASS}+$`);
const SPACES = new RegExp(`${SPACE_CLASS}+`, "y");
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
const OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const OPENING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

export function tokenize(template: string): Token[] {
  return new Lexer(template.replace(/\r\n?/g, "\n").replace(/\n$/, "")).run();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;
  private countedTo = 0;
  private lineStarting = true;

  constructor(private readonly source: string) {}

  run(): Token[] {
    while (this.at < this.source.length) {
      TAG.lastIndex = this.at;
      const found = TAG.exec(this.source);
      if (!found) {
        this.data(this.source.slice(this.at));
        break;
      }
      const [tag, rawSign, rawEnd, kind, sign = ""] = found;
      const raw = rawSign !== undefined;
      this.data(this.before(this.source.slice(this.at, found.index), raw ? rawSign : sign, kind === "{"));
      this.move(found.index + tag.length);
      if (raw) this.raw(rawEnd === "-");
      else if (kind === "#") this.comment();
      else this.tag(kind === "{" ? "variable" : "block");
      this.lineStarting = this.source[this.at - 1] === "\n";
    }
    this.add("end", "");
    return this.tokens;
  }

  /** The text before a tag, without what the tag takes from it. */
  private before(text: string, sign: string, variable: boolean): string {
    if (sign === "-") return stripEnd(text);
    if (sign === "+" || variable) return text;
    const start = text.lastIndexOf("\n") + 1;
    return (start > 0 || this.lineStarting) && BLANK.test(text.slice(start)) ? text.slice(0, start) : text;
  }

  private data(text: string): void {
    if (text !== "") this.add("data", text);
  }

  private comment(): void {
    COMMENT_END.lastIndex = this.at;
    const end = COMMENT_END.exec(this.source);
    if (!end) return this.fail("A comment has no end.");
    this.move(end.index + end[0].length);
    this.after(end[0]);
  }

  private raw(stripped: boolean): void {
    if (stripped) this.skipSpace();
    RAW_END.lastIndex = this.at;
    const end = RAW_END.exec(this.source);
    // Jinja takes a raw block without an end for an empty one where nothing follows.
    if (!end) return this.at < this.source.length ? this.fail("A raw block has no end.") : undefined;
    this.lineStarting = this.source[this.at - 1] === "\n";
    this.data(this.before(this.source.slice(this.at, end.index), end[1] ?? "", false));
    this.move(end.index + end[0].length);
    this.after(`${end[2] ?? ""}%}`);
  }

  /** What the end of a block or comment takes from the text behind it. */
  private after(end: string): void {
    if (end.startsWith("-")) this.skipSpace();
    else if (!end.startsWith("+") && this.source[this.at] === "\n") this.move(this.at + 1);
  }

  private tag(kind: "variable" | "block"): void {
    this.add(`${kind}_begin`, "");
    const ends = kind === "variable" ? /-?\}\}/y : /[-+]?%\}/y;
    const open: string[] = [];
    while (this.at < this.source.length) {
      if (open.length === 0) {
        const end = this.match(ends);
        if (end !== undefined) {
          this.add(`${kind}_end`, "");
          if (kind === "block") this.after(end);
          else if (end.startsWith("-")) this.skipSpace();
          return;
        }
      }
      if (this.match(SPACES) !== undefined) continue;
      this.expression(open);
    }
    this.fail(`A {${kind === "variable" ? "{" : "%"} has no end.`);
  }

  private expression(open: string[]): void {
    const { line } = this;
    const push = (type: TokenType, value: string) => this.tokens.push({ type, value, line });
    let text = this.match(FLOAT);
    if (text !== undefined) return void push("float", text.replaceAll("_", ""));
    text = this.match(INTEGER);
    if (text !== undefined) return void push("integer", text.replaceAll("_", ""));
    text = this.match(NAME);
    if (text !== undefined) return void push("name", text);
    text = this.match(STRING);
    if (text !== undefined) return void push("string", unescape(text.slice(1, -1), line));
    text = this.match(OPERATOR);
    if (text === undefined) return this.fail(`Unexpected ${JSON.stringify(this.source[this.at])}.`);
    const closing = OPENING[text];
    if (closing !== undefined) open.push(closing);
    else if (text === ")" || text === "]" || text === "}") {
      const wanted = open.pop();
      if (wanted !== text) this.fail(`Unexpected ${text}${wanted === undefined ? "." : `; ${wanted} was expected.`}`);
    }
    push("operator", text);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.source)?.[0];
    if (text !== undefined) this.move(this.at + text.length);
    return text;
  }

  private skipSpace(): void {
    let end = this.at;
    while (end < this.source.length && isSpace(this.source.charAt(end))) end += 1;
    this.move(end);
  }

  private move(to: number): void {
    for (; this.countedTo < to; this.countedTo += 1) if (this.source[this.countedTo] === "\n") this.line += 1;
    this.at = to;
  }

  private add(type: TokenType, value: string): void {
    this.tokens.push({ type, value, line: this.line });
  }

  private fail(message: string): never {
    throw new TemplateFailure("syntax", message, this.line);
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

/** Python's escapes in a text. An unknown one stays as it is written. */
function unescape(text: string, line: number): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs,
    (whole, octal?: string, x?: string, u?: string, long?: string, other = "") => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = x ?? u ?? long;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        if (code > 0x10ffff) throw new TemplateFailure("syntax", `There is no character ${whole}.`, line);
        return String.fromCodePoint(code);
      }
      if (other === "N") throw new TemplateFailure("unsupported", "Characters by name (\\N) are not supported.", line);
      if (other === "x" || other === "u" || other === "U")
        throw new TemplateFailure("syntax", `The escape ${whole} is not complete.`, line);
      return SIMPLE[other] ?? whole;
    },
  );
}
