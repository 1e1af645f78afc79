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
function secretsOfHeaders(headers) {
  return [...headers].flatMap(
    ([name, value]) => PUBLIC_HEADERS.test(name) ? [] : [value, value.replace(/^(?:bearer|basic|token|key)\s+/i, "")]
  );
}
var MOST_OBJECTS = 5e3;
var DEEPEST = 8;
function secretsOfObject(value) {
  const secrets = [];
  const seen = /* @__PURE__ */ new Set();
  const queue = [{ value, depth: 0 }];
  for (let next = queue.shift(); next !== void 0 && seen.size < MOST_OBJECTS; next = queue.shift()) {
    const { value: object2, depth } = next;
    if (typeof object2 !== "object" || object2 === null || seen.has(object2) || ArrayBuffer.isView(object2)) continue;
    seen.add(object2);
    for (const [name, { value: field }] of Object.entries(Object.getOwnPropertyDescriptors(object2))) {
      if (typeof field === "string") {
        if (SECRET_FIELD.test(name)) secrets.push(field);
      } else if (/headers$/i.test(name)) {
        secrets.push(...secretsOfHeaders(headersIn(field)));
      }
      if (depth < DEEPEST) queue.push({ value: field, depth: depth + 1 });
    }
  }
  return secrets;
}
function secretsOfEnvironment(environment = process.env) {
  return Object.entries(environment).flatMap(
    ([name, value]) => value !== void 0 && value.length >= SHORTEST_IN_ENVIRONMENT && SECRET_FIELD.test(name) ? [value] : []
  );
}
var SHORTEST_IN_ENVIRONMENT = 8;
function headersIn(field) {
  const entries = field instanceof Headers ? [...field] : isRecord(field) ? Object.entries(field) : [];
  return entries.filter((entry) => typeof entry[1] === "string");
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
function codeOf({ status, code, timedOut, unreadable }) {
  if (code !== void 0 && /insufficient_quota|billing|payment_required|credit/i.test(code)) return "payment-required";
  if (unreadable) return "invalid-answer";
  if (timedOut) return "timeout";
  if (status === void 0) return "unreachable";
  return BY_STATUS[status] ?? (status >= 500 ? "server-error" : "invalid-request");
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

// src/train/backends/shared/amazon/clients.ts
function amazonAccess({ region, clientOptions, s3Options }) {
  const secrets = new KnownSecrets();
  secrets.add(...secretsOfObject([clientOptions, s3Options]), ...secretsOfEnvironment());
  const watched = (client) => {
    const stack = client.middlewareStack;
    const remember = (next) => async (sent) => {
      const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
      secrets.add(accessKeyId, secretAccessKey, sessionToken);
      secrets.add(...secretsOfHeaders(Object.entries(sent.request.headers)));
      return next(sent);
    };
    stack.add(remember, { step: "finalizeRequest", priority: "low", name: "rememberSecrets" });
    return client;
  };
  let s3;
  return {
    secrets,
    watched,
    s3: () => s3 ??= loadPackage("@aws-sdk/client-s3", "Uploading to S3", () => import("@aws-sdk/client-s3")).then((sdk) => ({
      sdk,
      client: watched(
        new sdk.S3Client({
          region,
          ...clientOptions?.credentials ? { credentials: clientOptions.credentials } : {},
          ...s3Options
        })
      )
    }))
  };
}
async function withServiceErrors(service, request, call, { secrets }, signal) {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw toServiceError(error, { service, request, secrets: secrets.values, hint: hintOf });
  }
}
function hintOf({ code, status, message }) {
  if (/credentials/i.test(message) && status === void 0)
    return "Sign in with the AWS CLI, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass clientOptions.credentials.";
  if (code === "AccessDeniedException" || status === 403)
    return "Check that you may use the model in this region and pass the role, and that the role may read and write the bucket.";
  if (code === "ServiceQuotaExceededException" || code === "ResourceLimitExceeded" || code === "TooManyRequestsException")
    return "The account's quota for customization is used up: wait, or ask Amazon for more.";
  return void 0;
}

// src/train/backends/bedrock/clients.ts
function bedrockClients({ region, clientOptions, s3Options }) {
  const { secrets, watched, s3 } = amazonAccess({ region, clientOptions, s3Options });
  let bedrock2;
  return {
    secrets,
    s3,
    bedrock: () => bedrock2 ??= loadPackage(
      "@aws-sdk/client-bedrock",
      "Tuning on Amazon Bedrock",
      () => import("@aws-sdk/client-bedrock")
    ).then((sdk) => ({
      sdk,
      client: watched(new sdk.BedrockClient({ region, ...clientOptions }))
    }))
  };
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

// src/train/end-deployment.ts
function endDeployment(tuned, billed) {
  const ended = {
    ...tuned,
    deployment: { ...tuned.deployment, status: "ended", billed }
  };
  delete ended.inference;
  return ended;
}

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
function withJitter(milliseconds2) {
  return milliseconds2 * (0.75 + Math.random() * 0.5);
}

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

// src/train/backends/shared/read.ts
function listOf(value) {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
function stringOf(value) {
  return typeof value === "string" && value !== "" ? value : void 0;
}
function numberOf(value) {
  const number2 = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number2 === "number" && Number.isFinite(number2) ? number2 : void 0;
}
function defined(object2) {
  return Object.fromEntries(Object.entries(object2).filter(([, value]) => value !== void 0));
}
function hasStatus(error, status) {
  return ServiceError.isInstance(error) && error.status === status;
}

// src/train/backends/bedrock/deployments.ts
var BILLED = "Amazon bills a deployment for on-demand inference by the tokens that are used, not by the hour; the tuned model itself is stored at a price by the month until it is deleted.";
async function startDeployment({ clients, region, interval }, tuned, deployOptions) {
  checkOptions("deploy", deployOptions, {
    name: text,
    description: text,
    timeout: milliseconds,
    signal: abortSignal
  });
  const { name = deploymentName(tuned), description, timeout = 18e5, signal } = deployOptions;
  const { client, sdk } = await clients.bedrock();
  const call = (request, send) => withServiceErrors("Bedrock", request, send, clients, signal);
  const options = { abortSignal: signal };
  const list2 = () => client.send(
    new sdk.ListCustomModelDeploymentsCommand({ nameContains: name, modelArnEquals: tuned.model }),
    options
  );
  const { modelDeploymentSummaries = [] } = await call("GET custom-model-deployments", list2);
  const existing = modelDeploymentSummaries.find(
    (one) => one.customModelDeploymentName === name && one.status !== "Failed"
  )?.customModelDeploymentArn;
  const create = () => client.send(
    new sdk.CreateCustomModelDeploymentCommand({ modelDeploymentName: name, modelArn: tuned.model, description }),
    options
  );
  const id = existing ?? (await call("POST custom-model-deployments", create)).customModelDeploymentArn;
  if (id === void 0)
    throw new ServiceError({
      service: "Bedrock",
      code: "invalid-answer",
      message: "Bedrock's answer has no deployment ARN."
    });
  const get = () => client.send(new sdk.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id }), options);
  await waitUntil(
    async () => {
      const { status, failureMessage } = await call(`GET ${id}`, get);
      if (status === "Active") return true;
      if (status !== "Failed") return void 0;
      throw new ServiceError({
        service: "Bedrock",
        code: "deployment-failed",
        message: `Bedrock's deployment ${name} failed: ${failureMessage ?? "no reason given"}`,
        hint: "Call teardown to delete it. Only some base models and regions have on-demand inference for tuned models."
      });
    },
    {
      what: `Bedrock's deployment ${name} to be active`,
      signal,
      timeout,
      interval,
      hint: "Call deploy again to go on waiting, or teardown to end it."
    }
  );
  return {
    ...tuned,
    deployment: { status: "ready", id, billed: BILLED },
    inference: {
      package: "@langchain/aws",
      class: "ChatBedrockConverse",
      // The class takes its abilities from `model` and calls `applicationInferenceProfile` where that is set.
      fields: { model: tuned.baseModel, region, applicationInferenceProfile: id }
    }
  };
}
async function endDeployment2({ clients }, tuned, { signal }) {
  const { client, sdk } = await clients.bedrock();
  const id = tuned.deployment?.id ?? deploymentName(tuned);
  try {
    const remove = () => client.send(new sdk.DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id }), {
      abortSignal: signal
    });
    await withServiceErrors("Bedrock", `DELETE ${id}`, remove, clients, signal);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  return endDeployment(tuned, BILLED);
}
function deploymentName(tuned) {
  const last = tuned.job.slice(tuned.job.lastIndexOf("/") + 1);
  return `lf-${last.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 58)}`;
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

// src/train/backends/bedrock/options.ts
var bedrockKinds = {
  model: required(text),
  roleArn: required(text),
  bucket: required(text),
  region: required(text),
  prefix: text,
  rowFormat: word("converse", "claude-messages"),
  learningRate: number({ min: 0 }),
  learningRateMultiplier: number({ above: 0 }),
  batchSize: positiveInteger,
  warmupSteps: number({ min: 0, integer: true }),
  hyperparameters: record(either(string, number())),
  extra: fieldsKind,
  customModelKmsKeyId: text,
  vpcConfig: object({
    subnetIds: required(list(text)),
    securityGroupIds: required(list(text))
  }),
  tags: record(string),
  clientOptions: fieldsKind,
  s3Options: fieldsKind,
  pollInterval: milliseconds
};

// src/messages/text-of-content.ts
function textOfContent(content, { between = "", other } = {}) {
  if (typeof content === "string") return content;
  const texts = arrayOf(content).map((part, index) => {
    if (!isRecord(part)) return void 0;
    return typeof part.text === "string" ? part.text : other?.(part, index);
  });
  return texts.filter((text2) => text2 !== void 0).join(between);
}

// src/train/backends/shared/conversation.ts
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
function textWithRefusals(content) {
  return textOfContent(content, {
    other: ({ refusal }) => typeof refusal === "string" ? refusal : void 0
  });
}
function located(value, path2, output) {
  if (!Array.isArray(value)) return [];
  return value.flatMap(
    (message, index) => isRecord(message) ? [{ path: `${path2}[${index}]`, message, output }] : []
  );
}

// src/internal/row-kind.ts
function unpairedMessages(side, role) {
  if (typeof side === "string") return [{ role, content: side }];
  return Array.isArray(side) ? side : [];
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

// src/train/backends/shared/amazon/text-turns.ts
function textTurns(messages, rules) {
  const { service } = rules;
  const system = [];
  const turns = [];
  for (const [index, message] of messages.entries()) {
    const path2 = `${rules.path}[${index}]`;
    const text2 = textAt(message, path2, rules);
    if (message.role === "system" || message.role === "developer") {
      if (turns.length > 0)
        throw new InconvertibleRowError(
          `${path2}.role`,
          "system-not-first",
          `${service} has the system prompt before the conversation.`
        );
      system.push(text2);
    } else if (message.role === "user" || message.role === "assistant") {
      if (message.role === "assistant" && (message.tool_calls !== void 0 || message.function_call !== void 0))
        throw toolsRefused(path2, rules);
      if (text2 === "")
        throw new InconvertibleRowError(`${path2}.content`, "empty-turn", `${service} takes no message without text.`);
      const previous = turns.at(-1)?.role ?? "assistant";
      if (previous === message.role) {
        const wanted = message.role === "user" ? "assistant" : "user";
        throw new InconvertibleRowError(
          `${path2}.role`,
          "roles-do-not-alternate",
          `${service} wants user and assistant in turn, the user first; here it wants ${wanted}.`
        );
      }
      turns.push({ role: message.role, text: text2 });
    } else {
      throw toolsRefused(`${path2}.role`, rules);
    }
  }
  if (turns.at(-1)?.role !== rules.last)
    throw rules.last === "assistant" ? new InconvertibleRowError(rules.path, "assistant-not-last", `${service} wants the assistant's answer last.`) : new InconvertibleRowError(rules.path, "user-not-last", `${service} wants the user's message last.`);
  return { system, turns };
}
function toolsRefused(path2, { tools }) {
  return new InconvertibleRowError(path2, "tools-not-supported", tools);
}
function textAt({ content }, path2, { images }) {
  return textOfContent(content, {
    other(_part, index) {
      throw new InconvertibleRowError(`${path2}.content[${index}]`, "image-not-supported", images);
    }
  });
}
function converseRow({ system, turns }) {
  return {
    schemaVersion: "bedrock-conversation-2024",
    // One at most ("maxItems": 1 of the schema that its data preparation page gives, read on 2026-11-28).
    ...system.length > 0 ? { system: [{ text: system.join("\n\n") }] } : {},
    messages: turns.map(({ role, text: text2 }) => ({ role, content: [{ text: text2 }] }))
  };
}

// src/train/backends/bedrock/converse-row.ts
var TEXT = {
  service: "Bedrock",
  path: "$.messages",
  // https://docs.aws.amazon.com/nova/latest/nova2-userguide/nova-2-sft-data-prep.html
  tools: "Bedrock's fine-tuning takes no tools: Amazon says that they might cause the job to fail.",
  images: "Images are not converted: Bedrock wants them as objects in the dataset's bucket.",
  last: "assistant"
};
function bedrockRow(row, format) {
  if (isPreference(row))
    throw new InconvertibleRowError(
      "$",
      "preference-not-supported",
      "Bedrock's fine-tuning takes no preference pairs."
    );
  if (row.tools !== void 0 && row.tools.length > 0) throw toolsRefused("$.tools", TEXT);
  const conversation = textTurns(row.messages, TEXT);
  return format === "converse" ? converseRow(conversation) : claudeRow(conversation);
}
function claudeRow({ system, turns }) {
  return {
    ...system.length > 0 ? { system: system.join("\n\n") } : {},
    messages: turns.map(({ role, text: text2 }) => ({ role, content: text2 }))
  };
}
var NOVA_RESERVED = ["User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"];

// src/train/backends/bedrock/rules.ts
var NOVA = "https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html";
function rowFormatOf(model) {
  return /anthropic\.claude-3-haiku/.test(model) ? "claude-messages" : "converse";
}
function bedrockData(model, format) {
  const isNova = /amazon\.nova/.test(model);
  const { render, check } = conversion((row) => bedrockRow(row, format), isNova ? checkReserved : void 0);
  return {
    file: { extension: ".jsonl", mediaType: "application/jsonl", render },
    rules: {
      name: "Bedrock",
      tools: false,
      functions: false,
      finalToolCall: false,
      refusals: false,
      // Not documented for several turns. Nova 2 (nova-2-sft-data-prep, read as stored on 2026-11-29): the loss is "only
      // on the final output tokens", with reasoning on that too. Converse has no weights.
      loss: "last",
      parallelToolCalls: false,
      images: false,
      preference: false,
      unpaired: false,
      check
    }
  };
}
function checkReserved(row, report) {
  for (const { path: path2, message } of turnsOf(row)) {
    if (message["role"] === "assistant") continue;
    const { content } = message;
    const text2 = typeof content === "string" || Array.isArray(content) ? textWithRefusals(content) : "";
    const word2 = NOVA_RESERVED.find((one) => text2.includes(one));
    if (word2 === void 0) continue;
    report({
      path: `${path2}.content`,
      code: "reserved-word",
      severity: "error",
      message: `Nova's fine-tuning reserves \`${word2}\`: a prompt that holds it makes the job fail. Write another word.`,
      rule: NOVA
    });
  }
}

// src/train/preparing/line-of.ts
function lineOf(message) {
  const match = /\blines?[\s:#]*(\d+)/i.exec(message);
  return match?.[1] === void 0 ? void 0 : Number(match[1]);
}

// src/train/backends/bedrock/snapshot.ts
var BEDROCK_STATES = {
  InProgress: "running",
  Completed: "succeeded",
  Failed: "failed",
  Stopping: "running",
  Stopped: "cancelled"
};
function snapshotOf(job) {
  const rawStatus = job.status ?? "";
  const status = BEDROCK_STATES[rawStatus] ?? "pending";
  const message = stringOf(job.failureMessage);
  return defined({
    status,
    rawStatus,
    model: stringOf(job.outputModelArn),
    error: status === "failed" ? defined({ message: message ?? "Bedrock gave no reason.", line: message && lineOf(message) }) : void 0,
    finishedAt: job.endTime?.toISOString(),
    raw: plain(job)
  });
}
function eventsOf(job) {
  const { statusDetails, trainingMetrics, validationMetrics } = plain(job);
  const phases = Object.entries(objectOf(statusDetails)).flatMap(([name, details]) => {
    const phase = name.replace(/Details$/, "");
    const state = stringOf(objectOf(details)["status"]);
    if (state === void 0 || state === "NotStarted") return [];
    const began = defined({
      id: `${phase}:InProgress`,
      at: stringOf(objectOf(details)["creationTime"]),
      level: "info",
      message: `${phase}: InProgress`
    });
    if (state === "InProgress") return [began];
    const at = stringOf(objectOf(details)["lastModifiedTime"]) ?? began.at;
    return [
      began,
      defined({
        id: `${phase}:${state}`,
        at,
        level: state === "Failed" ? "error" : "info",
        message: `${phase}: ${state}`
      })
    ];
  });
  const loss = numberOf(objectOf(trainingMetrics)["trainingLoss"]);
  const validationLoss = listOf(validationMetrics).map((one) => numberOf(one["validationLoss"])).find((one) => one !== void 0);
  const metrics = defined({ loss, validationLoss });
  if (Object.keys(metrics).length === 0) return phases.sort(byTime);
  const message = Object.entries(metrics).map(([name, value]) => `${name} ${value}`).join(", ");
  return [...phases.sort(byTime), { id: `metrics:${message}`, level: "info", message, metrics }];
}
function byTime(first, second) {
  return (first.at ?? "").localeCompare(second.at ?? "");
}
function plain(job) {
  return JSON.parse(
    JSON.stringify(job, (key, value) => key === "$metadata" ? void 0 : value)
  );
}

// src/train/backends/shared/amazon/s3.ts
import { createReadStream } from "node:fs";
function objectKey(prefix, name) {
  return [(prefix ?? "langsmith-finetune").replace(/^\/+|\/+$/g, ""), name].filter((part) => part !== "").join("/");
}
async function uploadToS3(clients, { bucket, prefix }, file, { signal }) {
  const key = objectKey(prefix, `data/${file.sha256}.jsonl`);
  const id = `s3://${bucket}/${key}`;
  const { client, sdk } = await clients.s3();
  const options = { abortSignal: signal };
  const put = () => client.send(
    new sdk.PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file.path),
      ContentLength: file.bytes,
      ContentType: "application/jsonl",
      // S3 compares it with what arrived.
      ChecksumSHA256: Buffer.from(file.sha256, "hex").toString("base64")
    }),
    options
  );
  const size = async () => {
    try {
      const call = () => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), options);
      return (await withServiceErrors("S3", `HEAD ${id}`, call, clients, signal)).ContentLength;
    } catch (error) {
      if (hasStatus(error, 404)) return void 0;
      throw error;
    }
  };
  if (await size() !== file.bytes) await withServiceErrors("S3", `PUT ${id}`, put, clients, signal);
  return { id, name: file.name, rows: file.rows, bytes: file.bytes, sha256: file.sha256 };
}

// src/train/backends/shared/job-options.ts
function jobOptions(options, ...left) {
  const entries = Object.entries(options).filter(([name]) => !left.includes(name));
  return JSON.parse(
    JSON.stringify(
      Object.fromEntries(entries),
      (name, value) => /key$|token$|secret/i.test(name) ? void 0 : value
    )
  );
}

// src/train/backends/bedrock.ts
var MAXIMUM_PAGES = 100;
function bedrock(options) {
  checkOptions("bedrock", options, bedrockKinds);
  const { model, region, pollInterval: interval } = options;
  const clients = bedrockClients(options);
  const { rules, file } = bedrockData(model, options.rowFormat ?? rowFormatOf(model));
  const context = { clients, region, interval };
  const call = async (request, signal, send) => {
    const client = await clients.bedrock();
    return withServiceErrors("Bedrock", request, () => send(client), clients, signal);
  };
  const get = (id, signal) => call(
    `GET ${id}`,
    signal,
    ({ client, sdk }) => client.send(new sdk.GetModelCustomizationJobCommand({ jobIdentifier: id }), { abortSignal: signal })
  );
  const list2 = async (key, signal) => {
    const found = [];
    let nextToken;
    for (let page = 0; page < MAXIMUM_PAGES; page += 1) {
      const answer = await call(
        "GET model-customization-jobs",
        signal,
        ({ client, sdk }) => client.send(
          new sdk.ListModelCustomizationJobsCommand({
            nameContains: jobName(key),
            sortBy: "CreationTime",
            sortOrder: "Descending",
            nextToken
          }),
          { abortSignal: signal }
        )
      );
      found.push(...answer.modelCustomizationJobSummaries ?? []);
      if (answer.nextToken === void 0 || answer.nextToken === nextToken) break;
      nextToken = answer.nextToken;
    }
    return found.filter((job, index) => found.findIndex((other) => other.jobArn === job.jobArn) === index);
  };
  return {
    name: "bedrock",
    model,
    capabilities: {
      methods: ["supervised"],
      validation: "job",
      deployment: "explicit",
      seed: false,
      suffix: true,
      epochs: true,
      validationFile: true
    },
    rules,
    file,
    options: jobOptions(options, "model", "clientOptions", "s3Options", "pollInterval", "tags"),
    async checkSetup() {
      await clients.bedrock();
      await clients.s3();
    },
    upload: (dataset, callOptions) => uploadToS3(clients, options, dataset, callOptions),
    async start(request, { signal }) {
      const attempt = (await list2(request.key, signal)).length + 1;
      const name = attempt === 1 ? jobName(request.key) : `${jobName(request.key)}-${attempt}`;
      const input = jobInput(options, request, name);
      const { jobArn } = await call(
        "POST model-customization-jobs",
        signal,
        ({ client, sdk }) => client.send(new sdk.CreateModelCustomizationJobCommand(input), { abortSignal: signal })
      );
      return referenceOf(model, request, jobArn, /* @__PURE__ */ new Date());
    },
    async find(key, { signal }) {
      const job = (await list2(key, signal)).find(
        ({ status }) => status !== "Failed" && status !== "Stopped" && status !== "Stopping"
      );
      return job && referenceOf(model, { key, method: "supervised" }, job.jobArn, job.creationTime);
    },
    poll: async (job, { signal }) => snapshotOf(await get(job.id, signal)),
    async events(job, after, { signal }) {
      const events = eventsOf(await get(job.id, signal));
      const seen = new Set(after === void 0 ? [] : JSON.parse(after));
      return { events: events.filter(({ id }) => !seen.has(id)), after: JSON.stringify(events.map(({ id }) => id)) };
    },
    async cancel(job, { signal }) {
      await call(
        `POST ${job.id}/stop`,
        signal,
        ({ client, sdk }) => client.send(new sdk.StopModelCustomizationJobCommand({ jobIdentifier: job.id }), { abortSignal: signal })
      );
    },
    result(job, snapshot) {
      if (snapshot.model === void 0) {
        throw new ServiceError({
          service: "Bedrock",
          code: "invalid-answer",
          message: `Bedrock names no model for the finished job ${job.id}.`
        });
      }
      return Promise.resolve({ model: snapshot.model, deployment: { status: "required", billed: BILLED } });
    },
    deploy: (tuned, deployOptions) => startDeployment(context, tuned, deployOptions),
    teardown: (tuned, callOptions) => endDeployment2(context, tuned, callOptions)
  };
}
function jobName(key) {
  return `lf-${key.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40)}`;
}
function jobInput(options, request, name) {
  const {
    model,
    roleArn,
    bucket,
    prefix,
    hyperparameters = {},
    extra,
    customModelKmsKeyId,
    vpcConfig,
    tags = {}
  } = options;
  const tagList = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const epochs = request.epochs === void 0 ? {} : { epochCount: request.epochs };
  if (request.epochs !== void 0 && "epochCount" in hyperparameters) {
    throw new InvalidOptionError({
      option: "epochs",
      value: request.epochs,
      message: "epochs and hyperparameters.epochCount are both given.",
      hint: "Give one."
    });
  }
  return {
    jobName: name,
    customModelName: modelName(request.suffix, name),
    roleArn,
    baseModelIdentifier: model,
    customizationType: "FINE_TUNING",
    // The same token for the same attempt: Bedrock carries a request that comes twice out once.
    clientRequestToken: name,
    trainingDataConfig: { s3Uri: request.training.id },
    ...request.validation === void 0 ? {} : { validationDataConfig: { validators: [{ s3Uri: request.validation.id }] } },
    outputDataConfig: { s3Uri: `s3://${bucket}/${objectKey(prefix, `output/${name}/`)}` },
    hyperParameters: Object.fromEntries(
      Object.entries(
        defined({
          ...epochs,
          learningRate: options.learningRate,
          learningRateMultiplier: options.learningRateMultiplier,
          batchSize: options.batchSize,
          learningRateWarmupSteps: options.warmupSteps,
          ...hyperparameters
        })
      ).map(([key, value]) => [key, String(value)])
    ),
    ...customModelKmsKeyId === void 0 ? {} : { customModelKmsKeyId },
    ...vpcConfig === void 0 ? {} : { vpcConfig },
    ...tagList.length > 0 ? { jobTags: tagList, customModelTags: tagList } : {},
    ...extra
  };
}
function modelName(suffix, name) {
  const words = (suffix ?? "tuned").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  const [, key = "", attempt] = /^lf-(.{1,12})[^-]*(?:-(\d+))?$/.exec(name) ?? [];
  return [words, key.replace(/-+$/g, ""), attempt].filter((part) => part !== void 0 && part !== "").join("-");
}
function referenceOf(model, { key, method, training, validation }, jobArn, createdAt) {
  if (jobArn === void 0)
    throw new ServiceError({ service: "Bedrock", code: "invalid-answer", message: "Bedrock's answer has no job ARN." });
  return defined({
    backend: "bedrock",
    id: jobArn,
    model,
    method,
    key,
    createdAt: (createdAt ?? /* @__PURE__ */ new Date()).toISOString(),
    training,
    validation
  });
}
export {
  bedrock
};
