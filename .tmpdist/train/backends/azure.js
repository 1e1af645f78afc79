// src/internal/is-record.ts
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
var EMPTY = Object.freeze({});
var NONE = Object.freeze([]);
function objectOf(value) {
  return isRecord(value) ? value : EMPTY;
}

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
  constructor({ option, value, ...rest }) {
    super(rest);
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
  constructor({ packageName, ...rest }) {
    super(rest);
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
  constructor({ variables, ...rest }) {
    super(rest);
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
    ...rest
  }) {
    super(rest);
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
var TimeoutError = class extends FinetuneError {
  name = "TimeoutError";
  /** The allowed time, in milliseconds from the start of the wait. */
  milliseconds;
  constructor({ milliseconds: milliseconds2, ...rest }) {
    super(rest);
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
function closestName(name, known) {
  const wanted = name.toLowerCase();
  let closest;
  let distance = Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const word2 = candidate.toLowerCase();
    const cut = Math.min(word2.length, wanted.length);
    const begins = cut >= 3 && word2.slice(0, cut) === wanted.slice(0, cut);
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
  const positive = integer ? min === 1 : above === 0;
  const noun = `${positive ? "a positive" : integer ? "an" : "a"} ${integer ? "integer" : "number"}`;
  const bounds = [
    min !== void 0 && !positive && `at least ${min}`,
    above !== void 0 && !positive && `above ${above}`,
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
  const all = kinds;
  return {
    expected: all.map((one) => one.expected).join(" or "),
    fits: (value) => all.some((one) => one.fits(value)),
    inspect: (value, option) => all.find((one) => one.fits(value))?.inspect?.(value, option)
  };
}
function list(item) {
  return {
    expected: `an array; each item must be ${item.expected}`,
    fits: (value) => Array.isArray(value),
    inspect: (value, option) => value.forEach((one, index) => checkArgument(`${option}[${index}]`, one, item))
  };
}
function object(kinds) {
  return {
    expected: `an object with ${Object.keys(kinds).join(", ")}`,
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => checkFields(value, kinds, { prefix: `${option}.` })
  };
}
function record(item) {
  return {
    expected: "an object",
    fits: (value) => isObject(value) && !Array.isArray(value),
    inspect: (value, option) => {
      for (const [name, one] of Object.entries(value)) {
        if (one !== void 0) checkArgument(`${option}.${name}`, one, item);
      }
    }
  };
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

// src/train/backends/shared/kinds.ts
var keyKind = either(text, callback);
var fieldsKind = kind("an object", isRecord);
var templateKind = either(
  text,
  kind("a URL or a chat template", (value) => typeof value === "object" && value !== null)
);
var tunedKind = kind(
  "a tuned model, as fineTune gives it",
  (value) => isRecord(value) && [value.backend, value.model, value.job, value.baseModel].every((one) => typeof one === "string")
);

// src/train/end-deployment.ts
function endDeployment(tuned, billed) {
  const ended = {
    ...tuned,
    deployment: { ...tuned.deployment, status: "ended", billed }
  };
  delete ended.inference;
  return ended;
}

// src/http/answer-check.ts
var isObject2 = (answer) => isRecord(answer) ? void 0 : `it is ${kindOf(answer)} and no object`;
function hasTexts(...fields) {
  return (answer) => {
    if (!isRecord(answer)) return isObject2(answer);
    const missing2 = fields.find((field) => typeof answer[field] !== "string" || answer[field] === "");
    return missing2 === void 0 ? void 0 : `it has no ${missing2}`;
  };
}
function hasList(field) {
  return (answer) => {
    if (!isRecord(answer)) return isObject2(answer);
    return Array.isArray(answer[field]) ? void 0 : `it has no list of ${field}`;
  };
}
function unreadable(status, reason, headers) {
  return { status, message: reason, unreadable: true, headers };
}
function notJson(text2, headers) {
  if (text2.trim() === "") return "the answer is empty";
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim();
  const isWhole = /[\]}]\s*$/.test(text2) || !/^\s*[[{]/.test(text2);
  return `the answer is not JSON${isWhole ? "" : ", or ends before its end"} (${type ? `${type}, ` : ""}${text2.length} characters)`;
}
function kindOf(value) {
  if (value === void 0) return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
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
function redactCredentials(text2, ...secrets) {
  let result = text2;
  const known = [...new Set(secrets)].filter((secret) => secret !== void 0).filter((secret) => secret.length >= SHORTEST_SECRET).sort((left, right) => right.length - left.length);
  for (const secret of known) {
    result = result.replace(writtenForms(secret), "[redacted]");
    for (const encoded of inBase64(secret)) result = result.replaceAll(encoded, "[redacted]");
  }
  for (const pattern of PATTERNS) result = result.replace(pattern, "[redacted]");
  return result;
}
function redactJson(value, redact) {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [redact(name), redactJson(item, redact)]));
}
var NAMED_ENTITIES = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
var SHORT_ESCAPES = { "\n": "n", "\r": "r", "	": "t" };
function inBase64(secret) {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text2 = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64").replace(/=+$/, "");
    const whole = text2.slice(Math.ceil(before * 8 / 6), Math.floor((before + bytes.length) * 8 / 6));
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
function jsonOrUndefined(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
}
function jsonOrText(text2) {
  const value = jsonOrUndefined(text2);
  return value === void 0 ? text2 : value;
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
function failureOfBody(status, text2, headers) {
  const body = jsonOrText(text2);
  const outer = objectOf(body);
  const inner = isRecord(outer["error"]) ? outer["error"] : outer;
  const message = textOf(inner["message"]) ?? textOf(outer["error"]) ?? wordsOf(inner["detail"]) ?? textOf(inner["title"]) ?? (text2.trim() === "" ? "no body" : text2.replace(/\s+/g, " ").trim());
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
    const text2 = [own, parts].filter((part) => part !== "").join(": ");
    if (!messages.some((message) => message.includes(text2))) messages.push(text2);
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
    const known = typeof code === "string" && /^(?:E[A-Z_]{3,}|UND_ERR_\w+|Z_\w+)$/.test(code) && !code.startsWith("ERR_");
    return known || /^(?:fetch failed|terminated|connection error\.?|socket hang up)$/i.test(message);
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
  const clean = (text2) => redactCredentials(text2, ...secrets);
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
    const text2 = JSON.stringify(cleaned);
    details["body"] = text2.length <= MOST_DETAILS ? cleaned : text2.slice(0, MOST_DETAILS);
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
  const signed = [...searchParams].flatMap(([name, value]) => SECRET_QUERY.test(name) ? [value] : []);
  return [decode(password), ...signed].filter((secret) => secret !== "");
}
function decode(text2) {
  try {
    return decodeURIComponent(text2);
  } catch {
    return text2;
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
    text: (request) => ask(request, ({ text: text2 }) => text2),
    json: ({ check, ...request }) => ask(request, (answer, context) => readJson(answer, check, context)),
    redact: (text2) => redactCredentials(text2, ...secrets.values)
  };
}
function readJson({ status, headers, text: text2 }, check, context) {
  const json = jsonOrUndefined(text2);
  if (json === void 0 && text2.trim() !== "")
    throw serviceError(unreadable(status, notJson(text2, headers), headers), context);
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
    const text2 = await (response.ok ? response.text() : response.text().catch(() => ""));
    if (!response.ok) throw serviceError(failureOfBody(status, text2, headers), context);
    return read({ status, headers, text: text2 }, context);
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

// src/http/wait-until.ts
var MAXIMUM_FAILURES_IN_A_ROW = 20;
async function waitUntil(check, options) {
  const { what, signal, timeout, hint, interval = 5e3 } = options;
  const end = timeout === void 0 ? Infinity : Date.now() + timeout;
  let pause = interval;
  let failures = 0;
  for (; ; ) {
    signal?.throwIfAborted();
    let asked;
    try {
      const result = await check();
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

// src/train/backends/azure/deployments.ts
function azureDeployments(context) {
  return {
    async deploy(tuned, { signal, ...options }) {
      const rest = options;
      checkOptions("deploy", rest, { name: text, sku: text, capacity: positiveInteger });
      const { name = deploymentName(tuned.model), sku = "standard", capacity = 1 } = rest;
      const management = required2(context);
      const client = clientOf(management, context);
      const path2 = pathOf(management, name);
      await client.json({
        method: "PUT",
        path: path2,
        json: {
          sku: { name: sku, capacity },
          properties: { model: { format: "OpenAI", name: tuned.model, version: "1" } }
        },
        signal
      });
      await waitUntil(async () => readyOrFailed(await client.json({ path: path2, signal }), name), {
        what: `the Azure deployment ${name} to be ready`,
        signal,
        interval: management.pollInterval
      });
      return {
        ...tuned,
        inference: {
          package: "@langchain/openai",
          class: "ChatOpenAI",
          fields: { model: name, configuration: { baseURL: context.baseURL } },
          apiKey: { field: "apiKey", variable: "AZURE_OPENAI_API_KEY" }
        },
        deployment: { status: "ready", id: name, billed: context.billed, details: { sku, capacity } }
      };
    },
    async teardown(tuned, { signal }) {
      const management = required2(context);
      const client = clientOf(management, context);
      const path2 = pathOf(management, tuned.deployment?.id ?? deploymentName(tuned.model));
      const gone = async (ask) => {
        try {
          await ask();
          return void 0;
        } catch (error) {
          if (ServiceError.isInstance(error) && error.code === "not-found") return true;
          throw error;
        }
      };
      const already = await gone(() => client.json({ method: "DELETE", path: path2, signal }));
      if (!already) {
        await waitUntil(() => gone(() => client.json({ path: path2, signal })), {
          what: "the Azure deployment to be deleted",
          signal,
          interval: management.pollInterval
        });
      }
      return endDeployment(tuned, context.billed);
    }
  };
}
function readyOrFailed(answer, name) {
  const properties = isRecord(answer) && isRecord(answer["properties"]) ? answer["properties"] : {};
  const state = properties["provisioningState"];
  if (state === "Succeeded") return true;
  if (state !== "Failed" && state !== "Canceled") return void 0;
  throw new ServiceError({
    service: "Azure",
    code: "deployment-failed",
    message: `Azure says that the deployment ${name} is ${state}: ${JSON.stringify(properties["error"] ?? properties["statusMessage"] ?? "no reason given")}`,
    hint: "Look at the deployment in the Azure portal, delete it, and call deploy again."
  });
}
function clientOf({ token, baseURL = "https://management.azure.com" }, { fetch }) {
  const headers = async () => ({ authorization: `Bearer ${typeof token === "string" ? token : await token()}` });
  return createHttpClient({ service: "Azure", baseURL, headers, fetch });
}
function pathOf({ subscriptionId, resourceGroup, account, apiVersion = "2024-10-21" }, name) {
  const [subscription, group, resource, deployment] = [subscriptionId, resourceGroup, account, name].map(
    encodeURIComponent
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.CognitiveServices/accounts/${resource}/deployments/${deployment}?api-version=${apiVersion}`;
}
function deploymentName(model) {
  return model.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "").slice(-64).replace(/^[^A-Za-z0-9]+/, "");
}
function required2({ management }) {
  if (management !== void 0) return management;
  throw new InvalidOptionError({
    option: "management",
    value: void 0,
    message: "To deploy, the backend azure must know the resource in Azure's management API.",
    hint: "Pass azure({ management: { subscriptionId, resourceGroup, account, token } })."
  });
}

// src/http/load-api-key.ts
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
  const missing2 = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND" || // What a bundle of Vite throws has no code.
  code === void 0 && (message?.startsWith("Could not resolve ") ?? false);
  return missing2 && (message?.includes(packageName) ?? false);
}

// src/train/backends/openai/connection.ts
function connect(dialect, options) {
  const { service, baseURL } = dialect;
  const secrets = new KnownSecrets();
  return {
    baseURL,
    redact: (text2) => redactCredentials(text2, ...secrets.values),
    async checkSetup() {
      checkApiKey(service, options.apiKey, ...dialect.keyVariables);
      await loadClient(dialect);
    },
    async call(request, signal, ask, check = isObject2) {
      signal?.throwIfAborted();
      const apiKey = keyOf(dialect, options, secrets);
      let wrong;
      const { OpenAI } = await loadClient(dialect);
      const extra = dialect.clientOptions?.(apiKey) ?? {};
      const client = new OpenAI({
        apiKey,
        baseURL,
        // Named, because the client would read OpenAI's own variables for any host.
        organization: null,
        project: null,
        fetch: checked(withReadableRefusals(options.fetch ?? globalThis.fetch), check, secrets, (reason) => {
          wrong = reason;
        }),
        // Retries are the job's: the client sleeps through an abort.
        maxRetries: 0,
        ...extra,
        defaultHeaders: { ...options.headers, ...extra.defaultHeaders }
      });
      const controller = new AbortController();
      const onAbort = () => controller.abort(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        const result = await ask(client, controller.signal);
        if (wrong === void 0) return result;
        throw new Error("The answer cannot be read.");
      } catch (error) {
        signal?.throwIfAborted();
        const [method = "", path2 = ""] = request.split(" ");
        const context = {
          service,
          request: `${method} ${baseURL.replace(/\/+$/, "")}${path2}`,
          secrets: secrets.values,
          hint: dialect.hint
        };
        throw wrong === void 0 ? toServiceError(error, context) : serviceError(wrong, context);
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    }
  };
}
var loadClient = ({ name }) => loadPackage("openai", `The backend ${name}`, () => import("openai"));
function keyOf({ service, keyVariables }, { apiKey }, secrets) {
  if (typeof apiKey !== "function") {
    const key = givenApiKey(service, apiKey, ...keyVariables);
    secrets.add(key);
    return key;
  }
  return async () => {
    const token = await apiKey();
    secrets.add(token);
    return token;
  };
}
function checked(fetch, check, secrets, onWrong) {
  return async (input, init) => {
    secrets.add(...secretsOfHeaders(new Headers(init?.headers)), ...secretsOfUrl(addressOf(input)));
    if (typeof init?.body === "string") secrets.add(...secretsOfBody(jsonOrUndefined(init.body)));
    const response = await fetch(input, init);
    if (check === "bytes" || !response.ok || !/^https?:/.test(addressOf(input))) return response;
    const { status, headers } = response;
    const text2 = await response.text();
    const json = jsonOrUndefined(text2);
    const reason = json === void 0 ? notJson(text2, headers) : check(json);
    if (reason !== void 0) onWrong(unreadable(status, reason, headers));
    return new Response(reason === void 0 ? text2 : "{}", { headers: plainHeaders(headers) });
  };
}
function addressOf(input) {
  return input instanceof Request ? input.url : String(input);
}
function plainHeaders(headers) {
  const plain = new Headers(headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) plain.delete(name);
  plain.set("content-type", "application/json");
  return plain;
}
function withReadableRefusals(fetch) {
  return async (...request) => {
    const response = await fetch(...request);
    if (response.status < 400) return response;
    const { status, headers } = response;
    const text2 = await response.text();
    const { message, code, param, body } = failureOfBody(status, text2, headers);
    const readable = isRecord(body) && isRecord(body["error"]) ? body : { error: { message, code, param, body } };
    return new Response(JSON.stringify(readable), { status, headers: plainHeaders(headers) });
  };
}

// src/train/backends/openai/pages.ts
var MAXIMUM_PAGES = 100;
async function* items(ask) {
  const seen = /* @__PURE__ */ new Set();
  let after;
  for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
    const { data, has_more } = await ask(after);
    const records = data.filter((item) => typeof item?.id === "string");
    const fresh = records.filter(({ id }) => !seen.has(id));
    for (const item of fresh) {
      seen.add(item.id);
      yield item;
    }
    after = records.at(-1)?.id;
    if (fresh.length === 0 || has_more !== true) return;
  }
}

// src/train/preparing/line-of.ts
function lineOf(message) {
  const match = /\blines?[\s:#]*(\d+)/i.exec(message);
  return match?.[1] === void 0 ? void 0 : Number(match[1]);
}

// src/train/backends/shared/read.ts
function stringOf(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function numberOf(value) {
  const number2 = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number2 === "number" && Number.isFinite(number2) ? number2 : void 0;
}
function positiveOf(value) {
  const number2 = numberOf(value);
  return number2 !== void 0 && number2 > 0 ? number2 : void 0;
}
function isoTime(milliseconds2) {
  const time = new Date(milliseconds2);
  return Number.isNaN(time.getTime()) ? void 0 : time.toISOString();
}
function defined(object2) {
  return Object.fromEntries(Object.entries(object2).filter(([, value]) => value !== void 0));
}

// src/train/backends/openai/snapshot.ts
var STATUSES = {
  validating_files: "pending",
  queued: "pending",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled"
};
function statusOfJob({ status }) {
  return Object.hasOwn(STATUSES, status) ? STATUSES[status] ?? "pending" : "pending";
}
function snapshotOf(job, retryAfter) {
  const { error } = job;
  const message = stringOf(error?.message);
  const fault = message ? { message, code: stringOf(error?.code), param: stringOf(error?.param), line: lineOf(message) } : void 0;
  return {
    status: statusOfJob(job),
    rawStatus: job.status,
    model: stringOf(job.fine_tuned_model),
    trainedTokens: numberOf(job.trained_tokens),
    error: fault,
    estimatedFinish: isoOf(job.estimated_finish),
    finishedAt: isoOf(job.finished_at),
    retryAfter,
    raw: job
  };
}
function isoOf(seconds) {
  return typeof seconds === "number" && seconds > 0 ? isoTime(seconds * 1e3) : void 0;
}

// src/train/backends/openai/create-job.ts
var JOB = hasTexts("id", "status");
var KEY = "langsmith_finetune_key";
var METHOD_NAMES = { preference: "dpo", reinforcement: "reinforcement" };
function jobBody(dialect, model, request) {
  const { key, method, training, validation, suffix, seed, epochs, metadata } = request;
  return {
    model: request.from?.model ?? model,
    training_file: training.id,
    ...validation === void 0 ? {} : { validation_file: validation.id },
    ...suffix === void 0 ? {} : { suffix },
    ...seed === void 0 ? {} : { seed },
    ...methodOf(dialect, method, epochs),
    metadata: { ...metadata, [KEY]: key },
    ...dialect.body,
    ...dialect.silentBody
  };
}
function methodOf({ hyperparameters, grader }, method, epochs) {
  const given = { ...hyperparameters, ...epochs === void 0 ? {} : { n_epochs: epochs } };
  const some = Object.keys(given).length > 0;
  if (method === "supervised" && !some) return {};
  const type = METHOD_NAMES[method] ?? "supervised";
  const settings2 = { ...method === "reinforcement" ? { grader } : {}, ...some ? { hyperparameters: given } : {} };
  return { method: { type, [type]: settings2 } };
}
async function createJob(connection, dialect, model, request, signal) {
  const body = jobBody(dialect, model, request);
  const job = await connection.call(
    "POST /fine_tuning/jobs",
    signal,
    (client, inner) => client.fineTuning.jobs.create(body, { signal: inner }),
    JOB
  );
  const { key, method, training, validation } = request;
  return {
    ...referenceOf(dialect, model, job, key),
    method,
    training,
    ...validation === void 0 ? {} : { validation }
  };
}
async function findJob(connection, dialect, model, key, signal) {
  const filter = dialect.metadataFilter ? { metadata: { [KEY]: key } } : {};
  const jobs = items(
    (after) => connection.call(
      "GET /fine_tuning/jobs",
      signal,
      (client, inner) => client.fineTuning.jobs.list({ limit: 100, after, ...filter }, { signal: inner }),
      hasList("data")
    )
  );
  for await (const job of jobs) {
    const status = statusOfJob(job);
    if (job.metadata?.[KEY] === key && status !== "failed" && status !== "cancelled")
      return referenceOf(dialect, model, job, key);
  }
  return void 0;
}
function referenceOf({ name }, model, job, key) {
  const { type } = job.method ?? {};
  const method = type === "dpo" ? "preference" : type === "reinforcement" ? "reinforcement" : "supervised";
  const createdAt = isoOf(job.created_at) ?? (/* @__PURE__ */ new Date()).toISOString();
  return { backend: name, id: job.id, model, method, key, createdAt };
}

// src/train/backends/openai/events.ts
async function eventsSince(connection, { id }, after, signal) {
  const path2 = `GET /fine_tuning/jobs/${id}/events`;
  const list2 = items(
    (from) => connection.call(
      path2,
      signal,
      (client, inner) => client.fineTuning.jobs.listEvents(id, { limit: 100, after: from }, { signal: inner }),
      hasList("data")
    )
  );
  const events = [];
  for await (const event of list2) {
    if (event.id === after) break;
    events.push(event);
  }
  const newest = events[0]?.id ?? after;
  return { events: events.reverse().map(eventOf), ...newest === void 0 ? {} : { after: newest } };
}
function eventOf({ id, created_at, level, message, data }) {
  const metrics = measurements(data);
  return {
    id,
    at: isoOf(created_at),
    level: level === "warn" ? "warning" : level === "error" ? "error" : "info",
    message: stringOf(message) ?? "",
    ...metrics === void 0 ? {} : { metrics }
  };
}
var NAMES = {
  train_loss: "loss",
  total_steps: "totalSteps",
  valid_loss: "validationLoss",
  train_mean_token_accuracy: "accuracy"
};
function measurements(data) {
  if (!isRecord(data)) return void 0;
  const numbers = Object.entries(data).filter(
    (entry) => typeof entry[1] === "number" && Number.isFinite(entry[1])
  );
  const metrics = Object.fromEntries(numbers.map(([name, value]) => [NAMES[name] ?? name, value]));
  return "loss" in metrics || "step" in metrics ? metrics : void 0;
}
async function listCheckpoints(connection, { id }, signal) {
  const path2 = `GET /fine_tuning/jobs/${id}/checkpoints`;
  const list2 = items(
    (after) => connection.call(
      path2,
      signal,
      (client, inner) => client.fineTuning.jobs.checkpoints.list(id, { limit: 100, after }, { signal: inner }),
      hasList("data")
    )
  );
  const checkpoints = [];
  for await (const { id: checkpoint, step_number, fine_tuned_model_checkpoint: model, metrics } of list2) {
    const valid_loss = metrics?.full_valid_loss ?? metrics?.valid_loss;
    const measured = measurements({ ...metrics, step: step_number, valid_loss });
    checkpoints.push({
      id: checkpoint,
      step: step_number,
      ...model ? { model } : {},
      ...measured === void 0 ? {} : { metrics: measured }
    });
  }
  return checkpoints.sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
}

// src/train/backends/openai/past-jobs.ts
async function* pastJobs(connection, dialect, signal) {
  const jobs = items(
    (after) => retryTransient(
      () => connection.call(
        "GET /fine_tuning/jobs",
        signal,
        (client, inner) => client.fineTuning.jobs.list({ limit: 100, after }, { signal: inner }),
        hasList("data")
      ),
      { signal }
    )
  );
  for await (const job of jobs) yield pastJobOf(dialect, job);
}
function pastJobOf(dialect, job) {
  const { id, model, training_file: trainingFile } = job;
  if (typeof model !== "string" || typeof trainingFile !== "string") {
    throw new ServiceError({
      service: dialect.service,
      code: "invalid-answer",
      message: `${dialect.service} lists the job ${id} without its base model or its training file.`
    });
  }
  const finishedAt = isoOf(job.finished_at);
  return {
    // A job that this package did not start has no key of its own; its id is as unique.
    reference: referenceOf(dialect, model, job, job.metadata?.[KEY] ?? id),
    status: statusOfJob(job),
    rawStatus: job.status,
    ...job.fine_tuned_model && { model: job.fine_tuned_model },
    trainingFile,
    ...job.validation_file && { validationFile: job.validation_file },
    hyperparameters: hyperparametersOf(job),
    ...typeof job.seed === "number" && { seed: job.seed },
    ...typeof job.trained_tokens === "number" && { trainedTokens: job.trained_tokens },
    ...finishedAt !== void 0 && { finishedAt }
  };
}
function hyperparametersOf({ method, hyperparameters }) {
  const settings2 = method?.type === void 0 ? void 0 : method[method.type];
  const found = isRecord(settings2) && isRecord(settings2["hyperparameters"]) ? settings2["hyperparameters"] : hyperparameters;
  return JSON.parse(JSON.stringify(found ?? {}));
}
async function* downloadFile(connection, { service }, id, signal) {
  const request = `GET /files/${id}/content`;
  const ask = () => connection.call(request, signal, (client, inner) => client.files.content(id, { signal: inner }), "bytes");
  const response = await retryTransient(ask, { signal });
  if (response.body === null) return;
  let isFirst = true;
  for await (const chunk of response.body) {
    signal?.throwIfAborted();
    if (isFirst && !beginsWithRow(chunk)) throw noRows(service, id);
    isFirst = false;
    yield chunk;
  }
}
function beginsWithRow(chunk) {
  return new TextDecoder().decode(chunk.subarray(0, 64)).trimStart().startsWith("{");
}
function noRows(service, id) {
  return new ServiceError({
    service,
    code: "invalid-answer",
    message: `${service} answered for the file ${id} with something that is not JSON lines.`,
    hint: "Try again later: a maintenance page may have answered in the service's place."
  });
}

// src/train/preparing/dataset-blob.ts
import { openAsBlob } from "node:fs";
async function datasetBlob({ path: path2, name }, { mediaType }) {
  return new File([await openAsBlob(path2)], name, { type: mediaType });
}

// src/train/backends/openai/upload.ts
var SECONDS_TO_LIVE = 6 * 60 * 60;
async function upload(connection, dialect, format, file, signal) {
  const known = await findFile(connection, file, signal);
  const created = known ?? await connection.call(
    "POST /files",
    signal,
    async (client, inner) => client.files.create({ file: await datasetBlob(file, format), purpose: "fine-tune" }, { signal: inner }),
    hasTexts("id")
  );
  const ready = dialect.waitForFile ? await processed(connection, created, signal) : created;
  failIfRefused(dialect, ready);
  return { id: ready.id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}
async function findFile(connection, { name, bytes }, signal) {
  const files = items(
    (after) => connection.call(
      "GET /files",
      signal,
      (client, inner) => client.files.list({ purpose: "fine-tune", limit: 1e3, after }, { signal: inner }),
      hasList("data")
    )
  );
  const soon = Date.now() / 1e3 + SECONDS_TO_LIVE;
  try {
    for await (const file of files) {
      const usable = statusOf2(file) !== "error" && statusOf2(file) !== "deleted" && (file.expires_at ?? Infinity) > soon;
      if (usable && file.filename === name && file.bytes === bytes) return file;
    }
  } catch (error) {
    if (!ServiceError.isInstance(error) || error.status !== 404 && error.status !== 405) throw error;
  }
  return void 0;
}
async function processed(connection, file, signal) {
  const settled = (one) => ["processed", "error"].includes(statusOf2(one)) ? one : void 0;
  return settled(file) ?? waitUntil(
    async () => settled(
      await connection.call(
        `GET /files/${file.id}`,
        signal,
        (client, inner) => client.files.retrieve(file.id, { signal: inner }),
        hasTexts("id")
      )
    ),
    { what: `the file ${file.id} to be processed`, signal, interval: 1e3 }
  );
}
function failIfRefused({ service }, file) {
  if (statusOf2(file) !== "error") return;
  const { status_details: reason } = file;
  throw new ServiceError({
    service,
    code: "invalid-file",
    message: `${service} refused the file ${file.filename}: ${reason ?? "it gave no reason"}`,
    hint: "Check the rows with validateExamples, and the file's size."
  });
}
var statusOf2 = (file) => file.status ?? "uploaded";

// src/train/backends/shared/conversation.ts
function isPreference(row) {
  return "preferred_output" in row;
}
function withoutWeights(row) {
  if (isPreference(row)) return row;
  return {
    ...row,
    messages: row.messages.map((message) => {
      if (message.role !== "assistant" || message.weight === void 0) return message;
      const copy = { ...message };
      delete copy.weight;
      return copy;
    })
  };
}

// src/train/backends/openai/create-backend.ts
function createOpenAIBackend(dialect, options) {
  const { model } = options;
  if (typeof model !== "string" || model === "") {
    throw new InvalidOptionError({
      option: "model",
      value: model,
      message: `The backend ${dialect.name} needs the name of a base model.`
    });
  }
  const connection = connect(dialect, options);
  const { baseURL } = connection;
  const file = {
    extension: ".jsonl",
    mediaType: "application/jsonl",
    byteOrderMark: dialect.byteOrderMark,
    ...dialect.rules.loss !== "weights" && { render: withoutWeights }
  };
  const { hyperparameters, grader, body } = dialect;
  return {
    name: dialect.name,
    model,
    rules: dialect.rules,
    file,
    capabilities: {
      methods: dialect.methods,
      validation: dialect.validation ?? "job",
      deployment: dialect.deployment,
      seed: true,
      suffix: true,
      epochs: true,
      validationFile: true,
      checkpoints: "measured",
      ...dialect.from && { from: dialect.from }
    },
    options: JSON.parse(JSON.stringify({ baseURL, hyperparameters, grader, body, ...dialect.options })),
    ...dialect.prices === void 0 ? {} : { prices: dialect.prices },
    schedule: defined({
      epochs: positiveOf(hyperparameters["n_epochs"]),
      batchSize: positiveOf(hyperparameters["batch_size"])
    }),
    redact: connection.redact,
    checkSetup: () => connection.checkSetup(),
    upload: (dataset, { signal }) => upload(connection, dialect, file, dataset, signal),
    start: (request, { signal }) => createJob(connection, dialect, model, request, signal),
    find: (key, { signal }) => findJob(connection, dialect, model, key, signal),
    events: (job, after, { signal }) => eventsSince(connection, job, after, signal),
    checkpoints: (job, { signal }) => listCheckpoints(connection, job, signal),
    async poll({ id }, { signal }) {
      const { data, response } = await connection.call(
        `GET /fine_tuning/jobs/${id}`,
        signal,
        (client, inner) => client.fineTuning.jobs.retrieve(id, { signal: inner }).withResponse(),
        JOB
      );
      return snapshotOf(data, retryAfterOf(response.headers));
    },
    pastJobs: ({ signal }) => pastJobs(connection, dialect, signal),
    download: (id, { signal }) => downloadFile(connection, dialect, id, signal),
    async cancel({ id }, { signal }) {
      await connection.call(
        `POST /fine_tuning/jobs/${id}/cancel`,
        signal,
        (client, inner) => client.fineTuning.jobs.cancel(id, { signal: inner })
      );
    },
    async checkpointResult(job, checkpoint, snapshot) {
      if (dialect.checkpointResult) return dialect.checkpointResult(checkpoint, job, snapshot);
      const name = tunedModelOf(dialect, job.id, checkpoint.model);
      return callableParts(dialect, baseURL, name, snapshot.trainedTokens);
    },
    async result(job, snapshot, { signal }) {
      if (dialect.result) return dialect.result(connection, job, snapshot, signal);
      return callableParts(dialect, baseURL, tunedModelOf(dialect, job.id, snapshot.model), snapshot.trainedTokens);
    },
    ...dialect.deploy === void 0 ? {} : { deploy: dialect.deploy },
    ...dialect.teardown === void 0 ? {} : { teardown: dialect.teardown }
  };
}
function callableParts(dialect, baseURL, model, trainedTokens) {
  return {
    model,
    ...trainedTokens === void 0 ? {} : { trainedTokens },
    inference: {
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: { model, configuration: { baseURL } },
      apiKey: { field: "apiKey", variable: dialect.keyVariables[0] }
    }
  };
}
function tunedModelOf({ service }, job, model) {
  if (model !== void 0 && model !== "") return model;
  throw new ServiceError({
    service,
    code: "invalid-answer",
    message: `${service} says that the job ${job} succeeded, but not what its model is called.`,
    hint: "Look the job up in the provider's console."
  });
}

// src/train/backends/openai/dialect.ts
var hostKinds = {
  model: required(text),
  baseURL: text,
  apiKey: keyKind,
  headers: record(string),
  fetch: callback,
  extra: fieldsKind
};

// src/curate/rules.ts
var openAIImages = {
  perRow: 10,
  maxBytes: 10 * 1024 * 1024,
  mediaTypes: ["image/jpeg", "image/png", "image/webp"],
  maxRows: 5e4,
  pairs: false
};
var openAIRules = {
  name: "OpenAI",
  minRows: 10,
  maxBytes: 512 * 1024 * 1024,
  tools: true,
  maxTools: 128,
  functions: true,
  finalToolCall: true,
  loss: "weights",
  parallelToolCalls: true,
  images: openAIImages,
  preference: true
};
var rulesKind = {
  ...object({
    name: required(text),
    minRows: number({ min: 0, integer: true }),
    maxRows: limit,
    maxBytes: limit,
    maxTokens: limit,
    tools: required(boolean),
    maxTools: limit,
    functions: required(boolean),
    finalToolCall: required(boolean),
    refusals: boolean,
    loss: required(word("weights", "completion", "all", "last")),
    parallelToolCalls: required(boolean),
    images: required(
      either(
        only(false),
        object({
          perRow: required(limit),
          maxBytes: required(limit),
          mediaTypes: required(list(string)),
          maxRows: limit,
          addresses: boolean,
          pairs: boolean
        })
      )
    ),
    preference: required(boolean),
    unpaired: either(
      only(false),
      object({
        desirableWeight: required(number({ min: 0 })),
        undesirableWeight: required(number({ min: 0 }))
      })
    ),
    longOutputs: boolean,
    roles: list(string),
    contentParts: boolean,
    alternatingRoles: boolean,
    systemFirst: boolean,
    byteOrderMark: word("refused", "unwanted", "wanted"),
    rowKeys: list(string),
    messageKeys: list(string),
    reasoning: word("reasoning_content", "reasoning", "thinking"),
    check: callback
  }),
  expected: "validation rules, such as backend.rules or openAIRules"
};

// src/train/backends/openai/hyperparameters.ts
var auto = word("auto");
var hyperparameterKinds = {
  batchSize: either(positiveInteger, auto),
  learningRateMultiplier: either(number({ above: 0 }), auto),
  beta: either(number({ min: 0 }), auto),
  computeMultiplier: either(number({ above: 0 }), auto),
  evalInterval: either(positiveInteger, auto),
  evalSamples: either(positiveInteger, auto),
  reasoningEffort: word("default", "low", "medium", "high"),
  hyperparameters: fieldsKind
};
function hyperparametersOf2(options) {
  return defined({
    batch_size: options.batchSize,
    learning_rate_multiplier: options.learningRateMultiplier,
    beta: options.beta,
    compute_multiplier: options.computeMultiplier,
    eval_interval: options.evalInterval,
    eval_samples: options.evalSamples,
    reasoning_effort: options.reasoningEffort,
    ...options.hyperparameters
  });
}

// src/train/backends/azure.ts
function azure(options) {
  checkOptions("azure", options, {
    ...hostKinds,
    resource: text,
    endpoint: text,
    trainingType: text,
    ...hyperparameterKinds,
    grader: fieldsKind,
    apiVersion: text,
    management: object({
      subscriptionId: required(text),
      resourceGroup: required(text),
      account: required(text),
      token: required(keyKind),
      baseURL: text,
      apiVersion: text,
      pollInterval: milliseconds
    })
  });
  const { grader, trainingType, apiVersion, management, extra } = options;
  const dialect = {
    name: "azure",
    service: "Azure OpenAI",
    keyVariables: ["AZURE_OPENAI_API_KEY"],
    baseURL: baseURLOf(options),
    from: ["supervised", "preference"],
    methods: grader === void 0 ? ["supervised", "preference"] : ["supervised", "preference", "reinforcement"],
    // https://learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning: 10 rows, 512 MB, UTF-8 with a byte order mark.
    // learn.microsoft.com/azure/foundry/openai/how-to: fine-tuning, and fine-tuning-vision for the images; read on 2026-11-28.
    rules: {
      ...openAIRules,
      unpaired: false,
      name: "Azure OpenAI",
      minRows: 10,
      maxBytes: 512 * 1024 * 1024,
      images: { ...openAIImages, perRow: 64 },
      byteOrderMark: "wanted",
      longOutputs: true
    },
    byteOrderMark: true,
    deployment: "explicit",
    waitForFile: true,
    hyperparameters: hyperparametersOf2(options),
    grader,
    body: { ...trainingType === void 0 ? {} : { trainingType }, ...extra },
    // A key goes into a header of Azure's own; a token is a bearer's.
    clientOptions: (apiKey) => ({
      ...apiVersion === void 0 ? {} : { defaultQuery: { "api-version": apiVersion } },
      ...typeof apiKey === "string" ? { defaultHeaders: { "api-key": apiKey, Authorization: null } } : {}
    }),
    checkpointResult: (checkpoint, { id }, snapshot) => ({
      model: tunedModelOf(dialect, id, checkpoint.model),
      ...snapshot.trainedTokens === void 0 ? {} : { trainedTokens: snapshot.trainedTokens },
      deployment: { status: "required", billed: BILLED }
    }),
    result: async (_connection, { id }, snapshot) => ({
      model: tunedModelOf(dialect, id, snapshot.model),
      ...snapshot.trainedTokens === void 0 ? {} : { trainedTokens: snapshot.trainedTokens },
      deployment: { status: "required", billed: BILLED }
    }),
    ...azureDeployments({ management, fetch: options.fetch, baseURL: baseURLOf(options), billed: BILLED })
  };
  return createOpenAIBackend(dialect, options);
}
var foundry = azure;
var BILLED = "Azure bills a deployment of a tuned model by the hour from its creation until it is deleted, called or not, and the tokens beside; one of the type developertier has no hourly fee and ends after 24 hours.";
function baseURLOf({ baseURL, resource, endpoint }) {
  if (baseURL !== void 0) return baseURL;
  const root = endpoint ?? (resource === void 0 ? process.env["AZURE_OPENAI_ENDPOINT"] : `https://${resource}.openai.azure.com`);
  if (root !== void 0 && root !== "")
    return `${root.replace(/\/+$/, "").replace(/\/openai(?:\/v1)?$/, "")}/openai/v1/`;
  throw new InvalidOptionError({
    option: "resource",
    value: resource,
    message: "The backend azure needs to know the resource.",
    hint: "Pass resource, endpoint or baseURL, or set AZURE_OPENAI_ENDPOINT."
  });
}
export {
  azure,
  foundry
};
