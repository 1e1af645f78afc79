import type { StringNodeRule } from "langsmith/anonymizer";
import { loadPackage } from "../../internal/load-package.js";
import type { Detector, Match } from "./detector.js";

// What a name must have for its value to be a secret: the words of LangSmith's own structural rule.
const SECRET_NAME = /key|secret|token|passw/i;

/**
 * Credentials, by the rules that LangSmith's own `createSecretAnonymizer` uses: read from the installed
 * `langsmith`, so new ones come with it.
 */
export async function loadSecretDetector(): Promise<Detector> {
  const { DEFAULT_SECRET_RULES, SECRET_PLACEHOLDER } = await loadPackage("langsmith", "Finding secrets", () => import("langsmith/anonymizer"));
  const rules = DEFAULT_SECRET_RULES.map((rule) => compiled(rule, SECRET_PLACEHOLDER));
  const findIn = function* (text: string): Generator<Match> {
    for (const rule of rules) yield* rule(text);
  };
  return {
    name: "secret",
    *find(text, key) {
      yield* findIn(text);
      // A value of a JSON object has no name before it any more, so the name is put there again.
      if (key === undefined || !SECRET_NAME.test(key)) return;
      const name = `${key}=`;
      for (const { start, end } of findIn(name + text)) {
        if (start >= name.length) yield { start: start - name.length, end: end - name.length };
      }
    },
  };
}

// LangSmith's rules replace `$1[SECRET_DETECTED]$2`; the secret is what is neither before nor after the placeholder.
function compiled(rule: StringNodeRule, placeholder: string): (text: string) => Iterable<Match> {
  const source = typeof rule.pattern === "string" ? new RegExp(rule.pattern) : rule.pattern;
  const pattern = new RegExp(source.source, [...new Set(`${source.flags}g`)].join(""));
  const [before = "", after = ""] = (rule.replace ?? "").split(placeholder);
  return function* (text) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index + filled(before, match).length;
      const end = match.index + match[0].length - filled(after, match).length;
      if (end > start) yield { start, end };
    }
  };
}

const filled = (template: string, match: RegExpMatchArray) => template.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
