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
var InvalidExamplesError = class extends FinetuneError {
  name = "InvalidExamplesError";
  /** Every fault found, up to a thousand. */
  findings;
  constructor({ findings, ...rest2 }) {
    super(rest2);
    this.findings = findings;
    mark(this, "InvalidExamplesError");
  }
  static isInstance(error) {
    return isMarked(error, "InvalidExamplesError");
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

// src/http/answer-check.ts
var isObject = (answer) => isRecord(answer) ? void 0 : `it is ${kindOf(answer)} and no object`;
function hasTexts(...fields) {
  return (answer) => {
    if (!isRecord(answer)) return isObject(answer);
    const missing4 = fields.find((field) => typeof answer[field] !== "string" || answer[field] === "");
    return missing4 === void 0 ? void 0 : `it has no ${missing4}`;
  };
}
function hasList(field) {
  return (answer) => {
    if (!isRecord(answer)) return isObject(answer);
    return Array.isArray(answer[field]) ? void 0 : `it has no list of ${field}`;
  };
}
function unreadable(status, reason, headers) {
  return { status, message: reason, unreadable: true, headers };
}
function notJson(text3, headers) {
  if (text3.trim() === "") return "the answer is empty";
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
  const isWhole = /[\]}]\s*$/.test(text3) || !/^\s*[[{]/.test(text3);
  return `the answer is not JSON${isWhole ? "" : ", or ends before its end"} (${type ? `${type}, ` : ""}${text3.length} characters)`;
}
function kindOf(value) {
  if (value === void 0) return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

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

// src/http/retry.ts
import pRetry from "p-retry";

// src/internal/delay.ts
function delay(milliseconds2, signal) {
  return new Promise((resolve, reject) => {
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
      resolve();
    }, milliseconds2);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

// src/http/own-pauses.ts
var FIRST_PAUSE = 500;
var LONGEST_PAUSE = 3e4;
var first = FIRST_PAUSE;
function ownPause(attempts) {
  return withJitter(Math.min(LONGEST_PAUSE, first * 2 ** (attempts - 1)));
}
function withJitter(milliseconds2) {
  return milliseconds2 * (0.75 + Math.random() * 0.5);
}

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

// src/http/timeout.ts
var LONGEST_TIMER = 2 ** 31 - 1;
function startTimeout(milliseconds2, signal, describe2) {
  if (milliseconds2 !== void 0 && !(milliseconds2 > 0)) {
    const message = `The timeout is ${String(milliseconds2)}; it must be a number of milliseconds above 0.`;
    throw new InvalidOptionError({ option: "timeout", value: milliseconds2, message });
  }
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = milliseconds2 === void 0 || milliseconds2 > LONGEST_TIMER ? void 0 : setTimeout(() => controller.abort(new TimeoutError({ milliseconds: milliseconds2, ...describe2() })), milliseconds2);
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
    json: ({ check: check2, ...request }) => ask(request, (answer, context) => readJson(answer, check2, context)),
    redact: (text3) => redactCredentials(text3, ...secrets.values)
  };
}
function readJson({ status, headers, text: text3 }, check2, context) {
  const json = jsonOrUndefined(text3);
  if (json === void 0 && text3.trim() !== "")
    throw serviceError(unreadable(status, notJson(text3, headers), headers), context);
  const reason = check2?.(json);
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
    request: describe(client, request),
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
function describe(client, request) {
  const { origin, pathname } = urlOf(client, request);
  return `${request.method ?? "GET"} ${origin}${pathname}`;
}
var isWholeURL = (path2) => /^https?:\/\//i.test(path2);
var isRateLimit = (error) => ServiceError.isInstance(error) && error.code === "rate-limited";

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
  (value) => isObject2(value) && typeof value.aborted === "boolean" && typeof value.addEventListener === "function"
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
  (value) => typeof value === "boolean" || isObject2(value)
);
var settings = kind("an object with its options", isObject2);
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
    fits: (value) => isObject2(value) && !Array.isArray(value),
    inspect: (value, option) => checkFields(value, kinds, { prefix: `${option}.` })
  };
}
function record(item2) {
  return {
    expected: "an object",
    fits: (value) => isObject2(value) && !Array.isArray(value),
    inspect: (value, option) => {
      for (const [name, one] of Object.entries(value)) {
        if (one !== void 0) checkArgument(`${option}.${name}`, one, item2);
      }
    }
  };
}
var iterable = kind(
  "an array, a generator or another iterable",
  (value) => isObject2(value) && (Symbol.asyncIterator in value || Symbol.iterator in value)
);
function rangeWith(others) {
  const kinds = { min: number(), max: number(), ...others };
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject2(value) && !Array.isArray(value),
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
function isObject2(value) {
  return typeof value === "object" && value !== null;
}

// src/templates/chat-template.ts
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join as join2 } from "node:path";
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
function isObject3(value) {
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
  const around = (open, items3, close) => {
    write(open);
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
    const [, name = "", conversion2 = "", format = ""] = /^([^!:]*)(![rsa])?(:.*)?$/s.exec(field) ?? [];
    if (format.length > 1 || conversion2 === "!a" || /[.[]/.test(name)) return unsupported(`The field {${field}}`);
    const value = name === "" ? args[automatic++] : /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    if (value === void 0) return fail(`There is no value for the field {${field}}`);
    return conversion2 === "!r" ? repr(value) : str(value);
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
  if (isObject3(value)) return value.attribute(name);
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
  const writeAll = (open, count2, writeItem, close, depth) => {
    if (count2 === 0) return write(open + close);
    for (let index = 0; index < count2; index += 1) {
      write(`${index === 0 ? open : options.itemSeparator}${lines(depth + 1)}`);
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
function first2(value) {
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
  filter("first", [], first2),
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
    (value) => value instanceof PyFunction || value instanceof Undefined || isObject3(value) && value.call !== void 0
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
    const run = called instanceof PyFunction || isObject3(called) ? called.call : void 0;
    if (run === void 0) return fail(`'${typeName(called)}' object is not callable`);
    const { line } = this;
    const result = this.budget.deeper(() => run(args, keywords));
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
    const open = [];
    while (this.at < this.source.length) {
      if (open.length === 0) {
        const end = this.match(ends2);
        if (end !== void 0) {
          this.add(`${kind2}_end`, "");
          if (kind2 === "block") this.after(end);
          else if (end.startsWith("-")) this.skipSpace();
          return;
        }
      }
      if (this.match(SPACES2) !== void 0) continue;
      this.expression(open);
    }
    this.fail(`A {${kind2 === "variable" ? "{" : "%"} has no end.`);
  }
  expression(open) {
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
    if (closing !== void 0) open.push(closing);
    else if (text3 === ")" || text3 === "]" || text3 === "}") {
      const wanted = open.pop();
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
      const open = () => !args.some(({ kind: kind2 }) => kind2 === "keywords");
      let count2 = 0;
      while (!this.isOperator(")")) {
        if (count2 > 0) this.expectOperator(",");
        count2 += 1;
        if (this.isOperator(")")) break;
        if (this.skipOperator("*")) {
          if (!open() || args.some(({ kind: kind2 }) => kind2 === "list")) this.fail("This argument cannot stand here.");
          args.push({ kind: "list", value: this.expression() });
        } else if (this.skipOperator("**")) {
          if (!open()) this.fail("This argument cannot stand here.");
          args.push({ kind: "keywords", value: this.expression() });
        } else if (this.current.type === "name" && this.tokens[this.at + 1]?.value === "=" && this.tokens[this.at + 1]?.type === "operator") {
          if (!open()) this.fail("This argument cannot stand here.");
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
function explained(name, at, run) {
  try {
    return run();
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
    return madeOf(basename(text3), { default: readFileSync(text3, "utf8") }, tokensBeside(dirname(text3)));
  const config = readJson2(text3);
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
  const config = configFile === void 0 ? {} : readJson2(configFile);
  const tokens = tokensBeside(folder);
  const jinja = file("chat_template.jinja");
  const older = file("chat_template.json");
  const additional = file("additional_chat_templates");
  const more = additional === void 0 ? {} : filesIn(additional);
  if (jinja !== void 0) return madeOf(basename(jinja), { ...more, default: readFileSync(jinja, "utf8") }, tokens);
  const configured = templatesIn(config);
  if (configured !== void 0) return madeOf("tokenizer_config.json", { ...configured, ...more }, tokens);
  const old = older === void 0 ? void 0 : templatesIn(readJson2(older));
  if (old !== void 0) return madeOf("chat_template.json", old, tokens);
  throw withoutTemplate(folder);
}
function tokensBeside(folder) {
  const files = ["special_tokens_map.json", "tokenizer_config.json"].map((name) => join2(folder, name));
  return Object.assign({}, ...files.filter(existsSync).map((path2) => specialTokensIn(readJson2(path2))));
}
function filesIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jinja"));
  return Object.fromEntries(
    names.map((name) => [name.slice(0, -".jinja".length), readFileSync(join2(folder, name), "utf8")])
  );
}
function readJson2(path2) {
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
function toTemplateChat(row, template, forced, answer = "preferred_output") {
  const forms = formsOf2(template);
  const { messages, tools, targets } = partsOf(row, answer);
  return {
    messages: toTemplateMessages(messages, forced ? { ...forms, arguments: forced } : forms),
    tools: toTemplateTools(tools),
    targets
  };
}
function partsOf(row, answer) {
  const of = (value) => Array.isArray(value) ? value.filter(isRecord) : [];
  if ("input" in row && isRecord(row.input)) {
    const input = of(row.input.messages);
    const output = of(row[answer]);
    const targets2 = output.flatMap(({ role }, index) => role === "assistant" ? [input.length + index] : []);
    return { messages: [...input, ...output], tools: row.input.tools, targets: targets2 };
  }
  if ("completion" in row && "label" in row) {
    const prompt = of("prompt" in row ? unpairedMessages(row.prompt, "user") : void 0);
    const completion = of(unpairedMessages(row.completion, "assistant"));
    return {
      messages: [...prompt, ...completion],
      tools: "tools" in row ? row.tools : void 0,
      targets: completion.map((_, index) => prompt.length + index)
    };
  }
  const messages = of("messages" in row ? row.messages : void 0);
  const targets = messages.flatMap(({ role, weight }, index) => role === "assistant" && weight !== 0 ? [index] : []);
  return { messages, tools: "tools" in row ? row.tools : void 0, targets };
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
  return (row, report) => {
    if (!isRecord(row)) return;
    checkOne(row, "preferred_output", report);
    if ("input" in row) checkOne(row, "non_preferred_output", report);
  };
  function checkOne(row, answer, report) {
    const chat = toTemplateChat(row, template, options.arguments, answer);
    if (chat.messages.length === 0) return;
    try {
      renderMessages(template, chat.messages, chat.tools, options);
    } catch (error) {
      if (!TemplateError.isInstance(error)) throw error;
      return report(raising(error, row, chat, answer));
    }
    const probed = probe(chat, (index) => messagePath(row, index, answer), pathOfTools(row));
    let findings = shapes.get(probed.shape);
    if (findings === void 0) {
      findings = lookFor(probed.texts, probed.chat, row);
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
  function lookFor(texts, chat, row) {
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
          pathOfTools(row),
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
  function raising(error, row, chat, answer) {
    if (error.code === "unsupported" || error.code === "limit") return notChecked(error);
    return {
      code: "template-raises",
      severity: "error",
      path: pathOfFailure(chat, row, answer),
      message: `The chat template refuses this row, and the training would end at it. ${error.message}`,
      rule: template.name
    };
  }
  function notChecked(error) {
    const message = `Whether all of the row is in its rendering is not known. ${error.message}`;
    return { code: "template-not-checked", severity: "warning", path: "$", message, rule: template.name };
  }
  function pathOfFailure(chat, row, answer) {
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
    return last2 === 0 ? "$" : chat.messages[last2] === void 0 ? "$" : messagePath(row, last2, answer);
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
function messagePath(row, index, answer) {
  if ("completion" in row && "label" in row) {
    const prompt = "prompt" in row && Array.isArray(row.prompt) ? row.prompt.length : 1;
    return index < prompt ? sidePath(row, "prompt", index) : sidePath(row, "completion", index - prompt);
  }
  if (!("input" in row) || !isRecord(row.input)) return `$.messages[${index}]`;
  const input = Array.isArray(row.input.messages) ? row.input.messages.length : 0;
  return index < input ? `$.input.messages[${index}]` : `$.${answer}[${index - input}]`;
}
function sidePath(row, side, index) {
  return Array.isArray(row[side]) ? `$.${side}[${index}]` : `$.${side}`;
}
function pathOfTools(row) {
  return "input" in row ? "$.input.tools" : "$.tools";
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
function isUnpaired(row) {
  return "completion" in row && "label" in row;
}
function isPreference(row) {
  return "preferred_output" in row;
}
function messagesOf2(row) {
  if (!isRecord(row)) return [];
  const input = isRecord(row["input"]) ? row["input"] : void 0;
  return [
    ...located(row["messages"], "$.messages", false),
    ...located(input?.["messages"], "$.input.messages", false),
    ...located(row["preferred_output"], "$.preferred_output", true),
    ...located(row["non_preferred_output"], "$.non_preferred_output", true)
  ];
}
function turnsOf(row) {
  return messagesOf2(row).filter(({ output }) => !output);
}
function imagesOf({ path: path2, message }) {
  const { content: content2 } = message;
  if (!Array.isArray(content2)) return [];
  return content2.flatMap((part2, index) => {
    const image = isRecord(part2) && part2["type"] === "image_url" ? part2["image_url"] : void 0;
    const url = isRecord(image) ? image["url"] : void 0;
    return typeof url === "string" ? [{ path: `${path2}.content[${index}].image_url.url`, url }] : [];
  });
}
function reportFetchedImages(turn, report, { service, rule }) {
  for (const { path: path2, url } of imagesOf(turn)) {
    if (url.startsWith("data:")) continue;
    const message = `${service} takes images as base64 in the row (data:image/png;base64,\u2026) and fetches none.`;
    report({ path: path2, code: "image-not-embedded", severity: "error", message, rule });
  }
}
function textWithRefusals(content2) {
  return textOfContent(content2, {
    other: ({ refusal }) => typeof refusal === "string" ? refusal : void 0
  });
}
function answerTextOf({ content: content2, refusal }) {
  return textWithRefusals(content2) || (refusal ?? "");
}
function inCommonForm(row) {
  if (isUnpaired(row)) {
    const { prompt, completion } = row;
    return {
      ...row,
      ...typeof prompt !== "string" && { prompt: prompt.map(commonMessage) },
      ...typeof completion !== "string" && { completion: completion.map(commonAnswer) }
    };
  }
  if (!isPreference(row)) return { ...row, messages: row.messages.map(commonMessage) };
  const [preferred] = row.preferred_output;
  const [rejected] = row.non_preferred_output;
  return {
    ...row,
    input: { ...row.input, messages: row.input.messages.map(commonMessage) },
    ...row.preferred_output.length === 1 && { preferred_output: [commonAnswer(preferred)] },
    ...row.non_preferred_output.length === 1 && { non_preferred_output: [commonAnswer(rejected)] }
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
function located(value, path2, output) {
  if (!Array.isArray(value)) return [];
  return value.flatMap(
    (message, index) => isRecord(message) ? [{ path: `${path2}[${index}]`, message, output }] : []
  );
}

// src/train/backends/shared/conversion.ts
var InconvertibleRowError = class extends Error {
  constructor(path2, code, message) {
    super(message);
    this.path = path2;
    this.code = code;
  }
  path;
  code;
  name = "InconvertibleRowError";
};
function conversion(convert, more) {
  return {
    render(row, method) {
      try {
        return convert(row, method);
      } catch {
        return null;
      }
    },
    check(row, report) {
      if (!isRow(row)) return;
      try {
        convert(row, methodOfRow(row));
      } catch (error) {
        if (error instanceof InconvertibleRowError) {
          report({ path: error.path, code: error.code, severity: "error", message: error.message });
        } else {
          const reason = error instanceof Error ? error.message : String(error);
          report({
            path: "$",
            code: "cannot-be-converted",
            severity: "error",
            message: `The row cannot be converted: ${reason}`
          });
        }
      }
      more?.(row, report);
    }
  };
}
function methodOfRow(row) {
  if ("preferred_output" in row) return "preference";
  return "completion" in row ? "unpaired" : "supervised";
}
function isRow(row) {
  if (!isRecord(row)) return false;
  if ("completion" in row && "label" in row)
    return [...unpairedMessages(row["prompt"], "user"), ...unpairedMessages(row["completion"], "assistant")].every(
      isRecord
    );
  const messages = isRecord(row["input"]) ? row["input"]["messages"] : row["messages"];
  return Array.isArray(messages) && messages.every(isRecord);
}

// src/train/backends/shared/template.ts
function withTemplate(rules, template) {
  if (template === void 0) return rules;
  const check2 = createTemplateCheck(template);
  return {
    ...rules,
    check(row, report) {
      let faulty = false;
      rules.check?.(row, (finding) => {
        faulty ||= finding.severity === "error";
        report(finding);
      });
      if (!faulty && isRow(row)) check2(inCommonForm(row), report);
    }
  };
}

// src/train/backends/shared/job-options.ts
function jobOptions(options, ...left) {
  const entries2 = Object.entries(options).filter(([name]) => !left.includes(name));
  return JSON.parse(
    JSON.stringify(
      Object.fromEntries(entries2),
      (name, value) => /key$|token$|secret/i.test(name) ? void 0 : value
    )
  );
}

// src/train/backends/shared/read.ts
function listOf(value) {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
function stringOf(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function numberOf2(value) {
  const number2 = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number2 === "number" && Number.isFinite(number2) ? number2 : void 0;
}
function positiveOf(value) {
  const number2 = numberOf2(value);
  return number2 !== void 0 && number2 > 0 ? number2 : void 0;
}
function isoTime(milliseconds2) {
  const time = new Date(milliseconds2);
  return Number.isNaN(time.getTime()) ? void 0 : time.toISOString();
}
function defined(object2) {
  return Object.fromEntries(Object.entries(object2).filter(([, value]) => value !== void 0));
}
function hasStatus(error, status) {
  return ServiceError.isInstance(error) && error.status === status;
}

// src/train/end-deployment.ts
function endDeployment(tuned, billed) {
  const ended = {
    ...tuned,
    deployment: { ...tuned.deployment, status: "ended", billed }
  };
  delete ended.inference;
  return ended;
}

// src/http/wait-until.ts
var MAXIMUM_FAILURES_IN_A_ROW = 20;
async function waitUntil(check2, options) {
  const { what, signal, timeout, hint, interval = 5e3 } = options;
  const end = timeout === void 0 ? Infinity : Date.now() + timeout;
  let pause = interval;
  let failures = 0;
  for (; ; ) {
    signal?.throwIfAborted();
    let asked;
    try {
      const result = await check2();
      if (result !== void 0) return result;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isTransient(error) || failures > MAXIMUM_FAILURES_IN_A_ROW) throw error;
      asked = error.retryAfter;
    }
    const left = end - Date.now();
    if (left <= 0) {
      const milliseconds2 = timeout ?? 0;
      throw new TimeoutError({ milliseconds: milliseconds2, message: `Waited ${milliseconds2 / 1e3} seconds for ${what}.`, hint });
    }
    await delay(Math.min(Math.max(withJitter(pause), asked ?? 0), left), signal);
    pause = Math.min(pause * 1.5, interval * 12);
  }
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

// src/train/backends/together/options.ts
var share = number({ min: 0, max: 1 });
var positive = number({ min: 0 });
var togetherKinds = {
  model: required(text),
  apiKey: keyKind,
  baseURL: text,
  fetch: callback,
  headers: record(string),
  lora: either(
    only(false),
    object({
      rank: positiveInteger,
      alpha: positive,
      dropout: share,
      targetModules: either(text, list(text))
    })
  ),
  batchSize: either(positiveInteger, word("max")),
  learningRate: positive,
  scheduler: either(
    word("linear", "cosine"),
    object({ type: required(word("linear", "cosine")), minRatio: share, cycles: positive })
  ),
  warmupRatio: share,
  maxGradNorm: positive,
  weightDecay: positive,
  packing: boolean,
  maxLength: positiveInteger,
  checkpoints: positiveInteger,
  evaluations: number({ min: 0, integer: true }),
  trainOnInputs: boolean,
  trainVision: boolean,
  beta: positive,
  dpo: object({
    normalizeLogRatiosByLength: boolean,
    referenceFree: boolean,
    rpoAlpha: positive,
    simpoGamma: positive
  }),
  template: templateKind2,
  extra: fieldsKind,
  wandb: object({
    apiKey: required(text),
    project: text,
    name: text,
    entity: text,
    baseURL: text
  }),
  pollInterval: milliseconds
};
var togetherDeployKinds = {
  hardware: text,
  minReplicas: positiveInteger,
  maxReplicas: positiveInteger,
  inactiveTimeout: positiveInteger,
  displayName: text,
  availabilityZone: text,
  timeout: milliseconds,
  signal: abortSignal
};

// src/train/backends/together/endpoints.ts
var BILLED = "Together bills a dedicated endpoint per minute by its hardware and replicas, also when nobody calls it, until it is stopped: from deploy to teardown.";
async function startEndpoint(client, tuned, options, { baseURL, interval }) {
  checkOptions("deploy", options, togetherDeployKinds);
  const { signal, timeout = 18e5 } = options;
  const id = await restart(client, tuned, signal) ?? await create(client, tuned, options);
  const endpoint = await waitUntil(() => checkStarted(client, id, signal), {
    what: `Together's endpoint ${id} to start`,
    signal,
    timeout,
    interval,
    hint: `The endpoint is still there and billed. Call deploy again to go on waiting, or teardown to end it.`
  });
  return {
    ...tuned,
    deployment: {
      status: "ready",
      id,
      billed: BILLED,
      details: defined({ hardware: stringOf(endpoint["hardware"]) })
    },
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model: stringOf(endpoint["name"]) ?? tuned.model, configuration: { baseURL } },
      apiKey: { field: "apiKey", variable: "TOGETHER_API_KEY" }
    }
  };
}
async function endEndpoint(client, tuned, { signal }) {
  const ids = tuned.deployment?.id === void 0 ? (await list2(client, tuned, signal)).map(idOf) : [tuned.deployment.id];
  for (const id of ids) {
    const path2 = `/endpoints/${encodeURIComponent(id)}`;
    try {
      await client.json({ method: "PATCH", path: path2, json: { state: "STOPPED" }, signal, idempotent: true });
      await client.json({ method: "DELETE", path: path2, signal });
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }
  return endDeployment(tuned, BILLED);
}
async function restart(client, tuned, signal) {
  const endpoint = (await list2(client, tuned, signal)).find(({ state }) => state !== "ERROR");
  if (endpoint === void 0) return void 0;
  const id = idOf(endpoint);
  if (endpoint["state"] === "STOPPED" || endpoint["state"] === "STOPPING") {
    await client.json({
      method: "PATCH",
      path: `/endpoints/${encodeURIComponent(id)}`,
      json: { state: "STARTED" },
      signal,
      idempotent: true
    });
  }
  return id;
}
async function create(client, tuned, options) {
  const {
    hardware,
    minReplicas = 1,
    maxReplicas = Math.max(1, minReplicas),
    inactiveTimeout,
    displayName,
    availabilityZone,
    signal
  } = options;
  if (hardware === void 0) {
    const choice = await hardwareFor(client, tuned, signal);
    throw new InvalidOptionError({
      option: "hardware",
      value: hardware,
      message: "deploy needs the hardware that the endpoint shall run on, because it sets the price.",
      hint: `Together offers for ${tuned.baseModel}: ${choice.join("; ") || "nothing at the moment"}.`
    });
  }
  const answer = await client.json({
    method: "POST",
    path: "/endpoints",
    signal,
    json: defined({
      model: tuned.model,
      hardware,
      display_name: displayName ?? tuned.model,
      autoscaling: { min_replicas: minReplicas, max_replicas: maxReplicas },
      inactive_timeout: inactiveTimeout,
      availability_zone: availabilityZone,
      state: "STARTED"
    })
  });
  return idOf(objectOf(answer));
}
async function checkStarted(client, id, signal) {
  const endpoint = objectOf(
    await client.json({ path: `/endpoints/${encodeURIComponent(id)}`, signal, check: hasTexts("id") })
  );
  const state = stringOf(endpoint["state"]);
  if (state === "STARTED") return endpoint;
  if (state !== "ERROR") return void 0;
  throw new ServiceError({
    service: "Together",
    code: "deployment-failed",
    message: `Together's endpoint ${id} is in state ERROR.`,
    hint: "Call teardown to delete it. Often the hardware is not available: choose another.",
    details: { state }
  });
}
async function list2(client, tuned, signal) {
  const answer = await client.json({
    path: "/endpoints",
    query: { type: "dedicated", mine: true },
    signal,
    check: hasList("data")
  });
  return listOf(objectOf(answer)["data"]).filter(({ model, id }) => model === tuned.model && typeof id === "string");
}
async function hardwareFor(client, tuned, signal) {
  const answer = await client.json({
    path: "/hardware",
    query: { model: tuned.baseModel },
    signal,
    check: hasList("data")
  });
  return listOf(objectOf(answer)["data"]).map((one) => {
    const cents = objectOf(one["pricing"])["cents_per_minute"];
    return `${String(one["id"])}${typeof cents === "number" ? ` (${cents} cents a minute)` : ""}`;
  });
}
function idOf(endpoint) {
  const id = stringOf(endpoint["id"]);
  if (id !== void 0) return id;
  throw new ServiceError({
    service: "Together",
    code: "invalid-answer",
    message: "Together's answer has no endpoint id."
  });
}

// src/train/backends/together/events.ts
function eventPage(eventsAnswer, metricsAnswer, after) {
  const cursor = readCursor(after);
  const events = listOf(objectOf(eventsAnswer)["data"]).map(eventOf).sort(byTime);
  const seen = cursor.event === void 0 ? -1 : events.findIndex(({ id }) => id === cursor.event);
  const fresh = events.slice(seen + 1);
  const metrics = listOf(objectOf(metricsAnswer)["metrics"]).flatMap(metricOf).filter(({ step }) => step > (cursor.step ?? -1));
  const next = defined({ event: events.at(-1)?.id ?? cursor.event, step: metrics.at(-1)?.step ?? cursor.step });
  return {
    events: [...fresh, ...metrics.map(({ event }) => event)],
    after: JSON.stringify(next)
  };
}
function eventOf(raw) {
  const at = stringOf(raw["created_at"]);
  const message = stringOf(raw["message"]) ?? stringOf(raw["type"]) ?? "";
  const metrics = defined({
    step: positiveOf(raw["step"]),
    totalSteps: positiveOf(raw["total_steps"]),
    tokens: positiveOf(raw["token_count"])
  });
  return defined({
    id: stringOf(raw["hash"]) ?? [at, raw["type"], raw["step"], message].join("|"),
    at,
    level: levelOf(stringOf(raw["level"])),
    message,
    metrics: Object.keys(metrics).length > 0 ? metrics : void 0
  });
}
function levelOf(level) {
  if (level?.endsWith("error")) return "error";
  return level?.endsWith("warning") ? "warning" : "info";
}
function metricOf(raw) {
  const metrics = Object.fromEntries(
    Object.entries(raw).filter((entry) => typeof entry[1] === "number")
  );
  const step = metrics["train/global_step"] ?? metrics["global_step"] ?? metrics["step"];
  if (step === void 0) return [];
  const loss = metrics["train/loss"];
  const message = `Step ${step}${loss === void 0 ? "" : `: loss ${loss}`}`;
  return [{ step, event: { id: `metrics:${step}`, level: "info", message, metrics: { step, ...metrics } } }];
}
function byTime(first3, second) {
  return (first3.at ?? "").localeCompare(second.at ?? "");
}
function readCursor(after) {
  if (after === void 0) return {};
  const value = objectOf(JSON.parse(after));
  return defined({
    event: stringOf(value["event"]),
    step: typeof value["step"] === "number" ? value["step"] : void 0
  });
}

// src/train/backends/together/job-body.ts
var SUFFIX_LENGTH = 64;
function suffixMark(key) {
  return `lf${key.replace(/[^a-zA-Z0-9]/g, "").slice(0, 16)}`;
}
function jobBody(options, request) {
  const { lora, wandb } = options;
  const scheduler = typeof options.scheduler === "string" ? { type: options.scheduler } : options.scheduler;
  const mark2 = suffixMark(request.key);
  const suffix = request.suffix?.slice(0, SUFFIX_LENGTH - mark2.length - 1);
  const fields = {
    model: options.model,
    training_file: request.training.id,
    validation_file: request.validation?.id,
    // The job's key goes into the only field that Together keeps and lists; see `find`.
    suffix: suffix === void 0 || suffix === "" ? mark2 : `${suffix}-${mark2}`,
    n_epochs: request.epochs,
    random_seed: request.seed,
    batch_size: options.batchSize,
    learning_rate: options.learningRate,
    warmup_ratio: options.warmupRatio,
    max_grad_norm: options.maxGradNorm,
    weight_decay: options.weightDecay,
    packing: options.packing,
    max_seq_length: options.maxLength,
    n_checkpoints: options.checkpoints,
    n_evals: evaluationsOf(options, request),
    from_checkpoint: checkpointName(request.from),
    training_method: request.method === "preference" ? dpoMethod(options) : { method: "sft", train_on_inputs: options.trainOnInputs ?? false },
    training_type: lora === void 0 ? void 0 : trainingType(lora),
    multimodal_params: options.trainVision === void 0 ? void 0 : { train_vision: options.trainVision },
    lr_scheduler: scheduler && {
      lr_scheduler_type: scheduler.type,
      lr_scheduler_args: defined({
        min_lr_ratio: scheduler.minRatio ?? 0,
        ...scheduler.type === "cosine" ? { num_cycles: scheduler.cycles ?? 0.5 } : {}
      })
    },
    wandb_api_key: wandb?.apiKey,
    wandb_project_name: wandb?.project,
    wandb_name: wandb?.name,
    wandb_entity: wandb?.entity,
    wandb_base_url: wandb?.baseURL
  };
  return { ...defined(fields), ...options.extra };
}
function checkpointName(from) {
  if (from?.job === void 0) return from?.model;
  return from.checkpoint?.step === void 0 ? from.job : `${from.job}:${from.checkpoint.step}`;
}
function evaluationsOf({ evaluations, batchSize }, { evaluateEvery, training, epochs = 1 }) {
  if (evaluateEvery === void 0) return evaluations;
  if (typeof batchSize !== "number" || evaluations !== void 0) {
    throw new InvalidOptionError({
      option: "evaluateEvery",
      value: evaluateEvery,
      message: evaluations === void 0 ? "Together takes the number of measurements; it follows from evaluateEvery only with a batchSize that is a number." : "evaluateEvery and evaluations are both given.",
      hint: evaluations === void 0 ? "Pass batchSize, or evaluations in the place of evaluateEvery." : "Give one."
    });
  }
  const steps = Math.ceil(training.rows / batchSize) * epochs;
  return Math.max(1, Math.floor(steps / evaluateEvery));
}
function trainingType(lora) {
  if (lora === false) return { type: "Full" };
  const rank = lora.rank ?? 8;
  return defined({
    type: "Lora",
    lora_r: rank,
    lora_alpha: lora.alpha ?? 2 * rank,
    lora_dropout: lora.dropout,
    lora_trainable_modules: typeof lora.targetModules === "object" ? lora.targetModules.join(",") : lora.targetModules
  });
}
function dpoMethod({ beta, dpo }) {
  return defined({
    method: "dpo",
    dpo_beta: beta,
    dpo_normalize_logratios_by_length: dpo?.normalizeLogRatiosByLength,
    dpo_reference_free: dpo?.referenceFree,
    rpo_alpha: dpo?.rpoAlpha,
    simpo_gamma: dpo?.simpoGamma
  });
}

// src/train/backends/shared/model-size.ts
function billionsOf(model) {
  const name = (model.split("/").at(-1) ?? model).toLowerCase();
  if (/\d+x\d|(?<![a-z0-9])\d+e(?![a-z0-9])/.test(name)) return void 0;
  const sizes = new Set(
    [...name.matchAll(/(?<![a-z0-9.])(\d+(?:[.p]\d+)?)b(?![a-z0-9])/g)].map(
      ([, size2 = ""]) => Number(size2.replace("p", "."))
    )
  );
  const [size] = sizes;
  return sizes.size === 1 ? size : void 0;
}

// src/train/backends/together/prices.ts
var KNOWN = { date: "2026-05-08", source: "https://www.together.ai/pricing, fine-tuning" };
var BY_SIZE = [
  { billions: 16, lora: { supervised: 0.48, preference: 1.2 }, full: { supervised: 0.54, preference: 1.35 } },
  { billions: 69, lora: { supervised: 1.5, preference: 3.75 }, full: { supervised: 1.65, preference: 4.12 } },
  { billions: 100, lora: { supervised: 2.9, preference: 7.25 }, full: { supervised: 3.2, preference: 8 } }
];
function togetherPrices({ model, lora, evaluations = 0, packing, maxLength }) {
  const size = billionsOf(model);
  const bracket = size === void 0 ? void 0 : BY_SIZE.find(({ billions }) => size <= billions);
  if (bracket === void 0 || packing === false && maxLength === void 0) return [];
  return ["supervised", "preference"].map((method) => ({
    model,
    method,
    perMillionTokens: bracket[lora === false ? "full" : "lora"][method],
    validationPasses: evaluations,
    ...packing === false ? { tokensPerRow: maxLength } : {},
    ...KNOWN
  }));
}

// src/train/backends/together/rules.ts
var DATA = "https://docs.together.ai/docs/fine-tuning/data-preparation";
var VISION = "https://docs.together.ai/docs/fine-tuning/vision";
var { render, check } = conversion(inCommonForm, checkConversation);
var togetherFile = { extension: ".jsonl", mediaType: "application/jsonl", render };
var togetherRules = {
  name: "Together",
  minRows: 1,
  maxBytes: 1e11,
  tools: true,
  functions: false,
  finalToolCall: true,
  refusals: false,
  loss: "weights",
  parallelToolCalls: false,
  images: { perRow: 10, maxBytes: 1e7, mediaTypes: ["image/png", "image/jpeg", "image/webp"] },
  preference: true,
  unpaired: false,
  // The weight of a whole row; what a model thought before its answer.
  rowKeys: ["weight"],
  messageKeys: ["reasoning", "reasoning_content"],
  reasoning: "reasoning_content",
  check
};
var OTHER_FORMATS = [["text"], ["prompt", "completion"]];
function checkConversation(row, report) {
  for (const columns of OTHER_FORMATS) {
    if (!isRecord(row) || !("messages" in row) || !columns.every((column) => column in row)) continue;
    report({
      path: `$.${columns[0]}`,
      code: "two-formats",
      severity: "error",
      message: `The row has messages and ${columns.join(" and ")}: Together finds the format by the keys, and refuses a row of two.`,
      rule: DATA
    });
  }
  let previous;
  for (const turn of turnsOf(row)) {
    const { role } = turn.message;
    if (previous !== void 0 && role === previous && (role === "user" || role === "assistant")) {
      report({
        path: `${turn.path}.role`,
        code: "roles-do-not-alternate",
        severity: "warning",
        message: `Two messages of the role ${role} follow each other; Together's documentation says that user and assistant alternate, and its server may refuse the row.`,
        rule: DATA
      });
    }
    previous = typeof role === "string" ? role : void 0;
    reportFetchedImages(turn, report, { service: "Together", rule: VISION });
  }
}

// src/train/preparing/line-of.ts
function lineOf(message) {
  const match = /\blines?[\s:#]*(\d+)/i.exec(message);
  return match?.[1] === void 0 ? void 0 : Number(match[1]);
}

// src/train/backends/together/snapshot.ts
var TOGETHER_STATES = {
  pending: "pending",
  queued: "pending",
  running: "running",
  compressing: "running",
  uploading: "running",
  cancel_requested: "running",
  cancelled: "cancelled",
  error: "failed",
  completed: "succeeded"
};
function snapshotOf(answer) {
  const job = objectOf(answer);
  const rawStatus = stringOf(job["status"]) ?? "";
  const status = TOGETHER_STATES[rawStatus] ?? "pending";
  const events = listOf(job["events"]);
  return defined({
    status,
    rawStatus,
    // The documentation says `x_model_output_name`, the OpenAPI document `model_output_name`.
    model: stringOf(job["x_model_output_name"]) ?? stringOf(job["model_output_name"]),
    trainedTokens: positiveOf(job["token_count"]),
    error: status === "failed" ? errorOf(events) : void 0,
    progress: progressOf(job, events),
    estimatedFinish: estimateOf(objectOf(job["progress"])),
    finishedAt: status === "pending" || status === "running" ? void 0 : stringOf(job["updated_at"]),
    raw: answer
  });
}
function errorOf(events) {
  const bad = events.filter(
    ({ type, level }) => type === "job_error" || type === "billing_limit" || /error$/.test(String(level))
  );
  const billing = bad.find(({ type }) => type === "billing_limit");
  const event = billing ?? bad.at(-1);
  const message = stringOf(event?.["message"]) ?? "Together gave no reason: the job's events name none.";
  return defined({ code: stringOf(event?.["type"]), message, line: lineOf(message) });
}
function progressOf(job, events) {
  const last2 = events.findLast(({ total_steps }) => positiveOf(total_steps) !== void 0);
  const step = numberOf2(last2?.["step"]);
  const totalSteps = positiveOf(last2?.["total_steps"]);
  const epoch = positiveOf(job["epochs_completed"]);
  if (totalSteps === void 0 && epoch === void 0) return void 0;
  return defined({
    step,
    totalSteps,
    epoch,
    fraction: step === void 0 || totalSteps === void 0 ? void 0 : Math.min(1, step / totalSteps)
  });
}
function estimateOf(progress) {
  const seconds = positiveOf(progress["seconds_remaining"]);
  if (progress["estimate_available"] !== true || seconds === void 0) return void 0;
  return isoTime(Date.now() + seconds * 1e3);
}

// src/train/preparing/dataset-blob.ts
import { openAsBlob } from "node:fs";
async function datasetBlob({ path: path2, name }, { mediaType }) {
  return new File([await openAsBlob(path2)], name, { type: mediaType });
}

// src/train/backends/shared/server-findings.ts
function refusedByProvider({
  service,
  file,
  message,
  code = "refused-by-provider",
  line,
  param
}) {
  const findings = message.split(/\r?\n/).map((text3) => text3.trim()).filter((text3) => text3 !== "").map((text3) => ({
    line: line ?? lineOf(text3) ?? 0,
    path: param === void 0 ? pathOf(text3) : `$.${param}`,
    code,
    severity: "error",
    message: text3,
    source: { file: file.path, line: line ?? lineOf(text3) },
    rule: `${service}'s own check of the uploaded file`
  }));
  return new InvalidExamplesError({
    findings,
    message: `${service} refused ${file.name} after its own check: ${message.slice(0, 500)}`,
    hint: "No job was created. Fix or leave out the rows named in `findings`, then start again."
  });
}
function pathOf(message) {
  const match = /[`'"](\$?\.?(?:messages|tools|input|preferred_output|non_preferred_output|contents|functions)(?:[.[][^`'"]*)?)[`'"]/.exec(
    message
  );
  return match?.[1] === void 0 ? "$" : `$.${match[1].replace(/^\$?\.?/, "")}`;
}

// src/train/backends/together/upload.ts
var PROCESSING_TIMEOUT = 36e5;
async function uploadFile(client, file, format, { signal }, interval) {
  const id = await findFile(client, file, signal) ?? await sendFile(client, file, format, signal);
  await waitUntil(() => checkFile(client, file, id, signal), {
    what: `Together to process ${file.name} (${id})`,
    signal,
    interval,
    timeout: PROCESSING_TIMEOUT,
    hint: "The file stays at Together; the same call goes on with it."
  });
  return { id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}
async function findFile(client, file, signal) {
  const files = listOf(objectOf(await client.json({ path: "/files", signal, check: hasList("data") }))["data"]);
  const hash = file.name.lastIndexOf(file.sha256.slice(0, 8));
  const end = hash === -1 ? file.name : file.name.slice(hash);
  const same = files.find(
    (one) => stringOf(one["filename"])?.endsWith(end) && one["bytes"] === file.bytes && one["purpose"] === "fine-tune" && !isRefused(one)
  );
  return stringOf(same?.["id"]);
}
async function sendFile(client, file, format, signal) {
  const answer = await client.json({
    method: "POST",
    path: "/files/upload",
    signal,
    check: hasTexts("id"),
    body: async () => {
      const form = new FormData();
      form.set("purpose", "fine-tune");
      form.set("file_name", file.name);
      form.set("file_type", "jsonl");
      form.set("file", await datasetBlob(file, format));
      return form;
    }
  });
  const id = stringOf(objectOf(answer)["id"]);
  if (id !== void 0) return id;
  throw new ServiceError({
    service: "Together",
    code: "invalid-answer",
    message: "Together's answer to the upload has no file id."
  });
}
async function checkFile(client, file, id, signal) {
  const answer = objectOf(
    await client.json({ path: `/files/${encodeURIComponent(id)}`, signal, check: hasTexts("id") })
  );
  const report = objectOf(answer["validation_report"]);
  if (isRefused(answer)) {
    const message = stringOf(report["error"]) ?? stringOf(answer["processing_error"]) ?? `its state is ${String(answer["processing_status"])}, with no reason given`;
    throw refusedByProvider(defined({ service: "Together", file, message, code: stringOf(report["error_type"]) }));
  }
  const status = stringOf(answer["processing_status"]);
  const done = status === void 0 ? answer["Processed"] === true : status === "COMPLETED";
  return done ? true : void 0;
}
function isRefused(file) {
  const status = file["processing_status"];
  return status === "FAILED" || status === "INVALID_FORMAT" || objectOf(file["validation_report"])["valid"] === false;
}

// src/train/backends/together.ts
var ENDED = /* @__PURE__ */ new Set(["error", "cancelled", "cancel_requested"]);
function together(options) {
  checkOptions("together", options, togetherKinds);
  const { model, baseURL = "https://api.together.ai/v1", headers, fetch, pollInterval } = options;
  const client = createHttpClient({
    service: "Together",
    baseURL,
    fetch,
    headers: async () => ({
      ...headers,
      authorization: `Bearer ${await loadApiKey("Together", options.apiKey, "TOGETHER_API_KEY")}`
    })
  });
  const pathOf2 = ({ id }) => `/fine-tunes/${encodeURIComponent(id)}`;
  return {
    name: "together",
    model,
    capabilities: {
      methods: ["supervised", "preference"],
      validation: "upload",
      deployment: "explicit",
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      from: ["supervised", "preference"],
      evaluateEvery: true
    },
    rules: withTemplate(togetherRules, options.template === void 0 ? void 0 : readChatTemplate(options.template)),
    file: togetherFile,
    options: jobOptions({ baseURL, ...options }, "model", "apiKey", "fetch", "headers", "pollInterval", "template"),
    prices: togetherPrices(options),
    // One epoch is the default of POST /fine-tunes (OpenAPI document of 2026-04-28).
    schedule: defined({ epochs: 1, batchSize: options.batchSize === "max" ? void 0 : options.batchSize }),
    redact: client.redact,
    checkSetup: () => checkApiKey("Together", options.apiKey, "TOGETHER_API_KEY"),
    upload: (dataset, call) => uploadFile(client, dataset, togetherFile, call, pollInterval),
    async start(request, { signal }) {
      const answer = await client.json({
        method: "POST",
        path: "/fine-tunes",
        json: jobBody(options, request),
        signal,
        check: hasTexts("id")
      });
      return referenceOf(options, request, objectOf(answer));
    },
    async find(key, { signal }) {
      const jobs = listOf(objectOf(await client.json({ path: "/fine-tunes", signal, check: hasList("data") }))["data"]);
      const mark2 = suffixMark(key);
      const job = jobs.filter(({ suffix, status }) => stringOf(suffix)?.endsWith(mark2) && !ENDED.has(String(status))).sort((a, b) => String(b["created_at"]).localeCompare(String(a["created_at"])))[0];
      if (job === void 0) return void 0;
      const method = objectOf(job["training_method"])["method"] === "dpo" ? "preference" : "supervised";
      return referenceOf(options, { key, method }, job);
    },
    async poll(job, { signal }) {
      const answer = await client.json({ path: pathOf2(job), signal, check: hasTexts("id", "status") });
      const snapshot = snapshotOf(answer);
      if (snapshot.status !== "failed" || listOf(objectOf(answer)["events"]).length > 0) return snapshot;
      const events = await client.json({ path: `${pathOf2(job)}/events`, signal, check: hasList("data") });
      return { ...snapshotOf({ ...objectOf(answer), events: objectOf(events)["data"] }), raw: answer };
    },
    async events(job, after, { signal }) {
      const events = await client.json({ path: `${pathOf2(job)}/events`, signal, check: hasList("data") });
      return eventPage(events, await metricsOf(client, pathOf2(job), signal), after);
    },
    async cancel(job, { signal }) {
      await client.json({ method: "POST", path: `${pathOf2(job)}/cancel`, signal, idempotent: true });
    },
    async checkpoints(job, { signal }) {
      const answer = await client.json({ path: `${pathOf2(job)}/checkpoints`, signal, check: hasList("data") });
      return listOf(objectOf(answer)["data"]).map((one) => {
        const step = numberOf2(one["step"]);
        return defined({ id: step === void 0 ? job.id : `${job.id}:${step}`, step });
      });
    },
    result(job, snapshot) {
      if (snapshot.model === void 0) {
        throw new ServiceError({
          service: "Together",
          code: "invalid-answer",
          message: `Together names no output model for the finished job ${job.id}.`
        });
      }
      return Promise.resolve({
        model: snapshot.model,
        ...snapshot.trainedTokens === void 0 ? {} : { trainedTokens: snapshot.trainedTokens },
        deployment: { status: "required", billed: BILLED }
      });
    },
    deploy: (tuned, deployOptions) => startEndpoint(client, tuned, deployOptions, { baseURL, interval: pollInterval }),
    teardown: (tuned, call) => endEndpoint(client, tuned, call)
  };
}
async function metricsOf(client, path2, signal) {
  try {
    return await client.json({ path: `${path2}/metrics`, signal, check: isObject });
  } catch (error) {
    if (hasStatus(error, 404)) return void 0;
    throw error;
  }
}
function referenceOf({ model }, { key, method, training, validation }, job) {
  const id = stringOf(job["id"]);
  if (id === void 0)
    throw new ServiceError({
      service: "Together",
      code: "invalid-answer",
      message: "Together's answer has no job id."
    });
  const createdAt = stringOf(job["created_at"]) ?? (/* @__PURE__ */ new Date()).toISOString();
  return defined({ backend: "together", id, model, method, key, createdAt, training, validation });
}
export {
  together
};
