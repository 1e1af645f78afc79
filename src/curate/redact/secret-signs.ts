import { characterSign, pairSign, signsOf } from "./text-signs.js";

/** Says at little cost that a rule finds nothing in a text. */
export type Possible = (text: string) => boolean;

/** One of these texts stands in whatever the rule finds. */
function anyOf(...texts: string[]): Possible {
  const signs = texts.map((text) => ({ text, sign: pairSign(rarestPair(text)) }));
  return (searched) => {
    const seen = signsOf(searched);
    return signs.some(({ text, sign }) => seen.has(sign) && searched.includes(text));
  };
}

/** The pair of characters that prose has the least. */
function rarestPair(text: string): string {
  const rarity = (character: string) =>
    /[a-z]/.test(character) ? 0 : /[A-Z]/.test(character) ? 1 : /[-.:/]/.test(character) ? 2 : 3;
  let rarest = text.slice(0, 2);
  const score = (pair: string) => rarity(pair.charAt(0)) + rarity(pair.charAt(1));
  for (let start = 1; start + 2 <= text.length; start += 1) {
    const pair = text.slice(start, start + 2);
    if (score(pair) > score(rarest)) rarest = pair;
  }
  return rarest;
}

const ASSIGNMENT = characterSign(":") | characterSign("=");
const AT = characterSign("@");
const hasAssignment: Possible = (text) => signsOf(text).hasCharacter(ASSIGNMENT);

/** What a rule for names and values needs: the name, and `:` or `=` soon after it. */
const NAMED_VALUE = /(?:key|secret|token|passw(?:or)?d)[\w.-]*["']?\s*[:=]/i;
/** Above this the pattern itself might be slow: a long run of word characters is gone through from each name in it. */
const LONG = 20_000;
const namedValue: Possible = (text) => hasAssignment(text) && (text.length > LONG || NAMED_VALUE.test(text));

// By the exact source of the rule: of a rule that changed with a new version of `langsmith`, or is new, nothing is
// known, and it always runs. The test of this table runs every rule with and without it.
const SIGNS: Readonly<Record<string, Possible>> = {
  "sk-ant-[A-Za-z0-9_-]{20,}": anyOf("sk-ant-"),
  "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}": anyOf("sk-proj-", "sk-svcacct-", "sk-admin-"),
  "sk-[A-Za-z0-9]{32,}": anyOf("sk-"),
  "lsv2_(?:pt|sk)_[A-Za-z0-9]{32,}(?:_[A-Za-z0-9]+)*": anyOf("lsv2_"),
  "ls__[A-Za-z0-9]{16,}": anyOf("ls__"),
  "gh[pousr]_[A-Za-z0-9]{36,}": anyOf("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
  "github_pat_[A-Za-z0-9_]{82}": anyOf("github_pat_"),
  "glpat-[A-Za-z0-9_-]{20,}": anyOf("glpat-"),
  "\\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[0-9A-Z]{16}\\b": anyOf("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
  "AIza[0-9A-Za-z_-]{35}": anyOf("AIza"),
  "ya29\\.[0-9A-Za-z_-]+": anyOf("ya29."),
  "xox[baprs]-[A-Za-z0-9-]{10,}": anyOf("xox"),
  "xapp-\\d-[A-Za-z0-9-]{10,}": anyOf("xapp-"),
  "https:\\/\\/hooks\\.slack\\.com\\/services\\/[A-Za-z0-9/]+": anyOf("hooks.slack.com"),
  "\\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}\\b": anyOf("k_live_", "k_test_"),
  "npm_[A-Za-z0-9]{36}": anyOf("npm_"),
  "pypi-AgEIcHlwaS[A-Za-z0-9_-]{50,}": anyOf("pypi-"),
  "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}": anyOf("SG."),
  "eyJ[A-Za-z0-9_-]+\\.eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+": anyOf("eyJ"),
  "-----BEGIN (?:[A-Z0-9 ]+ )?PRIVATE KEY(?: BLOCK)?-----[\\s\\S]+?-----END (?:[A-Z0-9 ]+ )?PRIVATE KEY(?: BLOCK)?-----":
    anyOf("-----BEGIN"),
  "\\b([A-Za-z0-9_.-]*(?:API[_-]?KEY[_-]?SALT|LICENSE[_-]?KEY|API[_-]?KEY|SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE[_-]?KEY|ACCESS[_-]?KEY|AUTH[_-]?TOKEN|CLIENT[_-]?SECRET)(?![A-Za-z0-9])(?:[_.-][A-Za-z0-9]+)*[\"']?\\s*[:=]\\s*[\"']?)(?:(?:bearer|token|basic)\\s+)?[^\\s\"'&;]{6,}":
    namedValue,
  "\\b(authorization|x-api-key|x-auth-token)([\"']?\\s*[:=]\\s*[\"']?)(bearer\\s+|token\\s+|basic\\s+)?[A-Za-z0-9._~+/-]{8,}=*":
    (text) => hasAssignment(text) && /authorization|x-api-key|x-auth-token/i.test(text),
  "\\b(Bearer\\s+)[A-Za-z0-9._~+/-]{10,}=*": (text) => /bearer\s/i.test(text),
  "\\b([a-z][a-z0-9+.-]*:\\/\\/[^:@/\\s]*:)[^@/\\s]+(@)": (text) =>
    signsOf(text).hasCharacter(AT) && text.includes("://"),
  "\\bhf_[A-Za-z0-9]{30,}\\b": anyOf("hf_"),
  "\\bgsk_[A-Za-z0-9]{40,}\\b": anyOf("gsk_"),
  "\\bxai-[A-Za-z0-9]{60,}\\b": anyOf("xai-"),
  "\\bpplx-[A-Za-z0-9]{40,}\\b": anyOf("pplx-"),
  "\\br8_[A-Za-z0-9]{30,}\\b": anyOf("r8_"),
  "\\btgp_v1_[\\w-]{30,}": anyOf("tgp_v1_"),
  "\\bfw_[A-Za-z0-9]{20,}\\b": anyOf("fw_"),
  "\\bwhsec_[A-Za-z0-9+/=]{24,}": anyOf("whsec_"),
  "\\bdckr_pat_[\\w-]{20,}": anyOf("dckr_pat_"),
  "(?<=\\b(?:Account|SharedAccess)Key=)[A-Za-z0-9+/]{40,}={0,2}": anyOf("Key="),
  "\\b\\d{8,10}:AA[\\w-]{33}\\b": anyOf(":AA"),
};

/** A rule that was written down here, or one that always runs. */
export function possibleFor(pattern: RegExp | string): Possible {
  const source = typeof pattern === "string" ? pattern : pattern.source;
  return SIGNS[source] ?? (() => true);
}

/** The rules that are known, for the test that each is one of today's. */
export const knownRules = Object.keys(SIGNS);
