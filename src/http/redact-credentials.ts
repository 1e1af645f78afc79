// What keys of the services that this package talks to look like, and what follows the words that
// introduce one. For text that came from elsewhere and goes into an error.
const PATTERNS: readonly RegExp[] = [
  /\b(?:sk|pk|rk|lsv2|ls__|lsv2_pt|lsv2_sk|fw|hf|tgp|ghp|gho|xox[bap]|AKIA|ASIA|AIza)[-_]?[A-Za-z0-9_-]{10,}/g,
  /(?<=\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
  /(?<=\b(?:api[-_ ]?key|x-api-key|authorization|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',;}&]{4,}/gi,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)?/g,
  /(?<=:\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g,
];

/** Shorter values are words of every text, and no secrets. */
const SHORTEST_SECRET = 4;
const SHORTEST_IN_BASE64 = 7;

/**
 * The text with the given secrets, and everything that looks like a credential, replaced by
 * `[redacted]`. A secret is found however a host writes it: plain, in JSON, in JSON inside JSON, in
 * an address, in HTML, in base64.
 */
export function redactCredentials(text: string, ...secrets: (string | undefined)[]): string {
  let result = text;
  // The longest first: one secret may begin with another.
  const known = [...new Set(secrets)]
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length);
  for (const secret of known) {
    result = result.replace(writtenForms(secret), "[redacted]");
    for (const encoded of inBase64(secret)) result = result.replaceAll(encoded, "[redacted]");
  }
  for (const pattern of PATTERNS) result = result.replace(pattern, "[redacted]");
  return result;
}

/** A copy of a JSON value in which every text, also the name of a field, is redacted. */
export function redactJson<T>(value: T, redact: (text: string) => string): T;
export function redactJson(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item: unknown) => redactJson(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [redact(name), redactJson(item, redact)]));
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t" };

/**
 * How a secret shows in base64, also amid other text (`user:secret`): by its place, two bits of a character or four
 * belong to what is beside it. So the characters at its ends are left out.
 */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const whole = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    const urlSafe = whole.replaceAll("+", "-").replaceAll("/", "_");
    return whole.length < SHORTEST_IN_BASE64 ? [] : whole === urlSafe ? [whole] : [whole, urlSafe];
  });
}

function writtenForms(secret: string): RegExp {
  return new RegExp([...secret].map(formsOf).join(""), "gi");
}

/** A character as it is, or escaped as JSON (also several times over), addresses and HTML do. */
function formsOf(character: string): string {
  if (/[A-Za-z0-9_-]/.test(character)) return character;
  const units = Array.from(
    { length: character.length },
    (_, index) => `\\\\+u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  );
  const code = character.codePointAt(0) ?? 0;
  const forms = [
    `\\\\*${character.replace(/[^\p{L}\p{N}]/gu, (special) => `\\u${special.charCodeAt(0).toString(16).padStart(4, "0")}`)}`,
    units.join(""),
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    `&#(?:0*${code}|x0*${code.toString(16)});`,
  ];
  const entity = NAMED_ENTITIES[character];
  if (entity !== undefined) forms.push(`&${entity};`);
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) forms.push(`\\\\+${short}`);
  return `(?:${forms.join("|")})`;
}
