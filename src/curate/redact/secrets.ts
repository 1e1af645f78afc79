import type { StringNodeRule } from "langsmith/anonymizer";
import { loadPackage } from "../../internal/load-package.js";
import { tellsOfParts, type Detector, type Match } from "./detector.js";
import { possibleFor } from "./secret-signs.js";

// What a name must have for its value to be a secret: the words of LangSmith's own structural rule.
const SECRET_NAME = /key|secret|token|passw/i;

// The keys of services that are called from chains, where LangSmith's rules do not have them.
const KEYS: readonly RegExp[] = [
  /\bhf_[A-Za-z0-9]{30,}\b/g, // Hugging Face
  /\bgsk_[A-Za-z0-9]{40,}\b/g, // Groq
  /\bxai-[A-Za-z0-9]{60,}\b/g,
  /\bpplx-[A-Za-z0-9]{40,}\b/g, // Perplexity
  /\br8_[A-Za-z0-9]{30,}\b/g, // Replicate
  /\btgp_v1_[\w-]{30,}/g, // Together
  /\bfw_[A-Za-z0-9]{20,}\b/g, // Fireworks
  /\bwhsec_[A-Za-z0-9+/=]{24,}/g, // Stripe's webhooks
  /\bdckr_pat_[\w-]{20,}/g, // Docker
  /(?<=\b(?:Account|SharedAccess)Key=)[A-Za-z0-9+/]{40,}={0,2}/g, // Azure's connection strings
  /\b\d{8,10}:AA[\w-]{33}\b/g, // Telegram's bots
];

// What stands where a secret would: in examples, instructions and code. Nobody is given away by it.
const STAND_INS: readonly RegExp[] = [
  /^(?:<.*|\[.*|\{\{.*|\$\{?\w.*|%\w+%|\*+|[x•.…-]+)$/i,
  /(?:\.\.\.|…)["'`,;)]*$/,
  /^["'`]?(?:your|my|the|some|insert|enter|replace|change|example)[_ -]/i,
  /^(?:process\.env|import\.meta\.env|os\.(?:environ|getenv)|env|config|settings|self|this)\b[.[(]/,
  /^(?:await )?[a-z_][\w.]*\(/i,
  /^["'`]?(?:bearer|basic|required|optional|none|null|undefined|true|false|str|string|number|int|integer|bool|boolean|object|any)["'`]?[,;.]?$/i,
];

/**
 * Credentials, by the rules that LangSmith's own `createSecretAnonymizer` uses: read from the installed
 * `langsmith`, so new ones come with it. Some keys of further services are found beside them, and
 * what only stands in for a secret (`<your key>`, `process.env.KEY`) is not taken for one.
 */
export async function loadSecretDetector(): Promise<Detector> {
  const { DEFAULT_SECRET_RULES, SECRET_PLACEHOLDER } = await loadPackage(
    "langsmith",
    "Finding secrets",
    () => import("langsmith/anonymizer"),
  );
  const rules = DEFAULT_SECRET_RULES.map((rule) => ({
    find: compiled(rule, SECRET_PLACEHOLDER),
    possible: possibleFor(rule.pattern),
  }));
  const keys = KEYS.map((pattern) => ({ pattern, possible: possibleFor(pattern) }));
  const findIn = function* (text: string): Generator<Match> {
    for (const { find, possible } of rules) {
      if (!possible(text)) continue;
      for (const match of find(text)) if (!isStandIn(text.slice(match.start, match.end))) yield match;
    }
    for (const { pattern, possible } of keys) {
      if (!possible(text)) continue;
      for (const { index, 0: key } of text.matchAll(pattern)) yield { start: index, end: index + key.length };
    }
  };
  const possibles = [...new Set([...rules, ...keys].map(({ possible }) => possible))];
  return tellsOfParts({
    name: "secret",
    // Not where a key may give the value away.
    possible: (text, key) =>
      (key !== undefined && SECRET_NAME.test(key)) || possibles.some((possible) => possible(text)),
    *find(text, key) {
      yield* findIn(text);
      // A value of a JSON object has no name before it any more, so the name is put there again.
      if (key === undefined || !SECRET_NAME.test(key)) return;
      const name = `${key}=`;
      for (const { start, end } of findIn(name + text)) {
        if (start >= name.length) yield { start: start - name.length, end: end - name.length };
      }
    },
  });
}

function isStandIn(value: string): boolean {
  return STAND_INS.some((pattern) => pattern.test(value));
}

// LangSmith's rules replace `$1[SECRET_DETECTED]$2`; the secret is what is neither before nor after the placeholder.
function compiled(rule: StringNodeRule, placeholder: string): (text: string) => Iterable<Match> {
  const source = typeof rule.pattern === "string" ? new RegExp(rule.pattern) : rule.pattern;
  // A token begins where a word does; the rule alone would try from every `eyJ` inside of one too.
  const pattern = new RegExp(
    source.source.startsWith("eyJ[") ? `(?<![\\w-])${source.source}` : source.source,
    [...new Set(`${source.flags}g`)].join(""),
  );
  const [before = "", after = ""] = (rule.replace ?? "").split(placeholder);
  const windows = STARTS_UNBOUNDED.test(source.source) ? windowsOf : wholeOf;
  return function* (text) {
    for (const { from, to, runEnd } of windows(text)) {
      for (const match of text.slice(from, to).matchAll(pattern)) {
        const start = from + match.index + filled(before, match).length;
        let end = from + match.index + match[0].length - filled(after, match).length;
        if (end === to && to < runEnd) end = endOfValue(text, end);
        if (end > start) yield { start, end };
      }
    }
  };
}

const filled = (template: string, match: RegExpMatchArray) =>
  template.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");

// A pattern that begins with any number of some characters looks at each of them again from every
// place where it may begin: in a run of a hundred thousand (a blob of base64url, say) for minutes.
const STARTS_UNBOUNDED = /^(?:\\b)?\(?(?:\[[^\]]*\])?\[[^\]]*\][*+]/;
const LONG_RUN = /\S{1024,}/g;
const WINDOW = 256;
const OVERLAP = 128;

/** A part of a text; what stands at its end may go on up to the end of the run. */
interface Window {
  from: number;
  to: number;
  runEnd: number;
}

function wholeOf(text: string): Window[] {
  return [{ from: 0, to: text.length, runEnd: text.length }];
}

/** The whole text, but long runs without white space in pieces that overlap. */
function* windowsOf(text: string): Generator<Window> {
  let from = 0;
  for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
    const runEnd = index + run.length;
    let to = index;
    while (to < runEnd) {
      to = Math.min(to + WINDOW, runEnd);
      yield { from, to, runEnd };
      from = to - OVERLAP;
    }
  }
  yield { from, to: text.length, runEnd: text.length };
}

const VALUE = /[^\s"'&;]*/y;

function endOfValue(text: string, from: number): number {
  VALUE.lastIndex = from;
  return from + (VALUE.exec(text)?.[0].length ?? 0);
}
