import { randomBytes } from "node:crypto";
import { InvalidOptionError, MissingPackageError } from "../../errors.js";
import { lineOf } from "../../internal/row-names.js";
import { chunksOf, reiterableChunks } from "../../internal/step.js";
import { sourceOf } from "../../source.js";
import type { AnyIterable, DatasetRow } from "../../types.js";
import { abortSignal, callback, iterable, list, text, word } from "../../internal/kinds.js";
import { checkArgument, checkOptions, type Kind, type OptionKinds } from "../../internal/options.js";
import { fromPattern, type Detector, type PatternDetector } from "./detector.js";
import { emails, ipAddresses, loadNumberDetectors, loadPhoneDetector } from "./personal.js";
import { createPlaceholders } from "./placeholders.js";
import { createRedactor, type Found, type Redactor } from "./redactor.js";
import { loadSecretDetector } from "./secrets.js";
import { loadTolerantRegExps } from "../validate/tolerant-regexp.js";

/** The detectors that the package has. */
const BUILT_IN_DETECTORS = ["secret", "email", "phone", "iban", "credit-card", "ip"] as const;
export type BuiltInDetector = (typeof BUILT_IN_DETECTORS)[number];

/** What is taken out of rows, and what comes in its place. */
export interface RedactionSettings {
  /**
   * What is looked for: the package's own by name, and any others.
   * `secret`: credentials, by LangSmith's own rules; `email`; `phone`; `iban`; `credit-card`; `ip`.
   * @default all of the package's own
   */
  detectors?: readonly (BuiltInDetector | Detector | PatternDetector)[];
  /**
   * What placeholders are made with. With the same salt the same value gets the same placeholder in every
   * dataset, and without it nobody can tell a value by trying: keep it as secret as the values.
   * @default random for each call: consistent inside the dataset, different the next time
   */
  salt?: string;
  /**
   * Countries whose telephone numbers are found as they are dialled at home, as ISO 3166 codes.
   * Numbers with a country code are always found.
   * @default ["US"]
   */
  phoneCountries?: readonly string[];
  /** An anonymizer of `langsmith/anonymizer`, for texts that the detectors are through with. */
  anonymizer?: <T>(data: T) => T;
}

/** Something that was found in a row. The value itself is never reported. */
export interface Redaction extends Found {
  line: number;
  runId?: string;
}

/** Options of {@link redact}. */
export interface RedactOptions extends RedactionSettings {
  /** Called for each value that was replaced. */
  onFound?: (redaction: Redaction) => void;
  signal?: AbortSignal;
}

/**
 * Takes secrets and personal data out of rows. A value becomes a placeholder such as
 * `[EMAIL_3f9a2c1b7d]`, the same wherever the value stands; the code is an HMAC of the value with the salt.
 * What is JSON (arguments of tool calls, results of tools) stays JSON: strings are changed inside their
 * quotes, and numbers become other numbers with as many digits, up to 15. Roles, ids, names of tools, schemas and images
 * stay. Rows in which nothing is found are passed on as they are.
 *
 * Patterns find what has a form; names, addresses and what people call each other they do not find.
 *
 * @throws {InvalidOptionError} for a detector that is not known.
 * @throws {MissingPackageError} if a package that a detector needs is not installed.
 *
 * @example
 * ```ts
 * import { readJsonl, redact } from "langsmith-finetune";
 *
 * const rows = redact(readJsonl("examples.jsonl"), {
 *   detectors: ["secret", "email", { name: "order", pattern: /\bORD-\d{8}\b/ }],
 *   salt: process.env.REDACTION_SALT,
 *   onFound: ({ line, detector, path }) => console.log(`row ${line}: ${detector} at ${path}`),
 * });
 * ```
 */
export function redact<T extends DatasetRow>(examples: AnyIterable<T>, options: RedactOptions = {}): AsyncIterable<T> {
  checkArgument("examples", examples, iterable);
  const load = redactorOf(options);
  return reiterableChunks(async function* (size) {
    options.signal?.throwIfAborted();
    const redactor = await load();
    let line = 0;
    for await (const chunk of chunksOf(examples, size)) {
      options.signal?.throwIfAborted();
      yield chunk.map((example) => {
        line += 1;
        const { runId } = sourceOf(example);
        const at = lineOf(example, line);
        return redactor.redact(example, (found) =>
          options.onFound?.({ ...found, line: at, ...(runId !== undefined && { runId }) }),
        );
      });
    }
  });
}

const detectorKind: Kind<BuiltInDetector | Detector | PatternDetector> = {
  expected: "the name of a detector or a detector",
  fits: () => true,
  inspect: (value, option) => checkDetector(value, option),
};
const kinds: OptionKinds<RedactOptions> = {
  detectors: list(detectorKind),
  salt: text,
  phoneCountries: list(text),
  anonymizer: callback,
  onFound: callback,
  signal: abortSignal,
};

/**
 * Checks the settings at once; the detectors' packages are loaded when it is called. A detector whose package is not
 * installed is an error, or is left out where `onMissing` takes that error.
 */
export function redactorOf(
  settings: RedactionSettings,
  prefix = "",
  onMissing?: (error: MissingPackageError) => void,
): () => Promise<Redactor> {
  checkOptions<RedactOptions>("redact", settings, kinds, prefix);
  const {
    detectors = BUILT_IN_DETECTORS,
    salt = randomBytes(16).toString("hex"),
    phoneCountries = ["US"],
    anonymizer,
  } = settings;
  return async () => {
    const loaded = await Promise.all(
      (detectors as readonly (BuiltInDetector | Detector | PatternDetector)[]).map((detector) =>
        loadDetector(detector, phoneCountries).catch((error: unknown) => {
          if (onMissing === undefined || !MissingPackageError.isInstance(error)) throw error;
          onMissing(error);
          return undefined;
        }),
      ),
    );
    const found = loaded.filter((detector) => detector !== undefined);
    const { regExp, begin } = await loadTolerantRegExps();
    const testPattern = (pattern: string, text: string) => {
      begin();
      return regExp(pattern, "u").test(text);
    };
    return createRedactor(found, createPlaceholders(salt), testPattern, anonymizer);
  };
}

function checkDetector(detector: unknown, option: string): void {
  if (typeof detector === "string") return checkArgument(option, detector, word(...BUILT_IN_DETECTORS));
  const { name, find, pattern } = (detector ?? {}) as Partial<Detector & PatternDetector>;
  if (
    typeof name === "string" &&
    /^[a-z][a-z0-9-]*$/.test(name) &&
    (typeof find === "function" || pattern instanceof RegExp)
  )
    return;
  throw new InvalidOptionError({
    option,
    value: detector,
    message: `${option} must be the name of a detector, or an object with a name (lower case letters, digits, dashes) and a pattern or a function find.`,
  });
}

async function loadDetector(
  detector: BuiltInDetector | Detector | PatternDetector,
  phoneCountries: readonly string[],
): Promise<Detector> {
  if (typeof detector !== "string") return "pattern" in detector ? fromPattern(detector) : detector;
  switch (detector) {
    case "secret":
      return loadSecretDetector();
    case "email":
      return emails;
    case "phone":
      return loadPhoneDetector(phoneCountries);
    case "iban":
      return (await loadNumberDetectors()).ibans;
    case "credit-card":
      return (await loadNumberDetectors()).cards;
    case "ip":
      return ipAddresses;
  }
}

/** What a scan that nobody asked for does without a package: it says so and looks for the rest. */
export function warnOfMissing(error: MissingPackageError): void {
  process.emitWarning(`The scan of rows goes without a detector. ${error.message}`, {
    type: "SkippedWarning",
    code: "LANGSMITH_FINETUNE_SCAN",
  });
}
