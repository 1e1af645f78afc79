// src/errors.ts
var marker = (name) => /* @__PURE__ */ Symbol.for(`langsmith-finetune.error.${name}`);
var FinetuneError = class extends Error {
  name = "FinetuneError";
  /** What to do next, where that is known. */
  hint;
  constructor({ message, hint, cause }) {
    super(hint === void 0 ? message : `${message} ${hint}`, cause === void 0 ? void 0 : { cause });
    this.hint = hint;
    mark(this, "FinetuneError");
  }
  /** True for every error of this package, also one of another copy of it. */
  static isInstance(error) {
    return isMarked(error, "FinetuneError");
  }
};
var InvalidOptionError = class extends FinetuneError {
  name = "InvalidOptionError";
  option;
  value;
  constructor({ option, value, ...rest2 }) {
    super(rest2);
    this.option = option;
    this.value = value;
    mark(this, "InvalidOptionError");
  }
  static isInstance(error) {
    return isMarked(error, "InvalidOptionError");
  }
};
var MissingPackageError = class extends FinetuneError {
  name = "MissingPackageError";
  packageName;
  constructor({ packageName, ...rest2 }) {
    super(rest2);
    this.packageName = packageName;
    mark(this, "MissingPackageError");
  }
  static isInstance(error) {
    return isMarked(error, "MissingPackageError");
  }
};
var MissingApiKeyError = class extends FinetuneError {
  name = "MissingApiKeyError";
  /** The environment variables that were looked at. */
  variables;
  constructor({ variables, ...rest2 }) {
    super(rest2);
    this.variables = variables;
    mark(this, "MissingApiKeyError");
  }
  static isInstance(error) {
    return isMarked(error, "MissingApiKeyError");
  }
};
var ServiceError = class extends FinetuneError {
  name = "ServiceError";
  /** `LangSmith`, `OpenAI`, `Together`, … */
  service;
  /**
   * What went wrong: `unreachable`, `timeout` (no answer in time), `invalid-answer` (an answer of success
   * that is not what the API describes), `unauthorized`, `payment-required`, `forbidden`, `not-found`,
   * `conflict`, `too-large`, `rate-limited`, `server-error`, `not-implemented`, `invalid-request`, or a
   * provider's own code.
   */
  code;
  /** HTTP status, where there was an answer. */
  status;
  /** Method and address without its query, for instance `POST https://api.smith.langchain.com/runs/query`. */
  request;
  /** The provider's own words, without credentials. */
  details;
  /** Milliseconds to wait before the next attempt, where the service said so (`Retry-After`). */
  retryAfter;
  constructor({
    service,
    code,
    status,
    request,
    details,
    retryAfter,
    ...rest2
  }) {
    super(rest2);
    this.service = service;
    this.code = code;
    this.status = status;
    this.request = request;
    this.details = details;
    this.retryAfter = retryAfter;
    mark(this, "ServiceError");
  }
  static isInstance(error) {
    return isMarked(error, "ServiceError");
  }
};
var TemplateError = class extends FinetuneError {
  name = "TemplateError";
  /**
   * `syntax`: it is not a template. `raised`: it calls `raise_exception`, so it refuses the row. `error`: an error in
   * Python too. `unsupported`: Jinja knows this and the engine does not. `limit`: a bound on steps, output or depth.
   */
  code;
  /** What the template is called: its file, or `The chat template`. */
  template;
  /** The line of the template, from 1. */
  line;
  /** What the template or the engine says, without the place. */
  reason;
  constructor({
    code,
    template,
    line,
    reason,
    ...rest2
  }) {
    super({ message: `${template}${line === void 0 ? "" : `, line ${line}`}: ${reason}`, ...rest2 });
    this.code = code;
    this.template = template;
    this.line = line;
    this.reason = reason;
    mark(this, "TemplateError");
  }
  static isInstance(error) {
    return isMarked(error, "TemplateError");
  }
};
var TimeoutError = class extends FinetuneError {
  name = "TimeoutError";
  /** The allowed time, in milliseconds from the start of the wait. */
  milliseconds;
  constructor({ milliseconds: milliseconds2, ...rest2 }) {
    super(rest2);
    this.milliseconds = milliseconds2;
    mark(this, "TimeoutError");
  }
  static isInstance(error) {
    return isMarked(error, "TimeoutError");
  }
};
function mark(error, name) {
  Object.defineProperty(error, marker(name), { value: true, enumerable: false });
}
function isMarked(error, name) {
  return typeof error === "object" && error !== null && marker(name) in error;
}

// src/internal/closest-name.ts
import leven from "leven";
function closestName(name, known2) {
  const wanted = name.toLowerCase();
  let closest;
  let distance = Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known2) {
    const word2 = candidate.toLowerCase();
    const cut2 = Math.min(word2.length, wanted.length);
    const begins = cut2 >= 3 && word2.slice(0, cut2) === wanted.slice(0, cut2);
    const apart = begins ? 0.5 : leven(wanted, word2);
    if (apart >= distance) continue;
    distance = apart;
    closest = candidate;
  }
  return closest;
}

// src/internal/shown.ts
var LONGEST = 60;
var SECRET = /key$|token$|secret|salt|password|authorization|credential|headers|environment|^env$/i;
function shown(value) {
  if (typeof value === "string") {
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}\u2026` : value);
  }
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) {
    const name = value.constructor?.name;
    return typeof name === "string" && name !== "Object" && name !== "" ? `an instance of ${name}` : "an object";
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}
function shownOption(option, value) {
  return SECRET.test(option) ? "(not shown)" : value;
}

// src/internal/options.ts
function checkOptions(call, options, kinds, prefix = "") {
  checkFields(options, kinds, { call, prefix });
}
function checkArgument(name, value, kind2) {
  if (!kind2.fits(value)) throw wrongKind(name, value, kind2);
  kind2.inspect?.(value, name);
}
function checkFields(options, kinds, { call, prefix = "" }) {
  const place = call === void 0 ? "" : `${call}: `;
  if (!isOptionsObject(options)) {
    const subject = prefix === "" ? `${place}the options` : `${place}${prefix.replace(/\.$/, "")}`;
    throw new InvalidOptionError({
      option: prefix === "" ? "options" : prefix.replace(/\.$/, ""),
      value: typeof options === "string" ? void 0 : options,
      // A string is not repeated: it may be the API key.
      message: `${subject} must be an object; got ${typeof options === "string" ? "a string" : shown(options)}.`,
      hint: knownNames(kinds, prefix)
    });
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) throw unknownOption(name, value, kinds, { call, prefix });
  }
  for (const [name, kind2] of Object.entries(kinds)) {
    const value = options[name];
    const option = `${prefix}${name}`;
    if (value === void 0) {
      if ("required" in kind2) throw missing(option, kind2, place);
    } else if (!kind2.fits(value)) throw wrongKind(option, value, kind2, place);
    else kind2.inspect?.(value, option);
  }
}
function isOptionsObject(options) {
  return typeof options === "object" && options !== null && !Array.isArray(options) && // A step's rows in the place of its options.
  !(Symbol.asyncIterator in options) && !(Symbol.iterator in options);
}
function unknownOption(name, value, kinds, { call, prefix = "" }) {
  const closest = closestName(name, Object.keys(kinds));
  const guess = closest === void 0 ? "" : `Did you mean ${prefix}${closest}? `;
  return new InvalidOptionError({
    option: `${prefix}${name}`,
    value: shownOption(name, value),
    message: `Unknown option ${prefix}${name}${call === void 0 ? "" : ` of ${call}`}.`,
    hint: `${guess}${knownNames(kinds, prefix)}`
  });
}
function knownNames(kinds, prefix) {
  const names = Object.keys(kinds).map((name) => `${prefix}${name}`);
  return names.length === 0 ? "It has no options." : `The options are: ${names.join(", ")}.`;
}
function missing(option, kind2, place) {
  return new InvalidOptionError({
    option,
    value: void 0,
    message: `${place}${option} is missing; it must be ${kind2.expected}.`
  });
}
function wrongKind(option, value, kind2, place = "") {
  const safe = shownOption(option, value);
  return new InvalidOptionError({
    option,
    value: safe,
    message: `${place}${option} must be ${kind2.expected}; got ${shown(safe)}.`
  });
}

// src/train/backends/trl.ts
import { existsSync as existsSync7 } from "node:fs";
import { copyFile as copyFile2, mkdir as mkdir2, readdir as readdir2, readFile as readFile7 } from "node:fs/promises";
import { basename as basename3, dirname as dirname3, join as join11, resolve as resolve3 } from "node:path";

// src/http/redact-credentials.ts
var PATTERNS = [
  /\b(?:sk|pk|rk|lsv2|ls__|lsv2_pt|lsv2_sk|fw|hf|tgp|ghp|gho|xox[bap]|AKIA|ASIA|AIza)[-_]?[A-Za-z0-9_-]{10,}/g,
  /(?<=\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
  /(?<=\b(?:api[-_ ]?key|x-api-key|authorization|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',;}&]{4,}/gi,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)?/g,
  /(?<=:\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g
];
var SHORTEST_SECRET = 4;
var SHORTEST_IN_BASE64 = 7;
function redactCredentials(text3, ...secrets) {
  let result = text3;
  const known2 = [...new Set(secrets)].filter((secret) => secret !== void 0).filter((secret) => secret.length >= SHORTEST_SECRET).sort((left, right) => right.length - left.length);
  for (const secret of known2) {
    result = result.replace(writtenForms(secret), "[redacted]");
    for (const encoded of inBase64(secret)) result = result.replaceAll(encoded, "[redacted]");
  }
  for (const pattern of PATTERNS) result = result.replace(pattern, "[redacted]");
  return result;
}
function redactJson(value, redact) {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item2) => redactJson(item2, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item2]) => [redact(name), redactJson(item2, redact)]));
}
var NAMED_ENTITIES = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
var SHORT_ESCAPES = { "\n": "n", "\r": "r", "	": "t" };
function inBase64(secret) {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text3 = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64").replace(/=+$/, "");
    const whole = text3.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6));
    const urlSafe = whole.replaceAll("+", "-").replaceAll("/", "_");
    return whole.length < SHORTEST_IN_BASE64 ? [] : whole === urlSafe ? [whole] : [whole, urlSafe];
  });
}
function writtenForms(secret) {
  return new RegExp([...secret].map(formsOf).join(""), "gi");
}
function formsOf(character) {
  if (/[A-Za-z0-9_-]/.test(character)) return character;
  const units = Array.from(
    { length: character.length },
    (_, index) => `\\\\+u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
  );
  const code = character.codePointAt(0) ?? 0;
  const forms = [
    `\\\\*${character.replace(/[^\p{L}\p{N}]/gu, (special) => `\\u${special.charCodeAt(0).toString(16).padStart(4, "0")}`)}`,
    units.join(""),
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    `&#(?:0*${code}|x0*${code.toString(16)});`
  ];
  const entity = NAMED_ENTITIES[character];
  if (entity !== void 0) forms.push(`&${entity};`);
  const short = SHORT_ESCAPES[character];
  if (short !== void 0) forms.push(`\\\\+${short}`);
  return `(?:${forms.join("|")})`;
}

// src/internal/is-record.ts
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
var EMPTY = Object.freeze({});
var NONE = Object.freeze([]);
function arrayOf(value) {
  return Array.isArray(value) ? value : NONE;
}
function objectOf(value) {
  return isRecord(value) ? value : EMPTY;
}

// src/http/secrets.ts
var PUBLIC_HEADERS = /^(?:accept(?:-.*)?|content-(?:type|length|encoding)|user-agent|cache-control|connection|expect|host|x-stainless-.*|amz-sdk-.*|x-amz-(?:date|content-sha256|user-agent|checksum-.*)|x-goog-api-client)$/i;
var SECRET_FIELD = /(?:api|access|auth|private|secret|account)[-_]?key|token$|secret|password|passwd|credential|authori[sz]ation/i;
var SECRET_QUERY = /key|token|secret|password|signature|credential|^sig$/i;
function secretsOfHeaders(headers) {
  return [...headers].flatMap(
    ([name, value]) => PUBLIC_HEADERS.test(name) ? [] : [value, value.replace(/^(?:bearer|basic|token|key)\s+/i, "")]
  );
}
function secretsOfBody(body, depth = 0) {
  if (typeof body !== "object" || body === null || depth > 8) return [];
  return Object.entries(body).flatMap(
    ([name, value]) => typeof value === "string" ? SECRET_FIELD.test(name) ? [value] : [] : secretsOfBody(value, depth + 1)
  );
}
function secretsOfEnvironment(environment = process.env) {
  return Object.entries(environment).flatMap(
    ([name, value]) => value !== void 0 && value.length >= SHORTEST_IN_ENVIRONMENT && SECRET_FIELD.test(name) ? [value] : []
  );
}
var SHORTEST_IN_ENVIRONMENT = 8;
function secretsOfUrl(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return [];
  }
  const { password, searchParams } = url;
  const signed2 = [...searchParams].flatMap(([name, value]) => SECRET_QUERY.test(name) ? [value] : []);
  return [decode(password), ...signed2].filter((secret) => secret !== "");
}
function decode(text3) {
  try {
    return decodeURIComponent(text3);
  } catch {
    return text3;
  }
}
var KnownSecrets = class {
  known = /* @__PURE__ */ new Set();
  add(...secrets) {
    for (const secret of secrets) {
      if (secret === void 0 || secret === "") continue;
      this.known.delete(secret);
      this.known.add(secret);
    }
    for (const oldest of this.known) {
      if (this.known.size <= MOST_KNOWN) return;
      this.known.delete(oldest);
    }
  }
  get values() {
    return [...this.known];
  }
};
var MOST_KNOWN = 200;

// src/internal/files/new-file.ts
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

// src/internal/files/unwritable.ts
var HINTS = {
  ENOENT: "Make its folder first.",
  ENOSPC: "The disk is full: make room, or write to another one.",
  EDQUOT: "Your share of the disk is used up: make room, or write to another one.",
  EROFS: "The disk is read-only: write to another one.",
  EACCES: "You may not write there: check its rights and those of its folder.",
  EPERM: "You may not write there: check its rights and those of its folder."
};
function unwritable(path2, cause, { option = "path", value = path2, hint } = {}) {
  const code = cause.code ?? "unknown reason";
  const first3 = HINTS[code] ?? "Check the folder, its rights and the free space.";
  return new InvalidOptionError({
    option,
    value,
    message: `${path2} cannot be written (${code}).`,
    hint: hint === void 0 ? first3 : `${first3} ${hint}`,
    cause
  });
}

// src/internal/files/new-file.ts
async function openNewFile(path2, place, { mode, sync = true } = {}) {
  const refused = (cause) => {
    throw unwritable(path2, cause, place);
  };
  const temporary = `${path2}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx", mode).catch(refused);
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    async write(content2) {
      const data = typeof content2 === "string" ? Buffer.from(content2, "utf8") : content2;
      hash.update(data);
      bytes += data.length;
      await file.appendFile(data).catch(refused);
    },
    async end() {
      if (sync) await file.sync().catch(refused);
      await file.close().catch(refused);
      return { bytes, sha256: hash.digest("hex") };
    },
    publish: () => rename(temporary, path2).catch(refused),
    async abandon() {
      await file.close().catch(() => void 0);
      await rm(temporary, { force: true });
    }
  };
}
async function writeWhole(path2, text3, place) {
  const file = await openNewFile(path2, place);
  try {
    await file.write(text3);
    await file.end();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
async function copyWhole(source, path2, place) {
  const temporary = `${path2}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path2), { recursive: true });
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, path2);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => void 0);
    throw unwritable(path2, error, place);
  }
}

// src/internal/exact-json.ts
var MARK = `exact-number-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
var MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");
var writing = false;
var written = 0;
var rawJson = JSON.rawJSON;
var ExactNumber = class {
  text;
  constructor(text3) {
    this.text = text3;
  }
  /** The nearest double, for what only compares or computes. */
  valueOf() {
    return Number(this.text);
  }
  toString() {
    return this.text;
  }
  /** Inside `stringifyExact` the digits; for a plain `JSON.stringify` of Node 20, which cannot write them, a string of them. */
  toJSON() {
    if (!writing) return rawJson === void 0 ? this.text : rawJson(this.text);
    written += 1;
    return `${MARK}${this.text}`;
  }
};
var SUSPECT = /(?:^|[:,[\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE][+-]?\d{3})/;
var [PLUS, MINUS, SMALL_E, LARGE_E] = [43, 45, 101, 69];
var isDigit = (code) => code >= 48 && code <= 57;
var isOfNumber = (code) => isDigit(code) || code === 46;
function mayBeSuspect(text3) {
  for (let at = 2; at < text3.length; at += 3) {
    if (!isDigit(text3.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isOfNumber(text3.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text3.length && isOfNumber(text3.charCodeAt(end))) end += 1;
    if (end - start >= 16 || end - start >= 3 && isExponent(text3, start)) return true;
    at = Math.max(at, end - 1);
  }
  return false;
}
function isExponent(text3, start) {
  const sign = text3.charCodeAt(start - 1);
  const letter = sign === PLUS || sign === MINUS ? text3.charCodeAt(start - 2) : sign;
  return letter === SMALL_E || letter === LARGE_E;
}
var JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
function parseExact(text3) {
  const value = JSON.parse(text3);
  if (!mayBeSuspect(text3) || !SUSPECT.test(text3)) return value;
  let found = false;
  const marked = text3.replace(JSON_TOKEN, (token) => {
    if (token.startsWith('"') || isHeld(token)) return token;
    found = true;
    return `"${MARK}${token}"`;
  });
  return found ? withExactNumbers(JSON.parse(marked)) : value;
}
function stringifyExact(value, space) {
  const before = { writing, written };
  writing = true;
  written = 0;
  try {
    const text3 = JSON.stringify(value, null, space);
    return written === 0 ? text3 : text3?.replace(MARKED, "$1");
  } finally {
    ({ writing, written } = before);
  }
}
function isHeld(text3) {
  if (text3.length <= 15 && !/[eE]/.test(text3)) return true;
  if (text3.length > 1e3) return false;
  return sameNumber(text3, String(Number(text3)));
}
function canonicalNumber(text3) {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text3);
  if (match === null) return text3;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  let [start, end] = [0, digits.length];
  while (start < end && digits[start] === "0") start += 1;
  while (end > start && digits[end - 1] === "0") end -= 1;
  if (start === end) return "0";
  const power2 = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(start, end)}e${power2}`;
}
function sameNumber(left, right) {
  return canonicalNumber(left) === canonicalNumber(right);
}
function withExactNumbers(value) {
  if (typeof value === "string") return value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  const holder = value;
  for (const key of Object.keys(holder)) {
    const field = holder[key];
    const exact = withExactNumbers(field);
    if (exact !== field) set(holder, key, exact);
  }
  return value;
}
function set(target, key, value) {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

// src/templates/template-messages.ts
var USUAL_FORMS = { arguments: "object", content: "text" };
function toTemplateMessages(messages, forms = USUAL_FORMS) {
  return messages.filter(isRecord).map((message) => toTemplateMessage(message, forms));
}
function toTemplateMessage(message, forms = USUAL_FORMS) {
  const kept = { ...message };
  delete kept.weight;
  delete kept.refusal;
  const content2 = contentOf(message.content, message.refusal, forms.content);
  if (content2 !== void 0 || message.role === "assistant") kept.content = content2 ?? "";
  if (Array.isArray(message.tool_calls))
    kept.tool_calls = message.tool_calls.map((call) => withArguments(call, forms.arguments));
  return kept;
}
function contentOf(content2, refusal, form) {
  const words = typeof refusal === "string" ? refusal : "";
  if (!Array.isArray(content2)) {
    if (content2 === null || content2 === void 0 || content2 === "")
      return words === "" ? content2 ?? void 0 : words;
    return content2;
  }
  const parts = content2.filter(isRecord).map(asText);
  if (form === "parts" || parts.some(({ type }) => type !== "text")) return parts;
  return parts.map(({ text: text3 }) => text3).join("") || words;
}
function asText(part2) {
  return part2.type === "refusal" ? { type: "text", text: part2.refusal } : part2;
}
function withArguments(call, form) {
  if (!isRecord(call) || !isRecord(call.function)) return call;
  const given = call.function.arguments;
  if (form === "text" || typeof given !== "string") return call;
  return { ...call, function: { ...call.function, arguments: parsed(given) } };
}
function parsed(text3) {
  try {
    return parseExact(text3);
  } catch {
    return text3;
  }
}
function toTemplateTools(tools) {
  if (!Array.isArray(tools) || tools.length === 0) return void 0;
  return tools.map((tool) => {
    if (!isRecord(tool) || !isRecord(tool.function)) return tool;
    const { name, description = "", ...rest2 } = tool.function;
    return { ...tool, function: { name, description, ...rest2 } };
  });
}

// src/templates/template-traits.ts
var known = /* @__PURE__ */ new WeakMap();
function formsOf2(template) {
  const found = known.get(template) ?? { arguments: argumentsOf(template), content: contentOf2(template) };
  known.set(template, found);
  return found;
}
function argumentsOf(template) {
  const raises = (given) => rendered(template, calling(given)) === void 0;
  return raises({ key: "word" }) && !raises('{"key": "word"}') ? "text" : USUAL_FORMS.arguments;
}
var calling = (given) => [
  { role: "user", content: "u" },
  {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "call00001", type: "function", function: { name: "f", arguments: given } }]
  }
];
function contentOf2(template) {
  const asked = (content2) => [
    { role: "user", content: content2 },
    { role: "assistant", content: "a" }
  ];
  const parts = ["first", "second"].map((text4) => ({ type: "text", text: `${text4}PartOfTheProbe` }));
  const text3 = rendered(template, asked(parts));
  if (text3 === void 0) return "text";
  const written3 = parts.every((part2) => text3.includes(part2.text)) && !/['"]text['"]\s*:/.test(text3);
  return written3 ? "parts" : "text";
}
function rendered(template, messages) {
  try {
    return template.compiled(false).render({
      ...template.specialTokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: false
    }).text;
  } catch (error) {
    if (TemplateError.isInstance(error)) return void 0;
    throw error;
  }
}

// src/train/backends/shared/template.ts
import { existsSync as existsSync2, statSync as statSync2 } from "node:fs";

// src/internal/kinds.ts
function kind(expected, fits) {
  return { expected, fits };
}
function required(given) {
  return { ...given, required: true };
}
var anything = kind("given", () => true);
var boolean = kind("true or false", (value) => typeof value === "boolean");
var string = kind("a string", (value) => typeof value === "string");
var text = kind("a non-empty string", (value) => typeof value === "string" && value !== "");
var callback = kind(
  "a function",
  (value) => typeof value === "function"
);
var regularExpression = kind("a regular expression", (value) => value instanceof RegExp);
var abortSignal = kind(
  "an AbortSignal",
  (value) => isObject(value) && typeof value.aborted === "boolean" && typeof value.addEventListener === "function"
);
var path = kind(
  "a path",
  (value) => typeof value === "string" && value !== "" || value instanceof URL
);
function number({ min, max, above, integer = false } = {}) {
  const positive2 = integer ? min === 1 : above === 0;
  const noun = `${positive2 ? "a positive" : integer ? "an" : "a"} ${integer ? "integer" : "number"}`;
  const bounds = [
    min !== void 0 && !positive2 && `at least ${min}`,
    above !== void 0 && !positive2 && `above ${above}`,
    max !== void 0 && `at most ${max}`
  ].filter((bound) => bound !== false);
  return kind(
    bounds.length === 0 ? noun : `${noun}, ${bounds.join(" and ")}`,
    (value) => typeof value === "number" && (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) && (min === void 0 || value >= min) && (max === void 0 || value <= max) && (above === void 0 || value > above)
  );
}
var positiveInteger = number({ integer: true, min: 1 });
var limit = kind(
  "a positive integer or Infinity",
  (value) => value === Infinity || Number.isSafeInteger(value) && value > 0
);
var positiveNumber = number({ above: 0 });
var milliseconds = kind(
  "a positive number of milliseconds",
  (value) => typeof value === "number" && value > 0
);
function word(...words) {
  return kind(words.map((one) => JSON.stringify(one)).join(" or "), (value) => words.includes(value));
}
var switchable = kind(
  "true, false or an object with its options",
  (value) => typeof value === "boolean" || isObject(value)
);
var settings = kind("an object with its options", isObject);
function only(fixed) {
  return kind(String(fixed), (value) => value === fixed);
}
function either(...kinds) {
  const all2 = kinds;
  return {
    expected: all2.map((one) => one.expected).join(" or "),
    fits: (value) => all2.some((one) => one.fits(value)),
    inspect: (value, option) => all2.find((one) => one.fits(value))?.inspect?.(value, option)
  };
}
function list(item2) {
  return {
    expected: `an array; each item must be ${item2.expected}`,
    fits: (value) => Array.isArray(value),
    inspect: (value, option) => value.forEach((one, index) => checkArgument(`${option}[${index}]`, one, item2))
  };
}
function object(kinds) {
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => checkFields(value, kinds, { prefix: `${option}.` })
  };
}
function record(item2) {
  return {
    expected: "an object",
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => {
      for (const [name, one] of Object.entries(value)) {
        if (one !== void 0) checkArgument(`${option}.${name}`, one, item2);
      }
    }
  };
}
function withMethods(expected, ...methods) {
  return kind(expected, (value) => isObject(value) && methods.every((method) => typeof value[method] === "function"));
}
var iterable = kind(
  "an array, a generator or another iterable",
  (value) => isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value)
);
function rangeWith(others) {
  const kinds = { min: number(), max: number(), ...others };
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect(value, option) {
      checkFields(value, kinds, { prefix: `${option}.` });
      const { min, max } = value;
      if (min === void 0 || max === void 0 || min <= max) return;
      throw new InvalidOptionError({
        option: `${option}.max`,
        value: max,
        message: `${option}.max must be at least ${option}.min, ${min}; got ${shown(max)}.`
      });
    }
  };
}
var range = rangeWith({});
function isObject(value) {
  return typeof value === "object" && value !== null;
}

// src/templates/chat-template.ts
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname as dirname2, join as join2 } from "node:path";
import { fileURLToPath } from "node:url";

// src/templates/jinja/failure.ts
var TemplateFailure = class extends Error {
  constructor(code, message, line) {
    super(message);
    this.code = code;
    this.line = line;
  }
  code;
  line;
  name = "TemplateFailure";
};
function fail(message) {
  throw new TemplateFailure("error", message);
}
function unsupported(what) {
  throw new TemplateFailure("unsupported", `${what} is not supported by this package's template engine.`);
}
function overLimit(message) {
  throw new TemplateFailure("limit", message);
}

// src/templates/jinja/values.ts
var PyFloat = class {
  constructor(value) {
    this.value = value;
  }
  value;
};
var PyTuple = class {
  constructor(items3, fields) {
    this.items = items3;
    this.fields = fields;
  }
  items;
  fields;
};
var PyRange = class {
  constructor(start, stop, step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
  start;
  stop;
  step;
  length;
};
var PyIterator = class {
  constructor(iterator) {
    this.iterator = iterator;
  }
  iterator;
};
var DictView = class {
  constructor(dict, kind2) {
    this.dict = dict;
    this.kind = kind2;
  }
  dict;
  kind;
};
var Undefined = class {
  constructor(message) {
    this.message = message;
  }
  message;
};
var Namespace = class {
  attributes = /* @__PURE__ */ new Map();
};
var PyFunction = class {
  constructor(name, call, printed) {
    this.name = name;
    this.call = call;
    this.printed = printed;
  }
  name;
  call;
  printed;
};
var Markup = class {
  constructor(text3) {
    this.text = text3;
  }
  text;
};
function isDict(value) {
  return value instanceof Map;
}
function isList(value) {
  return Array.isArray(value);
}
function isObject2(value) {
  return typeof value === "object" && value !== null && "typeName" in value;
}
function isFloat(value) {
  return value instanceof PyFloat || typeof value === "number" && !Number.isInteger(value);
}
function isInteger(value) {
  return typeof value === "bigint" || typeof value === "number" && Number.isInteger(value);
}
function orElse(value, otherwise2) {
  return value === void 0 ? otherwise2() : value;
}
function typeName(value) {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (isInteger(value)) return "int";
  if (isFloat(value)) return "float";
  if (isList(value)) return "list";
  if (isDict(value)) return "dict";
  if (value instanceof PyTuple) return "tuple";
  if (value instanceof PyRange) return "range";
  if (value instanceof PyIterator) return "generator";
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Namespace) return "Namespace";
  if (value instanceof PyFunction) return "function";
  return value instanceof Markup ? "Markup" : value.typeName;
}
function isTrue(value) {
  if (value === null || value === "" || value === 0 || value === 0n || value instanceof Undefined) return false;
  if (typeof value === "boolean") return value;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyRange) return value.length > 0;
  if (value instanceof DictView) return value.dict.size > 0;
  return value instanceof Markup ? value.text !== "" : true;
}
function iterate(value) {
  if (isList(value)) return value;
  if (typeof value === "string") return codePoints(value);
  if (isDict(value)) return value.keys();
  if (value instanceof PyTuple) return value.items;
  if (value instanceof DictView) return viewItems(value);
  if (value instanceof PyRange) return rangeItems(value);
  if (value instanceof PyIterator) return { [Symbol.iterator]: () => value.iterator };
  if (value instanceof Undefined) return [];
  if (value instanceof Markup) return unsupported("Going through a safe text");
  return fail(`'${typeName(value)}' object is not iterable`);
}
function* viewItems({ dict, kind: kind2 }) {
  if (kind2 === "keys") yield* dict.keys();
  else if (kind2 === "values") yield* dict.values();
  else for (const entry of dict) yield new PyTuple(entry);
}
function* rangeItems({ start, step, length: length2 }) {
  for (let index = 0; index < length2; index += 1) yield start + index * step;
}
var SURROGATE = /[\uD800-\uDFFF]/;
function codePoints(text3) {
  return SURROGATE.test(text3) ? Array.from(text3) : text3.split("");
}
function textLength(text3) {
  return SURROGATE.test(text3) ? Array.from(text3).length : text3.length;
}
function lengthOf(value) {
  if (typeof value === "string") return textLength(value);
  if (isList(value)) return value.length;
  if (isDict(value)) return value.size;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyRange) return value.length;
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof Markup) return textLength(value.text);
  return value instanceof Undefined ? 0 : void 0;
}
function numberOf(value) {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : void 0;
}
function indexOf(value, what) {
  if (typeof value === "boolean") return Number(value);
  if (isInteger(value)) return Number(value);
  return fail(`${what} must be an integer, not ${typeName(value)}`);
}
var COMPARED = 5e6;
function isEqual(left, right) {
  let stepsLeft = COMPARED;
  const equal = (one, other) => {
    if (one === other) return typeof one !== "number" || !Number.isNaN(one);
    if (--stepsLeft < 0) overLimit("Comparing two values takes too many steps.");
    const [number2, otherNumber] = [numberOf(one), numberOf(other)];
    if (number2 !== void 0 || otherNumber !== void 0)
      return number2 !== void 0 && otherNumber !== void 0 && number2 == otherNumber;
    if (isList(one)) return isList(other) && sameItems(one, other);
    if (one instanceof PyTuple) return other instanceof PyTuple && sameItems(one.items, other.items);
    if (isDict(one)) {
      if (!isDict(other) || one.size !== other.size) return false;
      for (const [key, value] of one) {
        const mine = other.get(key);
        if (mine === void 0 || !equal(value, mine)) return false;
      }
      return true;
    }
    if (one instanceof Markup || other instanceof Markup) return plain(one) === plain(other);
    if (one instanceof PyRange && other instanceof PyRange)
      return one.length === other.length && sameItems([...rangeItems(one)], [...rangeItems(other)]);
    if (one instanceof DictView && other instanceof DictView) return unsupported("Comparing views of dicts");
    return one instanceof Undefined && other instanceof Undefined;
  };
  const sameItems = (one, other) => one.length === other.length && one.every((item2, index) => equal(item2, other[index]));
  return equal(left, right);
}
var plain = (value) => value instanceof Markup ? value.text : value;
function compare(left, right, operator) {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one !== void 0 && other !== void 0) return one < other ? -1 : one > other ? 1 : one === other ? 0 : NaN;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const [items3, otherItems] = [sequence(left), sequence(right)];
  if (items3 && otherItems && isList(left) === isList(right)) {
    const index = items3.findIndex((item2, at) => at >= otherItems.length || !isEqual(item2, otherItems[at]));
    if (index < 0 || index >= otherItems.length) return items3.length - otherItems.length;
    return compare(items3[index], otherItems[index], operator);
  }
  if (left instanceof Undefined) return fail(left.message);
  if (right instanceof Undefined) return fail(right.message);
  return fail(`'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
}
function sequence(value) {
  return isList(value) ? value : value instanceof PyTuple ? value.items : void 0;
}
function compareText(left, right) {
  if (left === right) return 0;
  if (!SURROGATE.test(left) && !SURROGATE.test(right)) return left < right ? -1 : 1;
  const [one, other] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const difference = (one[index]?.codePointAt(0) ?? 0) - (other[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
function isIn(needle, holder) {
  if (typeof holder === "string") {
    if (typeof needle === "string") return holder.includes(needle);
    return fail(`'in <string>' requires string as left operand, not ${typeName(needle)}`);
  }
  if (isDict(holder)) return isHashable(needle) && holder.has(keyOf(needle));
  if (holder instanceof DictView && holder.kind === "keys") return isHashable(needle) && holder.dict.has(keyOf(needle));
  if (!isIterable(holder)) return fail(`argument of type '${typeName(holder)}' is not iterable`);
  for (const item2 of iterate(holder)) if (isEqual(item2, needle)) return true;
  return false;
}
function isIterable(value) {
  return lengthOf(value) !== void 0 || value instanceof PyIterator;
}
function isHashable(value) {
  if (isList(value) || isDict(value)) return fail(`unhashable type: '${typeName(value)}'`);
  return value === null || typeof value === "string" || numberOf(value) !== void 0;
}
function keyOf(value) {
  if (typeof value === "string" || value === null) return value;
  const number2 = numberOf(value);
  if (number2 !== void 0) return number2;
  if (isList(value) || isDict(value)) return fail(`unhashable type: '${typeName(value)}'`);
  return unsupported(`A dict key of type ${typeName(value)}`);
}
function exactNumber(text3) {
  if (!/[.eE]/.test(text3)) return BigInt(text3);
  const value = Number(text3);
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}
function fromJson(value) {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      if (Math.abs(value) < 1e21) return value === 0 ? 0 : value;
      return new PyFloat(value);
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(fromJson);
      if (value instanceof ExactNumber) return exactNumber(value.text);
      return new Map(
        Object.entries(value).filter(([, item2]) => item2 !== void 0).map(([key, item2]) => [key, fromJson(item2)])
      );
    default:
      return null;
  }
}

// src/templates/jinja/arguments.ts
var NO_KEYWORDS = /* @__PURE__ */ new Map();
function take(called, args, keywords, names, required2) {
  const slash = names.indexOf("/");
  const known2 = names.filter((name) => name !== "/");
  if (args.length > known2.length) fail(`${called}() takes at most ${known2.length} arguments (${args.length} given)`);
  const found = known2.map((_, index) => args[index]);
  for (const [name, value] of keywords) {
    const index = known2.indexOf(name);
    if (index < 0 || index < slash) fail(`${called}() got an unexpected keyword argument '${name}'`);
    if (index < args.length) fail(`${called}() got multiple values for argument '${name}'`);
    found[index] = value;
  }
  for (let index = 0; index < required2; index += 1)
    if (found[index] === void 0) fail(`${called}() is missing the argument '${known2[index]}'`);
  return found;
}
function textArgument(called, value) {
  return typeof value === "string" ? value : fail(`${called}() needs a text, not ${typeName(value ?? null)}`);
}

// src/templates/jinja/numbers.ts
function floatOf(value) {
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}
function integerOf(value) {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : BigInt(value);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
function floatText(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", power2 = "0"] = value.toExponential().split("e");
  const exponent = Number(power2);
  if (exponent < -4 || exponent >= 16) {
    const digits2 = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits2}`;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}
function integerText(value) {
  return typeof value === "bigint" || Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
}
function arithmetic(operator, left, right) {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one === void 0 || other === void 0) return void 0;
  if (operator === "/") return divide(Number(one), Number(other));
  if (isFloat(left) || isFloat(right)) return floatOf(onFloats(operator, Number(one), Number(other)));
  return onIntegers(operator, one, other);
}
function divide(left, right) {
  return right === 0 ? fail("division by zero") : floatOf(left / right);
}
function onFloats(operator, left, right) {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return right === 0 ? fail("float floor division by zero") : Math.floor(left / right);
    case "%":
      return right === 0 ? fail("float modulo") : modulo(left, right);
    default:
      if (left === 0 && right < 0) return fail("0.0 cannot be raised to a negative power");
      return left ** right;
  }
}
var modulo = (left, right) => {
  const rest2 = left % right;
  return rest2 !== 0 && rest2 < 0 !== right < 0 ? rest2 + right : rest2;
};
function onIntegers(operator, left, right) {
  if (operator === "**") return power(left, right);
  if ((operator === "//" || operator === "%") && Number(right) === 0) return fail("integer modulo by zero");
  if (typeof left === "number" && typeof right === "number") {
    const quick = onSmall(operator, left, right);
    if (Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  const [one, other] = [BigInt(left), BigInt(right)];
  switch (operator) {
    case "+":
      return integerOf(one + other);
    case "-":
      return integerOf(one - other);
    case "*":
      return integerOf(one * other);
    case "//": {
      const quotient = one / other;
      return integerOf(one % other !== 0n && one < 0n !== other < 0n ? quotient - 1n : quotient);
    }
    default: {
      const rest2 = one % other;
      return integerOf(rest2 !== 0n && rest2 < 0n !== other < 0n ? rest2 + other : rest2);
    }
  }
}
function onSmall(operator, left, right) {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return Math.floor(left / right);
    default:
      return modulo(left, right);
  }
}
var LARGEST_POWER = 1e4;
function power(left, right) {
  if (right < 0)
    return Number(left) === 0 ? fail("0 cannot be raised to a negative power") : floatOf(Number(left) ** Number(right));
  if (right > LARGEST_POWER) return overLimit(`An exponent above ${LARGEST_POWER} is not computed.`);
  return integerOf(BigInt(left) ** BigInt(right));
}
function signed(operator, value) {
  const number2 = numberOf(value);
  if (number2 === void 0) return fail(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const result = operator === "-" ? -number2 : number2;
  if (isFloat(value)) return floatOf(Number(result));
  return result === 0 ? 0 : result;
}
function rounded(value, precision, method) {
  if (method === "common") return floatOf(roundHalfEven(value, precision));
  const scale = 10 ** precision;
  return floatOf((method === "ceil" ? Math.ceil(value * scale) : Math.floor(value * scale)) / scale);
}
function roundHalfEven(value, precision) {
  if (!Number.isFinite(value)) return value;
  if (precision < 0) {
    const scale = 10 ** -precision;
    return halfEven(value / scale) * scale;
  }
  if (precision === 0) return halfEven(value);
  const text3 = value.toFixed(Math.min(precision, 100));
  const exact = Math.abs(value) < 1e21 ? value.toFixed(Math.min(100, precision + 30)) : text3;
  const rest2 = exact.slice(exact.indexOf(".") + 1 + precision);
  if (!/^50*$/.test(rest2)) return Number(text3);
  const kept = exact.slice(0, exact.indexOf(".") + 1 + precision);
  return Number(/[02468]$/.test(kept) ? kept : text3);
}
function halfEven(value) {
  const floor = Math.floor(value);
  const rest2 = value - floor;
  if (rest2 !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
function fixedText(value, precision) {
  if (Number.isNaN(value)) return "nan";
  if (value < 0 || Object.is(value, -0)) return `-${fixedText(-value, precision)}`;
  if (value === Infinity) return "inf";
  if (value >= 1e21) return `${BigInt(value)}${precision > 0 ? `.${"0".repeat(precision)}` : ""}`;
  return roundHalfEven(value, precision).toFixed(precision);
}
function roundedToTens(value, digits) {
  if (digits > 400) return 0;
  const scale = 10n ** BigInt(digits);
  const whole = BigInt(value);
  const rest2 = (whole % scale + scale) % scale;
  const floor = whole - rest2;
  const up = rest2 * 2n > scale || rest2 * 2n === scale && floor / scale % 2n !== 0n;
  return integerOf(up ? floor + scale : floor);
}

// src/templates/jinja/limits.ts
var DEFAULT_LIMITS = {
  steps: 2e7,
  output: 64 * 1024 * 1024,
  text: 64 * 1024 * 1024,
  depth: 200,
  /** Values within one value that is printed: lists that hold each other twice would print without end. */
  values: 2e6
};
var Budget = class {
  constructor(limits) {
    this.limits = limits;
    this.stepsLeft = limits.steps;
  }
  limits;
  stepsLeft;
  depth = 0;
  step() {
    if (--this.stepsLeft < 0) overLimit(`The template takes more than ${this.limits.steps} steps.`);
  }
  /** Call before something of this size is made. */
  size(length2) {
    if (length2 > this.limits.text) overLimit(`The template makes a text or list of more than ${this.limits.text}.`);
  }
  output(length2) {
    if (length2 > this.limits.output) overLimit(`The rendering has more than ${this.limits.output} characters.`);
  }
  deeper(inner) {
    if (this.depth >= this.limits.depth) overLimit(`The template calls more than ${this.limits.depth} levels deep.`);
    this.depth += 1;
    try {
      return inner();
    } finally {
      this.depth -= 1;
    }
  }
};

// src/templates/jinja/text.ts
function str(value) {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) return "";
  if (value instanceof Markup) return value.text;
  return repr(value);
}
function repr(value) {
  const parts = [];
  let length2 = 0;
  let values = 0;
  const write = (text3) => {
    length2 += text3.length;
    if (length2 > DEFAULT_LIMITS.text) overLimit(`A printed value has more than ${DEFAULT_LIMITS.text} characters.`);
    parts.push(text3);
  };
  const writeItems = (items3) => {
    let first3 = true;
    for (const item2 of items3) {
      if (!first3) write(", ");
      first3 = false;
      writeValue(item2);
    }
  };
  const writeValue = (item2) => {
    if (++values > DEFAULT_LIMITS.values) overLimit(`A printed value has more than ${DEFAULT_LIMITS.values} parts.`);
    if (item2 === null) return write("None");
    if (typeof item2 === "string") return write(quoted(item2));
    if (typeof item2 === "boolean") return write(item2 ? "True" : "False");
    if (typeof item2 === "number") return write(Number.isInteger(item2) ? integerText(item2) : floatText(item2));
    if (typeof item2 === "bigint") return write(String(item2));
    if (item2 instanceof PyFloat) return write(floatText(item2.value));
    if (isList(item2)) return around("[", item2, "]");
    if (isDict(item2)) return writeDict(item2);
    if (item2 instanceof PyTuple) return writeTuple(item2);
    if (item2 instanceof Undefined) return write("Undefined");
    if (item2 instanceof DictView) return around(`dict_${item2.kind}([`, iterate(item2), "])");
    if (item2 instanceof PyRange)
      return write(`range(${item2.start}, ${item2.stop}${item2.step === 1 ? "" : `, ${item2.step}`})`);
    if (item2 instanceof Markup) return write(`Markup(${quoted(item2.text)})`);
    if (item2 instanceof Namespace) {
      write("<Namespace ");
      writeDict(item2.attributes);
      return write(">");
    }
    if (item2 instanceof PyIterator) return unsupported("Printing a generator");
    const printed = item2 instanceof PyFunction ? item2.printed : item2.printed?.();
    return write(printed ?? unsupported(`Printing a ${item2 instanceof PyFunction ? "function" : item2.typeName}`));
  };
  const around = (open3, items3, close) => {
    write(open3);
    writeItems(items3);
    write(close);
  };
  const writeTuple = ({ items: items3, fields }) => {
    if (fields) return unsupported("Printing a named tuple");
    write("(");
    writeItems(items3);
    write(items3.length === 1 ? ",)" : ")");
  };
  const writeDict = (dict) => {
    write("{");
    let first3 = true;
    for (const [key, item2] of dict) {
      if (!first3) write(", ");
      first3 = false;
      writeValue(key);
      write(": ");
      writeValue(item2);
    }
    write("}");
  };
  writeValue(value);
  return parts.length === 1 ? parts[0] : parts.join("");
}
var UNPRINTABLE = /[\p{C}\p{Z}]/u;
var ESCAPES = { "\n": "\\n", "\r": "\\r", "	": "\\t", "\\": "\\\\" };
var MAY_ESCAPE = /[^ -&(-[\]-~]/;
function quoted(text3) {
  const quote = text3.includes("'") && !text3.includes('"') ? '"' : "'";
  if (!MAY_ESCAPE.test(text3)) return `${quote}${text3}${quote}`;
  let result = quote;
  for (const character of text3) {
    if (character === quote) result += `\\${character}`;
    else if (Object.hasOwn(ESCAPES, character)) result += ESCAPES[character] ?? "";
    else if (character !== " " && UNPRINTABLE.test(character)) result += escaped(character.codePointAt(0) ?? 0);
    else result += character;
  }
  return result + quote;
}
function escaped(code) {
  const hex = code.toString(16);
  if (code <= 255) return `\\x${hex.padStart(2, "0")}`;
  return code <= 65535 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

// src/templates/jinja/format.ts
var DIRECTIVE = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z%])?/g;
function formatPercent(template, values, budget) {
  const items3 = values instanceof PyTuple ? values.items : [values];
  let used = 0;
  const next = () => used < items3.length ? items3[used++] : fail("not enough arguments for format string");
  let named = false;
  const result = template.replace(
    DIRECTIVE,
    (whole, name, flags, width = "", precision, kind2) => {
      if (kind2 === void 0) return fail("incomplete format");
      if (kind2 === "%") return whole === "%%" ? "%" : unsupported(`The format ${whole}`);
      if (width === "*" || precision === "*") return unsupported(`The format ${whole}`);
      if (name !== void 0) named = true;
      const value = name === void 0 ? next() : isDict(values) ? values.get(name) : fail("format requires a mapping");
      if (value === void 0) return fail(`KeyError: '${name}'`);
      const text3 = percentText(kind2, value, flags, precision);
      const missing4 = Number(width || 0) - textLength(text3);
      if (missing4 <= 0) return text3;
      budget.size(missing4);
      if (flags.includes("-")) return text3 + " ".repeat(missing4);
      const zeros = flags.includes("0") && "dixXo".includes(kind2);
      if (!zeros) return " ".repeat(missing4) + text3;
      const sign = /^[-+ ]/.exec(text3)?.[0] ?? "";
      return sign + "0".repeat(missing4) + text3.slice(sign.length);
    }
  );
  if (!named && used < items3.length && !isDict(values)) fail("not all arguments converted during string formatting");
  budget.size(result.length);
  return result;
}
function percentText(kind2, value, flags, precision) {
  if (kind2 === "s" || kind2 === "r") {
    const text3 = kind2 === "s" ? str(value) : repr(value);
    return precision === void 0 ? text3 : Array.from(text3).slice(0, Number(precision)).join("");
  }
  const number2 = numberOf(value);
  if (number2 === void 0) return fail(`%${kind2} format: a real number is required, not ${typeName(value)}`);
  const plus = number2 >= 0 ? flags.includes("+") ? "+" : flags.includes(" ") ? " " : "" : "";
  if (kind2 === "d" || kind2 === "i") {
    if (precision !== void 0) return unsupported("A precision of %d");
    if (!Number.isFinite(Number(number2))) return fail(`cannot convert ${String(number2)} to integer`);
    return plus + integerText(typeof number2 === "number" ? Math.trunc(number2) : number2);
  }
  if (kind2 === "f" && Number(precision ?? 6) <= 100) return plus + fixedText(Number(number2), Number(precision ?? 6));
  if ((kind2 === "x" || kind2 === "X") && isInteger(value) && !flags.includes("#")) {
    const hex = number2.toString(16);
    return plus + (kind2 === "X" ? hex.toUpperCase() : hex);
  }
  return unsupported(`The format %${kind2}`);
}
function formatFields(template, args, keywords, budget) {
  let automatic = 0;
  const result = template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole, field) => {
    if (whole === "{{" || whole === "}}") return whole.charAt(0);
    if (field === void 0) return fail("Single brace encountered in format string");
    const [, name = "", conversion = "", format = ""] = /^([^!:]*)(![rsa])?(:.*)?$/s.exec(field) ?? [];
    if (format.length > 1 || conversion === "!a" || /[.[]/.test(name)) return unsupported(`The field {${field}}`);
    const value = name === "" ? args[automatic++] : /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    if (value === void 0) return fail(`There is no value for the field {${field}}`);
    return conversion === "!r" ? repr(value) : str(value);
  });
  budget.size(result.length);
  return result;
}
var MONTHS = "January February March April May June July August September October November December".split(" ");
var DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
function strftime(now, format) {
  const two = (value) => String(value).padStart(2, "0");
  const hour12 = now.getHours() % 12 === 0 ? 12 : now.getHours() % 12;
  const day = DAYS[now.getDay()] ?? "";
  const month = MONTHS[now.getMonth()] ?? "";
  const yearDay = () => Math.round(
    (Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - Date.UTC(now.getFullYear(), 0, 0)) / 864e5
  );
  const time = () => `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const parts = {
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
    f: () => String(now.getMilliseconds() * 1e3).padStart(6, "0"),
    p: () => now.getHours() < 12 ? "AM" : "PM",
    F: () => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
    T: time,
    X: time,
    R: () => `${two(now.getHours())}:${two(now.getMinutes())}`,
    D: () => `${two(now.getMonth() + 1)}/${two(now.getDate())}/${two(now.getFullYear() % 100)}`,
    // A time that knows no zone prints none.
    z: () => "",
    Z: () => "",
    n: () => "\n",
    t: () => "	",
    "%": () => "%"
  };
  return format.replace(/%(-?)([a-zA-Z%])/g, (whole, dash, letter) => {
    const text3 = parts[letter]?.() ?? unsupported(`strftime with ${whole}`);
    return dash === "" ? text3 : text3.replace(/^[0 ]+(?=.)/, "");
  });
}

// src/templates/jinja/space.ts
var SPACE_CLASS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
var ONE = new RegExp(`^${SPACE_CLASS}$`);
function isSpace(character) {
  return character === " " || character === "\n" || ONE.test(character);
}
function stripStart(text3, characters) {
  const is = test(characters);
  const units = characters === void 0 ? void 0 : Array.from(text3);
  if (units) {
    let start2 = 0;
    while (start2 < units.length && is(units[start2])) start2 += 1;
    return start2 === 0 ? text3 : units.slice(start2).join("");
  }
  let start = 0;
  while (start < text3.length && is(text3.charAt(start))) start += 1;
  return text3.slice(start);
}
function stripEnd(text3, characters) {
  const is = test(characters);
  const units = characters === void 0 ? void 0 : Array.from(text3);
  if (units) {
    let end2 = units.length;
    while (end2 > 0 && is(units[end2 - 1])) end2 -= 1;
    return end2 === units.length ? text3 : units.slice(0, end2).join("");
  }
  let end = text3.length;
  while (end > 0 && is(text3.charAt(end - 1))) end -= 1;
  return text3.slice(0, end);
}
function test(characters) {
  if (characters === void 0) return isSpace;
  const set2 = new Set(characters);
  return (character) => set2.has(character);
}

// src/templates/jinja/string-methods.ts
function stringMethod(name) {
  return METHODS.get(name);
}
var strip = (name, ...sides) => {
  return (text3, args, keywords) => {
    const [characters = null] = take(name, args, keywords, ["chars", "/"], 0);
    const set2 = characters === null ? void 0 : textArgument(name, characters);
    return sides.reduce((rest2, side) => side(rest2, set2), text3);
  };
};
var simple = (name, of) => [
  name,
  (text3, args, keywords) => {
    take(name, args, keywords, [], 0);
    return of(text3);
  }
];
var ends = (name) => {
  return (text3, args, keywords) => {
    const [wanted = null, start, end] = take(name, args, keywords, ["prefix", "start", "end", "/"], 1);
    const whole = part(text3, start, end);
    const one = (value) => {
      const affix = textArgument(name, value);
      return name === "startswith" ? whole.startsWith(affix) : whole.endsWith(affix);
    };
    return wanted instanceof PyTuple ? wanted.items.some(one) : one(wanted);
  };
};
function part(text3, start, end) {
  if ((start ?? null) === null && (end ?? null) === null) return text3;
  const bound = (value) => (value ?? null) === null ? void 0 : indexOf(value, "slice index");
  return codePoints(text3).slice(bound(start), bound(end)).join("");
}
var find = (name, last2, raises) => {
  return (text3, args, keywords) => {
    const [wanted = null, start, end] = take(name, args, keywords, ["sub", "start", "end", "/"], 1);
    const needle = textArgument(name, wanted);
    const all2 = codePoints(text3);
    const from = (start ?? null) === null ? 0 : indexOf(start, "start");
    const offset = from < 0 ? Math.max(0, all2.length + from) : from;
    const whole = part(text3, start, end);
    const at = offset > all2.length ? -1 : last2 ? whole.lastIndexOf(needle) : whole.indexOf(needle);
    if (at >= 0) return offset + textLength(whole.slice(0, at));
    return raises ? fail("substring not found") : -1;
  };
};
var split = (name, fromEnd) => {
  return (text3, args, keywords) => {
    const [separator = null, maximum = -1] = take(name, args, keywords, ["sep", "maxsplit"], 0);
    const most = indexOf(maximum, "maxsplit");
    if (separator === null) return splitSpace(text3, most, fromEnd);
    const by = textArgument(name, separator);
    if (by === "") return fail("empty separator");
    const parts = text3.split(by);
    if (most < 0 || parts.length <= most + 1) return parts;
    return fromEnd ? [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)] : [...parts.slice(0, most), parts.slice(most).join(by)];
  };
};
var WORD = new RegExp(`[^${SPACE_CLASS.slice(1)}+`, "g");
function splitSpace(text3, most, fromEnd) {
  const words = [...text3.matchAll(WORD)];
  if (most < 0 || words.length <= most) return words.map(([word2]) => word2);
  if (fromEnd) {
    const kept2 = most === 0 ? [] : words.slice(-most);
    const before = stripEnd(text3.slice(0, kept2[0]?.index ?? text3.length));
    return [...before === "" ? [] : [before], ...kept2.map(([word2]) => word2)];
  }
  const kept = words.slice(0, most);
  const next = words[most];
  return [...kept.map(([word2]) => word2), ...next ? [text3.slice(next.index)] : []];
}
var LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
function splitLines(text3, keepEnds = false) {
  const lines = [];
  let from = 0;
  for (const { 0: end, index } of text3.matchAll(LINE_END)) {
    lines.push(text3.slice(from, keepEnds ? index + end.length : index));
    from = index + end.length;
  }
  if (from < text3.length) lines.push(text3.slice(from));
  return lines;
}
var partition = (name, last2) => {
  return (text3, args, keywords) => {
    const [wanted = null] = take(name, args, keywords, ["sep", "/"], 1);
    const by = textArgument(name, wanted);
    if (by === "") return fail("empty separator");
    const at = last2 ? text3.lastIndexOf(by) : text3.indexOf(by);
    if (at < 0) return new PyTuple(last2 ? ["", "", text3] : [text3, "", ""]);
    return new PyTuple([text3.slice(0, at), by, text3.slice(at + by.length)]);
  };
};
var justify = (name, left) => {
  return (text3, args, keywords, budget) => {
    const [width = 0, fill = " "] = take(name, args, keywords, ["width", "fillchar", "/"], 1);
    return padded(text3, indexOf(width, "width"), textArgument(name, fill), left, budget);
  };
};
function padded(text3, width, fill, left, budget) {
  if (textLength(fill) !== 1) return fail("The fill character must be exactly one character long");
  const missing4 = width - textLength(text3);
  if (missing4 <= 0) return text3;
  budget.size(width);
  const before = left(missing4, width);
  return fill.repeat(before) + text3 + fill.repeat(missing4 - before);
}
function centered(text3, width, fill, budget) {
  return padded(text3, width, fill, centre, budget);
}
var centre = (missing4, width) => Math.floor(missing4 / 2) + (missing4 & width & 1);
var hasCase = (text3) => /[\p{Lu}\p{Ll}\p{Lt}\p{Uppercase}\p{Lowercase}]/u.test(text3);
function capitalized(text3) {
  const [first3 = "", ...rest2] = codePoints(text3);
  return titleCase(first3) + rest2.join("").toLowerCase();
}
var TITLES = {
  \u01C6: "\u01C5",
  \u01C4: "\u01C5",
  \u01C9: "\u01C8",
  \u01C7: "\u01C8",
  \u01CC: "\u01CB",
  \u01CA: "\u01CB",
  \u01F3: "\u01F2",
  \u01F1: "\u01F2",
  \u00DF: "Ss"
};
var titleCase = (character) => TITLES[character] ?? character.toUpperCase();
function titled(text3) {
  let inWord = false;
  let result = "";
  for (const character of text3) {
    result += inWord ? character.toLowerCase() : titleCase(character);
    inWord = hasCase(character);
  }
  return result;
}
var all = (name, pattern) => simple(name, (text3) => pattern.test(text3));
function replaced(text3, old, by, count2, budget) {
  const most = count2 < 0 ? Infinity : count2;
  let found = 0;
  if (old === "") {
    const points = codePoints(text3);
    found = Math.min(most, points.length + 1);
    budget.size(text3.length + found * by.length);
    return points.map((point, index) => (index < found ? by : "") + point).join("") + (found > points.length ? by : "");
  }
  const parts = text3.split(old);
  found = Math.min(most, parts.length - 1);
  budget.size(text3.length + found * by.length);
  return parts.slice(0, found + 1).join(by) + parts.slice(found + 1).map((rest2) => old + rest2).join("");
}
var METHODS = new Map([
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
  ["rjust", justify("rjust", (missing4) => missing4)],
  ["center", justify("center", centre)],
  simple("upper", (text3) => text3.toUpperCase()),
  simple("lower", (text3) => text3.toLowerCase()),
  simple("casefold", (text3) => text3.toLowerCase().replaceAll("\xDF", "ss")),
  simple("capitalize", capitalized),
  simple("title", titled),
  simple(
    "swapcase",
    (text3) => Array.from(text3, (one) => one === one.toUpperCase() ? one.toLowerCase() : one.toUpperCase()).join("")
  ),
  all("isalpha", /^\p{L}+$/u),
  all("isdigit", /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u),
  all("isdecimal", /^\p{Nd}+$/u),
  all("isnumeric", /^\p{N}+$/u),
  all("isalnum", /^[\p{L}\p{N}]+$/u),
  all("isascii", /^[\0-\x7f]*$/),
  all("isidentifier", /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u),
  all("isprintable", /^(?:[^\p{C}\p{Z}]| )*$/u),
  simple("isspace", (text3) => text3 !== "" && Array.from(text3).every(isSpace)),
  simple("isupper", (text3) => hasCase(text3) && !/[\p{Ll}\p{Lt}\p{Lowercase}]/u.test(text3)),
  simple("islower", (text3) => hasCase(text3) && !/[\p{Lu}\p{Lt}\p{Uppercase}]/u.test(text3)),
  simple("istitle", (text3) => hasCase(text3) && titled(text3) === text3),
  [
    "replace",
    (text3, args, keywords, budget) => {
      const [old = null, by = null, count2 = -1] = take("replace", args, keywords, ["old", "new", "count", "/"], 2);
      return replaced(text3, textArgument("replace", old), textArgument("replace", by), indexOf(count2, "count"), budget);
    }
  ],
  [
    "splitlines",
    (text3, args, keywords) => {
      const [keep = false] = take("splitlines", args, keywords, ["keepends"], 0);
      return splitLines(text3, keep === true || keep === 1);
    }
  ],
  [
    "join",
    (text3, args, keywords, budget) => {
      const [items3 = null] = take("join", args, keywords, ["iterable", "/"], 1);
      const words = [...iterate(items3)].map(
        (item2, index) => typeof item2 === "string" ? item2 : fail(`sequence item ${index}: expected str instance, ${typeName(item2)} found`)
      );
      budget.size(words.reduce((sum, word2) => sum + word2.length + text3.length, 0));
      return words.join(text3);
    }
  ],
  [
    "count",
    (text3, args, keywords) => {
      const [wanted = null, start, end] = take("count", args, keywords, ["sub", "start", "end", "/"], 1);
      const needle = textArgument("count", wanted);
      const whole = part(text3, start, end);
      return needle === "" ? textLength(whole) + 1 : whole.split(needle).length - 1;
    }
  ],
  [
    "removeprefix",
    (text3, args, keywords) => {
      const prefix = textArgument("removeprefix", take("removeprefix", args, keywords, ["prefix", "/"], 1)[0]);
      return text3.startsWith(prefix) ? text3.slice(prefix.length) : text3;
    }
  ],
  [
    "removesuffix",
    (text3, args, keywords) => {
      const suffix = textArgument("removesuffix", take("removesuffix", args, keywords, ["suffix", "/"], 1)[0]);
      return suffix !== "" && text3.endsWith(suffix) ? text3.slice(0, -suffix.length) : text3;
    }
  ],
  [
    "zfill",
    (text3, args, keywords, budget) => {
      const width = indexOf(take("zfill", args, keywords, ["width", "/"], 1)[0] ?? null, "width");
      const sign = /^[-+]/.exec(text3)?.[0] ?? "";
      const missing4 = width - textLength(text3);
      budget.size(width);
      return missing4 <= 0 ? text3 : sign + "0".repeat(missing4) + text3.slice(sign.length);
    }
  ],
  [
    "expandtabs",
    (text3, args, keywords, budget) => {
      const size = indexOf(take("expandtabs", args, keywords, ["tabsize"], 0)[0] ?? 8, "tabsize");
      budget.size(text3.length * Math.max(1, size));
      let column = 0;
      return Array.from(text3, (character) => {
        if (character === "\n" || character === "\r") column = 0;
        else if (character !== "	") column += 1;
        if (character !== "	") return character;
        const width = size > 0 ? size - column % size : 0;
        column += width;
        return " ".repeat(width);
      }).join("");
    }
  ],
  ["format", (text3, args, keywords, budget) => formatFields(text3, args, keywords, budget)],
  [
    "format_map",
    (text3, args, keywords, budget) => {
      const [fields = null] = take("format_map", args, keywords, ["mapping", "/"], 1);
      if (!(fields instanceof Map)) return unsupported("format_map of anything but a dict");
      return formatFields(text3, [], fields, budget);
    }
  ],
  ["encode", () => unsupported("str.encode")],
  ["translate", () => unsupported("str.translate")],
  ["maketrans", () => unsupported("str.maketrans")]
]);

// src/templates/jinja/attributes.ts
function getAttribute(value, name, budget) {
  if (value instanceof Undefined) return fail(value.message);
  const found = attribute(value, name, budget);
  return orElse(found === void 0 ? item(value, name) : found, () => missing2(value, name));
}
function getItem(value, key, budget) {
  if (value instanceof Undefined) return fail(value.message);
  const found = item(value, key);
  if (found !== void 0) return found;
  return orElse(typeof key === "string" ? attribute(value, key, budget) : void 0, () => missing2(value, key));
}
function missing2(value, key) {
  const name = typeof key === "string" ? `'${key}'` : String(numberOf(key) ?? typeName(key));
  return new Undefined(`'${value === null ? "None" : `${typeName(value)} object`}' has no attribute ${name}`);
}
function item(value, key) {
  if (isDict(value)) {
    if (typeof key !== "string" && key !== null && numberOf(key) === void 0) return void 0;
    return value.get(keyOf(key));
  }
  const index = isInteger(key) ? Number(key) : typeof key === "boolean" ? Number(key) : void 0;
  if (index === void 0) return void 0;
  if (typeof value === "string") return codePoints(value).at(index);
  if (isList(value)) return value.at(index);
  if (value instanceof PyTuple) return value.items.at(index);
  if (value instanceof PyRange) {
    const at = index < 0 ? value.length + index : index;
    return at >= 0 && at < value.length ? value.start + at * value.step : void 0;
  }
  return void 0;
}
function attribute(value, name, budget) {
  if (value instanceof Namespace) return value.attributes.get(name);
  if (isObject2(value)) return value.attribute(name);
  if (isDict(value)) return dictMethod(value, name);
  if (typeof value === "string") {
    const method = stringMethod(name);
    return method && new PyFunction(name, (args, keywords) => method(value, args, keywords, budget));
  }
  if (isList(value)) return sequenceMethod(value, name, MUTATING_LIST);
  if (value instanceof PyTuple) {
    const field = value.fields?.indexOf(name) ?? -1;
    return field >= 0 ? value.items[field] : sequenceMethod(value.items, name, NONE2);
  }
  if (OTHER_ATTRIBUTES.has(name) && hasOthers(value)) return unsupported(`The attribute ${name} of ${typeName(value)}`);
  return void 0;
}
var NONE2 = /* @__PURE__ */ new Set();
var MUTATING_LIST = /* @__PURE__ */ new Set([
  "append",
  "clear",
  "extend",
  "insert",
  "pop",
  "remove",
  "reverse",
  "sort"
]);
var MUTATING_DICT = /* @__PURE__ */ new Set(["clear", "pop", "popitem", "setdefault", "update"]);
var OTHER_ATTRIBUTES = /* @__PURE__ */ new Set([
  ..."real imag numerator denominator bit_length bit_count conjugate to_bytes as_integer_ratio is_integer hex".split(
    " "
  ),
  ..."start stop step count index mapping isdisjoint send throw close".split(" "),
  ..."strip lstrip rstrip upper lower split replace join startswith endswith format title unescape striptags".split(
    " "
  )
]);
function hasOthers(value) {
  return numberOf(value) !== void 0 || value instanceof PyFloat || value instanceof PyRange || value instanceof DictView || value instanceof PyIterator || value instanceof Markup;
}
function hidden(name, of) {
  return new Undefined(`access to attribute '${name}' of '${of}' object is unsafe.`);
}
function dictMethod(dict, name) {
  if (MUTATING_DICT.has(name)) return hidden(name, "dict");
  const method = (call) => new PyFunction(name, call);
  switch (name) {
    case "get":
      return method((args, keywords) => {
        const [key = null, otherwise2 = null] = take("get", args, keywords, ["key", "default", "/"], 1);
        if (key instanceof Undefined) return otherwise2;
        return orElse(dict.get(keyOf(key)), () => otherwise2);
      });
    case "items":
    case "keys":
    case "values":
      return method((args, keywords) => {
        take(name, args, keywords, [], 0);
        return new DictView(dict, name);
      });
    case "copy":
      return method(() => new Map(dict));
    case "fromkeys":
      return method(() => unsupported("dict.fromkeys"));
    default:
      return void 0;
  }
}
function sequenceMethod(items3, name, mutating) {
  if (mutating.has(name)) return hidden(name, "list");
  if (name === "copy" && mutating === MUTATING_LIST) return new PyFunction(name, () => [...items3]);
  if (name === "count")
    return new PyFunction(name, (args) => {
      const [wanted = null] = take(name, args, NO_KEYWORDS, ["value", "/"], 1);
      return items3.filter((one) => isEqual(one, wanted)).length;
    });
  if (name !== "index") return void 0;
  return new PyFunction(name, (args) => {
    if (args.length > 1) return unsupported("list.index with bounds");
    const [wanted = null] = take(name, args, NO_KEYWORDS, ["value", "/"], 1);
    const at = items3.findIndex((one) => isEqual(one, wanted));
    return at < 0 ? fail("The value is not in the list") : at;
  });
}
function getSlice(value, bounds) {
  if (value instanceof Undefined) return fail(value.message);
  const length2 = lengthOf(value);
  const sliceable = typeof value === "string" || isList(value) || value instanceof PyTuple || value instanceof PyRange;
  if (!sliceable || length2 === void 0) return fail(`'${typeName(value)}' object cannot be sliced`);
  const [start, stop, by] = bounds.map((bound) => {
    if (bound === void 0 || bound === null) return void 0;
    if (typeof bound === "boolean" || isInteger(bound)) return Number(bound);
    return fail("slice indices must be integers or None");
  });
  const step = by ?? 1;
  if (step === 0) return fail("slice step cannot be zero");
  const at = (bound, otherwise2) => {
    if (bound === void 0) return otherwise2;
    const from = bound < 0 ? bound + length2 : bound;
    return step > 0 ? Math.min(Math.max(from, 0), length2) : Math.min(Math.max(from, -1), length2 - 1);
  };
  const first3 = at(start, step > 0 ? 0 : length2 - 1);
  const last2 = at(stop, step > 0 ? length2 : -1);
  if (value instanceof PyRange)
    return new PyRange(value.start + first3 * value.step, value.start + last2 * value.step, value.step * step);
  const all2 = typeof value === "string" ? codePoints(value) : isList(value) ? value : value.items;
  const picked = [];
  if (step === 1) for (const one of all2.slice(first3, last2)) picked.push(one);
  else for (let index = first3; step > 0 ? index < last2 : index > last2; index += step) picked.push(all2[index]);
  if (typeof value === "string") return picked.join("");
  return isList(value) ? picked : new PyTuple(picked);
}

// src/templates/jinja/html.ts
var ESCAPES2 = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;"
};
var escapeHtml = (text3) => text3.replace(/[&<>'"]/g, (character) => ESCAPES2[character] ?? character);
var escaped2 = (value) => value instanceof Markup ? value.text : escapeHtml(str(value));
var ENTITIES = {
  amp: "&",
  apos: "'",
  bull: "\u2022",
  copy: "\xA9",
  deg: "\xB0",
  euro: "\u20AC",
  gt: ">",
  hellip: "\u2026",
  laquo: "\xAB",
  ldquo: "\u201C",
  lsquo: "\u2018",
  lt: "<",
  mdash: "\u2014",
  middot: "\xB7",
  nbsp: "\xA0",
  ndash: "\u2013",
  para: "\xB6",
  pound: "\xA3",
  quot: '"',
  raquo: "\xBB",
  rdquo: "\u201D",
  reg: "\xAE",
  rsquo: "\u2019",
  sect: "\xA7",
  times: "\xD7",
  trade: "\u2122",
  yen: "\xA5"
};
var SPACES = new RegExp(`${SPACE_CLASS}+`, "g");
function withoutTags(value) {
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
  const text3 = stripStart(stripEnd(kept + given.slice(from))).replace(SPACES, " ");
  return text3.replace(/&(?:#(?:[xX]([0-9a-fA-F]+)|(\d+));?|([a-zA-Z][a-zA-Z0-9]*)(;?))/g, (whole, ...found) => {
    const [hex, decimal, name, end] = found;
    if (name === void 0) return characterOf(hex === void 0 ? Number(decimal) : Number.parseInt(hex, 16));
    const character = end === ";" && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : void 0;
    return character ?? unsupported(`The character reference ${whole}`);
  });
}
function characterOf(code) {
  if (code === 0 || code >= 55296 && code <= 57343 || code > 1114111) return "\uFFFD";
  if (code === 13) return "\r";
  const control = code < 32 && ![9, 10, 12].includes(code);
  const unassigned = (code & 65534) === 65534 || code >= 64976 && code <= 65007;
  if (control || code === 11 || unassigned) return "";
  if (code >= 127 && code < 160) return unsupported(`The character reference &#${code};`);
  return String.fromCodePoint(code);
}
function attributesOf(value, space) {
  if (!isDict(value)) return fail("xmlattr needs a dict");
  const attributes = [];
  for (const [key, item2] of value) {
    if (item2 === null || item2 instanceof Undefined) continue;
    if (typeof key !== "string") return fail("expected string or bytes-like object");
    if (/[\t-\r />=]/.test(key)) return fail(`Invalid character in attribute name: ${repr(key)}`);
    attributes.push(`${escapeHtml(key)}="${escaped2(item2)}"`);
  }
  return attributes.length > 0 && space ? ` ${attributes.join(" ")}` : attributes.join(" ");
}
function urlEncoded(value) {
  if (typeof value === "string" || value instanceof Markup || !isIterable(value)) return quoted2(str(value), "/");
  const pairs = isDict(value) ? [...value].map((entry) => new PyTuple(entry)) : [...iterate(value)];
  return pairs.map((pair2) => {
    const [key, item2, ...more] = isList(pair2) || isIterable(pair2) ? [...iterate(pair2)] : fail("cannot unpack");
    if (key === void 0 || item2 === void 0 || more.length > 0) return fail("a pair must have two values");
    return `${forQuery(key)}=${forQuery(item2)}`;
  }).join("&");
}
var forQuery = (value) => quoted2(str(value), "").replaceAll("%20", "+");
function quoted2(text3, safe) {
  if (!text3.isWellFormed()) return fail("surrogates not allowed");
  return encodeURIComponent(text3).replace(/[!'()*]|%2F/g, (found) => {
    if (found === "%2F") return safe === "/" ? "/" : found;
    return `%${found.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
var WORD2 = "\\p{L}\\p{N}_";
var ADDRESS = new RegExp(
  `^(?:(?:https?://|www\\.)(?:(?:[${WORD2}%-]+\\.)+)?(?:[a-z]{2,63}|xn--[${WORD2}%]{2,59})|(?:[${WORD2}%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)|https?://(?:\\p{Nd}{1,3}(?:\\.\\p{Nd}{1,3}){3}|\\[(?:[\\p{Nd}a-f]{0,4}:){2}(?:[\\p{Nd}a-f]{0,4}:?){1,6}\\]))(?::\\p{Nd}{1,5})?(?:[/?#](?:(?!${SPACE_CLASS})[^])*)?$`,
  "iu"
);
var MAIL = new RegExp(`^(?:(?!${SPACE_CLASS})[^])+@[${WORD2}][${WORD2}.-]*\\.[${WORD2}]+$`, "u");
var BETWEEN = new RegExp(`(${SPACE_CLASS}+)`);
var PAIRS = [
  ["(", ")"],
  ["<", ">"],
  ["&lt;", "&gt;"]
];
function linked(value, { limit: limit2, rel, target, schemes }) {
  const more = `${rel ? ` rel="${escapeHtml(rel)}"` : ""}${target ? ` target="${escapeHtml(target)}"` : ""}`;
  const shown2 = (address) => {
    const characters = codePoints(address);
    return limit2 !== void 0 && characters.length > limit2 ? `${characters.slice(0, limit2).join("")}...` : address;
  };
  const link = (word2) => {
    if (ADDRESS.test(word2)) {
      const whole = word2.startsWith("https://") || word2.startsWith("http://");
      return `<a href="${whole ? "" : "https://"}${word2}"${more}>${shown2(word2)}</a>`;
    }
    if (word2.startsWith("mailto:") && MAIL.test(word2.slice(7))) return `<a href="${word2}">${word2.slice(7)}</a>`;
    if (!/^(?:www\.|@)|:/.test(word2) && MAIL.test(word2)) return `<a href="mailto:${word2}">${word2}</a>`;
    return schemes.reduce(
      (done, scheme) => done !== scheme && done.startsWith(scheme) ? `<a href="${done}"${more}>${done}</a>` : done,
      word2
    );
  };
  return escaped2(value).split(BETWEEN).map((word2) => {
    const { head, middle, tail } = withoutPunctuation(word2);
    return head + link(middle) + tail;
  }).join("");
}
function withoutPunctuation(word2) {
  const head = /^(?:[(<]|&lt;)+/.exec(word2)?.[0] ?? "";
  let middle = word2.slice(head.length);
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? "";
  middle = middle.slice(0, middle.length - tail.length);
  for (const [open3, close] of PAIRS) {
    const opened = count(middle, open3);
    if (opened <= count(middle, close)) continue;
    for (let moved = Math.min(opened, count(tail, close)); moved > 0; moved -= 1) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return { head, middle, tail };
}
var count = (text3, part2) => text3.split(part2).length - 1;

// src/templates/jinja/json.ts
function dumps(value, options) {
  const parts = [];
  let length2 = 0;
  let values = 0;
  const write = (text4) => {
    length2 += text4.length;
    if (length2 > DEFAULT_LIMITS.text) overLimit(`tojson makes more than ${DEFAULT_LIMITS.text} characters.`);
    parts.push(text4);
  };
  const text3 = (of) => quoted3(of, options.ensureAscii);
  const lines = (depth) => options.indent === void 0 ? "" : `
${options.indent.repeat(depth)}`;
  const writeAll = (open3, count2, writeItem, close, depth) => {
    if (count2 === 0) return write(open3 + close);
    for (let index = 0; index < count2; index += 1) {
      write(`${index === 0 ? open3 : options.itemSeparator}${lines(depth + 1)}`);
      writeItem(index);
    }
    write(lines(depth) + close);
  };
  const writeValue = (item2, depth) => {
    if (++values > DEFAULT_LIMITS.values) overLimit(`tojson meets more than ${DEFAULT_LIMITS.values} values.`);
    if (typeof item2 === "string") return write(text3(item2));
    if (item2 instanceof Markup) return write(text3(item2.text));
    if (isList(item2) || item2 instanceof PyTuple) {
      const items3 = isList(item2) ? item2 : item2.items;
      return writeAll("[", items3.length, (index) => writeValue(items3[index], depth + 1), "]", depth);
    }
    if (isDict(item2)) {
      const entries2 = options.sortKeys ? sorted(item2) : [...item2];
      const writeEntry = (index) => {
        const [key, field] = entries2[index];
        write(text3(typeof key === "string" ? key : scalar(key)) + options.keySeparator);
        writeValue(field, depth + 1);
      };
      return writeAll("{", entries2.length, writeEntry, "}", depth);
    }
    write(scalar(item2));
  };
  writeValue(value, 0);
  return parts.join("");
}
function scalar(value) {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? integerText(value) : floatText(value);
  if (!(value instanceof PyFloat)) return fail(`Object of type ${typeName(value)} is not JSON serializable`);
  if (Number.isNaN(value.value)) return "NaN";
  if (!Number.isFinite(value.value)) return value.value > 0 ? "Infinity" : "-Infinity";
  return floatText(value.value);
}
function sorted(dict) {
  return [...dict].sort(([left], [right]) => {
    if (typeof left !== "string" || typeof right !== "string")
      return fail("'<' not supported between keys of two types");
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
var SHORT = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "	": "\\t"
};
function quoted3(text3, ensureAscii) {
  const pattern = ensureAscii ? /["\\]|[^ -~]/g : /["\\\u0000-\u001f]/g;
  const unit = (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${text3.replace(pattern, unit)}"`;
}

// src/templates/jinja/pretty-print.ts
var WIDTH = 80;
function prettyPrint(value, budget) {
  return written2(sorted2(value, budget), { indent: 0, allowance: 0, level: 0 }, budget);
}
function sorted2(value, budget) {
  budget.step();
  return budget.deeper(() => {
    if (isList(value)) return value.map((item2) => sorted2(item2, budget));
    if (value instanceof PyTuple)
      return new PyTuple(
        value.items.map((item2) => sorted2(item2, budget)),
        value.fields
      );
    if (!isDict(value)) return value;
    const entries2 = [...value].map(([key, item2]) => [key, sorted2(item2, budget)]);
    return new Map(entries2.sort(([left], [right]) => byKey(left, right)));
  });
}
function byKey(left, right) {
  const rank = (key) => key === null ? 0 : typeof key === "string" ? 2 : 1;
  return rank(left) - rank(right) || (left === null ? 0 : compare(left, right, "<"));
}
function written2(value, place, budget) {
  budget.step();
  const whole = repr(value);
  if (textLength(whole) <= WIDTH - place.indent - place.allowance) return whole;
  const inner = { ...place, level: place.level + 1 };
  return budget.deeper(() => {
    if (isDict(value)) return `{${entries(value, inner, budget)}}`;
    if (isList(value)) return `[${items(value, inner, 1, budget)}]`;
    if (value instanceof PyTuple && !value.fields) {
      const end = value.items.length === 1 ? ",)" : ")";
      return `(${items(value.items, inner, end.length, budget)}${end}`;
    }
    return typeof value === "string" ? text2(value, inner) : whole;
  });
}
function entries(dict, { indent: indent2, allowance, level }, budget) {
  const all2 = [...dict];
  return all2.map(([key, item2], index) => {
    const name = repr(key);
    const place = {
      indent: indent2 + 1 + textLength(name) + 2,
      allowance: index === all2.length - 1 ? allowance + 1 : 1,
      level
    };
    return `${name}: ${written2(item2, place, budget)}`;
  }).join(`,
${" ".repeat(indent2 + 1)}`);
}
function items(all2, { indent: indent2, allowance, level }, end, budget) {
  return all2.map(
    (item2, index) => written2(item2, { indent: indent2 + 1, allowance: index === all2.length - 1 ? allowance + end : 1, level }, budget)
  ).join(`,
${" ".repeat(indent2 + 1)}`);
}
var WORDS = new RegExp(`(?:(?!${SPACE_CLASS})[^])*${SPACE_CLASS}*`, "gu");
function text2(value, { indent: outer, allowance: after, level }) {
  const brackets = level === 1;
  const indent2 = brackets ? outer + 1 : outer;
  const allowance = brackets ? after + 1 : after;
  const width = WIDTH - indent2;
  const pieces = [];
  const lines = splitLines(value, true);
  lines.forEach((line, index) => {
    const last2 = index === lines.length - 1;
    if (textLength(repr(line)) <= (last2 ? width - allowance : width)) return pieces.push(repr(line));
    const words = (line.match(WORDS) ?? []).filter(Boolean);
    let current = "";
    words.forEach((word2, at) => {
      const room = last2 && at === words.length - 1 ? width - allowance : width;
      if (textLength(repr(current + word2)) <= room) current += word2;
      else {
        if (current !== "") pieces.push(repr(current));
        current = word2;
      }
    });
    return pieces.push(repr(current));
  });
  if (pieces.length === 1) return repr(lines.at(-1) ?? "");
  const joined = pieces.join(`
${" ".repeat(indent2)}`);
  return brackets ? `(${joined})` : joined;
}

// src/templates/jinja/word-wrap.ts
var SPACE = "[\\t-\\r ]";
var OTHER = "[^\\t-\\r ]";
var WORD3 = "[\\p{L}\\p{N}_]";
var PUNCTUATION = `[\\p{L}\\p{N}_!"'&.,?]`;
var LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";
var PIECES = new RegExp(
  `(${SPACE}+|(?<=${PUNCTUATION})-{2,}(?=${WORD3})|${OTHER}+?(?:-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})|(?=${SPACE}|$)|(?<=${PUNCTUATION})(?=-{2,}${WORD3})))`,
  "u"
);
var WORDS2 = new RegExp(`(${SPACE}+)`, "u");
var isBlank = (text3) => stripStart(text3) === "";
function wrapLine(text3, { width, breakLongWords, breakOnHyphens }) {
  const left = text3.split(breakOnHyphens ? PIECES : WORDS2).filter(Boolean).reverse();
  const lines = [];
  const next = () => left.at(-1);
  while (left.length > 0) {
    if (lines.length > 0 && isBlank(next())) left.pop();
    const line = [];
    let length2 = 0;
    while (left.length > 0 && length2 + textLength(next()) <= width) {
      length2 += textLength(next());
      line.push(left.pop());
    }
    if (left.length > 0 && textLength(next()) > width) {
      if (breakLongWords) {
        const [head, rest2] = cut(next(), width - length2, breakOnHyphens);
        line.push(head);
        left[left.length - 1] = rest2;
      } else if (line.length === 0) line.push(left.pop());
    }
    if (line.length > 0 && isBlank(line.at(-1))) line.pop();
    if (line.length > 0) lines.push(line.join(""));
  }
  return lines;
}
function cut(word2, space, onHyphens) {
  const characters = codePoints(word2);
  let end = space;
  if (onHyphens && characters.length > space) {
    const hyphen = characters.slice(0, space).lastIndexOf("-");
    if (hyphen > 0 && characters.slice(0, hyphen).some((character) => character !== "-")) end = hyphen + 1;
  }
  return [characters.slice(0, end).join(""), characters.slice(end).join("")];
}

// src/templates/jinja/filters.ts
function findFilter(name) {
  return FILTERS.get(name);
}
function filter(name, parameters, apply, required2 = 0) {
  return [
    name,
    (value, args, keywords, context) => apply(value, take(name, args, keywords, parameters, required2), context)
  ];
}
var missing3 = (what) => new Undefined(`${what}, sequence was empty.`);
var isGiven = (value) => value !== void 0 && value !== null;
var flag = (value) => value !== void 0 && isTrue(value);
var generator = (iterator) => new PyIterator(iterator);
function getter(path2, { budget }, otherwise2) {
  if (!isGiven(path2)) return (item2) => item2;
  const parts = typeof path2 === "string" ? path2.split(".").map((word2) => /^\d+$/.test(word2) ? Number(word2) : word2) : [path2];
  return (item2) => {
    let found = item2;
    for (const part2 of parts) {
      found = getItem(found, part2, budget);
      if (isGiven(otherwise2) && found instanceof Undefined) found = otherwise2;
    }
    return found;
  };
}
var ignoreCase = (value) => typeof value === "string" ? value.toLowerCase() : value;
function sortedBy(items3, key, reverse) {
  const keyed = items3.map((item2, index) => ({ item: item2, index, key: key(item2) }));
  keyed.sort((left, right) => {
    const order = compare(left.key, right.key, "<");
    return (reverse ? -order : order) || left.index - right.index;
  });
  return keyed.map(({ item: item2 }) => item2);
}
function sort(value, given, context) {
  const [reverse, sensitive, path2] = given;
  const getters = typeof path2 === "string" ? path2.split(",").map((one) => getter(one, context)) : [getter(path2, context)];
  const fold = flag(sensitive) ? (item2) => item2 : ignoreCase;
  return sortedBy([...iterate(value)], (item2) => getters.map((get) => fold(get(item2))), flag(reverse));
}
function* grouped(value, given, context) {
  const [path2, otherwise2, sensitive] = given;
  const get = getter(path2, context, otherwise2);
  const fold = flag(sensitive) ? (item2) => item2 : ignoreCase;
  const key = (item2) => fold(get(item2));
  let group = [];
  const made = () => new PyTuple([get(group[0]), group], ["grouper", "list"]);
  for (const item2 of sortedBy([...iterate(value)], (one) => [key(one)], false)) {
    if (group.length > 0 && compare(key(group[0]), key(item2), "<") !== 0) {
      yield made();
      group = [];
    }
    group.push(item2);
  }
  if (group.length > 0) yield made();
}
function* unique(value, given, context) {
  const [sensitive, path2] = given;
  const get = getter(path2, context);
  const seen = /* @__PURE__ */ new Set();
  for (const item2 of iterate(value)) {
    const key = keyOf(flag(sensitive) ? get(item2) : ignoreCase(get(item2)));
    if (seen.has(key)) continue;
    seen.add(key);
    yield item2;
  }
}
function extreme(name) {
  return filter(name, ["case_sensitive", "attribute"], (value, [sensitive, path2], context) => {
    const get = getter(path2, context);
    const key = (item2) => flag(sensitive) ? get(item2) : ignoreCase(get(item2));
    let found;
    for (const item2 of iterate(value)) {
      if (found === void 0) found = item2;
      else if (name === "min" ? compare(key(item2), key(found), "<") < 0 : compare(key(item2), key(found), ">") > 0)
        found = item2;
    }
    return orElse(found, () => missing3("No aggregated item"));
  });
}
var map = (value, args, keywords, context) => {
  const apply = mapping(args, keywords, context);
  return generator(
    (function* () {
      if (isTrue(value)) for (const item2 of iterate(value)) yield apply(item2);
    })()
  );
};
function mapping(args, keywords, context) {
  if (args.length === 0 && keywords.has("attribute")) {
    for (const name2 of keywords.keys())
      if (name2 !== "attribute" && name2 !== "default") return fail(`Unexpected keyword argument '${name2}'`);
    return getter(keywords.get("attribute"), context, keywords.get("default"));
  }
  const [name, ...more] = args;
  if (typeof name !== "string") return fail("map requires a filter argument");
  return (item2) => context.filter(name, item2, more, keywords);
}
function selection(keep, byAttribute) {
  return (value, args, keywords, context) => {
    if (byAttribute && args.length === 0) return fail("Missing parameter for attribute name");
    const get = byAttribute ? getter(args[0], context) : (item2) => item2;
    const [name, ...more] = byAttribute ? args.slice(1) : args;
    const holds2 = (item2) => {
      if (name === void 0) return isTrue(get(item2));
      return typeof name === "string" ? context.test(name, get(item2), more, keywords) : fail("There is no such test");
    };
    return generator(
      (function* () {
        if (isTrue(value)) {
          for (const item2 of iterate(value)) if (holds2(item2) === keep) yield item2;
        }
      })()
    );
  };
}
function* batches(value, size, fill) {
  let batch = [];
  for (const item2 of iterate(value)) {
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
    batch.push(item2);
  }
  if (batch.length === 0) return;
  if (isGiven(fill)) while (batch.length < size) batch.push(fill);
  yield batch;
}
function* slices(value, count2, fill) {
  const items3 = [...iterate(value)];
  const size = Math.floor(items3.length / count2);
  const larger = items3.length % count2;
  let from = 0;
  for (let index = 0; index < count2; index += 1) {
    const slice = items3.slice(from, from += size + (index < larger ? 1 : 0));
    if (isGiven(fill) && index >= larger) slice.push(fill);
    yield slice;
  }
}
var INTEGER = /^[+-]?\d+(?:_\d+)*$/;
var FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)(?:e[+-]?\d+)?$/i;
function parseFloatText(text3) {
  const trimmed = stripStart(stripEnd(text3));
  if (/^[+-]?(?:inf|infinity)$/i.test(trimmed)) return trimmed.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  return FLOAT.test(trimmed) ? Number(trimmed.replaceAll("_", "")) : void 0;
}
function floatAsInteger(text3, otherwise2) {
  const float = parseFloatText(text3);
  return float === void 0 || !Number.isFinite(float) ? otherwise2 : integerOf(BigInt(Math.trunc(float)));
}
var PREFIXES = { "0x": 16, "0o": 8, "0b": 2 };
function integerInBase(text3, base) {
  const [, sign, unsigned = ""] = /^([+-]?)(.*)$/s.exec(text3.toLowerCase()) ?? [];
  const prefix = PREFIXES[unsigned.slice(0, 2)];
  const used = base === 0 ? prefix ?? 10 : base;
  if (used < 2 || used > 36) return void 0;
  const digits = prefix === used ? unsigned.slice(2).replace(/^_/, "") : unsigned;
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits) || base === 0 && prefix === void 0 && /^0\d*[1-9]/.test(digits))
    return void 0;
  let number2 = 0n;
  for (const digit of digits.replaceAll("_", "")) {
    const value = Number.parseInt(digit, 36);
    if (value >= used) return void 0;
    number2 = number2 * BigInt(used) + BigInt(value);
  }
  return integerOf(sign === "-" ? -number2 : number2);
}
function toInteger(value, otherwise2, base) {
  if (value instanceof Undefined) return fail(value.message);
  if (typeof value === "string") {
    const trimmed = stripStart(stripEnd(value));
    if (base !== 10) return integerInBase(trimmed, base) ?? floatAsInteger(value, otherwise2);
    if (INTEGER.test(trimmed)) return integerOf(BigInt(trimmed.replaceAll("_", "").replace(/^\+/, "")));
    return floatAsInteger(value, otherwise2);
  }
  const number2 = numberOf(value);
  if (number2 === void 0) return otherwise2;
  if (typeof number2 === "bigint") return number2;
  if (Number.isFinite(number2)) return integerOf(Math.trunc(number2));
  return Number.isNaN(number2) ? otherwise2 : fail("cannot convert float infinity to integer");
}
function toFloat(value, otherwise2) {
  if (value instanceof Undefined) return fail(value.message);
  if (typeof value === "string") {
    const number3 = parseFloatText(value);
    return number3 === void 0 ? otherwise2 : floatOf(number3);
  }
  const number2 = numberOf(value);
  return number2 === void 0 ? otherwise2 : floatOf(Number(number2));
}
function round(value, given) {
  const [precision = 0, method = "common"] = given;
  if (method !== "common" && method !== "ceil" && method !== "floor")
    return fail("method must be common, ceil or floor");
  const number2 = numberOf(value);
  if (number2 === void 0) return fail(`type ${typeName(value)} doesn't define __round__ method`);
  const digits = indexOf(precision, "precision");
  if (method === "common" && !isFloat(value)) {
    return digits < 0 ? roundedToTens(number2, -digits) : typeof value === "boolean" ? Number(value) : value;
  }
  return rounded(Number(number2), digits, method);
}
function indent(value, given, { budget }) {
  const [width = 4, first3, blank] = given;
  if (typeof value !== "string") return fail(`can only concatenate ${typeName(value)} (not "str")`);
  const indention = typeof width === "string" ? width : " ".repeat(Math.max(0, indexOf(width, "width")));
  const lines = splitLines(`${value}
`);
  budget.size(value.length + lines.length * indention.length);
  const [head = "", ...rest2] = lines;
  const indented = rest2.map((line) => line === "" && !flag(blank) ? line : indention + line);
  return (flag(first3) ? indention : "") + [head, ...indented].join("\n");
}
function truncate(value, given) {
  const [length2 = 255, killWords, end = "...", leeway] = given;
  const text3 = codePoints(typeof value === "string" ? value : fail("truncate needs a text"));
  const most = indexOf(length2, "length");
  const tail = str(end);
  if (most < codePoints(tail).length) return fail(`expected length >= ${codePoints(tail).length}, got ${most}`);
  if (text3.length <= most + (isGiven(leeway) ? indexOf(leeway, "leeway") : 5)) return value;
  const kept = text3.slice(0, most - codePoints(tail).length).join("");
  if (flag(killWords)) return kept + tail;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + tail;
}
function title(value) {
  return str(value).split(/([-\s({[<]+)/).map((word2) => word2.charAt(0).toUpperCase() + word2.slice(1).toLowerCase()).join("");
}
function urlize(value, given) {
  const [limit2, nofollow, target, rel, schemes] = given;
  const words = isGiven(rel) ? str(rel).split(/\s+/).filter(Boolean) : [];
  const follows = [...words, "noopener", ...flag(nofollow) ? ["nofollow"] : []];
  return linked(value, {
    ...isGiven(limit2) && { limit: indexOf(limit2, "trim_url_limit") },
    rel: [...new Set(follows)].sort().join(" "),
    ...isGiven(target) && { target: str(target) },
    schemes: (isGiven(schemes) ? [...iterate(schemes)] : []).map(
      (scheme) => typeof scheme === "string" && /^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme) ? scheme : fail(`${str(scheme)} is not a valid URI scheme prefix.`)
    )
  });
}
function wordWrap(value, given, { budget }) {
  const [width = 79, breakLongWords = true, separator, breakOnHyphens = true] = given;
  if (typeof value !== "string") return fail(`'${typeName(value)}' object has no attribute 'splitlines'`);
  const columns = indexOf(width, "width");
  const end = isGiven(separator) ? str(separator) : "\n";
  const lines = splitLines(value).map((line) => {
    if (columns <= 0) return fail(`invalid width ${columns} (must be > 0)`);
    return wrapLine(line, {
      width: columns,
      breakLongWords: isTrue(breakLongWords),
      breakOnHyphens: isTrue(breakOnHyphens)
    });
  });
  const wrapped = lines.map((line) => line.join(end));
  budget.size(wrapped.reduce((sum, line) => sum + line.length + end.length, 0));
  return wrapped.join(end);
}
function fileSize(value, [binary]) {
  const size = numberOf(toFloat(value, null));
  if (size === void 0) return fail(`could not convert ${typeName(value)} to float`);
  const bytes = Number(size);
  const base = flag(binary) ? 1024 : 1e3;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const prefixes = "kMGTPEZY".split("").map((letter) => flag(binary) ? `${letter.toUpperCase()}iB` : `${letter}B`);
  const units = prefixes.map((_, index2) => Number(BigInt(base) ** BigInt(index2 + 2)));
  const found = units.findIndex((unit) => bytes < unit);
  const index = found < 0 ? units.length - 1 : found;
  return `${fixedText(base * bytes / (units[index] ?? 1), 1)} ${prefixes[index]}`;
}
function random(value) {
  const items3 = isList(value) || typeof value === "string" ? [...iterate(value)] : unsupported(`A random item of a ${typeName(value)}`);
  if (items3.length > 1) return unsupported("The filter random, which gives another item each time,");
  return orElse(items3[0], () => missing3("No random item"));
}
function toJson(value, given) {
  const [ensureAscii, indentGiven, separators, sortKeys] = given;
  const indention = isGiven(indentGiven) ? typeof indentGiven === "string" ? indentGiven : " ".repeat(Math.max(0, indexOf(indentGiven, "indent"))) : void 0;
  const [item2 = indention === void 0 ? ", " : ",", key = ": "] = isGiven(separators) ? [...iterate(separators)] : [];
  if (typeof item2 !== "string" || typeof key !== "string") return fail("separators must be two texts");
  return dumps(value, {
    ensureAscii: flag(ensureAscii),
    ...indention !== void 0 && { indent: indention },
    itemSeparator: item2,
    keySeparator: key,
    sortKeys: flag(sortKeys)
  });
}
function reversed(value) {
  if (typeof value === "string") return codePoints(value).toReversed().join("");
  if (!isIterable(value)) return fail("argument must be iterable");
  if (value instanceof PyIterator) return [...iterate(value)].reverse();
  return generator([...iterate(value)].reverse()[Symbol.iterator]());
}
function length(value) {
  return lengthOf(value) ?? fail(`object of type '${typeName(value)}' has no len()`);
}
function sumOf(value, given, context) {
  const [path2, start = 0] = given;
  const get = getter(path2, context);
  let total = start;
  for (const item2 of iterate(value)) {
    const next = get(item2);
    total = arithmetic("+", total, next) ?? (isList(total) && isList(next) ? [...total, ...next] : fail(`unsupported operand type(s) for +: '${typeName(total)}' and '${typeName(next)}'`));
  }
  return total;
}
function join(value, given, context) {
  const [separator = "", path2] = given;
  const get = getter(path2, context);
  const glue = str(separator);
  let size = 0;
  const words = [...iterate(value)].map((item2) => {
    const word2 = str(get(item2));
    context.budget.size(size += word2.length + glue.length);
    return word2;
  });
  return words.join(glue);
}
function last(value) {
  if (value instanceof PyIterator) return fail("'generator' object is not reversible");
  return orElse((isList(value) ? value : [...iterate(value)]).at(-1), () => missing3("No last item"));
}
function first(value) {
  for (const item2 of iterate(value)) return item2;
  return missing3("No first item");
}
function otherwise(value, given) {
  const [instead = "", always] = given;
  return value instanceof Undefined || flag(always) && !isTrue(value) ? instead : value;
}
function dictSort(value, given) {
  const [sensitive, by = "key", reverse] = given;
  if (!isDict(value)) return fail(`'${typeName(value)}' object has no attribute 'items'`);
  if (by !== "key" && by !== "value") return fail('You can only sort by either "key" or "value"');
  const position = by === "key" ? 0 : 1;
  return sortedBy(
    [...value].map((entry) => new PyTuple(entry)),
    (item2) => {
      const key = item2 instanceof PyTuple ? item2.items[position] ?? null : null;
      return [flag(sensitive) ? key : ignoreCase(key)];
    },
    flag(reverse)
  );
}
function items2(value) {
  if (value instanceof Undefined) return generator([][Symbol.iterator]());
  if (!isDict(value)) return fail("Can only get item pairs from a mapping.");
  return generator(iterate(new DictView(value, "items"))[Symbol.iterator]());
}
var FILTERS = new Map([
  filter("abs", [], (value) => {
    const number2 = numberOf(value) ?? fail(`bad operand type for abs(): '${typeName(value)}'`);
    return number2 < 0 || value instanceof PyFloat || Object.is(number2, -0) ? isInteger(value) ? -number2 : floatOf(Math.abs(Number(number2))) : number2;
  }),
  filter(
    "attr",
    ["name"],
    (value, [name = ""], { budget }) => {
      return orElse(
        attribute(value, str(name), budget),
        () => new Undefined(`'${typeName(value)}' has no attribute '${str(name)}'`)
      );
    },
    1
  ),
  filter(
    "batch",
    ["linecount", "fill_with"],
    (value, [count2 = 0, fill]) => generator(batches(value, indexOf(count2, "linecount"), fill)),
    1
  ),
  filter("capitalize", [], (value) => capitalized(str(value))),
  filter(
    "center",
    ["width"],
    (value, [width = 80], { budget }) => centered(str(value), indexOf(width, "width"), " ", budget)
  ),
  filter("count", [], length),
  filter("d", ["default_value", "boolean"], otherwise),
  filter("default", ["default_value", "boolean"], otherwise),
  filter("dictsort", ["case_sensitive", "by", "reverse"], dictSort),
  filter("e", [], (value) => value instanceof Markup ? value : new Markup(escapeHtml(str(value)))),
  filter("escape", [], (value) => value instanceof Markup ? value : new Markup(escapeHtml(str(value)))),
  filter("filesizeformat", ["binary"], fileSize),
  filter("first", [], first),
  filter("float", ["default"], (value, [instead = new PyFloat(0)]) => toFloat(value, instead)),
  filter("forceescape", [], (value) => new Markup(escapeHtml(str(value)))),
  [
    "format",
    (value, args, keywords, { budget }) => {
      if (args.length > 0 && keywords.size > 0)
        return fail("can't handle positional and keyword arguments at the same time");
      return formatPercent(str(value), keywords.size > 0 ? new Map(keywords) : new PyTuple(args), budget);
    }
  ],
  filter(
    "groupby",
    ["attribute", "default", "case_sensitive"],
    (value, given, context) => [...grouped(value, given, context)],
    1
  ),
  filter("indent", ["width", "first", "blank"], indent),
  filter(
    "int",
    ["default", "base"],
    (value, [instead = 0, base = 10]) => toInteger(value, instead, indexOf(base, "base"))
  ),
  filter("items", [], items2),
  filter("join", ["d", "attribute"], join),
  filter("last", [], last),
  filter("length", [], length),
  filter("list", [], (value) => [...iterate(value)]),
  filter("lower", [], (value) => str(value).toLowerCase()),
  ["map", map],
  extreme("max"),
  extreme("min"),
  filter("pprint", [], (value, _, { budget }) => prettyPrint(value, budget)),
  filter("random", [], random),
  ["reject", selection(false, false)],
  ["rejectattr", selection(false, true)],
  filter(
    "replace",
    ["old", "new", "count"],
    (value, [old = "", by = "", count2], { budget }) => replaced(str(value), str(old), str(by), isGiven(count2) ? indexOf(count2, "count") : -1, budget),
    2
  ),
  filter("reverse", [], reversed),
  filter("round", ["precision", "method"], round),
  filter("safe", [], (value) => new Markup(str(value))),
  ["select", selection(true, false)],
  ["selectattr", selection(true, true)],
  filter(
    "slice",
    ["slices", "fill_with"],
    (value, [count2 = 0, fill]) => generator(slices(value, indexOf(count2, "slices"), fill)),
    1
  ),
  filter("sort", ["reverse", "case_sensitive", "attribute"], sort),
  filter("string", [], str),
  filter("striptags", [], withoutTags),
  filter("sum", ["attribute", "start"], sumOf),
  filter("title", [], title),
  filter("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], toJson),
  filter("trim", ["chars"], (value, [characters]) => {
    const set2 = isGiven(characters) ? str(characters) : void 0;
    return stripStart(stripEnd(str(value), set2), set2);
  }),
  filter("truncate", ["length", "killwords", "end", "leeway"], truncate),
  filter(
    "unique",
    ["case_sensitive", "attribute"],
    (value, given, context) => generator(unique(value, given, context))
  ),
  filter("urlencode", [], urlEncoded),
  filter("urlize", ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"], urlize),
  filter("upper", [], (value) => str(value).toUpperCase()),
  filter("wordcount", [], (value) => str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  filter("wordwrap", ["width", "break_long_words", "wrapstring", "break_on_hyphens"], wordWrap),
  filter("xmlattr", ["autospace"], (value, [autospace = true]) => attributesOf(value, isTrue(autospace)))
]);

// src/templates/jinja/globals.ts
var LONGEST_RANGE = 1e5;
function globals(now) {
  const functions = [
    new PyFunction("range", range2),
    new PyFunction("dict", (args, keywords) => dictOf("dict", args, keywords)),
    new PyFunction("namespace", namespace),
    new PyFunction("cycler", (args) => new Cycler(args)),
    new PyFunction("joiner", joiner),
    new PyFunction("lipsum", () => unsupported("The function lipsum")),
    new PyFunction("raise_exception", (args, keywords) => {
      const [message = null] = take("raise_exception", args, keywords, ["message"], 1);
      throw new TemplateFailure("raised", str(message));
    }),
    new PyFunction("strftime_now", (args, keywords) => {
      const [format = null] = take("strftime_now", args, keywords, ["format"], 1);
      return typeof format === "string" ? strftime(now(), format) : fail("strftime() needs a text");
    })
  ];
  return new Map(functions.map((one) => [one.name, one]));
}
function range2(args, keywords) {
  const numbers = take("range", args, keywords, ["start", "stop", "step", "/"], 1).map(
    (value) => value === void 0 ? void 0 : indexOf(value, "range() argument")
  );
  const [first3 = 0, second, step = 1] = numbers;
  if (step === 0) return fail("range() arg 3 must not be zero");
  const made = second === void 0 ? new PyRange(0, first3, 1) : new PyRange(first3, second, step);
  if (made.length > LONGEST_RANGE)
    return fail(`Range too big. The sandbox blocks ranges larger than ${LONGEST_RANGE}.`);
  return made;
}
function dictOf(called, args, keywords) {
  const [given] = take(called, args, NO_KEYWORDS, ["mapping", "/"], 0);
  const dict = /* @__PURE__ */ new Map();
  if (given !== void 0 && isDict(given)) for (const [key, value] of given) dict.set(key, value);
  else if (given !== void 0)
    for (const entry of iterate(given)) {
      const [key, value, ...more] = [...iterate(entry)];
      if (key === void 0 || value === void 0 || more.length > 0)
        return fail("dictionary update sequence element has a length other than 2");
      dict.set(keyOf(key), value);
    }
  for (const [name, value] of keywords) dict.set(name, value);
  return dict;
}
function namespace(args, keywords) {
  const made = new Namespace();
  for (const [name, value] of dictOf("namespace", args, keywords)) setOnNamespace(made, String(name), value);
  return made;
}
function setOnNamespace(target, name, value) {
  if (name.startsWith("_"))
    fail(`Chat templates cannot store underscore-prefixed attributes on a namespace: '${name}'`);
  target.attributes.set(name, value);
}
var Cycler = class {
  constructor(items3) {
    this.items = items3;
    if (items3.length === 0) fail("at least one item has to be provided");
  }
  items;
  typeName = "Cycler";
  at = 0;
  attribute(name) {
    const current = this.items[this.at];
    if (name === "current") return current;
    if (name === "reset")
      return new PyFunction(name, () => {
        this.at = 0;
        return null;
      });
    if (name !== "next") return void 0;
    return new PyFunction(name, () => {
      const value = this.items[this.at] ?? null;
      this.at = (this.at + 1) % this.items.length;
      return value;
    });
  }
};
function joiner(args, keywords) {
  const [separator = ", "] = take("joiner", args, keywords, ["sep"], 0);
  let used = false;
  return new PyFunction("joiner", () => {
    if (used) return separator;
    used = true;
    return "";
  });
}

// src/templates/jinja/loop.ts
var Loop = class {
  constructor(iterable2, depth, again) {
    this.depth = depth;
    this.again = again;
    const plain3 = isList(iterable2) ? iterable2 : void 0;
    this.items = plain3 ?? [];
    if (!plain3) this.iterator = (isLazy(iterable2) ? iterable2 : iterate(iterable2))[Symbol.iterator]();
  }
  depth;
  again;
  typeName = "LoopContext";
  items;
  iterator;
  index = -1;
  changedTo;
  /** Goes to the next item; false at the end. */
  next() {
    if (!this.reach(this.index + 1)) return false;
    this.index += 1;
    return true;
  }
  get current() {
    return this.items[this.index];
  }
  reach(index) {
    while (this.items.length <= index && this.iterator) {
      const { done, value } = this.iterator.next();
      if (done) return false;
      this.items.push(value);
    }
    return index < this.items.length;
  }
  get length() {
    while (this.iterator && this.reach(this.items.length)) ;
    return this.items.length;
  }
  printed() {
    return `<LoopContext ${this.index + 1}/${this.length}>`;
  }
  get call() {
    return ([iterable2 = null]) => this.again ? this.again(iterable2) : fail("The loop must have the 'recursive' marker to be called recursively.");
  }
  attribute(name) {
    const { index } = this;
    switch (name) {
      case "index":
        return index + 1;
      case "index0":
        return index;
      case "first":
        return index === 0;
      case "last":
        return !this.reach(index + 1);
      case "length":
        return this.length;
      case "revindex":
        return this.length - index;
      case "revindex0":
        return this.length - index - 1;
      case "depth":
        return this.depth + 1;
      case "depth0":
        return this.depth;
      case "previtem":
        return index === 0 ? new Undefined("there is no previous item") : this.items[index - 1];
      case "nextitem":
        return this.reach(index + 1) ? this.items[index + 1] : new Undefined("there is no next item");
      case "cycle":
        return new PyFunction(
          name,
          (args) => orElse(args[index % args.length], () => fail("no items for cycling given"))
        );
      case "changed":
        return new PyFunction(name, (args) => {
          const same = this.changedTo && isEqual(new PyTuple(this.changedTo), new PyTuple(args));
          this.changedTo = args;
          return same !== true;
        });
      default:
        return void 0;
    }
  }
};
function isLazy(value) {
  return typeof value === "object" && value !== null && "next" in value;
}

// src/templates/jinja/tests.ts
function findTest(name) {
  return TESTS.get(name);
}
var plain2 = (name, is) => [
  name,
  (value, args, keywords) => {
    take(name, args, keywords, [], 0);
    return is(value);
  }
];
var pair = (is, ...names) => names.map((name) => [
  name,
  (value, args, keywords) => is(value, take(name, args, keywords, ["other"], 1)[0] ?? null)
]);
var ordered = (operator, is, ...names) => pair((left, right) => is(compare(left, right, operator)), operator, ...names);
function rest(value, by) {
  return arithmetic("%", value, by) ?? fail(`unsupported operand type(s) for %: '${typeName(value)}' and '${typeName(by)}'`);
}
function isSame(left, right) {
  if (left === null || right === null || typeof left === "boolean" || typeof right === "boolean") return left === right;
  if (typeof left === "object" && typeof right === "object") return left === right;
  return typeof left === typeof right ? unsupported("sameas for texts and numbers") : false;
}
var TESTS = new Map([
  plain2("defined", (value) => !(value instanceof Undefined)),
  plain2("undefined", (value) => value instanceof Undefined),
  plain2("none", (value) => value === null),
  plain2("boolean", (value) => typeof value === "boolean"),
  plain2("true", (value) => value === true),
  plain2("false", (value) => value === false),
  plain2("integer", isInteger),
  plain2("float", isFloat),
  plain2("number", (value) => numberOf(value) !== void 0),
  plain2("string", (value) => typeof value === "string" || value instanceof Markup),
  plain2("mapping", isDict),
  plain2("iterable", isIterable),
  plain2("sequence", isSequence),
  plain2(
    "callable",
    (value) => value instanceof PyFunction || value instanceof Undefined || isObject2(value) && value.call !== void 0
  ),
  plain2("escaped", (value) => value instanceof Markup),
  plain2("odd", (value) => isEqual(rest(value, 2), 1)),
  plain2("even", (value) => isEqual(rest(value, 2), 0)),
  plain2("lower", (value) => hasCase2(value) && str(value) === str(value).toLowerCase()),
  plain2("upper", (value) => hasCase2(value) && str(value) === str(value).toUpperCase()),
  ...pair((value, by) => isEqual(rest(value, by), 0), "divisibleby"),
  ...pair(isSame, "sameas"),
  ...pair((value, holder) => isIn(value, holder), "in"),
  ...pair(isEqual, "==", "eq", "equalto"),
  ...pair((left, right) => !isEqual(left, right), "!=", "ne"),
  ...ordered(">", (order) => order > 0, "gt", "greaterthan"),
  ...ordered(">=", (order) => order >= 0, "ge"),
  ...ordered("<", (order) => order < 0, "lt", "lessthan"),
  ...ordered("<=", (order) => order <= 0, "le"),
  plain2("filter", () => unsupported("The test filter")),
  plain2("test", () => unsupported("The test test"))
]);
var hasCase2 = (value) => /[\p{Lu}\p{Ll}\p{Lt}]/u.test(str(value));
function isSequence(value) {
  if (value instanceof Undefined || value instanceof Markup) return true;
  const subscribed = typeof value === "string" || isList(value) || isDict(value) || value instanceof PyTuple || value instanceof PyRange;
  return subscribed && lengthOf(value) !== void 0;
}

// src/templates/jinja/interpreter.ts
var Scope = class {
  constructor(outer) {
    this.outer = outer;
  }
  outer;
  variables = /* @__PURE__ */ new Map();
  get(name) {
    const own = this.variables.get(name);
    return own === void 0 ? this.outer.get(name) : own;
  }
  set(name, value) {
    this.variables.set(name, value);
  }
};
var Output = class {
  constructor(budget, root) {
    this.budget = budget;
    this.root = root;
  }
  budget;
  root;
  parts = [];
  length = 0;
  write(text3) {
    this.length += text3.length;
    if (this.root) this.budget.output(this.length);
    else this.budget.size(this.length);
    this.parts.push(text3);
  }
  text() {
    return this.parts.join("");
  }
};
var Interpreter = class {
  constructor(budget) {
    this.budget = budget;
  }
  budget;
  /** The line that is run, for errors. */
  line = 1;
  /** Where `{% generation %}` blocks stand in the rendering. */
  generations = [];
  /** A generation block stood in a macro or a captured block, whose place in the rendering is not known. */
  hiddenGeneration = false;
  render(statements, context) {
    const output = new Output(this.budget, true);
    this.run(statements, new Scope(context), output);
    return output.text();
  }
  // ── for filters ──
  filter(name, value, args, keywords) {
    const filter2 = findFilter(name) ?? fail(`No filter named '${name}'.`);
    const result = filter2(value, args, keywords, this);
    this.checkSize(result);
    return result;
  }
  test(name, value, args, keywords) {
    this.budget.step();
    return (findTest(name) ?? fail(`No test named '${name}'.`))(value, args, keywords);
  }
  checkSize(value) {
    if (typeof value === "string" || isList(value)) this.budget.size(value.length);
  }
  // ── statements ──
  run(statements, scope, output) {
    for (const statement of statements) {
      this.budget.step();
      this.line = statement.line;
      const signal = this.runOne(statement, scope, output);
      if (signal !== void 0) return signal;
    }
    return void 0;
  }
  runOne(statement, scope, output) {
    switch (statement.kind) {
      case "text":
        output.write(statement.text);
        return void 0;
      case "output":
        output.write(str(this.evaluate(statement.value, scope)));
        return void 0;
      case "if":
        for (const { test: test2, body } of statement.branches)
          if (isTrue(this.evaluate(test2, scope))) return this.run(body, scope, output);
        return this.run(statement.otherwise, scope, output);
      case "for":
        this.loop(statement, this.evaluate(statement.iterable, scope), scope, output, 0);
        return void 0;
      case "set":
        this.assign(statement.target, this.evaluate(statement.value, scope), scope);
        return void 0;
      case "set-block": {
        const text3 = this.capture(statement.body, new Scope(scope));
        const { filter: filter2 } = statement;
        this.assign(statement.target, filter2 ? this.filterChain(filter2, text3, scope) : text3, scope);
        return void 0;
      }
      case "filter-block":
        output.write(str(this.filterChain(statement.filter, this.capture(statement.body, new Scope(scope)), scope)));
        return void 0;
      case "with": {
        const inner = new Scope(scope);
        const values = statement.targets.map(({ value }) => this.evaluate(value, scope));
        for (const [index, { target }] of statement.targets.entries())
          this.assign(target, values[index], inner);
        return this.run(statement.body, inner, output);
      }
      case "macro":
        scope.set(statement.name, this.macro(statement.macro, scope));
        return void 0;
      case "call-block": {
        const { call, macro } = statement;
        if (call.kind !== "call") return fail("{% call %} needs a call.");
        const [args, keywords] = this.arguments(call.with, scope);
        const caller = this.macro(macro, scope);
        output.write(str(this.call(this.evaluate(call.of, scope), args, new Map([...keywords, ["caller", caller]]))));
        return void 0;
      }
      case "generation": {
        const start = output.length;
        output.write(this.capture(statement.body, new Scope(scope)));
        if (output.root) this.generations.push({ start, end: output.length });
        else this.hiddenGeneration = true;
        return void 0;
      }
      case "break":
      case "continue":
        return statement.kind;
    }
  }
  capture(body, scope) {
    const output = new Output(this.budget, false);
    this.run(body, scope, output);
    return output.text();
  }
  loop(statement, iterable2, scope, output, depth) {
    const { target, test: test2, body, otherwise: otherwise2, recursive } = statement;
    const again = (inner) => this.budget.deeper(() => {
      const inside = new Output(this.budget, false);
      this.loop(statement, inner, scope, inside, depth + 1);
      return inside.text();
    });
    const chosen = test2 ? this.chosen(iterable2, target, test2, scope) : iterable2;
    const loop = new Loop(chosen, depth, recursive ? again : void 0);
    let rounds = 0;
    while (loop.next()) {
      this.budget.step();
      rounds += 1;
      const inner = new Scope(scope);
      inner.set("loop", loop);
      this.assign(target, loop.current, inner);
      if (this.run(body, inner, output) === "break") break;
    }
    if (rounds === 0) this.run(otherwise2, new Scope(scope), output);
  }
  *chosen(iterable2, target, test2, scope) {
    for (const item2 of iterate(iterable2)) {
      this.budget.step();
      const inner = new Scope(scope);
      this.assign(target, item2, inner);
      if (isTrue(this.evaluate(test2, inner))) yield item2;
    }
  }
  assign(target, value, scope) {
    if (target.kind === "name") return scope.set(target.name, value);
    if (target.kind === "namespace") {
      const holder = scope.get(target.name);
      if (!(holder instanceof Namespace)) return fail("cannot assign attribute on non-namespace object");
      return setOnNamespace(holder, target.attribute, value);
    }
    const values = [...iterate(value)];
    if (values.length !== target.items.length)
      return fail(`${values.length} values cannot be assigned to ${target.items.length} names`);
    for (const [index, one] of target.items.entries()) this.assign(one, values[index], scope);
  }
  macro(signature, scope) {
    const { name, parameters, body } = signature;
    const call = (args, given) => {
      const keywords = new Map(given);
      const inner = new Scope(scope);
      const ownCaller = parameters.some((parameter) => parameter.name === "caller");
      for (const [index, parameter] of parameters.entries()) {
        let value = args[index];
        if (value === void 0) {
          value = keywords.get(parameter.name);
          keywords.delete(parameter.name);
        }
        if (value === void 0)
          value = parameter.default ? this.evaluate(parameter.default, inner) : new Undefined(`parameter '${parameter.name}' was not provided`);
        inner.set(parameter.name, value);
      }
      if (signature.caller && !ownCaller) {
        inner.set(
          "caller",
          orElse(keywords.get("caller"), () => new Undefined("No caller defined"))
        );
        keywords.delete("caller");
      }
      if (signature.keywords) inner.set("kwargs", keywords);
      else for (const left of keywords.keys()) return fail(`macro '${name}' takes no keyword argument '${left}'`);
      if (signature.more) inner.set("varargs", new PyTuple(args.slice(parameters.length)));
      else if (args.length > parameters.length)
        return fail(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
      return this.capture(body, inner);
    };
    const attributes = {
      name: name ?? null,
      arguments: new PyTuple(parameters.map((parameter) => parameter.name)),
      catch_kwargs: signature.keywords,
      catch_varargs: signature.more,
      caller: signature.caller
    };
    return {
      typeName: "Macro",
      call,
      attribute: (wanted) => Object.hasOwn(attributes, wanted) ? attributes[wanted] : void 0,
      printed: () => `<Macro ${name === void 0 ? "anonymous" : `'${name}'`}>`
    };
  }
  // ── expressions ──
  evaluate(expression, scope) {
    this.budget.step();
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "name":
        return orElse(scope.get(expression.name), () => new Undefined(`'${expression.name}' is undefined`));
      case "attribute": {
        const of = this.evaluate(expression.of, scope);
        this.line = expression.line;
        return getAttribute(of, expression.name, this.budget);
      }
      case "item": {
        const of = this.evaluate(expression.of, scope);
        const key = this.evaluate(expression.key, scope);
        this.line = expression.line;
        return getItem(of, key, this.budget);
      }
      case "slice": {
        const of = this.evaluate(expression.of, scope);
        const bounds = [0, 1, 2].map((index) => {
          const bound = expression.bounds[index];
          return bound && this.evaluate(bound, scope);
        });
        this.line = expression.line;
        return getSlice(of, bounds);
      }
      case "call": {
        const called = this.evaluate(expression.of, scope);
        const [args, keywords] = this.arguments(expression.with, scope);
        this.line = expression.line;
        return this.call(called, args, keywords);
      }
      case "filter":
        return this.filterChain(expression, void 0, scope);
      case "test": {
        const value = this.evaluate(expression.of, scope);
        const [args, keywords] = this.arguments(expression.with, scope);
        this.line = expression.line;
        return this.test(expression.name, value, args, keywords);
      }
      case "not":
        return !isTrue(this.evaluate(expression.of, scope));
      case "and": {
        const left = this.evaluate(expression.left, scope);
        return isTrue(left) ? this.evaluate(expression.right, scope) : left;
      }
      case "or": {
        const left = this.evaluate(expression.left, scope);
        return isTrue(left) ? left : this.evaluate(expression.right, scope);
      }
      case "choice":
        if (isTrue(this.evaluate(expression.test, scope))) return this.evaluate(expression.then, scope);
        if (expression.otherwise) return this.evaluate(expression.otherwise, scope);
        return new Undefined("the inline if-expression evaluated to false and no else section was defined.");
      case "list":
        return expression.items.map((item2) => this.evaluate(item2, scope));
      case "tuple":
        return new PyTuple(expression.items.map((item2) => this.evaluate(item2, scope)));
      case "dict":
        return this.dict(expression.entries, scope);
      case "concat": {
        const text3 = expression.items.map((item2) => str(this.evaluate(item2, scope))).join("");
        this.checkSize(text3);
        return text3;
      }
      case "negative":
      case "positive": {
        const value = this.evaluate(expression.of, scope);
        if (value instanceof Undefined) return fail(value.message);
        return signed(expression.kind === "negative" ? "-" : "+", value);
      }
      case "binary": {
        const left = this.evaluate(expression.left, scope);
        const right = this.evaluate(expression.right, scope);
        this.line = expression.line;
        const result = this.binary(expression.operator, left, right);
        this.checkSize(result);
        return result;
      }
      case "compare": {
        let left = this.evaluate(expression.first, scope);
        for (const { operator, value } of expression.rest) {
          const right = this.evaluate(value, scope);
          this.line = expression.line;
          if (!holds(operator, left, right)) return false;
          left = right;
        }
        return true;
      }
    }
  }
  dict(entries2, scope) {
    const dict = /* @__PURE__ */ new Map();
    for (const [keyExpression, valueExpression] of entries2) {
      const key = this.evaluate(keyExpression, scope);
      const value = this.evaluate(valueExpression, scope);
      if (typeof key === "boolean" || numberOf(key) !== void 0 && typeof key === "object")
        return unsupported(`A dict key of type ${typeName(key)}`);
      dict.set(keyOf(key), value);
    }
    return dict;
  }
  filterChain(expression, captured, scope) {
    if (expression.kind !== "filter") return captured === void 0 ? null : captured;
    const value = expression.of ? expression.of.kind === "filter" ? this.filterChain(expression.of, captured, scope) : this.evaluate(expression.of, scope) : captured === void 0 ? "" : captured;
    const [args, keywords] = this.arguments(expression.with, scope);
    this.line = expression.line;
    this.budget.step();
    return this.filter(expression.name, value, args, keywords);
  }
  arguments(given, scope) {
    const args = [];
    const keywords = /* @__PURE__ */ new Map();
    const set2 = (name, value) => {
      if (keywords.has(name)) fail(`got multiple values for keyword argument '${name}'`);
      keywords.set(name, value);
    };
    for (const { name, value } of given.keywords) set2(name, this.evaluate(value, scope));
    for (const { kind: kind2, value } of given.args) {
      const evaluated = this.evaluate(value, scope);
      if (kind2 === "positional") args.push(evaluated);
      else if (kind2 === "list") for (const item2 of iterate(evaluated)) args.push(item2);
      else if (!isDict(evaluated)) fail("argument after ** must be a mapping");
      else
        for (const [name, item2] of evaluated)
          set2(typeof name === "string" ? name : fail("keywords must be strings"), item2);
    }
    return [args, keywords];
  }
  call(called, args, keywords) {
    if (called instanceof Undefined) return fail(called.message);
    const run5 = called instanceof PyFunction || isObject2(called) ? called.call : void 0;
    if (run5 === void 0) return fail(`'${typeName(called)}' object is not callable`);
    const { line } = this;
    const result = this.budget.deeper(() => run5(args, keywords));
    this.line = line;
    this.checkSize(result);
    return result;
  }
  binary(operator, left, right) {
    const numeric = arithmetic(operator, left, right);
    if (numeric !== void 0) return numeric;
    if (typeof left === "string" && operator === "%") return formatPercent(left, right, this.budget);
    for (const side of [left, right]) if (side instanceof Undefined) return fail(side.message);
    if (left instanceof Markup || right instanceof Markup) return joinSafe(operator, left, right);
    if (operator === "+") {
      if (typeof left === "string" && typeof right === "string") return left + right;
      if (isList(left) && isList(right)) return [...left, ...right];
      if (left instanceof PyTuple && right instanceof PyTuple) return new PyTuple([...left.items, ...right.items]);
    }
    if (operator === "*") {
      const repeated = this.repeat(left, right) ?? this.repeat(right, left);
      if (repeated !== void 0) return repeated;
    }
    return fail(`unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
  }
  repeat(value, times) {
    const count2 = typeof times === "object" ? void 0 : numberOf(times);
    if (count2 === void 0 || !Number.isInteger(Number(count2))) return void 0;
    const wanted = Math.max(0, Number(count2));
    if (typeof value === "string") {
      this.budget.size(value.length * wanted);
      return value.repeat(wanted);
    }
    const items3 = isList(value) ? value : value instanceof PyTuple ? value.items : void 0;
    if (items3 === void 0) return void 0;
    this.budget.size(items3.length * wanted);
    const all2 = [];
    for (let round2 = 0; round2 < wanted; round2 += 1) for (const item2 of items3) all2.push(item2);
    return isList(value) ? all2 : new PyTuple(all2);
  }
};
function joinSafe(operator, left, right) {
  const safe = (value) => value instanceof Markup ? value.text : typeof value === "string" ? escapeHtml(value) : void 0;
  const [one, other] = [safe(left), safe(right)];
  if (operator !== "+" || one === void 0 || other === void 0) return unsupported("Computing with a safe text");
  return new Markup(one + other);
}
function holds(operator, left, right) {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "in":
      return isIn(left, right);
    case "notin":
      return !isIn(left, right);
    case "<":
      return compare(left, right, operator) < 0;
    case "<=":
      return compare(left, right, operator) <= 0;
    case ">":
      return compare(left, right, operator) > 0;
    case ">=":
      return compare(left, right, operator) >= 0;
  }
}

// src/templates/jinja/lexer.ts
var TAG = new RegExp(`\\{%([-+]?)${SPACE_CLASS}*raw${SPACE_CLASS}*(-?)%\\}|\\{([%{#])([-+]?)`, "g");
var COMMENT_END = /[-+]?#\}/g;
var RAW_END = new RegExp(`\\{%([-+]?)${SPACE_CLASS}*endraw${SPACE_CLASS}*([-+]?)%\\}`, "g");
var BLANK = new RegExp(`^${SPACE_CLASS}+$`);
var SPACES2 = new RegExp(`${SPACE_CLASS}+`, "y");
var FLOAT2 = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
var INTEGER2 = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
var NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
var STRING = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
var OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
var OPENING = { "(": ")", "[": "]", "{": "}" };
function tokenize(template) {
  return new Lexer(template.replace(/\r\n?/g, "\n").replace(/\n$/, "")).run();
}
var Lexer = class {
  constructor(source) {
    this.source = source;
  }
  source;
  tokens = [];
  at = 0;
  line = 1;
  countedTo = 0;
  lineStarting = true;
  run() {
    while (this.at < this.source.length) {
      TAG.lastIndex = this.at;
      const found = TAG.exec(this.source);
      if (!found) {
        this.data(this.source.slice(this.at));
        break;
      }
      const [tag, rawSign, rawEnd, kind2, sign = ""] = found;
      const raw = rawSign !== void 0;
      this.data(this.before(this.source.slice(this.at, found.index), raw ? rawSign : sign, kind2 === "{"));
      this.move(found.index + tag.length);
      if (raw) this.raw(rawEnd === "-");
      else if (kind2 === "#") this.comment();
      else this.tag(kind2 === "{" ? "variable" : "block");
      this.lineStarting = this.source[this.at - 1] === "\n";
    }
    this.add("end", "");
    return this.tokens;
  }
  /** The text before a tag, without what the tag takes from it. */
  before(text3, sign, variable) {
    if (sign === "-") return stripEnd(text3);
    if (sign === "+" || variable) return text3;
    const start = text3.lastIndexOf("\n") + 1;
    return (start > 0 || this.lineStarting) && BLANK.test(text3.slice(start)) ? text3.slice(0, start) : text3;
  }
  data(text3) {
    if (text3 !== "") this.add("data", text3);
  }
  comment() {
    COMMENT_END.lastIndex = this.at;
    const end = COMMENT_END.exec(this.source);
    if (!end) return this.fail("A comment has no end.");
    this.move(end.index + end[0].length);
    this.after(end[0]);
  }
  raw(stripped) {
    if (stripped) this.skipSpace();
    RAW_END.lastIndex = this.at;
    const end = RAW_END.exec(this.source);
    if (!end) return this.at < this.source.length ? this.fail("A raw block has no end.") : void 0;
    this.lineStarting = this.source[this.at - 1] === "\n";
    this.data(this.before(this.source.slice(this.at, end.index), end[1] ?? "", false));
    this.move(end.index + end[0].length);
    this.after(`${end[2] ?? ""}%}`);
  }
  /** What the end of a block or comment takes from the text behind it. */
  after(end) {
    if (end.startsWith("-")) this.skipSpace();
    else if (!end.startsWith("+") && this.source[this.at] === "\n") this.move(this.at + 1);
  }
  tag(kind2) {
    this.add(`${kind2}_begin`, "");
    const ends2 = kind2 === "variable" ? /-?\}\}/y : /[-+]?%\}/y;
    const open3 = [];
    while (this.at < this.source.length) {
      if (open3.length === 0) {
        const end = this.match(ends2);
        if (end !== void 0) {
          this.add(`${kind2}_end`, "");
          if (kind2 === "block") this.after(end);
          else if (end.startsWith("-")) this.skipSpace();
          return;
        }
      }
      if (this.match(SPACES2) !== void 0) continue;
      this.expression(open3);
    }
    this.fail(`A {${kind2 === "variable" ? "{" : "%"} has no end.`);
  }
  expression(open3) {
    const { line } = this;
    const push = (type, value) => this.tokens.push({ type, value, line });
    let text3 = this.match(FLOAT2);
    if (text3 !== void 0) return void push("float", text3.replaceAll("_", ""));
    text3 = this.match(INTEGER2);
    if (text3 !== void 0) return void push("integer", text3.replaceAll("_", ""));
    text3 = this.match(NAME);
    if (text3 !== void 0) return void push("name", text3);
    text3 = this.match(STRING);
    if (text3 !== void 0) return void push("string", unescape(text3.slice(1, -1), line));
    text3 = this.match(OPERATOR);
    if (text3 === void 0) return this.fail(`Unexpected ${JSON.stringify(this.source[this.at])}.`);
    const closing = OPENING[text3];
    if (closing !== void 0) open3.push(closing);
    else if (text3 === ")" || text3 === "]" || text3 === "}") {
      const wanted = open3.pop();
      if (wanted !== text3) this.fail(`Unexpected ${text3}${wanted === void 0 ? "." : `; ${wanted} was expected.`}`);
    }
    push("operator", text3);
  }
  match(pattern) {
    pattern.lastIndex = this.at;
    const text3 = pattern.exec(this.source)?.[0];
    if (text3 !== void 0) this.move(this.at + text3.length);
    return text3;
  }
  skipSpace() {
    let end = this.at;
    while (end < this.source.length && isSpace(this.source.charAt(end))) end += 1;
    this.move(end);
  }
  move(to) {
    for (; this.countedTo < to; this.countedTo += 1) if (this.source[this.countedTo] === "\n") this.line += 1;
    this.at = to;
  }
  add(type, value) {
    this.tokens.push({ type, value, line: this.line });
  }
  fail(message) {
    throw new TemplateFailure("syntax", message, this.line);
  }
};
var SIMPLE = {
  n: "\n",
  t: "	",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": ""
};
function unescape(text3, line) {
  if (!text3.includes("\\")) return text3;
  return text3.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs,
    (whole, octal, x, u, long, other = "") => {
      if (octal !== void 0) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = x ?? u ?? long;
      if (hex !== void 0) {
        const code = Number.parseInt(hex, 16);
        if (code > 1114111) throw new TemplateFailure("syntax", `There is no character ${whole}.`, line);
        return String.fromCodePoint(code);
      }
      if (other === "N") throw new TemplateFailure("unsupported", "Characters by name (\\N) are not supported.", line);
      if (other === "x" || other === "u" || other === "U")
        throw new TemplateFailure("syntax", `The escape ${whole} is not complete.`, line);
      return SIMPLE[other] ?? whole;
    }
  );
}

// src/templates/jinja/parser.ts
var CONSTANTS = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null
};
var COMPARISONS = /* @__PURE__ */ new Set(["==", "!=", "<", "<=", ">", ">="]);
var NO_ARGUMENTS = { args: [], keywords: [] };
var LACKING = /* @__PURE__ */ new Set(["include", "import", "from", "extends", "block", "autoescape"]);
var NAMES_OF_MACROS = ["caller", "kwargs", "varargs"];
function parse(template, known2) {
  return new Parser(tokenize(template), known2).template();
}
var Parser = class {
  constructor(tokens, known2) {
    this.tokens = tokens;
    this.known = known2;
  }
  tokens;
  known;
  at = 0;
  depth = 0;
  inLoop = 0;
  optional = false;
  /** Names read since the innermost macro began. */
  names = /* @__PURE__ */ new Set();
  /** Unknown filters and tests in what always runs, as far as that is known yet. */
  unknown = [];
  template() {
    const statements = this.statements([]);
    const [first3] = this.unknown;
    if (first3) throw first3;
    return statements;
  }
  // ── the stream ──
  get current() {
    return this.tokens[this.at];
  }
  isOperator(value) {
    return this.current.type === "operator" && this.current.value === value;
  }
  isName(value, ahead = 0) {
    const token = this.tokens[this.at + ahead];
    return token?.type === "name" && token.value === value;
  }
  next() {
    const token = this.current;
    if (token.type !== "end") this.at += 1;
    return token;
  }
  skipOperator(value) {
    if (!this.isOperator(value)) return false;
    this.at += 1;
    return true;
  }
  skipName(value) {
    if (!this.isName(value)) return false;
    this.at += 1;
    return true;
  }
  expectOperator(value) {
    if (!this.skipOperator(value)) this.fail(`Expected ${value}, and there is ${this.shown()}.`);
  }
  expectName() {
    if (this.current.type !== "name") this.fail(`Expected a name, and there is ${this.shown()}.`);
    return this.next();
  }
  expectEnd() {
    if (this.current.type !== "block_end") this.fail(`Expected the end of the block, and there is ${this.shown()}.`);
    this.next();
  }
  shown() {
    return this.current.value === "" ? `the ${this.current.type.replace("_", " ")}` : JSON.stringify(this.current.value);
  }
  fail(message, line = this.current.line) {
    throw new TemplateFailure("syntax", message, line);
  }
  isUnknown(message, line) {
    if (!this.optional) this.unknown.push(new TemplateFailure("syntax", message, line));
  }
  nested(inner) {
    if (this.depth >= DEFAULT_LIMITS.depth)
      throw new TemplateFailure("limit", `More than ${DEFAULT_LIMITS.depth} levels of nesting.`, this.current.line);
    this.depth += 1;
    try {
      return inner();
    } finally {
      this.depth -= 1;
    }
  }
  /** Parses what is not always run: an unknown filter in it fails when it is. */
  maybe(inner) {
    const before = this.optional;
    this.optional = true;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }
  /** Parses a frame of its own: what is in it is compiled whole, whatever `if` stands around it. */
  frame(inner) {
    const before = this.optional;
    this.optional = false;
    try {
      return inner();
    } finally {
      this.optional = before;
    }
  }
  // ── statements ──
  /** Statements up to a block that begins with one of these names, which stays to be read. */
  statements(ends2) {
    return this.nested(() => {
      const found = [];
      for (; ; ) {
        const { type, value, line } = this.current;
        if (type === "end") {
          if (ends2.length > 0) this.fail(`The template ends where ${ends2.join(" or ")} was expected.`);
          return found;
        }
        this.next();
        if (type === "data") found.push({ kind: "text", text: value, line });
        else if (type === "variable_begin") {
          found.push({ kind: "output", value: this.tuple(), line });
          if (this.current.type !== "variable_end") this.fail(`Expected }}, and there is ${this.shown()}.`);
          this.next();
        } else {
          if (this.current.type === "name" && ends2.includes(this.current.value)) return found;
          found.push(this.statement(line));
        }
      }
    });
  }
  /** The body of a block, with its own end. */
  body(end) {
    this.expectEnd();
    const found = this.statements([end]);
    this.next();
    this.expectEnd();
    return found;
  }
  statement(line) {
    const { value: name } = this.expectName();
    switch (name) {
      case "if":
        return this.conditional(line);
      case "for":
        return this.loop(line);
      case "set":
        return this.assignment(line);
      case "macro":
        return this.macro(line);
      case "call":
        return this.callBlock(line);
      case "filter": {
        const filter2 = this.filters(void 0, true);
        return { kind: "filter-block", filter: filter2, body: this.frame(() => this.body("endfilter")), line };
      }
      case "with":
        return this.withBlock(line);
      case "generation":
        return { kind: "generation", body: this.frame(() => this.body("endgeneration")), line };
      case "break":
      case "continue":
        if (this.inLoop === 0) this.fail(`${name} stands outside a loop.`);
        this.expectEnd();
        return { kind: name, line };
      default:
        if (LACKING.has(name))
          throw new TemplateFailure(
            "unsupported",
            `{% ${name} %} is not supported by this package's template engine.`,
            line
          );
        return this.fail(`There is no block ${name}.`, line);
    }
  }
  conditional(line) {
    const branches = [];
    let otherwise2 = [];
    this.maybe(() => {
      for (; ; ) {
        const test2 = this.tuple({ choice: false });
        this.expectEnd();
        branches.push({ test: test2, body: this.statements(["elif", "else", "endif"]) });
        const { value } = this.next();
        if (value === "elif") continue;
        if (value === "else") {
          this.expectEnd();
          otherwise2 = this.statements(["endif"]);
          this.next();
        }
        return;
      }
    });
    this.expectEnd();
    return { kind: "if", branches, otherwise: otherwise2, line };
  }
  loop(line) {
    const target = this.target({ until: "in" });
    if (!this.skipName("in")) this.fail(`Expected in, and there is ${this.shown()}.`);
    const iterable2 = this.tuple({ choice: false, until: "recursive" });
    const test2 = this.skipName("if") ? this.frame(() => this.expression()) : void 0;
    const recursive = this.skipName("recursive");
    this.expectEnd();
    this.inLoop += 1;
    const body = this.frame(() => this.statements(["endfor", "else"]));
    this.inLoop -= 1;
    let otherwise2 = [];
    if (this.next().value === "else") {
      this.expectEnd();
      otherwise2 = this.frame(() => this.statements(["endfor"]));
      this.next();
    }
    this.expectEnd();
    return { kind: "for", target, iterable: iterable2, ...test2 && { test: test2 }, recursive, body, otherwise: otherwise2, line };
  }
  assignment(line) {
    const target = this.target({ namespaces: true });
    if (this.skipOperator("=")) {
      const value = this.tuple();
      this.expectEnd();
      return { kind: "set", target, value, line };
    }
    const filter2 = this.isOperator("|") ? this.filters(void 0, false) : void 0;
    return { kind: "set-block", target, ...filter2 && { filter: filter2 }, body: this.frame(() => this.body("endset")), line };
  }
  macro(line) {
    const { value: name } = this.expectName();
    return { kind: "macro", name, macro: this.signature(name, "endmacro"), line };
  }
  callBlock(line) {
    const parameters = this.isOperator("(") ? this.parameters() : [];
    const call = this.expression();
    if (call.kind !== "call") this.fail("{% call %} needs a call.", line);
    const macro = this.signature(void 0, "endcall", parameters);
    return { kind: "call-block", call, macro, line };
  }
  signature(name, end, given) {
    const outside = this.names;
    const loops = this.inLoop;
    this.names = /* @__PURE__ */ new Set();
    this.inLoop = 0;
    const parameters = given ?? this.parameters();
    const body = this.frame(() => this.body(end));
    const [caller, keywords, more] = NAMES_OF_MACROS.map((word2) => this.names.has(word2));
    for (const read of this.names) outside.add(read);
    this.names = outside;
    this.inLoop = loops;
    return {
      ...name !== void 0 && { name },
      parameters,
      body,
      caller: caller === true,
      keywords: keywords === true,
      more: more === true
    };
  }
  parameters() {
    const found = [];
    this.expectOperator("(");
    while (!this.isOperator(")")) {
      if (found.length > 0) this.expectOperator(",");
      const { value: name, line } = this.expectName();
      if (Object.hasOwn(CONSTANTS, name)) this.fail(`${name} cannot be assigned to.`, line);
      if (this.skipOperator("=")) found.push({ name, default: this.expression() });
      else if (found.at(-1)?.default) this.fail("A parameter without a default follows one with a default.", line);
      else found.push({ name });
    }
    this.expectOperator(")");
    return found;
  }
  withBlock(line) {
    const targets = [];
    while (this.current.type !== "block_end") {
      if (targets.length > 0) this.expectOperator(",");
      const target = this.target({});
      this.expectOperator("=");
      targets.push({ target, value: this.expression() });
    }
    return { kind: "with", targets, body: this.frame(() => this.body("endwith")), line };
  }
  target({ until, namespaces = false }) {
    const { line } = this.current;
    const items3 = [];
    let isTuple = false;
    for (; ; ) {
      if (this.current.type === "block_end" || this.isOperator(")") || until && this.isName(until)) break;
      items3.push(this.oneTarget(until, namespaces));
      if (!this.skipOperator(",")) break;
      isTuple = true;
    }
    const [first3] = items3;
    if (first3 === void 0) return this.fail(`Expected a name, and there is ${this.shown()}.`);
    return isTuple ? { kind: "tuple", items: items3, line } : first3;
  }
  oneTarget(until, namespaces) {
    if (this.skipOperator("(")) {
      const target = this.nested(() => this.target({ until, namespaces }));
      this.expectOperator(")");
      return target;
    }
    const { value: name, line } = this.expectName();
    if (Object.hasOwn(CONSTANTS, name)) this.fail(`${name} cannot be assigned to.`, line);
    if (namespaces && this.skipOperator("."))
      return { kind: "namespace", name, attribute: this.expectName().value, line };
    return { kind: "name", name, line };
  }
  // ── expressions ──
  expression(choice = true) {
    return this.nested(() => choice ? this.choice() : this.or());
  }
  /** One expression, or several with commas between them. */
  tuple({
    choice = true,
    until,
    parentheses = false
  } = {}) {
    const { line } = this.current;
    const items3 = [];
    let isTuple = false;
    for (; ; ) {
      const { type } = this.current;
      if (type === "variable_end" || type === "block_end" || this.isOperator(")") || until && this.isName(until))
        break;
      items3.push(this.expression(choice));
      if (!this.skipOperator(",")) break;
      isTuple = true;
    }
    const [first3] = items3;
    if (!isTuple && first3 !== void 0) return first3;
    if (!isTuple && !parentheses) this.fail(`Expected an expression, and there is ${this.shown()}.`);
    return { kind: "tuple", items: items3, line };
  }
  choice() {
    const { line } = this.current;
    const unknown = this.unknown.length;
    let expression = this.or();
    while (this.skipName("if")) {
      this.unknown.length = unknown;
      const test2 = this.maybe(() => this.or());
      const otherwise2 = this.skipName("else") ? this.maybe(() => this.nested(() => this.choice())) : void 0;
      expression = { kind: "choice", test: test2, then: expression, ...otherwise2 && { otherwise: otherwise2 }, line };
    }
    return expression;
  }
  or() {
    const { line } = this.current;
    let left = this.and();
    while (this.skipName("or")) left = { kind: "or", left, right: this.and(), line };
    return left;
  }
  and() {
    const { line } = this.current;
    let left = this.not();
    while (this.skipName("and")) left = { kind: "and", left, right: this.not(), line };
    return left;
  }
  not() {
    const { line } = this.current;
    if (!this.skipName("not")) return this.comparison();
    return { kind: "not", of: this.nested(() => this.not()), line };
  }
  comparison() {
    const { line } = this.current;
    const first3 = this.sum();
    const rest2 = [];
    for (; ; ) {
      const { type, value } = this.current;
      if (type === "operator" && COMPARISONS.has(value)) {
        this.next();
        rest2.push({ operator: value, value: this.sum() });
      } else if (this.skipName("in")) rest2.push({ operator: "in", value: this.sum() });
      else if (this.isName("not") && this.isName("in", 1)) {
        this.at += 2;
        rest2.push({ operator: "notin", value: this.sum() });
      } else return rest2.length === 0 ? first3 : { kind: "compare", first: first3, rest: rest2, line };
    }
  }
  binary(operators, operand) {
    const { line } = this.current;
    let left = operand();
    for (; ; ) {
      const operator = operators.find((one) => this.isOperator(one));
      if (operator === void 0) return left;
      this.next();
      left = { kind: "binary", operator, left, right: operand(), line };
    }
  }
  sum() {
    return this.binary(["+", "-"], () => this.concatenation());
  }
  concatenation() {
    const { line } = this.current;
    const items3 = [this.product()];
    while (this.skipOperator("~")) items3.push(this.product());
    return items3.length === 1 ? items3[0] : { kind: "concat", items: items3, line };
  }
  product() {
    return this.binary(["*", "/", "//", "%"], () => this.binary(["**"], () => this.unary(true)));
  }
  unary(withFilters) {
    const { line } = this.current;
    let expression;
    if (this.skipOperator("-")) expression = { kind: "negative", of: this.nested(() => this.unary(false)), line };
    else if (this.skipOperator("+")) expression = { kind: "positive", of: this.nested(() => this.unary(false)), line };
    else expression = this.primary();
    expression = this.postfix(expression);
    return withFilters ? this.filtersAndTests(expression) : expression;
  }
  primary() {
    const token = this.next();
    const { type, value, line } = token;
    switch (type) {
      case "name":
        if (Object.hasOwn(CONSTANTS, value)) return { kind: "constant", value: CONSTANTS[value] ?? null, line };
        this.names.add(value);
        return { kind: "name", name: value, line };
      case "string": {
        let text3 = value;
        while (this.current.type === "string") text3 += this.next().value;
        return { kind: "constant", value: text3, line };
      }
      case "integer":
        return { kind: "constant", value: integerOf(BigInt(value)), line };
      case "float": {
        const number2 = Number(value);
        return {
          kind: "constant",
          value: Number.isInteger(number2) || !Number.isFinite(number2) ? new PyFloat(number2) : number2,
          line
        };
      }
      case "operator":
        if (value === "(") {
          const inner = this.nested(() => this.tuple({ parentheses: true }));
          this.expectOperator(")");
          return inner;
        }
        if (value === "[") return { kind: "list", items: this.items("]"), line };
        if (value === "{") return this.dict(line);
        break;
      default:
    }
    this.at -= type === "end" ? 0 : 1;
    return this.fail(`Unexpected ${this.shown()}.`, line);
  }
  items(close) {
    const items3 = [];
    while (!this.isOperator(close)) {
      if (items3.length > 0) this.expectOperator(",");
      if (this.isOperator(close)) break;
      items3.push(this.expression());
    }
    this.expectOperator(close);
    return items3;
  }
  dict(line) {
    const entries2 = [];
    while (!this.isOperator("}")) {
      if (entries2.length > 0) this.expectOperator(",");
      if (this.isOperator("}")) break;
      const key = this.expression();
      this.expectOperator(":");
      entries2.push([key, this.expression()]);
    }
    this.expectOperator("}");
    return { kind: "dict", entries: entries2, line };
  }
  postfix(expression) {
    let found = expression;
    for (; ; ) {
      const { line } = this.current;
      if (this.isOperator(".") || this.isOperator("[")) found = this.subscript(found);
      else if (this.isOperator("(")) found = { kind: "call", of: found, with: this.callArguments(), line };
      else return found;
    }
  }
  filtersAndTests(expression) {
    let found = expression;
    for (; ; ) {
      const { line } = this.current;
      if (this.isOperator("|")) found = this.filters(found, false);
      else if (this.isName("is")) found = this.test(found);
      else if (this.isOperator("(")) found = { kind: "call", of: found, with: this.callArguments(), line };
      else return found;
    }
  }
  subscript(of) {
    const { line } = this.current;
    if (this.skipOperator(".")) {
      const { type, value } = this.next();
      if (type === "name") return { kind: "attribute", of, name: value, line };
      if (type === "integer")
        return { kind: "item", of, key: { kind: "constant", value: integerOf(BigInt(value)), line }, line };
      return this.fail("Expected a name or a number.", line);
    }
    this.expectOperator("[");
    const parts = [];
    do {
      const part2 = this.subscribed(of, line);
      if (part2.kind === "slice" && (parts.length > 0 || this.isOperator(",")))
        throw new TemplateFailure("unsupported", "Several slices in one bracket are not supported.", line);
      parts.push(part2);
    } while (this.skipOperator(","));
    this.expectOperator("]");
    const [first3] = parts;
    if (first3.kind === "slice" && first3.of === of) return first3;
    return { kind: "item", of, key: parts.length === 1 ? first3 : { kind: "tuple", items: parts, line }, line };
  }
  subscribed(of, line) {
    const bounds = [];
    const ends2 = () => this.isOperator("]") || this.isOperator(",") || this.isOperator(":");
    if (!this.isOperator(":")) {
      bounds[0] = this.expression();
      if (!this.isOperator(":")) return bounds[0];
    }
    this.expectOperator(":");
    if (!ends2()) bounds[1] = this.expression();
    if (this.skipOperator(":") && !ends2()) bounds[2] = this.expression();
    return { kind: "slice", of, bounds, line };
  }
  filters(of, inline) {
    let found = of;
    let first3 = inline;
    while (first3 || this.isOperator("|")) {
      if (!first3) this.next();
      first3 = false;
      const { line } = this.current;
      const name = this.dotted();
      if (!this.known.isFilter(name)) this.isUnknown(`There is no filter ${name}.`, line);
      const given = this.isOperator("(") ? this.callArguments() : NO_ARGUMENTS;
      found = { kind: "filter", name, ...found && { of: found }, with: given, line };
    }
    return found ?? this.fail("Expected a filter.");
  }
  dotted() {
    let name = this.expectName().value;
    while (this.skipOperator(".")) name += `.${this.expectName().value}`;
    return name;
  }
  test(of) {
    const { line } = this.next();
    const negated = this.skipName("not");
    const name = this.dotted();
    let given = NO_ARGUMENTS;
    const { type, value } = this.current;
    const begins = ["name", "string", "integer", "float"].includes(type) || type === "operator" && ["[", "{"].includes(value);
    if (this.isOperator("(")) given = this.callArguments();
    else if (begins && !(type === "name" && ["else", "or", "and"].includes(value))) {
      if (this.isName("is")) this.fail("Tests with is cannot be chained.");
      given = { args: [{ kind: "positional", value: this.postfix(this.primary()) }], keywords: [] };
    }
    if (!this.known.isTest(name)) this.isUnknown(`There is no test ${name}.`, line);
    const test2 = { kind: "test", name, of, with: given, line };
    return negated ? { kind: "not", of: test2, line } : test2;
  }
  callArguments() {
    return this.nested(() => {
      const args = [];
      const keywords = [];
      this.expectOperator("(");
      const open3 = () => !args.some(({ kind: kind2 }) => kind2 === "keywords");
      let count2 = 0;
      while (!this.isOperator(")")) {
        if (count2 > 0) this.expectOperator(",");
        count2 += 1;
        if (this.isOperator(")")) break;
        if (this.skipOperator("*")) {
          if (!open3() || args.some(({ kind: kind2 }) => kind2 === "list")) this.fail("This argument cannot stand here.");
          args.push({ kind: "list", value: this.expression() });
        } else if (this.skipOperator("**")) {
          if (!open3()) this.fail("This argument cannot stand here.");
          args.push({ kind: "keywords", value: this.expression() });
        } else if (this.current.type === "name" && this.tokens[this.at + 1]?.value === "=" && this.tokens[this.at + 1]?.type === "operator") {
          if (!open3()) this.fail("This argument cannot stand here.");
          const name = this.next().value;
          this.next();
          keywords.push({ name, value: this.expression() });
        } else {
          if (keywords.length > 0 || args.some(({ kind: kind2 }) => kind2 !== "positional"))
            this.fail("An argument without a name cannot stand here.");
          args.push({ kind: "positional", value: this.expression() });
        }
      }
      this.expectOperator(")");
      return { args, keywords };
    });
  }
};

// src/templates/jinja/compile.ts
function compileTemplate(template, name = "The chat template") {
  const statements = explained(
    name,
    void 0,
    () => parse(template, {
      isFilter: (filter2) => findFilter(filter2) !== void 0,
      isTest: (test2) => findTest(test2) !== void 0
    })
  );
  return {
    render(variables, { now, limits } = {}) {
      const interpreter = new Interpreter(new Budget({ ...DEFAULT_LIMITS, ...limits }));
      return explained(name, interpreter, () => {
        const context = new Map(globals(() => now ?? /* @__PURE__ */ new Date()));
        for (const [variable, value] of Object.entries(variables))
          if (value !== void 0) context.set(variable, fromJson(value));
        const text3 = interpreter.render(statements, context);
        return interpreter.hiddenGeneration ? { text: text3 } : { text: text3, generations: interpreter.generations };
      });
    }
  };
}
function explained(name, at, run5) {
  try {
    return run5();
  } catch (error) {
    if (error instanceof TemplateFailure) {
      const { code, message, line = at?.line } = error;
      throw new TemplateError({ code, template: name, line, reason: message });
    }
    if (error instanceof RangeError)
      throw new TemplateError({
        code: "limit",
        template: name,
        line: at?.line,
        reason: "It nests or grows too far.",
        cause: error
      });
    throw error;
  }
}

// src/templates/chat-template.ts
var templateSource = kind(
  "a path, the template's text, or a template that was read",
  (value) => typeof value === "string" || typeof value === "object" && value !== null
);
function readChatTemplate(source) {
  checkArgument("template", source, templateSource);
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const text3 = source instanceof URL ? fileURLToPath(source) : source;
  if (typeof source === "string" && /\{[{%#]|\n/.test(text3)) return madeOf("The chat template", { default: text3 }, {});
  if (text3 === "" || !existsSync(text3)) {
    throw new InvalidOptionError({
      option: "template",
      value: text3,
      message: `There is no chat template at ${JSON.stringify(text3)}.`,
      hint: "Pass a model's folder, its tokenizer_config.json, a .jinja file, or the template's text."
    });
  }
  if (statSync(text3).isDirectory()) return fromFolder(text3);
  if (!text3.endsWith(".json"))
    return madeOf(basename(text3), { default: readFileSync(text3, "utf8") }, tokensBeside(dirname2(text3)));
  const config = readJson(text3);
  const found = templatesIn(config);
  if (found === void 0) throw withoutTemplate(text3);
  return madeOf(basename(text3), found, specialTokensIn(config));
}
function fromFolder(folder) {
  const file = (name) => {
    const path2 = join2(folder, name);
    return existsSync(path2) ? path2 : void 0;
  };
  const configFile = file("tokenizer_config.json");
  const config = configFile === void 0 ? {} : readJson(configFile);
  const tokens = tokensBeside(folder);
  const jinja = file("chat_template.jinja");
  const older = file("chat_template.json");
  const additional = file("additional_chat_templates");
  const more = additional === void 0 ? {} : filesIn(additional);
  if (jinja !== void 0) return madeOf(basename(jinja), { ...more, default: readFileSync(jinja, "utf8") }, tokens);
  const configured = templatesIn(config);
  if (configured !== void 0) return madeOf("tokenizer_config.json", { ...configured, ...more }, tokens);
  const old = older === void 0 ? void 0 : templatesIn(readJson(older));
  if (old !== void 0) return madeOf("chat_template.json", old, tokens);
  throw withoutTemplate(folder);
}
function tokensBeside(folder) {
  const files = ["special_tokens_map.json", "tokenizer_config.json"].map((name) => join2(folder, name));
  return Object.assign({}, ...files.filter(existsSync).map((path2) => specialTokensIn(readJson(path2))));
}
function filesIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jinja"));
  return Object.fromEntries(
    names.map((name) => [name.slice(0, -".jinja".length), readFileSync(join2(folder, name), "utf8")])
  );
}
function readJson(path2) {
  try {
    const value = JSON.parse(readFileSync(path2, "utf8"));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new InvalidOptionError({ option: "template", value: path2, message: `${path2} is not JSON.`, cause });
  }
  throw new InvalidOptionError({ option: "template", value: path2, message: `${path2} is not a JSON object.` });
}
function templatesIn({ chat_template: given }) {
  if (typeof given === "string") return { default: given };
  if (!Array.isArray(given)) return void 0;
  const named = given.flatMap(
    (one) => isRecord(one) && typeof one.name === "string" && typeof one.template === "string" ? [[one.name, one.template]] : []
  );
  return named.length === 0 ? void 0 : Object.fromEntries(named);
}
function specialTokensIn(config) {
  const tokens = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith("_token")) continue;
    const text3 = isRecord(value) ? value.content : value;
    if (typeof text3 === "string") tokens[name] = text3;
  }
  return tokens;
}
function withoutTemplate(place) {
  return new InvalidOptionError({
    option: "template",
    value: place,
    message: `${place} has no chat template.`,
    hint: "A base model has none; take that of its instruct model, or write one."
  });
}
function madeOf(name, templates, specialTokens) {
  const compiled = /* @__PURE__ */ new Map();
  const chosen = (withTools) => {
    const key = withTools && Object.hasOwn(templates, "tool_use") ? "tool_use" : "default";
    const text3 = templates[key];
    if (text3 !== void 0) return text3;
    throw new InvalidOptionError({
      option: "template",
      value: name,
      message: `${name} has templates named ${Object.keys(templates).join(", ")}, and none named default.`,
      hint: "Pass the text of the one that the trainer uses."
    });
  };
  return {
    name,
    specialTokens,
    source: chosen,
    compiled(withTools) {
      const text3 = chosen(withTools);
      const made = compiled.get(text3) ?? compileTemplate(text3, name);
      compiled.set(text3, made);
      return made;
    }
  };
}

// src/internal/row-kind.ts
function unpairedMessages(side, role) {
  if (typeof side === "string") return [{ role, content: side }];
  return Array.isArray(side) ? side : [];
}

// src/templates/normalise.ts
var REASONING = ["reasoning_content", "thinking", "reasoning"];
function normaliseMessages(messages, version2) {
  return version2 === 4 ? messages : messages.map(normalised);
}
function normalised(message) {
  const entries2 = Object.entries(message).filter(([, value]) => value !== null && value !== void 0);
  const kept = Object.fromEntries(entries2);
  const reasoning = REASONING.map((name) => kept[name]).find((value) => value !== void 0);
  return reasoning === void 0 || !isRecord(message) ? kept : { thinking: reasoning, ...kept, reasoning_content: reasoning };
}

// src/templates/render-messages.ts
function renderMessages(template, messages, tools, { transformers = 5, variables = {}, now, limits }, prompt = false) {
  return template.compiled(tools !== void 0).render(
    {
      ...template.specialTokens,
      ...variables,
      messages: normaliseMessages(messages, transformers),
      tools: tools ?? null,
      documents: null,
      add_generation_prompt: prompt
    },
    { ...now && { now }, ...limits && { limits } }
  );
}

// src/templates/render-chat.ts
var version = either(only(4), only(5));
var chatTemplateKinds = {
  transformers: version,
  variables: record(anything),
  now: kind("a Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  limits: object({
    steps: positiveInteger,
    output: positiveInteger,
    text: positiveInteger,
    depth: positiveInteger
  })
};
var argumentsKind = word("object", "text");
var templateKind = kind(
  "the place or the text of a chat template",
  (value) => typeof value === "string" && value !== "" || value instanceof URL || isRecord(value) && typeof value.compiled === "function"
);
function toTemplateChat(row2, template, forced, answer = "preferred_output") {
  const forms = formsOf2(template);
  const { messages, tools, targets } = partsOf(row2, answer);
  return {
    messages: toTemplateMessages(messages, forced ? { ...forms, arguments: forced } : forms),
    tools: toTemplateTools(tools),
    targets
  };
}
function partsOf(row2, answer) {
  const of = (value) => Array.isArray(value) ? value.filter(isRecord) : [];
  if ("input" in row2 && isRecord(row2.input)) {
    const input = of(row2.input.messages);
    const output = of(row2[answer]);
    const targets2 = output.flatMap(({ role }, index) => role === "assistant" ? [input.length + index] : []);
    return { messages: [...input, ...output], tools: row2.input.tools, targets: targets2 };
  }
  if ("completion" in row2 && "label" in row2) {
    const prompt = of("prompt" in row2 ? unpairedMessages(row2.prompt, "user") : void 0);
    const completion = of(unpairedMessages(row2.completion, "assistant"));
    return {
      messages: [...prompt, ...completion],
      tools: "tools" in row2 ? row2.tools : void 0,
      targets: completion.map((_, index) => prompt.length + index)
    };
  }
  const messages = of("messages" in row2 ? row2.messages : void 0);
  const targets = messages.flatMap(({ role, weight }, index) => role === "assistant" && weight !== 0 ? [index] : []);
  return { messages, tools: "tools" in row2 ? row2.tools : void 0, targets };
}

// src/templates/template-probe.ts
var REASONING2 = /* @__PURE__ */ new Set(["reasoning_content", "reasoning", "thinking"]);
function probe(chat, pathOfMessage, pathOfTools2) {
  const texts = [];
  const targets = new Set(chat.targets);
  const replace = (kind2, text3, path2, target = false) => {
    if (text3.trim() === "") return text3;
    const word2 = `probe${(texts.length + 1).toString(36)}x`;
    texts.push({ kind: kind2, word: word2, path: path2, target });
    return word2;
  };
  const messages = chat.messages.map((message, index) => {
    const path2 = pathOfMessage(index);
    const target = targets.has(index);
    const fields = Object.entries(message).map(([key, value]) => {
      if (key === "content") {
        const kind2 = isRecord(message) && (message.role === "tool" || message.role === "function") ? "result" : "text";
        return [key, content(value, `${path2}.content`, (text3, at) => replace(kind2, text3, at, target))];
      }
      if (key === "tool_calls" && Array.isArray(value))
        return [key, value.map((call, at) => probedCall(call, `${path2}.tool_calls[${at}]`, target))];
      if (key === "name" && typeof value === "string" && isRecord(message) && message.role !== "tool" && message.role !== "function")
        return [key, replace("name", value, `${path2}.name`)];
      if (REASONING2.has(key) && typeof value === "string")
        return [key, replace("reasoning", value, `${path2}.${key}`, target)];
      return [key, value];
    });
    return Object.fromEntries(fields);
  });
  function probedCall(call, path2, target) {
    if (!isRecord(call) || !isRecord(call.function)) return call;
    const { name, arguments: given } = call.function;
    const inner = `${path2}.function.arguments`;
    return {
      ...call,
      function: {
        ...call.function,
        ...typeof name === "string" && { name: replace("call", name, `${path2}.function.name`, target) },
        arguments: typeof given === "string" ? textArguments(given, inner, target) : argumentsOf2(given, inner, target)
      }
    };
  }
  function textArguments(given, path2, target) {
    try {
      return JSON.stringify(argumentsOf2(JSON.parse(given), path2, target));
    } catch {
      return given;
    }
  }
  function argumentsOf2(value, path2, target) {
    if (typeof value === "string") return replace("arguments", value, path2, target);
    if (Array.isArray(value)) return value.map((item2) => argumentsOf2(item2, path2, target));
    if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item2]) => [key, argumentsOf2(item2, path2, target)]));
  }
  const tools = chat.tools?.map((tool, index) => {
    if (!isRecord(tool) || !isRecord(tool.function)) return tool;
    const { name, description } = tool.function;
    const path2 = `${pathOfTools2}[${index}]`;
    return {
      ...tool,
      function: {
        ...tool.function,
        ...typeof name === "string" && { name: replace("tool", name, path2) },
        ...typeof description === "string" && { description: replace("description", description, path2) }
      }
    };
  });
  const shape = JSON.stringify([messages, tools, chat.targets], withoutWhatDiffers);
  return { chat: { messages, tools, targets: chat.targets }, texts, shape };
}
function withoutWhatDiffers(key, value) {
  return key === "id" || key === "tool_call_id" ? "" : typeof value === "number" ? 0 : value;
}
function content(value, path2, replace) {
  if (typeof value === "string") return replace(value, path2);
  if (!Array.isArray(value)) return value;
  return value.map(
    (part2, index) => isRecord(part2) && typeof part2.text === "string" ? { ...part2, text: replace(part2.text, `${path2}[${index}].text`) } : part2
  );
}

// src/templates/template-check.ts
var WORDS3 = {
  text: { code: "template-drops-text", severity: "error", what: "this text" },
  call: { code: "template-drops-call", severity: "error", what: "this call" },
  arguments: { code: "template-drops-call", severity: "error", what: "the arguments of this call" },
  result: { code: "template-drops-result", severity: "error", what: "this result of a tool" },
  tool: { code: "template-drops-tool", severity: "error", what: "this tool" },
  description: { code: "template-drops-tool", severity: "warning", what: "the description of this tool" },
  reasoning: { code: "template-drops-reasoning", severity: "warning", what: "this reasoning" },
  name: { code: "template-drops-name", severity: "warning", what: "names of messages" }
};
var SHAPES = 2e3;
function createTemplateCheck(given) {
  const options = templateCheckOptions(given);
  const template = readChatTemplate(options.template);
  const shapes = /* @__PURE__ */ new Map();
  const saidOnce = /* @__PURE__ */ new Set();
  return (row2, report) => {
    if (!isRecord(row2)) return;
    checkOne(row2, "preferred_output", report);
    if ("input" in row2) checkOne(row2, "non_preferred_output", report);
  };
  function checkOne(row2, answer, report) {
    const chat = toTemplateChat(row2, template, options.arguments, answer);
    if (chat.messages.length === 0) return;
    try {
      renderMessages(template, chat.messages, chat.tools, options);
    } catch (error) {
      if (!TemplateError.isInstance(error)) throw error;
      return report(raising(error, row2, chat, answer));
    }
    const probed = probe(chat, (index) => messagePath(row2, index, answer), pathOfTools(row2));
    let findings = shapes.get(probed.shape);
    if (findings === void 0) {
      findings = lookFor(probed.texts, probed.chat, row2);
      if (shapes.size >= SHAPES) shapes.clear();
      shapes.set(probed.shape, findings);
    }
    for (const finding of findings) {
      if (finding.code === "template-drops-name") {
        if (saidOnce.has(finding.code)) continue;
        saidOnce.add(finding.code);
      }
      report(finding);
    }
  }
  function lookFor(texts, chat, row2) {
    let text3;
    try {
      text3 = renderMessages(template, chat.messages, chat.tools, options).text;
    } catch (error) {
      if (TemplateError.isInstance(error)) return [notChecked(error)];
      throw error;
    }
    const findings = [];
    const rule = template.name;
    const add = (code, severity, path2, message) => {
      if (!findings.some((one) => one.code === code && one.path === path2))
        findings.push({ code, severity, path: path2, message, rule });
    };
    const missing4 = texts.filter(({ word: word2 }) => !text3.includes(word2));
    const noTool = missing4.filter(({ kind: kind2 }) => kind2 === "tool").length;
    const allTools = texts.filter(({ kind: kind2 }) => kind2 === "tool").length;
    for (const { kind: kind2, path: path2, target } of missing4) {
      const { code, severity, what } = WORDS3[kind2];
      if (kind2 === "tool" && noTool === allTools) {
        add(
          code,
          severity,
          pathOfTools(row2),
          `${rule} does not write the tools: the model learns calls of what it is not shown.`
        );
      } else if (kind2 === "name")
        add(code, severity, path2, `${rule} does not write ${what}. Said once; other rows may have them too.`);
      else if (!(kind2 === "description" && noTool > 0))
        add(
          code,
          severity,
          path2,
          `${rule} does not write ${what}${target ? ", which is to be learned" : ""}: the model never sees it.`
        );
    }
    for (const { word: word2, path: path2, kind: kind2 } of texts) {
      const at = text3.indexOf(word2);
      if (at < 0) continue;
      const before = text3.slice(Math.max(0, at - 40), at);
      if (kind2 === "arguments" && before.endsWith('\\"'))
        add(
          "template-encodes-twice",
          "error",
          path2,
          `${rule} encodes the arguments of this call twice: the model learns to write escaped JSON.`
        );
      if (/[[{,:(]\s?'$/.test(before) && text3.charAt(at + word2.length) === "'")
        add(
          "template-prints-python",
          "error",
          path2,
          `${rule} prints a list or object in Python's form here (${JSON.stringify(before.slice(-16))}\u2026).`
        );
    }
    const none = /(?<![\w"'])(?:None|True|False)(?![\w"'])/.exec(text3);
    if (none && !template.source(chat.tools !== void 0).includes(`${none[0]}`) && !JSON.stringify(chat.tools ?? "").includes(none[0]))
      add(
        "template-prints-python",
        "error",
        "$.messages",
        `${rule} prints ${none[0]}, Python's word for a value of this row.`
      );
    return findings;
  }
  function raising(error, row2, chat, answer) {
    if (error.code === "unsupported" || error.code === "limit") return notChecked(error);
    return {
      code: "template-raises",
      severity: "error",
      path: pathOfFailure(chat, row2, answer),
      message: `The chat template refuses this row, and the training would end at it. ${error.message}`,
      rule: template.name
    };
  }
  function notChecked(error) {
    const message = `Whether all of the row is in its rendering is not known. ${error.message}`;
    return { code: "template-not-checked", severity: "warning", path: "$", message, rule: template.name };
  }
  function pathOfFailure(chat, row2, answer) {
    const renders = (count2) => {
      try {
        renderMessages(template, chat.messages.slice(0, count2), chat.tools, options);
        return true;
      } catch (error) {
        if (TemplateError.isInstance(error)) return false;
        throw error;
      }
    };
    const all2 = chat.messages.length;
    if (all2 > 64) return "$";
    let last2 = 0;
    for (let count2 = 1; count2 < all2; count2 += 1) if (renders(count2)) last2 = count2;
    return last2 === 0 ? "$" : chat.messages[last2] === void 0 ? "$" : messagePath(row2, last2, answer);
  }
}
function templateCheckOptions(given) {
  return isOptions(given) ? given : { template: given };
}
function isOptions(given) {
  return isRecord(given) && "template" in given;
}
var optionsKind = object({
  ...chatTemplateKinds,
  template: required(templateKind),
  arguments: argumentsKind
});
var templateCheckKind = {
  expected: `${templateKind.expected}, or an object with it`,
  fits: (value) => templateKind.fits(value) || isOptions(value),
  inspect: (value, option) => {
    if (isOptions(value)) optionsKind.inspect?.(value, option);
  }
};
function messagePath(row2, index, answer) {
  if ("completion" in row2 && "label" in row2) {
    const prompt = "prompt" in row2 && Array.isArray(row2.prompt) ? row2.prompt.length : 1;
    return index < prompt ? sidePath(row2, "prompt", index) : sidePath(row2, "completion", index - prompt);
  }
  if (!("input" in row2) || !isRecord(row2.input)) return `$.messages[${index}]`;
  const input = Array.isArray(row2.input.messages) ? row2.input.messages.length : 0;
  return index < input ? `$.input.messages[${index}]` : `$.${answer}[${index - input}]`;
}
function sidePath(row2, side, index) {
  return Array.isArray(row2[side]) ? `$.${side}[${index}]` : `$.${side}`;
}
function pathOfTools(row2) {
  return "input" in row2 ? "$.input.tools" : "$.tools";
}

// src/messages/text-of-content.ts
function textOfContent(content2, { between = "", other } = {}) {
  if (typeof content2 === "string") return content2;
  const texts = arrayOf(content2).map((part2, index) => {
    if (!isRecord(part2)) return void 0;
    return typeof part2.text === "string" ? part2.text : other?.(part2, index);
  });
  return texts.filter((text3) => text3 !== void 0).join(between);
}

// src/train/backends/shared/conversation.ts
function isUnpaired(row2) {
  return "completion" in row2 && "label" in row2;
}
function isPreference(row2) {
  return "preferred_output" in row2;
}
function textWithRefusals(content2) {
  return textOfContent(content2, {
    other: ({ refusal }) => typeof refusal === "string" ? refusal : void 0
  });
}
function answerTextOf({ content: content2, refusal }) {
  return textWithRefusals(content2) || (refusal ?? "");
}
function inCommonForm(row2) {
  if (isUnpaired(row2)) {
    const { prompt, completion } = row2;
    return {
      ...row2,
      ...typeof prompt !== "string" && { prompt: prompt.map(commonMessage) },
      ...typeof completion !== "string" && { completion: completion.map(commonAnswer) }
    };
  }
  if (!isPreference(row2)) return { ...row2, messages: row2.messages.map(commonMessage) };
  const [preferred] = row2.preferred_output;
  const [rejected] = row2.non_preferred_output;
  return {
    ...row2,
    input: { ...row2.input, messages: row2.input.messages.map(commonMessage) },
    ...row2.preferred_output.length === 1 && { preferred_output: [commonAnswer(preferred)] },
    ...row2.non_preferred_output.length === 1 && { non_preferred_output: [commonAnswer(rejected)] }
  };
}
function commonMessage(message) {
  if (message.role === "assistant") return commonAnswer(message);
  return message.role === "developer" ? { ...message, role: "system" } : message;
}
function commonAnswer(message) {
  const parts = Array.isArray(message.content) ? message.content : [];
  if (message.refusal === void 0 && !parts.some((part2) => "refusal" in part2)) return message;
  const kept = { ...message, content: answerTextOf(message) };
  delete kept.refusal;
  return kept;
}

// src/train/backends/shared/conversion.ts
function isRow(row2) {
  if (!isRecord(row2)) return false;
  if ("completion" in row2 && "label" in row2)
    return [...unpairedMessages(row2["prompt"], "user"), ...unpairedMessages(row2["completion"], "assistant")].every(
      isRecord
    );
  const messages = isRecord(row2["input"]) ? row2["input"]["messages"] : row2["messages"];
  return Array.isArray(messages) && messages.every(isRecord);
}

// src/train/backends/shared/template.ts
function templateAtHand(given, model) {
  if (given !== void 0) return readChatTemplate(given);
  if (!existsSync2(model) || !statSync2(model).isDirectory()) return void 0;
  try {
    return readChatTemplate(model);
  } catch (error) {
    if (InvalidOptionError.isInstance(error)) return void 0;
    throw error;
  }
}
function withTemplate(rules, template) {
  if (template === void 0) return rules;
  const check = createTemplateCheck(template);
  return {
    ...rules,
    check(row2, report) {
      let faulty = false;
      rules.check?.(row2, (finding) => {
        faulty ||= finding.severity === "error";
        report(finding);
      });
      if (!faulty && isRow(row2)) check(inCommonForm(row2), report);
    }
  };
}

// src/train/backends/trl/checkpoints.ts
import { existsSync as existsSync3 } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join as join3 } from "node:path";

// src/internal/json.ts
function jsonOrUndefined(text3) {
  try {
    return JSON.parse(text3);
  } catch {
    return void 0;
  }
}
function jsonOrText(text3) {
  const value = jsonOrUndefined(text3);
  return value === void 0 ? text3 : value;
}

// src/train/backends/trl/checkpoints.ts
async function listCheckpoints(output) {
  if (!existsSync3(output)) return [];
  const steps = (await readdir(output)).flatMap(
    (name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ? [Number(name.slice(11))] : []
  );
  const checkpoints = await Promise.all(steps.sort((a, b) => a - b).map((step) => readCheckpoint(output, step)));
  return checkpoints.filter((checkpoint) => checkpoint !== void 0);
}
async function readCheckpoint(output, step) {
  const path2 = join3(output, `checkpoint-${step}`);
  const file = join3(path2, "trainer_state.json");
  if (!existsSync3(file)) return void 0;
  const state = jsonOrUndefined(await readFile(file, "utf8"));
  if (!isRecord(state)) return void 0;
  const entries2 = Array.isArray(state.log_history) ? state.log_history.filter(isRecord) : [];
  const metrics = Object.assign({}, ...entries2.slice(-2));
  const evaluated = entries2.findLast((entry) => entry.step === step && typeof entry.eval_loss === "number");
  if (evaluated) metrics.validationLoss = evaluated.eval_loss;
  return {
    id: `checkpoint-${step}`,
    step,
    epoch: typeof state.epoch === "number" ? state.epoch : void 0,
    model: path2,
    metrics: Object.fromEntries(
      Object.entries(metrics).filter((entry) => typeof entry[1] === "number")
    )
  };
}

// src/internal/load-package.ts
async function loadPackage(packageName, purpose, importIt) {
  try {
    return await importIt();
  } catch (cause) {
    const installed = packageName.split("/").slice(0, packageName.startsWith("@") ? 2 : 1).join("/");
    if (!isMissing(cause, installed)) throw cause;
    throw new MissingPackageError({
      packageName: installed,
      message: `${purpose} needs the package ${installed}, which is not installed.`,
      hint: `Install it: npm install ${installed}`,
      cause
    });
  }
}
function isMissing(error, packageName) {
  const { code, message } = error;
  const missing4 = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || // What a bundle of Vite throws has no code.
  code === void 0 && (message?.startsWith("Could not resolve ") ?? false);
  return missing4 && (message?.includes(packageName) ?? false);
}

// src/train/backends/shared/yaml.ts
async function yamlText(config) {
  const { stringify } = await loadPackage("yaml", "Writing the trainer's config", () => import("yaml"));
  return stringify(config);
}

// src/train/backends/shared/read.ts
function defined(object2) {
  return Object.fromEntries(Object.entries(object2).filter(([, value]) => value !== void 0));
}

// src/train/backends/trl/config.ts
function trlCommand(method) {
  return method === "preference" ? "dpo" : method === "unpaired" ? "kto" : "sft";
}
function trlConfig(options, { method, validation, epochs, seed, evaluateEvery }) {
  const { lora = {}, trainOn = "last", config = {} } = options;
  const { saveSteps = evaluateEvery ?? 100 } = options;
  return defined({
    model_name_or_path: options.model,
    ...dataConfig(validation),
    output_dir: "output",
    num_train_epochs: epochs,
    seed,
    learning_rate: options.learningRate,
    per_device_train_batch_size: options.perDeviceBatchSize,
    gradient_accumulation_steps: options.gradientAccumulation,
    max_length: options.maxLength,
    lr_scheduler_type: options.scheduler,
    // transformers 5 reads a number below 1 as a share of all steps; warmup_ratio is gone.
    warmup_steps: options.warmupRatio,
    weight_decay: options.weightDecay,
    ...method === "supervised" ? {} : { beta: options.beta },
    ...method === "unpaired" ? labelConfig(options) : {},
    logging_steps: options.loggingSteps,
    save_strategy: "steps",
    save_steps: saveSteps,
    // The best checkpoint is kept, however few are.
    ...validation ? {
      eval_strategy: "steps",
      eval_steps: evaluateEvery ?? saveSteps,
      metric_for_best_model: "eval_loss",
      greater_is_better: false
    } : {},
    save_total_limit: options.keepCheckpoints ?? 2,
    report_to: "none",
    ...method === "supervised" && trainOn === "all" ? { assistant_only_loss: true } : {},
    ...lora === false ? {} : loraConfig(lora),
    ...config
  });
}
function dataFiles(validation) {
  return validation ? { train: "data/train.jsonl", validation: "data/validation.jsonl" } : { train: "train.jsonl" };
}
function dataConfig(validation) {
  if (validation) return { dataset_name: "data", dataset_train_split: "train", dataset_test_split: "validation" };
  return { datasets: [{ path: "json", data_files: { train: dataFiles(false).train }, split: "train" }] };
}
function loraConfig({ rank, alpha, dropout, targetModules = "all-linear" }) {
  return { use_peft: true, lora_r: rank, lora_alpha: alpha, lora_dropout: dropout, lora_target_modules: targetModules };
}
function labelWeights({
  config = {},
  ...options
}) {
  const { desirable_weight: desirable, undesirable_weight: undesirable } = config;
  return {
    desirableWeight: typeof desirable === "number" ? desirable : options.desirableWeight ?? 1,
    undesirableWeight: typeof undesirable === "number" ? undesirable : options.undesirableWeight ?? 1
  };
}
function labelConfig({ perDeviceBatchSize, desirableWeight, undesirableWeight, config = {} }) {
  if (perDeviceBatchSize === 1 && config.loss_type !== "apo_zero_unpaired") {
    throw new InvalidOptionError({
      option: "perDeviceBatchSize",
      value: perDeviceBatchSize,
      message: "KTO compares the answers of a batch with each other, so a batch must hold at least two rows.",
      hint: 'Raise perDeviceBatchSize (TRL recommends 4 or more), or pass config: { loss_type: "apo_zero_unpaired" }.'
    });
  }
  return { desirable_weight: desirableWeight, undesirable_weight: undesirableWeight };
}
async function configText(config, command) {
  return `# Run again by hand, in this folder: ${command}
${await yamlText(config)}`;
}

// src/train/backends/trl/python/check_rows.py
var check_rows_default = '"""Refuses rows that the chat template raises on, and rows longer than max_length, which TRL would cut in silence."""\n\nimport json\nimport os\nimport sys\n\nimport yaml\nfrom transformers import AutoTokenizer\n\nwith open("config.yaml", encoding="utf-8") as file:\n    config = yaml.safe_load(file)\nlimit = config.get("max_length", 1024)\ntokenizer = AutoTokenizer.from_pretrained(config["model_name_or_path"], revision=config.get("model_revision"))\ntemplate = config.get("chat_template_path")\nif template and os.path.isfile(template):\n    with open(template, encoding="utf-8") as file:\n        tokenizer.chat_template = file.read()\nelif template:\n    tokenizer.chat_template = AutoTokenizer.from_pretrained(template).chat_template\nif tokenizer.chat_template is None:\n    sys.exit(0)  # trl reports that itself\nrefused, long = [], []\n\n\ndef lines(name):\n    """The rows with their numbers. Only a line feed ends a row: texts may hold any other line end of Unicode."""\n    with open(name, encoding="utf-8", newline="\\n") as file:\n        for number, text in enumerate(file, 1):\n            if text.strip():\n                yield number, text\n\n\ndef check(name, number, row):\n    tools = json.loads(row["tools"]) if row.get("tools") else None\n    for answer in ("completion", "chosen", "rejected", "messages"):\n        if answer in row:\n            messages = row.get("prompt", []) + row[answer]\n            rendered = tokenizer.apply_chat_template(messages, tools=tools, tokenize=False)\n            if limit is None:\n                continue\n            length = len(tokenizer(rendered, add_special_tokens=False)["input_ids"])\n            if length > limit:\n                long.append(f"{name} line {number} has {length} tokens")\n                return\n\n\nfor name in ("train.jsonl", "data/train.jsonl", "data/validation.jsonl"):\n    if os.path.exists(name):\n        for number, text in lines(name):\n            try:\n                check(name, number, json.loads(text))\n            except Exception as error:  # whatever a template raises: the row and the reason, and no traceback\n                reason = " ".join(f"{type(error).__name__}: {error}".split())\n                refused.append(f"{name} line {number}: {reason[:300]}")\n\n\ndef shown(found):\n    return "; ".join(found[:20]) + (f"; and {len(found) - 20} more" if len(found) > 20 else "")\n\n\nif refused:\n    print(f"rows-refused: {shown(refused)}. The chat template does not render these rows.", flush=True)\nif long:\n    advice = "Raise maxLength or leave these rows out."\n    print(f"rows-too-long: {shown(long)}; max_length is {limit}. {advice}", flush=True)\nsys.exit(1 if refused or long else 0)\n';

// src/train/backends/trl/python/inspect_packages.py
var inspect_packages_default = '"""Prints what of Python is there, as one line of JSON."""\nimport json, sys\nfrom importlib.metadata import PackageNotFoundError, version\nfound = {}\nfor name in ("trl", "transformers", "torch", "datasets", "accelerate", "peft"):\n    try:\n        found[name] = version(name)\n    except PackageNotFoundError:\n        found[name] = None\nprint(json.dumps({"python": sys.version.split()[0], "packages": found}))\n';

// src/train/backends/trl/python/merge_adapter.py
var merge_adapter_default = '"""Merges an adapter into its base model, whole or not at all."""\nimport os, shutil, sys\nfrom peft import AutoPeftModelForCausalLM\nfrom transformers import AutoTokenizer\n\nadapter, directory, mark = sys.argv[1:]\npart = f"{directory}.{os.getpid()}.part"\nmodel = AutoPeftModelForCausalLM.from_pretrained(adapter, dtype="auto", device_map="cpu").merge_and_unload()\nmodel.save_pretrained(part)\nAutoTokenizer.from_pretrained(adapter).save_pretrained(part)\nwith open(os.path.join(part, "merged-from"), "w", encoding="utf-8") as file:\n    file.write(mark)\nshutil.rmtree(directory, ignore_errors=True)\nos.rename(part, directory)\n';

// src/train/backends/trl/python/resume.py
var resume_default = `"""Resumes from the last whole checkpoint, where trl's own commands start over, and stops early where that is asked."""
import glob, json, os, re, runpy, sys
import trl
from transformers import EarlyStoppingCallback

def whole(path):
    try:
        with open(f"{path}/trainer_state.json", encoding="utf-8") as file:
            json.load(file)
        return True
    except (OSError, ValueError):
        return False

found = [path for path in glob.glob("output/checkpoint-*") if re.search(r"-\\d+$", path) and whole(path)]
last = max(found, key=lambda path: int(path.rsplit("-", 1)[1]), default=None)
print(f"Resuming from {last}" if last else "No whole checkpoint was found: starting over", flush=True)
method = sys.argv.pop(1)
trainer = {"sft": trl.SFTTrainer, "dpo": trl.DPOTrainer, "kto": trl.KTOTrainer}[method]
begin = trainer.train
# trl 1.13 passes no checkpoint here; later versions pass what the config names, which is none.



def train(self, **options):
    if os.path.exists("early_stopping.json"):
        with open("early_stopping.json", encoding="utf-8") as file:
            asked = json.load(file)
        self.add_callback(EarlyStoppingCallback(asked.get("patience", 3), asked.get("threshold", 0.0)))
    return begin(self, **{**options, "resume_from_checkpoint": last})


trainer.train = train
runpy.run_module(f"trl.scripts.{method}", run_name="__main__")
`;

// src/train/backends/trl/scripts.ts
var CHECK_ROWS = check_rows_default;
var RESUME = resume_default;
var MERGE = merge_adapter_default;
var INSPECT = inspect_packages_default;
var TRAINING_BEGINS = "Training begins by config.yaml.";
function trainScript({ python, begin, goOn }) {
  return `#!/bin/sh
# Trains by config.yaml in this folder. Run again by hand: sh train.sh
cd "$(dirname "$0")" || exit 1
PYTHON=\${PYTHON:-${shellQuote(python)}}
rm -f exit-code
echo $$ > pid
echo "${TRAINING_BEGINS}"
train() {
  if ls output/checkpoint-*/trainer_state.json > /dev/null 2>&1; then
    ${goOn}
  else
    ${begin}
  fi
}
"$PYTHON" check_rows.py && train
code=$?
echo "$code" > exit-code.part && mv exit-code.part exit-code
exit "$code"
`;
}
function shellQuote(text3) {
  return /^[\w@%+=:,./-]+$/.test(text3) ? text3 : `'${text3.replaceAll("'", `'\\''`)}'`;
}

// src/train/backends/trl/failures.ts
var GO_ON = "The same fineTune call goes on from the last checkpoint.";
var KNOWN = [
  {
    code: "out-of-memory",
    pattern: /OutOfMemoryError|out of memory|Cannot allocate memory|DefaultCPUAllocator|MemoryError/i,
    advice: "Lower perDeviceBatchSize (and raise gradientAccumulation by the same factor) or maxLength, train with LoRA, or load in 4 bit (config: { load_in_4bit: true })."
  },
  {
    code: "missing-package",
    pattern: /ModuleNotFoundError: No module named '([\w.]+)'|ImportError: .*pip install/,
    advice: "Install it into the Python that trains."
  },
  {
    code: "model-not-found",
    pattern: /Repo id must (?:be in the form|use alphanumeric)|HFValidationError|is not a local folder and is not a valid model identifier|RepositoryNotFoundError|Repository Not Found|LocalEntryNotFoundError|couldn't find (?:it|them) in the cached files|Can't load the (?:configuration|model)/i,
    advice: "Check the name or path, the network, and HF_TOKEN where the model is gated."
  },
  {
    code: "gated-model",
    pattern: /GatedRepoError|access to (?:this )?(?:model|repo) .*(?:restricted|gated)|401 Client Error|403 Client Error/i,
    advice: "Accept the model's licence on the hub and set HF_TOKEN."
  },
  {
    code: "no-chat-template",
    pattern: /chat_template is not set|does not have a chat template|generate assistant masks/i,
    advice: 'Choose an instruction-tuned model, pass config: { chat_template_path }, or use trainOn: "last".'
  },
  {
    // What a shell prints of a process that got SIGKILL.
    code: "interrupted",
    pattern: /^Killed\b/m,
    advice: `It was killed from outside: by the system for lack of memory most often (then lower perDeviceBatchSize or maxLength), or by somebody. ${GO_ON}`
  },
  { code: "disk-full", pattern: /No space left on device|ENOSPC/, advice: "Make room, or lower keepCheckpoints." }
];
var ROWS = /^(rows-too-long|rows-refused): (.*)$/m;
function interrupted(message) {
  return { code: "interrupted", message: `${message} ${GO_ON}` };
}
function readFailure(wholeLog, runnersMessage) {
  const [log = ""] = wholeLog.split(TRAINING_BEGINS).slice(-1);
  const [, code, message = ""] = ROWS.exec(log) ?? [];
  if (code !== void 0) {
    const line = /line (\d+)/.exec(message)?.[1];
    return { code, message, line: line === void 0 ? void 0 : Number(line) };
  }
  const known2 = KNOWN.find(({ pattern }) => pattern.test(log));
  const own = lastError(log);
  if (known2) return { code: known2.code, message: `${own} ${known2.advice}` };
  const end = runnersMessage?.split("\n")[0]?.replace(/, last available logs.*$/, ".");
  if (!end) return { code: "training-failed", message: own };
  const signalled = /exit code (?:-\d+|1[3-5]\d)\b/.test(end);
  return signalled ? interrupted(end) : { code: "training-failed", message: `${own} (${end})` };
}
function lastError(log) {
  const lines = log.split(/[\r\n]+/).filter((line) => line.trim() !== "" && !line.includes("%|"));
  const error = lines.findLast(
    (line) => /^(?:[\w.]*(?:Error|Exception|Interrupt))\b/.test(line) && !line.startsWith("subprocess.CalledProcessError")
  );
  return (error ?? lines.at(-1) ?? "The training printed nothing.").trim().slice(0, 2e3);
}

// src/train/backends/trl/log.ts
var METRICS = /\{'(?:loss|eval_loss|train_runtime|train_loss)'.*\}/;
var ENTRY = /'([\w/]+)': '?(-?(?:\d+\.?\d*(?:e[+-]?\d+)?|nan|inf))'?/g;
var PROGRESS = /^\s*\d+%\|.*\|\s*(\d+)\/(\d+) \[[\d:]+<(?:([\d:]+)|\?)/;
var WARNING = /\b(?:UserWarning|FutureWarning|DeprecationWarning|WARNING)\b/;
function readMetrics(line) {
  const found = METRICS.exec(line)?.[0];
  if (found === void 0) return void 0;
  return Object.fromEntries([...found.matchAll(ENTRY)].map(([, name, value]) => [name, Number(value)]));
}
function completeLines(text3) {
  const end = Math.max(text3.lastIndexOf("\n"), text3.lastIndexOf("\r")) + 1;
  return { lines: text3.slice(0, end).split(/[\r\n]+/), length: end };
}
function readEvents(lines, offset) {
  const events = [];
  const totals = new Set(lines.flatMap((line) => readStep(line)?.total ?? []));
  const total = Math.max(...totals);
  let step;
  for (const [index, line] of lines.entries()) {
    const id = `${offset}:${index}`;
    const bar = readStep(line);
    if (bar?.total === total) step = bar.step;
    const metrics = readMetrics(line);
    const unsure = metrics?.eval_loss !== void 0 && totals.size < 2;
    if (metrics)
      events.push({
        id,
        level: "info",
        message: describe(metrics),
        metrics: step === void 0 || unsure ? metrics : { step, ...metrics }
      });
    else if (isMessage(line)) events.push({ id, level: levelOf(line), message: line.trim() });
  }
  return events;
}
function readProgress(lines) {
  const bars = lines.map(readStep).filter((found) => found !== void 0);
  const total = bars.reduce((most, bar2) => Math.max(most, bar2.total), 0);
  const bar = bars.findLast((found) => found.total === total);
  const metrics = lines.map(readMetrics).findLast((found) => found?.epoch !== void 0);
  return {
    ...bar && {
      step: bar.step,
      totalSteps: bar.total,
      fraction: bar.total > 0 ? bar.step / bar.total : 0,
      secondsRemaining: bar.secondsRemaining
    },
    ...metrics && { epoch: metrics.epoch, tokens: metrics.num_tokens }
  };
}
function readStep(line) {
  const found = PROGRESS.exec(line);
  if (!found) return void 0;
  const remaining = found[3]?.split(":").reduce((sum, part2) => sum * 60 + Number(part2), 0);
  return { step: Number(found[1]), total: Number(found[2]), secondsRemaining: remaining };
}
function describe(metrics) {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value}`).join(", ");
}
function isMessage(line) {
  return line.trim() !== "" && !line.includes("%|") && !/^\s/.test(line) && !WARNING.test(line) && !/ examples\/s\]/.test(line);
}
function levelOf(line) {
  return /^\w*(?:Error|Exception)\b|^Traceback/.test(line) ? "error" : "info";
}

// src/train/backends/shared/kinds.ts
var keyKind = either(text, callback);
var fieldsKind = kind("an object", isRecord);
var templateKind2 = either(
  text,
  kind("a URL or a chat template", (value) => typeof value === "object" && value !== null)
);
var tunedKind = kind(
  "a tuned model, as fineTune gives it",
  (value) => isRecord(value) && [value.backend, value.model, value.job, value.baseModel].every((one) => typeof one === "string")
);

// src/train/backends/trl/options.ts
var positive = number({ min: 0 });
var share = number({ min: 0, max: 1 });
var hyperparameterKinds = {
  learningRate: positive,
  perDeviceBatchSize: positiveInteger,
  gradientAccumulation: positiveInteger,
  maxLength: positiveInteger,
  scheduler: word("linear", "cosine", "constant", "constant_with_warmup"),
  warmupRatio: share,
  weightDecay: positive,
  beta: positive,
  desirableWeight: positive,
  undesirableWeight: positive,
  loggingSteps: positiveInteger,
  saveSteps: positiveInteger,
  keepCheckpoints: positiveInteger
};
var trlKinds = {
  model: required(text),
  python: text,
  runner: withMethods("a runner, such as local()", "plan", "start", "status", "stop", "result"),
  directory: text,
  lora: either(
    only(false),
    object({
      rank: positiveInteger,
      alpha: positive,
      dropout: share,
      targetModules: either(text, list(text))
    })
  ),
  trainOn: word("last", "all"),
  ...hyperparameterKinds,
  config: fieldsKind,
  template: templateKind2,
  accelerate: record(either(string, number(), boolean)),
  environment: record(string)
};
function hyperparametersOf(options) {
  const entries2 = Object.entries(options).filter(([name]) => Object.hasOwn(hyperparameterKinds, name));
  return Object.fromEntries(entries2);
}

// src/train/backends/trl/python.ts
import { execFile } from "node:child_process";
import { join as join4 } from "node:path";
import { promisify } from "node:util";
var run = promisify(execFile);
function defaultPython() {
  const { VIRTUAL_ENV } = process.env;
  return VIRTUAL_ENV ? join4(VIRTUAL_ENV, "bin", "python") : "python3";
}
async function inspectPython(python, lora) {
  const install = `Install it: ${python} -m pip install "trl>=1.13,<2"${lora ? " peft" : ""}`;
  const { packages } = await inspect(python);
  const wanted = ["trl", "transformers", "torch", "datasets", "accelerate", ...lora ? ["peft"] : []];
  const missing4 = wanted.filter((name) => !packages[name]);
  if (missing4.length > 0) {
    throw new MissingPackageError({
      packageName: missing4[0],
      message: `Training needs the Python package${missing4.length > 1 ? "s" : ""} ${missing4.join(", ")}, which ${python} does not have.`,
      hint: install
    });
  }
  const [major = 0, minor = 0] = packages.datasets.split(".").map(Number);
  if (major < 4 || major === 4 && minor < 7) {
    throw new MissingPackageError({
      packageName: "datasets",
      message: `${python} has datasets ${packages.datasets}; versions before 4.7 mix the arguments of different tool calls.`,
      hint: `Update it: ${python} -m pip install "datasets>=4.7"`
    });
  }
}
async function inspect(python) {
  try {
    const { stdout } = await run(python, ["-c", INSPECT]);
    return JSON.parse(stdout);
  } catch (cause) {
    throw new MissingPackageError({
      packageName: "python",
      message: `There is no working Python at ${python}.`,
      hint: 'Make a virtual environment (python3 -m venv .venv && .venv/bin/python -m pip install "trl>=1.13,<2" peft) and pass python: ".venv/bin/python".',
      cause
    });
  }
}

// src/train/backends/trl/continue.ts
import { existsSync as existsSync5 } from "node:fs";
import { join as join6, resolve as resolve2 } from "node:path";

// src/train/backends/trl/merge-adapter.ts
import { execFile as execFile2 } from "node:child_process";
import { existsSync as existsSync4 } from "node:fs";
import { readFile as readFile2, stat } from "node:fs/promises";
import { basename as basename2, join as join5, resolve } from "node:path";
import { promisify as promisify2 } from "node:util";
var run2 = promisify2(execFile2);
async function mergeAdapter(tuned, options = {}) {
  checkArgument("tuned", tuned, tunedKind);
  checkOptions("mergeAdapter", options, {
    python: text,
    directory: text,
    environment: record(string),
    signal: abortSignal
  });
  const { python = defaultPython(), environment, signal } = options;
  if (tuned.details?.adapter !== true) {
    throw new InvalidOptionError({
      option: "tuned",
      value: tuned.model,
      message: `${tuned.model} is not an adapter.`,
      hint: "A model that was trained with lora: false is whole already."
    });
  }
  const directory = resolve(
    options.directory ?? (existsSync4(tuned.model) ? `${tuned.model}-merged` : join5("fine-tunes", `${tuned.job}-merged`))
  );
  const mark2 = await markOf(tuned.model);
  if (await readFile2(join5(directory, "merged-from"), "utf8").catch(() => void 0) === mark2) return directory;
  try {
    await run2(python, ["-c", MERGE, tuned.model, directory, mark2], {
      signal,
      env: { ...process.env, ...environment },
      maxBuffer: 64 * 2 ** 20
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr = "", message } = cause;
    throw new FinetuneError({
      message: `The adapter ${tuned.model} could not be merged into ${tuned.baseModel}. ${redactCredentials(readFailure(stderr || message).message, ...secretsOfEnvironment({ ...process.env, ...environment }))}`,
      hint: `The whole of ${basename2(tuned.baseModel)} must fit into memory. ${python} needs peft and transformers.`,
      cause
    });
  }
  return directory;
}
async function markOf(model) {
  const weights = join5(model, "adapter_model.safetensors");
  if (!existsSync4(weights)) return model;
  const { size, mtimeMs } = await stat(weights);
  return `${model} ${size} ${mtimeMs}`;
}

// src/train/backends/trl/continue.ts
async function wholeModel(from, { python, runner, environment, signal }) {
  if (from === void 0) return void 0;
  const here = existsSync5(from.model);
  const adapter = here ? existsSync5(join6(from.model, "adapter_config.json")) : from.details?.adapter === true;
  if (!adapter) return here ? resolve2(from.model) : from.model;
  if (!here || !runner.local) {
    throw new InvalidOptionError({
      option: "from",
      value: from.model,
      message: `${from.model} is an adapter, which must be merged into its base model before a training goes on from it.`,
      hint: "Merge it where it lies (mergeAdapter), and pass the whole model's path as from."
    });
  }
  const tuned = {
    backend: "trl",
    job: "adapter",
    baseModel: from.model,
    method: "supervised",
    ...from,
    details: { ...from.details, adapter: true }
  };
  return mergeAdapter(tuned, { python, environment, signal });
}

// src/source.ts
var row = kind("an object: a row or a session", () => false);
function learnedMessages(example) {
  const { messages } = example;
  const places = [];
  if (!Array.isArray(messages)) return places;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (typeof message !== "object" || message === null) continue;
    const { role, weight } = message;
    if (role === "assistant" && weight !== 0) places.push(index);
  }
  return places;
}

// src/train/backends/trl/rows.ts
function renderTrlRow(row2, forms = USUAL_FORMS) {
  const render = (given) => toTemplateMessages(given.map(withSystemRole), forms);
  if ("input" in row2) {
    return {
      prompt: render(row2.input.messages),
      chosen: render(row2.preferred_output),
      rejected: render(row2.non_preferred_output),
      ...renderTools(row2.input.tools)
    };
  }
  if ("completion" in row2) {
    return {
      prompt: render(unpairedMessages(row2.prompt, "user")),
      completion: render(unpairedMessages(row2.completion, "assistant")),
      label: row2.label,
      ...renderTools(row2.tools)
    };
  }
  const { messages } = row2;
  const first3 = learnedMessages(row2)[0] ?? messages.length - 1;
  return {
    prompt: render(messages.slice(0, first3)),
    completion: render(messages.slice(first3)),
    ...renderTools(row2.tools)
  };
}
function renderTools(tools) {
  const written3 = toTemplateTools(tools);
  return written3 ? { tools: stringifyExact(written3) } : {};
}
function withSystemRole(message) {
  return message.role === "developer" ? { ...message, role: "system" } : message;
}

// src/train/backends/trl/rules.ts
var trlRules = (trainOn = "last", unpaired = { desirableWeight: 1, undesirableWeight: 1 }) => ({
  name: "TRL",
  minRows: 1,
  tools: true,
  functions: false,
  finalToolCall: true,
  // Chat templates render the content alone.
  refusals: false,
  loss: trainOn === "all" ? "completion" : "last",
  parallelToolCalls: true,
  // Chat templates of models that reason render it under this name.
  reasoning: "reasoning_content",
  images: false,
  preference: true,
  unpaired,
  check(row2, report) {
    if (!isRecord(row2) || !Array.isArray(row2.messages)) return;
    const last2 = row2.messages.at(-1);
    if (isRecord(last2) && last2.role !== "assistant") {
      report({
        path: `$.messages[${row2.messages.length - 1}].role`,
        code: "last-not-assistant",
        severity: "error",
        message: "The last message must be the answer: it is what is trained."
      });
    }
  }
});

// src/train/backends/trl/runners/local.ts
import { execFile as execFile3, spawn } from "node:child_process";
import { open as open2, readFile as readFile3, rm as rm2, writeFile } from "node:fs/promises";
import { join as join7 } from "node:path";
import { promisify as promisify3 } from "node:util";

// src/internal/delay.ts
function delay(milliseconds2, signal) {
  return new Promise((resolve4, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve4();
    }, milliseconds2);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

// src/train/backends/trl/runners/local.ts
var run3 = promisify3(execFile3);
function local(options = {}) {
  checkOptions("local", options, { grace: number({ min: 0 }) });
  const { grace = 5e3 } = options;
  return {
    name: "local",
    local: true,
    plan: ({ directory, script }) => ({ directory, script }),
    async start(work, plan, { signal }) {
      if (process.platform === "win32") {
        throw new FinetuneError({
          message: "The local runner needs a POSIX system.",
          hint: "Use WSL, or a remote runner."
        });
      }
      for (const left of ["stopped", "pid", "exit-code"]) await rm2(join7(work.directory, left), { force: true });
      const log = await open2(join7(work.directory, "train.log"), "a");
      try {
        const child = spawn("sh", [join7(work.directory, work.script)], {
          cwd: work.directory,
          detached: true,
          stdio: ["ignore", log.fd, log.fd],
          env: { ...process.env, PYTHONUNBUFFERED: "1", ...work.environment }
        });
        await new Promise((resolve4, reject) => {
          child.once("spawn", resolve4);
          child.once("error", reject);
        });
        child.unref();
      } finally {
        await log.close();
      }
      while (await readText(join7(work.directory, "pid")) === void 0) await delay(10, signal);
      return plan;
    },
    async status(handle) {
      const { directory } = readHandle(handle);
      const pid = await runningProcess(handle);
      const code = (await readText(join7(directory, "exit-code")))?.trim();
      if (code !== void 0) return { state: code === "0" ? "succeeded" : "failed", rawStatus: `exit code ${code}` };
      if (pid !== void 0) return { state: "running", rawStatus: "running" };
      if (await readText(join7(directory, "stopped")) !== void 0) return { state: "stopped", rawStatus: "stopped" };
      return {
        state: "lost",
        rawStatus: "process gone",
        message: "The training is gone and left no exit code: it was killed from outside, or the machine was restarted."
      };
    },
    async log(handle, offset) {
      const { directory } = readHandle(handle);
      const file = await open2(join7(directory, "train.log"), "r").catch(() => void 0);
      if (!file) return { text: "", next: offset };
      try {
        const { size } = await file.stat();
        const buffer = Buffer.alloc(Math.max(0, size - offset));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        return { text: buffer.toString("utf8", 0, bytesRead), next: offset + bytesRead };
      } finally {
        await file.close();
      }
    },
    async stop(handle, { signal }) {
      const pid = await runningProcess(handle);
      if (pid === void 0) return;
      await writeFile(join7(readHandle(handle).directory, "stopped"), "");
      signalGroup(pid, "SIGTERM");
      const end = Date.now() + grace;
      while (Date.now() < end && groupAlive(pid)) await delay(50, signal);
      if (groupAlive(pid)) signalGroup(pid, "SIGKILL");
    },
    async result(handle) {
      return join7(readHandle(handle).directory, "output");
    }
  };
}
function readHandle(handle) {
  const { directory, script } = handle;
  if (typeof directory !== "string" || typeof script !== "string") {
    throw new FinetuneError({
      message: "This is not a reference to a training on this machine.",
      hint: "Pass the reference as it was stored."
    });
  }
  return { directory, script };
}
async function runningProcess(handle) {
  const { directory, script } = readHandle(handle);
  const pid = Number((await readText(join7(directory, "pid")))?.trim());
  if (!Number.isInteger(pid) || pid <= 1) return void 0;
  try {
    const { stdout } = await run3("ps", ["-o", "args=", "-p", String(pid)]);
    return stdout.includes(join7(directory, script)) ? pid : void 0;
  } catch (error) {
    if (error.code === 1) return void 0;
    throw error;
  }
}
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
function groupAlive(pid) {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
async function readText(path2) {
  try {
    return await readFile3(path2, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return void 0;
    throw error;
  }
}

// src/train/backends/trl/runners/hf-jobs.ts
import { readFile as readFile4 } from "node:fs/promises";
import { join as join8 } from "node:path";

// src/http/load-api-key.ts
async function loadApiKey(service, apiKey, ...variables) {
  return givenApiKey(service, typeof apiKey === "function" ? await apiKey() : apiKey, ...variables);
}
function checkApiKey(service, apiKey, ...variables) {
  if (typeof apiKey !== "function") givenApiKey(service, apiKey, ...variables);
}
function givenApiKey(service, apiKey, ...variables) {
  const key = apiKey ?? variables.map((variable) => process.env[variable]).find((value) => value !== void 0 && value !== "");
  if (key !== void 0 && key !== "") return key;
  throw new MissingApiKeyError({
    variables: [...variables],
    message: `No API key for ${service}.`,
    hint: `Pass the option apiKey or set ${variables.join(" or ")}.`
  });
}

// src/http/service-failure.ts
var BY_STATUS = {
  401: "unauthorized",
  402: "payment-required",
  403: "forbidden",
  404: "not-found",
  408: "server-error",
  409: "conflict",
  413: "too-large",
  425: "server-error",
  429: "rate-limited",
  // The server will never have it: trying again does not help.
  501: "not-implemented",
  505: "not-implemented"
};
function codeOf({ status, code, timedOut, unreadable: unreadable2 }) {
  if (code !== void 0 && /insufficient_quota|billing|payment_required|credit/i.test(code)) return "payment-required";
  if (unreadable2) return "invalid-answer";
  if (timedOut) return "timeout";
  if (status === void 0) return "unreachable";
  return BY_STATUS[status] ?? (status >= 500 ? "server-error" : "invalid-request");
}
function failureOfBody(status, text3, headers) {
  const body = jsonOrText(text3);
  const outer = objectOf(body);
  const inner = isRecord(outer["error"]) ? outer["error"] : outer;
  const message = textOf(inner["message"]) ?? textOf(outer["error"]) ?? wordsOf(inner["detail"]) ?? textOf(inner["title"]) ?? (text3.trim() === "" ? "no body" : text3.replace(/\s+/g, " ").trim());
  return {
    status,
    code: textOf(inner["code"]) ?? textOf(inner["type"]) ?? textOf(inner["status"]),
    message,
    param: textOf(inner["param"]),
    body,
    headers
  };
}
function wordsOf(detail) {
  return Array.isArray(detail) && detail.length > 0 ? JSON.stringify(detail) : textOf(detail);
}
function textOf(value) {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : void 0;
}

// src/http/client-failure.ts
function failureOfClient(error) {
  const client = error;
  const inner = isRecord(client.error) ? client.error : void 0;
  const ofAws = isRecord(client.$metadata);
  const status = statusOf(client);
  const timedOut = isTimeout(error);
  if (isUnreadable(error)) return { status, message: "the answer is not JSON", unreadable: status === void 0 };
  if (status === void 0 && !timedOut && !isBrokenConnection(error)) return void 0;
  return {
    status,
    code: textOf(ofAws ? client.name : client.code) ?? textOf(client.type),
    message: textOf(inner?.["message"]) ?? messagesOf(error),
    param: textOf(client.param),
    body: client.error,
    headers: client.headers instanceof Headers ? client.headers : void 0,
    timedOut: status === void 0 && timedOut
  };
}
function isAbort(error) {
  return error.name === "AbortError" || error.name === "APIUserAbortError" || error.constructor.name === "APIUserAbortError";
}
function messagesOf(error) {
  const messages = [];
  for (const current of causesOf(error)) {
    const { code } = current;
    const own = current.message || (typeof code === "string" ? code : current.name);
    const parts = current instanceof AggregateError ? current.errors.map(messagesOf).join("; ") : "";
    const text3 = [own, parts].filter((part2) => part2 !== "").join(": ");
    if (!messages.some((message) => message.includes(text3))) messages.push(text3);
  }
  return messages.join(": ") || "no reason given";
}
function statusOf({ status, code, $metadata }) {
  const ofAws = isRecord($metadata) ? $metadata["httpStatusCode"] : void 0;
  return [status, ofAws, code].find(
    (value) => typeof value === "number" && value >= 300 && value < 600
  );
}
function isTimeout(error) {
  return error.name === "TimeoutError" || error.constructor.name === "APIConnectionTimeoutError" || error.name === "APIConnectionTimeoutError";
}
function isUnreadable(error) {
  return causesOf(error).some((cause) => cause instanceof SyntaxError && /JSON/.test(cause.message));
}
function isBrokenConnection(error) {
  if (/^APIConnection(?:Timeout)?Error$/.test(error.constructor.name)) return true;
  return causesOf(error).some(({ code, message }) => {
    const known2 = typeof code === "string" && /^(?:E[A-Z_]{3,}|UND_ERR_\w+|Z_\w+)$/.test(code) && !code.startsWith("ERR_");
    return known2 || /^(?:fetch failed|terminated|connection error\.?|socket hang up)$/i.test(message);
  });
}
function causesOf(error) {
  const causes = [];
  for (let current = error; current instanceof Error && causes.length < 5; current = current.cause)
    causes.push(current);
  return causes;
}

// src/http/retry-after.ts
function retryAfterOf(headers) {
  if (headers === void 0 || typeof headers.get !== "function") return void 0;
  const milliseconds2 = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(milliseconds2)) return Math.max(0, milliseconds2);
  const value = headers.get("retry-after")?.trim();
  if (!value) return void 0;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1e3 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : void 0;
}

// src/http/service-error.ts
var GENERAL_HINTS = {
  unauthorized: "Check the API key: it may be wrong, expired, or of another organisation or region.",
  "not-found": "Check the name or id, and the base URL.",
  unreachable: "Check the base URL and the network.",
  timeout: "Try again, or allow more time for a request.",
  "payment-required": "Check the account's billing.",
  "invalid-answer": "Check the base URL, and whether a proxy or a maintenance page answers in the service's place."
};
var MOST_WORDS = 500;
var MOST_DETAILS = 2e3;
function toServiceError(error, context) {
  if (!(error instanceof Error)) return new Error(`A value that is not an error was thrown: ${String(error)}`);
  if (FinetuneError.isInstance(error) || isAbort(error)) return error;
  const failure = failureOfClient(error);
  return failure === void 0 ? error : serviceError(failure, { ...context, cause: error });
}
function serviceError(failure, context) {
  const { service, purpose, secrets = [], hint, cause } = context;
  const clean = (text3) => redactCredentials(text3, ...secrets);
  const code = codeOf(failure);
  const request = context.request && clean(context.request.replace(/\?.*$/, ""));
  const words = clean(failure.message).slice(0, MOST_WORDS);
  return new ServiceError({
    service,
    code,
    status: failure.status,
    request,
    message: `${purpose === void 0 ? "" : `${purpose} failed: `}${sentence(service, code, failure, request)}: ${words}${/[.!?]$/.test(words) ? "" : "."}`,
    details: detailsOf(failure, clean),
    retryAfter: retryAfterOf(failure.headers),
    hint: hint?.(failure, code) ?? GENERAL_HINTS[code],
    // What could not be read is quoted by the parser's error.
    cause: failure.unreadable ? void 0 : safeCause(cause, clean)
  });
}
function isTransient(error) {
  return ServiceError.isInstance(error) && TRANSIENT.has(error.code);
}
var TRANSIENT = /* @__PURE__ */ new Set(["unreachable", "timeout", "rate-limited", "server-error", "invalid-answer"]);
function sentence(service, code, { status }, request) {
  const where = request === void 0 ? "" : ` (${request})`;
  if (code === "unreachable") return `${service} could not be reached${where}`;
  if (code === "timeout") return `${service} did not answer in time${where}`;
  const answered = status === void 0 ? "" : ` (HTTP ${status})`;
  const asked = request === void 0 ? "" : ` ${request}`;
  if (code === "invalid-answer")
    return `${service} gave an answer${asked && ` to${asked}`}${answered} that cannot be read`;
  return `${service} refused${asked}${answered}`;
}
function detailsOf({ code, param, message, body }, clean) {
  const details = { message: clean(message).slice(0, MOST_DETAILS) };
  if (code !== void 0) details["code"] = clean(code);
  if (param !== void 0) details["param"] = clean(param);
  if (isRecord(body)) {
    const cleaned = redactJson(body, clean);
    const text3 = JSON.stringify(cleaned);
    details["body"] = text3.length <= MOST_DETAILS ? cleaned : text3.slice(0, MOST_DETAILS);
  }
  return details;
}
function safeCause(cause, clean) {
  if (!(cause instanceof Error)) return void 0;
  const copy = new Error(clean(cause.message));
  copy.name = cause.name;
  copy.stack = cause.stack === void 0 ? void 0 : clean(cause.stack);
  return copy;
}

// src/train/backends/trl/runners/hf-jobs.ts
var STAGES = {
  QUEUED: "pending",
  SCHEDULING: "pending",
  UPDATING: "pending",
  RUNNING: "running",
  COMPLETED: "succeeded",
  ERROR: "failed",
  CANCELED: "stopped",
  CANCELLED: "stopped",
  STOPPED: "stopped",
  DELETING: "stopped",
  DELETED: "stopped"
};
function hfJobs(options) {
  checkOptions("hfJobs", options, {
    namespace: required(text),
    flavor: required(text),
    accessToken: keyKind,
    dockerImage: text,
    pip: list(text),
    timeoutSeconds: positiveInteger,
    hubUrl: text,
    fetch: callback,
    logPause: milliseconds
  });
  const { namespace: namespace2, flavor, hubUrl, fetch: fetch2 = globalThis.fetch, logPause = 2e3, timeoutSeconds = 21600 } = options;
  const {
    dockerImage = "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime",
    pip = ["trl>=1.13,<2", "peft", "huggingface_hub"]
  } = options;
  const hub = () => loadPackage("@huggingface/hub", "Running on Hugging Face Jobs", () => import("@huggingface/hub"));
  const token = async () => {
    const given = await loadApiKey("Hugging Face", options.accessToken, "HF_TOKEN");
    secrets.add(given);
    return given;
  };
  const secrets = new KnownSecrets();
  const call = (request) => withServiceErrors(request, secrets);
  const common = async (signal) => ({
    hubUrl,
    accessToken: await token(),
    fetch: ((input, init) => fetch2(input, signal ? { ...init, signal } : init))
  });
  const jobOf = async ({ job, label }, signal) => {
    if (typeof job === "string") return job;
    if (typeof label !== "string")
      throw new FinetuneError({
        message: "This is not a reference to a job on Hugging Face.",
        hint: "Pass the reference as it was stored."
      });
    const { listJobs } = await hub();
    const jobs = await call(async () => listJobs({ namespace: namespace2, ...await common(signal) }));
    const found = jobs.find(({ labels }) => labels?.["langsmith-finetune"] === label);
    if (found) return found.id;
    throw new ServiceError({
      service: "Hugging Face",
      code: "not-found",
      status: 404,
      message: `There is no job ${label} in ${namespace2}.`
    });
  };
  return {
    name: "hf-jobs",
    local: false,
    async checkSetup() {
      checkApiKey("Hugging Face", options.accessToken, "HF_TOKEN");
      await hub();
    },
    // The hub gives a job its id; until it is heard, the label finds it.
    plan: (work) => ({ label: work.id, model: `${namespace2}/${work.id}` }),
    async start(work, plan, { signal }) {
      const { createRepo, runJob, uploadFiles } = await hub();
      secrets.add(...secretsOfEnvironment(work.environment));
      const name = `${namespace2}/${work.id}`;
      const dataset = { type: "dataset", name };
      for (const repo of [dataset, { type: "model", name }]) {
        await call(async () => createRepo({ repo, private: true, ...await common(signal) })).catch(ignoreExisting);
      }
      const files = await Promise.all(
        work.files.map(async (path2) => ({
          path: path2,
          content: new Blob([new Uint8Array(await readFile4(join8(work.directory, path2)))])
        }))
      );
      await call(
        async () => uploadFiles({ repo: dataset, files, commitTitle: "Training rows and config", ...await common(signal) })
      );
      const command = [
        "mkdir -p /tmp/job && cp -RL /data/. /tmp/job && cd /tmp/job",
        `python -m pip install --quiet ${pip.map((item2) => `'${item2}'`).join(" ")}`,
        `PYTHON=python sh ${work.script}`,
        `hf upload ${name} output . --private`
      ].join(" && ");
      const job = await call(
        async () => runJob({
          namespace: namespace2,
          dockerImage,
          flavor,
          command: ["sh", "-c", command],
          environment: { PYTHONUNBUFFERED: "1" },
          // The environment may hold credentials, so all of it goes in encrypted.
          secrets: { ...work.environment, HF_TOKEN: await token() },
          volumes: [{ source: dataset, mountPath: "/data", readOnly: true }],
          timeoutSeconds,
          labels: { "langsmith-finetune": work.id },
          ...await common(signal)
        })
      );
      return { ...plan, job: job.id };
    },
    async status(handle, { signal }) {
      const { getJob } = await hub();
      const jobId = await jobOf(handle, signal);
      const { status } = await call(async () => getJob({ namespace: namespace2, jobId, ...await common(signal) }));
      return {
        state: STAGES[status.stage] ?? "pending",
        rawStatus: status.stage,
        message: status.message ?? void 0
      };
    },
    async log(handle, offset, { signal }) {
      const { streamJobLogs } = await hub();
      const jobId = await jobOf(handle, signal);
      const text3 = await call(
        async () => readUntilQuiet(streamJobLogs({ namespace: namespace2, jobId, ...await common(signal) }), logPause)
      );
      const bytes = Buffer.from(text3);
      return { text: bytes.subarray(offset).toString(), next: bytes.length };
    },
    async stop(handle, { signal }) {
      const { cancelJob } = await hub();
      const jobId = await jobOf(handle, signal);
      await call(async () => cancelJob({ namespace: namespace2, jobId, ...await common(signal) }));
    },
    async result(handle) {
      return String(handle.model);
    }
  };
}
async function readUntilQuiet(lines, pause) {
  let text3 = "";
  for (; ; ) {
    const next = lines.next();
    let timer;
    const quiet = new Promise((resolve4) => {
      timer = setTimeout(() => resolve4(void 0), pause);
    });
    const result = await Promise.race([next, quiet]);
    clearTimeout(timer);
    if (result === void 0) {
      next.catch(() => void 0);
      void lines.return().catch(() => void 0);
      return text3;
    }
    if (result.done) return text3;
    text3 += `${result.value.message}
`;
  }
}
async function withServiceErrors(request, { values: secrets }) {
  try {
    return await request();
  } catch (cause) {
    const { statusCode, message, url } = cause;
    const context = { service: "Hugging Face", request: url, cause, secrets, hint: adviseOn };
    throw statusCode === void 0 ? toServiceError(cause, context) : serviceError({ status: statusCode, message }, context);
  }
}
function adviseOn({ status }) {
  return status === 401 || status === 403 ? "Check that HF_TOKEN may write to the namespace and start jobs." : void 0;
}
function ignoreExisting(error) {
  if (!(ServiceError.isInstance(error) && error.status === 409)) throw error;
}

// src/train/backends/trl/runners/ray.ts
import { createHash as createHash2 } from "node:crypto";
import { readFile as readFile5 } from "node:fs/promises";
import { join as join9 } from "node:path";

// src/http/answer-check.ts
function unreadable(status, reason, headers) {
  return { status, message: reason, unreadable: true, headers };
}
function notJson(text3, headers) {
  if (text3.trim() === "") return "the answer is empty";
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
  const isWhole = /[\]}]\s*$/.test(text3) || !/^\s*[[{]/.test(text3);
  return `the answer is not JSON${isWhole ? "" : ", or ends before its end"} (${type ? `${type}, ` : ""}${text3.length} characters)`;
}

// src/http/retry.ts
import pRetry from "p-retry";

// src/http/own-pauses.ts
var FIRST_PAUSE = 500;
var LONGEST_PAUSE = 3e4;
var first2 = FIRST_PAUSE;
function ownPause(attempts) {
  return withJitter(Math.min(LONGEST_PAUSE, first2 * 2 ** (attempts - 1)));
}
function withJitter(milliseconds2) {
  return milliseconds2 * (0.75 + Math.random() * 0.5);
}

// src/http/retry.ts
var LONGEST_PAUSE2 = 10 * 6e4;
async function retryTransient(call, { signal, retries = 3, retryable = isTransient, onPause } = {}) {
  const mayRetry = (error, attempts) => retryable(error, attempts) && (error.retryAfter ?? 0) <= LONGEST_PAUSE2;
  return pRetry(call, {
    retries,
    minTimeout: 0,
    signal,
    shouldRetry: ({ error, attemptNumber }) => mayRetry(error, attemptNumber),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !mayRetry(error, attemptNumber)) return;
      const pause = error.retryAfter ?? ownPause(attemptNumber);
      onPause?.(error, pause);
      await delay(pause, signal);
    }
  });
}

// src/http/timeout.ts
var LONGEST_TIMER = 2 ** 31 - 1;
function startTimeout(milliseconds2, signal, describe3) {
  if (milliseconds2 !== void 0 && !(milliseconds2 > 0)) {
    const message = `The timeout is ${String(milliseconds2)}; it must be a number of milliseconds above 0.`;
    throw new InvalidOptionError({ option: "timeout", value: milliseconds2, message });
  }
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = milliseconds2 === void 0 || milliseconds2 > LONGEST_TIMER ? void 0 : setTimeout(() => controller.abort(new TimeoutError({ milliseconds: milliseconds2, ...describe3() })), milliseconds2);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  };
}

// src/http/http-client.ts
function createHttpClient(options) {
  const secrets = new KnownSecrets();
  const ask = (request, read) => {
    const { method = "GET", signal, retries } = request;
    const idempotent = request.idempotent ?? (method !== "POST" && method !== "PATCH");
    return retryTransient(() => askOnce(options, request, secrets, read), {
      signal,
      retries,
      ...idempotent ? {} : { retryable: isRateLimit }
    });
  };
  return {
    text: (request) => ask(request, ({ text: text3 }) => text3),
    json: ({ check, ...request }) => ask(request, (answer, context) => readJson2(answer, check, context)),
    redact: (text3) => redactCredentials(text3, ...secrets.values)
  };
}
function readJson2({ status, headers, text: text3 }, check, context) {
  const json = jsonOrUndefined(text3);
  if (json === void 0 && text3.trim() !== "")
    throw serviceError(unreadable(status, notJson(text3, headers), headers), context);
  const reason = check?.(json);
  if (reason !== void 0) throw serviceError(unreadable(status, reason, headers), context);
  return json;
}
async function askOnce(client, request, secrets, read) {
  const { method = "GET", json, body } = request;
  const { timeout = 6e4 } = client;
  const url = urlOf(client, request);
  const own = isWholeURL(request.path) ? {} : await client.headers?.() ?? {};
  secrets.add(
    ...secretsOfUrl(url),
    ...secretsOfBody(json),
    ...secretsOfHeaders([...Object.entries(own), ...Object.entries(request.headers ?? {})])
  );
  const context = {
    service: client.service,
    request: describe2(client, request),
    secrets: secrets.values,
    hint: client.hint
  };
  const limit2 = startTimeout(body === void 0 ? timeout : void 0, request.signal, () => ({
    message: `No answer came within ${timeout / 1e3} seconds.`
  }));
  const { signal } = limit2;
  try {
    const response = await (client.fetch ?? globalThis.fetch)(url, {
      method,
      headers: {
        accept: "application/json",
        ...own,
        ...json === void 0 ? {} : { "content-type": "application/json" },
        ...request.headers
      },
      body: json === void 0 ? await body?.() : JSON.stringify(json),
      signal
    });
    const { status, headers } = response;
    const text3 = await (response.ok ? response.text() : response.text().catch(() => ""));
    if (!response.ok) throw serviceError(failureOfBody(status, text3, headers), context);
    return read({ status, headers, text: text3 }, context);
  } catch (cause) {
    request.signal?.throwIfAborted();
    if (ServiceError.isInstance(cause)) throw cause;
    if (signal.aborted) {
      throw serviceError({ message: `no answer within ${timeout / 1e3} seconds`, timedOut: true }, context);
    }
    throw toServiceError(cause, context);
  } finally {
    limit2.end();
  }
}
function urlOf({ baseURL }, { path: path2, query = {} }) {
  const url = new URL(isWholeURL(path2) ? path2 : `${baseURL.replace(/\/+$/, "")}/${path2.replace(/^\/+/, "")}`);
  for (const [name, value] of Object.entries(query)) if (value !== void 0) url.searchParams.set(name, String(value));
  return url;
}
function describe2(client, request) {
  const { origin, pathname } = urlOf(client, request);
  return `${request.method ?? "GET"} ${origin}${pathname}`;
}
var isWholeURL = (path2) => /^https?:\/\//i.test(path2);
var isRateLimit = (error) => ServiceError.isInstance(error) && error.code === "rate-limited";

// src/http/plain-fetch.ts
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
async function plainFetch(input, init) {
  const request = new Request(input, init);
  const body = Buffer.from(await request.arrayBuffer());
  const send = request.url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve4, reject) => {
    const headers = {
      ...Object.fromEntries(request.headers),
      ...body.length > 0 ? { "content-length": String(body.length) } : {}
    };
    const fail2 = (error) => reject(request.signal.aborted ? request.signal.reason : error);
    const sent = send(request.url, { method: request.method, headers, signal: request.signal }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.once("error", fail2);
      answer.once("end", () => {
        const { statusCode = 500, statusMessage } = answer;
        const fields = Object.entries(answer.headers).flatMap(
          ([name, value]) => value === void 0 ? [] : [[name, String(value)]]
        );
        const empty = statusCode === 204 || statusCode === 304;
        resolve4(
          new Response(empty ? null : Buffer.concat(pieces), {
            status: statusCode,
            statusText: statusMessage,
            headers: fields
          })
        );
      });
    });
    sent.once("error", fail2);
    sent.end(body);
  });
}

// src/http/ray-jobs.ts
function createRayJobs({ address, headers, fetch: fetch2 = plainFetch }) {
  const http = createHttpClient({
    service: "Ray",
    baseURL: `${address.replace(/\/+$/, "")}/api`,
    headers: () => headers ?? {},
    fetch: fetch2
  });
  const pathOf = (submission) => `jobs/${encodeURIComponent(submission)}`;
  const get = (path2, signal) => http.json({ path: path2, signal });
  return {
    async submit(submission, job, signal) {
      await http.json({ method: "POST", path: "jobs/", signal, json: { ...job, submission_id: submission } });
    },
    async status(submission, signal) {
      const { status = "", message } = await get(pathOf(submission), signal);
      return { status, message };
    },
    async log(submission, signal) {
      const { logs = "" } = await get(`${pathOf(submission)}/logs`, signal);
      return logs;
    },
    async stop(submission, signal) {
      await http.json({ method: "POST", path: `${pathOf(submission)}/stop`, signal });
    },
    async upload(name, zip, signal) {
      await http.text({ method: "PUT", path: `packages/gcs/${name}`, body: () => zip, signal });
      return `gcs://${name}`;
    }
  };
}

// src/train/backends/trl/runners/ray.ts
var STATES = {
  PENDING: "pending",
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  STOPPED: "stopped"
};
function ray(options) {
  const amount = number({ min: 0 });
  checkOptions("ray", options, {
    address: required(text),
    storage: required(text),
    python: text,
    pip: list(text),
    resources: object({
      entrypoint_num_cpus: amount,
      entrypoint_num_gpus: amount,
      entrypoint_memory: amount,
      entrypoint_resources: record(amount)
    }),
    headers: record(string),
    fetch: callback
  });
  const { storage, python = "python", pip, resources = {}, ...cluster } = options;
  const jobs = createRayJobs(cluster);
  const isShared = ({ directory }) => directory.startsWith(join9(storage, "/"));
  const folderOf = (work) => isShared(work) ? work.directory : join9(storage, work.id);
  return {
    name: "ray",
    local: false,
    // Ray takes a submission id once: a job that was killed is submitted again under a new one.
    plan: (work) => ({ submission: `${work.id}-${Date.now().toString(36)}`, output: join9(folderOf(work), "output") }),
    async start(work, plan, { signal }) {
      const folder = shellQuote(folderOf(work));
      const workingDirectory = isShared(work) ? void 0 : await uploadPackage(jobs, work, signal);
      const bring = isShared(work) ? "" : `mkdir -p ${folder} && cp -R . ${folder} && `;
      const job = {
        entrypoint: `${bring}cd ${folder} && PYTHON=${shellQuote(python)} sh ${shellQuote(work.script)}`,
        runtime_env: {
          env_vars: { PYTHONUNBUFFERED: "1", ...work.environment },
          ...workingDirectory ? { working_dir: workingDirectory } : {},
          ...pip ? { pip: [...pip] } : {}
        },
        metadata: { "langsmith-finetune": work.id },
        ...resources
      };
      await jobs.submit(submissionOf(plan), job, signal);
      return plan;
    },
    async status(handle, { signal }) {
      const { status, message } = await jobs.status(submissionOf(handle), signal);
      return { state: STATES[status] ?? "pending", rawStatus: status, message };
    },
    async log(handle, offset, { signal }) {
      const bytes = Buffer.from(await jobs.log(submissionOf(handle), signal));
      return { text: bytes.subarray(offset).toString(), next: bytes.length };
    },
    async stop(handle, { signal }) {
      await jobs.stop(submissionOf(handle), signal);
    },
    async result(handle) {
      submissionOf(handle);
      return String(handle.output);
    }
  };
}
async function uploadPackage(jobs, work, signal) {
  const { zipSync } = await loadPackage("fflate", "Sending a folder to Ray", () => import("fflate"));
  const entries2 = await Promise.all(
    work.files.map(async (name2) => [name2, await readFile5(join9(work.directory, name2))])
  );
  const zip = zipSync(Object.fromEntries(entries2), { mtime: /* @__PURE__ */ new Date("2000-01-01T00:00:00Z"), level: 6 });
  const name = `_ray_pkg_${createHash2("sha256").update(zip).digest("hex").slice(0, 16)}.zip`;
  return jobs.upload(name, new Uint8Array(zip), signal);
}
function submissionOf(handle) {
  if (typeof handle.submission !== "string")
    throw new FinetuneError({
      message: "This is not a reference to a Ray job.",
      hint: "Pass the reference as it was stored."
    });
  return handle.submission;
}

// src/train/backends/trl/serve.ts
import { spawn as spawn2 } from "node:child_process";
import { createServer } from "node:net";

// src/train/backends/trl/engines.ts
import { execFile as execFile4 } from "node:child_process";
import { existsSync as existsSync6 } from "node:fs";
import { readFile as readFile6 } from "node:fs/promises";
import { join as join10 } from "node:path";
import { promisify as promisify4 } from "node:util";
var run4 = promisify4(execFile4);
async function defaultEngine(tuned, request) {
  return await hasGpu() ? vllm(tuned, request) : transformersServe(tuned, request);
}
async function vllm(tuned, { python, toolCallParser = parserFor(tuned.baseModel) }) {
  const adapter = tuned.details?.adapter === true;
  const model = adapter ? [
    tuned.baseModel,
    "--enable-lora",
    "--lora-modules",
    JSON.stringify({ name: tuned.job, path: tuned.model }),
    "--max-lora-rank",
    String(await loraRank(tuned.model))
  ] : [tuned.model, "--served-model-name", tuned.job];
  const tools = toolCallParser === false ? [] : ["--enable-auto-tool-choice", "--tool-call-parser", toolCallParser];
  return {
    command: [
      python,
      "-m",
      "vllm.entrypoints.cli.main",
      "serve",
      ...model,
      ...tools,
      "--host",
      "{host}",
      "--port",
      "{port}"
    ],
    model: tuned.job,
    fields: {}
  };
}
async function transformersServe(tuned, { python, environment, signal }) {
  const model = tuned.details?.adapter === true ? await mergeAdapter(tuned, { python, environment, signal }) : tuned.model;
  return {
    command: [
      python,
      "-c",
      "from transformers.cli.transformers import main; main()",
      "serve",
      model,
      "--host",
      "{host}",
      "--port",
      "{port}"
    ],
    model,
    // transformers serve 5.18 refuses `stream_options`, which ChatOpenAI sends by default when it streams.
    fields: { streamUsage: false }
  };
}
var PARSERS = [
  [/qwen-?3-?coder/i, "qwen3_coder"],
  [/llama-?4/i, "llama4_pythonic"],
  [/llama-?3/i, "llama3_json"],
  [/mistral|ministral|devstral/i, "mistral"],
  [/granite/i, "granite"]
];
function parserFor(baseModel) {
  return PARSERS.find(([pattern]) => pattern.test(baseModel))?.[1] ?? "hermes";
}
var RANKS = [8, 16, 32, 64, 128, 256, 320, 512];
async function loraRank(adapter) {
  const file = join10(adapter, "adapter_config.json");
  const config = existsSync6(file) ? JSON.parse(await readFile6(file, "utf8")) : void 0;
  const rank = isRecord(config) && typeof config.r === "number" ? config.r : 64;
  return RANKS.find((size) => size >= rank) ?? rank;
}
async function hasGpu() {
  try {
    const { stdout } = await run4("nvidia-smi", ["-L"]);
    return stdout.includes("GPU");
  } catch {
    return false;
  }
}

// src/train/backends/trl/serve.ts
var FIRST_LOOK = 50;
var LONGEST_LOOK = 1e3;
async function serve(tuned, options = {}) {
  checkArgument("tuned", tuned, tunedKind);
  checkOptions("serve", options, {
    command: list(text),
    python: text,
    toolCallParser: either(text, only(false)),
    host: text,
    port: number({ integer: true, min: 1, max: 65535 }),
    environment: record(string),
    timeout: milliseconds,
    signal: abortSignal,
    onOutput: callback
  });
  const {
    python = defaultPython(),
    host = "127.0.0.1",
    timeout = 6e5,
    signal,
    environment = {},
    onOutput
  } = options;
  if (tuned.backend !== "trl") {
    throw new InvalidOptionError({
      option: "tuned",
      value: tuned.backend,
      message: `serve is for models that trl trained; this one is of ${tuned.backend}.`,
      hint: "Use deploy, or chatModel alone."
    });
  }
  const port = options.port ?? await freePort(host);
  const engine = options.command ? { command: options.command, model: tuned.model, fields: {} } : await defaultEngine(tuned, { python, toolCallParser: options.toolCallParser, environment, signal });
  const places = { model: tuned.model, host, port: String(port) };
  const [command = "", ...argumentList] = engine.command.map(
    (word2) => word2.replaceAll(/\{(model|host|port)\}/g, (_, name) => places[name])
  );
  signal?.throwIfAborted();
  const child = spawn2(command, argumentList, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONUNBUFFERED: "1", ...environment }
  });
  let output = "";
  let ended;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text3) => {
      output = (output + text3).slice(-1e4);
      if (onOutput) {
        for (const line of text3.split("\n")) if (line !== "") onOutput(line);
      }
    });
  }
  const closed = new Promise((resolve4) => {
    child.once("error", (error) => {
      ended = error.message;
      resolve4();
    });
    child.once("exit", (code, name) => {
      ended = `It ended with ${name ?? `exit code ${code}`}.`;
      resolve4();
    });
  });
  const onExit = () => killGroup(child.pid, "SIGKILL");
  process.once("exit", onExit);
  const stop = async () => {
    killGroup(child.pid, "SIGTERM");
    await Promise.race([closed, delay(5e3)]);
    killGroup(child.pid, "SIGKILL");
    await closed;
    process.removeListener("exit", onExit);
    signal?.removeEventListener("abort", onAbort);
  };
  const onAbort = () => void stop();
  signal?.addEventListener("abort", onAbort, { once: true });
  const url = `http://${host}:${port}/v1`;
  try {
    const end = Date.now() + timeout;
    let pause = FIRST_LOOK;
    while (!await answers(url, signal)) {
      if (ended !== void 0) {
        throw startFailure(`${ended} ${output.trim().slice(-2e3)}`, [command, ...argumentList], python);
      }
      if (Date.now() > end)
        throw new TimeoutError({
          milliseconds: timeout,
          message: `The server did not answer on ${url} in ${timeout} ms.`,
          hint: "Raise timeout; loading a large model takes minutes."
        });
      await Promise.race([delay(pause, signal), closed]);
      pause = Math.min(LONGEST_LOOK, pause * 1.5);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    tuned: {
      ...tuned,
      inference: {
        package: "@langchain/openai",
        class: "ChatOpenAI",
        fields: { model: engine.model, configuration: { baseURL: url }, ...engine.fields }
      },
      deployment: {
        status: "ready",
        billed: "Nothing by a provider: the server uses this machine until it is stopped."
      }
    },
    stop,
    [Symbol.asyncDispose]: stop
  };
}
function startFailure(output, command, python) {
  const packageName = /No module named '([\w]+)|pip install transformers\[serving\]/.exec(output);
  if (packageName && command[0] === python) {
    return new MissingPackageError({
      packageName: packageName[1] ?? "fastapi",
      message: `The server did not start: ${python} lacks a package. ${output}`,
      hint: `Install what serving needs: ${python} -m pip install "transformers[serving]" requests, or vllm where there is a GPU.`
    });
  }
  return new FinetuneError({
    message: `The server did not start. ${output}`,
    hint: `It was started as: ${command.join(" ")}`
  });
}
async function answers(url, signal) {
  for (const address of [new URL("/health", url).href, `${url}/models`]) {
    try {
      const response = await fetch(address, {
        signal: AbortSignal.any([AbortSignal.timeout(5e3), ...signal ? [signal] : []])
      });
      if (response.ok) return true;
    } catch {
      signal?.throwIfAborted();
    }
  }
  return false;
}
function freePort(host) {
  return new Promise((resolve4, reject) => {
    const probe2 = createServer();
    probe2.once("error", reject);
    probe2.listen(0, host, () => {
      const { port } = probe2.address();
      probe2.close(() => resolve4(port));
    });
  });
}
function killGroup(pid, signal) {
  if (pid === void 0) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

// src/train/backends/trl.ts
var STATES2 = {
  pending: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  stopped: "cancelled",
  lost: "failed"
};
function trl(options) {
  checkOptions("trl", options, trlKinds);
  const { model, runner = local(), environment = {}, trainOn = "last" } = options;
  const directory = resolve3(options.directory ?? "fine-tunes");
  const python = options.python ?? defaultPython();
  const template = templateAtHand(options.template, model);
  const forms = template && { ...formsOf2(template), content: "text" };
  return {
    name: "trl",
    model,
    options: optionsOf(options),
    capabilities: {
      methods: ["supervised", "preference", "unpaired"],
      validation: "job",
      deployment: "explicit",
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      checkpoints: "measured",
      from: ["supervised", "preference", "unpaired"],
      evaluateEvery: true,
      earlyStopping: "settings"
    },
    rules: withTemplate(trlRules(trainOn, labelWeights(options)), template),
    file: {
      extension: ".jsonl",
      mediaType: "application/jsonl",
      render: (row2) => renderTrlRow(row2, forms)
    },
    schedule: scheduleOf(options),
    checkSetup: () => runner.checkSetup?.(),
    async upload(file, { signal }) {
      if (runner.local) await inspectPython(python, options.lora !== false);
      signal?.throwIfAborted();
      const path2 = join11(directory, "datasets", `${file.sha256}.jsonl`);
      await copyWhole(file.path, path2, { option: "directory", value: directory });
      return { id: path2, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
    },
    async start(request, callOptions) {
      const folder = jobFolder(directory, model, request);
      const begun = await wholeModel(request.from, { python, runner, environment, ...callOptions });
      const files = await prepareFolder(folder, request, { ...options, model: begun ?? model, python });
      const reference = {
        backend: "trl",
        id: basename3(folder),
        model: begun ?? model,
        method: request.method,
        key: request.key,
        createdAt: (/* @__PURE__ */ new Date()).toISOString(),
        training: request.training,
        ...request.validation === void 0 ? {} : { validation: request.validation }
      };
      const work = { id: basename3(folder), directory: folder, files, script: "train.sh", environment };
      const remember = async (handle) => {
        const details = { runner: runner.name, handle, ...begun !== void 0 && { rootModel: model } };
        const remembered = { ...reference, details };
        await writeWhole(join11(folder, "job.json"), JSON.stringify(remembered, null, 2));
        return remembered;
      };
      const plan = runner.plan(work);
      await remember(plan);
      return remember(await runner.start(work, plan, callOptions));
    },
    async find(key, callOptions) {
      const reference = await findReference(directory, model, key);
      if (reference?.details?.runner !== runner.name) return void 0;
      const { state } = await runner.status(handleOf(reference), callOptions).catch(lostIfUnknown);
      return state === "pending" || state === "running" || state === "succeeded" ? reference : void 0;
    },
    poll: (job, callOptions) => poll(runner, job, { ...process.env, ...environment }, callOptions),
    async events(job, after, callOptions) {
      const offset = Number(after ?? 0);
      const { text: text3 } = await runner.log(handleOf(job), offset, callOptions);
      const { lines, length: length2 } = completeLines(text3);
      return { events: readEvents(lines, offset), after: String(offset + Buffer.byteLength(text3.slice(0, length2))) };
    },
    cancel: (job, callOptions) => runner.stop(handleOf(job), callOptions),
    checkpoints: async (job, callOptions) => listCheckpoints(await runner.result(handleOf(job), callOptions)),
    async checkpointResult(job, { model: model2 = "" }, snapshot, callOptions) {
      const parts = await this.result(job, snapshot, callOptions);
      return {
        ...parts,
        model: model2,
        details: { ...parts.details, adapter: existsSync7(join11(model2, "adapter_config.json")) }
      };
    },
    async result(job, snapshot, callOptions) {
      const result = await runner.result(handleOf(job), callOptions);
      const root = job.details?.rootModel;
      const adapter = existsSync7(result) ? existsSync7(join11(result, "adapter_config.json")) : options.lora !== false;
      return {
        model: result,
        ...snapshot.trainedTokens === void 0 ? {} : { trainedTokens: snapshot.trainedTokens },
        details: { adapter, ...typeof root === "string" && { rootModel: root } },
        deployment: {
          status: "required",
          billed: "Nothing is billed by a provider; a trl model is not deployed but served: const server = await serve(tuned), from langsmith-finetune/backends/trl, and chatModel(server.tuned)."
        }
      };
    }
  };
}
function scheduleOf({ perDeviceBatchSize = 8, gradientAccumulation = 1, config = {} }) {
  const { num_train_epochs: epochs = 3 } = config;
  return { ...typeof epochs === "number" ? { epochs } : {}, batchSize: perDeviceBatchSize * gradientAccumulation };
}
function optionsOf(options) {
  const { lora = {}, trainOn = "last", config = {} } = options;
  const hyperparameters = hyperparametersOf(options);
  return JSON.parse(JSON.stringify({ lora, trainOn, hyperparameters, config }));
}
async function poll(runner, job, environment, options) {
  const { state, rawStatus, message } = await runner.status(handleOf(job), options);
  const { text: text3 } = await runner.log(handleOf(job), 0, options);
  const { secondsRemaining, tokens, ...progress } = readProgress(completeLines(`${text3}
`).lines);
  const status = STATES2[state];
  const failure = state === "lost" ? interrupted(message ?? "") : readFailure(text3, message);
  const error = { ...failure, message: redactCredentials(failure.message, ...secretsOfEnvironment(environment)) };
  return {
    status,
    rawStatus,
    progress,
    trainedTokens: tokens,
    ...status === "failed" ? { error } : {},
    ...status === "running" && secondsRemaining !== void 0 ? { estimatedFinish: new Date(Date.now() + secondsRemaining * 1e3).toISOString() } : {}
  };
}
async function prepareFolder(folder, request, options) {
  await mkdir2(folder, { recursive: true });
  const data = dataFiles(request.validation !== void 0);
  await mkdir2(dirname3(join11(folder, data.train)), { recursive: true });
  await copyFile2(request.training.id, join11(folder, data.train));
  if (request.validation && data.validation) await copyFile2(request.validation.id, join11(folder, data.validation));
  const config = trlConfig(options, {
    method: request.method,
    validation: request.validation !== void 0,
    epochs: request.epochs,
    seed: request.seed,
    evaluateEvery: request.evaluateEvery
  });
  const command = trlCommand(request.method);
  const accelerate = Object.entries(options.accelerate ?? {}).map(
    ([name, value]) => value === true ? `--${name}` : `--${name} ${String(value)}`
  );
  const begin = `"$PYTHON" -c 'from trl.cli import main; raise SystemExit(main())' ${[command, "--config config.yaml", ...accelerate].join(" ")}`;
  const goOn = `"$PYTHON" -m accelerate.commands.launch ${[...accelerate, "resume.py", command, "--config config.yaml"].join(" ")}`;
  const files = {
    "config.yaml": await configText(config, `trl ${command} --config config.yaml`),
    "check_rows.py": CHECK_ROWS,
    "resume.py": RESUME,
    "train.sh": trainScript({ python: options.python, begin: request.earlyStopping ? goOn : begin, goOn }),
    ...request.earlyStopping && { "early_stopping.json": JSON.stringify(request.earlyStopping) }
  };
  for (const [name, text3] of Object.entries(files)) await writeWhole(join11(folder, name), text3);
  return [...Object.keys(files), data.train, ...data.validation ? [data.validation] : []];
}
function jobFolder(directory, model, { key, suffix, fresh = false }) {
  const name = (suffix ?? basename3(model)).replaceAll(/[^\w.-]+/g, "-");
  for (let number2 = 1; ; number2 += 1) {
    const folder = join11(directory, `${name}${number2 === 1 ? "" : `-${number2}`}-${key.slice(0, 12)}`);
    if (!fresh || !existsSync7(folder)) return folder;
  }
}
async function findReference(directory, model, key) {
  const names = existsSync7(directory) ? await readdir2(directory) : [];
  const found = [];
  for (const name of names.filter((entry) => entry.endsWith(`-${key.slice(0, 12)}`))) {
    const file = join11(directory, name, "job.json");
    if (!existsSync7(file)) continue;
    const reference = JSON.parse(await readFile7(file, "utf8"));
    if (isRecord(reference) && reference.key === key && modelOf(reference) === model)
      found.push(reference);
  }
  return found.sort((left, right) => right.createdAt.localeCompare(left.createdAt))[0];
}
function modelOf({ model, details }) {
  return details?.rootModel ?? model;
}
function lostIfUnknown(error) {
  if (ServiceError.isInstance(error) && error.code === "not-found") return { state: "lost", rawStatus: "unknown" };
  throw error;
}
function handleOf(job) {
  const handle = job.details?.handle;
  if (job.backend !== "trl" || !isRecord(handle)) {
    throw new ServiceError({
      service: "trl",
      code: "invalid-reference",
      message: `The reference ${job.id} is not one of a trl job.`,
      hint: "Pass the reference as it was stored, and the backend that made it."
    });
  }
  return handle;
}
export {
  hfJobs,
  local,
  mergeAdapter,
  ray,
  serve,
  trl
};
