import { isRecord } from "../../internal/is-record.js";
import { sourceOf, withSource } from "../../source.js";
import { findsNothingIn, type Detector, type Match } from "./detector.js";
import { isJsonText, jsonTokens, mayBeJsonText } from "./json-tokens.js";
import { PLACEHOLDER, type Placeholders } from "./placeholders.js";
import { ExactNumber } from "../../internal/exact-json.js";
import { argumentForms, type PatternTest, type TextForm } from "./argument-forms.js";
import { STAND_IN_ADDRESS } from "./stand-ins.js";

/** Something that was found. Never holds the value itself. */
export interface Found {
  detector: string;
  /** `$.messages[1].content` */
  path: string;
  /** What stands in its place, where it was replaced. */
  placeholder?: string;
}

export interface Redactor {
  /** The row without what the detectors find; the row itself where they find nothing. Rows are copied, never changed. */
  redact<T extends object>(row: T, onFound: (found: Found) => void): T;
  /** Only looks. */
  scan(row: object, onFound: (found: Found) => void): void;
}

/** Changes one text; the same text, if there is nothing to change. Nobody asks for a path in a walk without paths. */
type Visit = (text: string, path: string, key: string | undefined, kind: "text" | "number") => string;

export function createRedactor(
  detectors: readonly Detector[],
  placeholders: Placeholders,
  testPattern: PatternTest,
  anonymizer?: <T>(data: T) => T,
): Redactor {
  const clean = createCleanTexts();

  const isClean = (text: string, key: string | undefined, kind: "text" | "number"): boolean => {
    if (kind === "number")
      return !spansOf(text, undefined, detectors).some(({ start, end }) => end - start === text.length);
    if (clean.has(text, key)) return true;
    if (spansOf(text, key, detectors).length > 0 || (anonymizer !== undefined && anonymizer(text) !== text))
      return false;
    clean.add(text, key);
    return true;
  };
  // Without escapes every text and number of a JSON text stands in it as it is.
  const isCleanJson: IsClean = (json, key) =>
    anonymizer === undefined &&
    !json.includes("\\") &&
    detectors.every((detector) => findsNothingIn(detector, json, key));
  /** Most rows hold nothing: of those, nobody needs the paths of their texts. */
  const holdsAny = (row: object): boolean => {
    let any = false;
    walkRow(
      row,
      (text, _, key, kind) => {
        any ||= !isClean(text, key, kind);
        return text;
      },
      true,
      NO_PATH,
      isCleanJson,
    );
    return any;
  };

  const scan = (row: object, onFound: (found: Found) => void, values?: Values): boolean => {
    if (!holdsAny(row)) return false;
    let any = false;
    walkRow(
      row,
      (text, path, key, kind) => {
        if (kind === "text" && clean.has(text, key)) return text;
        // A number under the name of a secret counts tokens more often than it is one.
        const spans =
          kind === "number"
            ? spansOf(text, undefined, detectors).filter(({ start, end }) => end - start === text.length)
            : spansOf(text, key, detectors);
        for (const { detector, start, end } of spans) {
          any = true;
          values?.add(detector, text.slice(start, end));
          onFound({ detector: detector.name, path });
        }
        const changed = anonymizer !== undefined && kind === "text" && anonymizer(text) !== text;
        if (changed && spans.length === 0) {
          any = true;
          onFound({ detector: "anonymizer", path });
        }
        if (spans.length === 0 && !changed && kind === "text") clean.add(text, key);
        return text;
      },
      true,
    );
    return any;
  };

  return {
    scan: (row, onFound) => void scan(row, onFound),
    redact(row, onFound) {
      // Most rows hold nothing. In one that does, a value that was found in one place goes from all of
      // them, also where it stands without the words that gave it away or as a number.
      const values = createValues();
      if (!scan(row, () => {}, values)) return row;
      const forms = argumentForms(row, testPattern);
      const formed = formedValues(forms, detectors, placeholders);
      const redacted = walkRow(
        row,
        (text, path, key, kind) => {
          // A value that the tool's own definition lists is not a secret.
          if (forms.get(text)?.some(({ listed }) => listed) && path.endsWith(".arguments")) return text;
          if (kind === "number") return numberFor(text, path, detectors, values, placeholders, onFound);
          let result = replaced(text, [...spansOf(text, key, detectors), ...values.spans(text)], (detector, value) => {
            const placeholder =
              formed.get(valueKey(detector, value))?.(value) ??
              placeholders.text(detector.name, detector.normalise?.(value) ?? value);
            onFound({ detector: detector.name, path, placeholder });
            return placeholder;
          });
          if (anonymizer) {
            const anonymous = anonymizer(result);
            if (anonymous !== result) onFound({ detector: "anonymizer", path });
            result = anonymous;
          }
          return result;
        },
        false,
      );
      return withSource(redacted as typeof row, sourceOf(row));
    },
  };
}

const valueKey = (detector: Detector, value: string) => `${detector.name} ${detector.normalise?.(value) ?? value}`;

/**
 * By value, what stands in its place in the whole row: a value of its form, where it stands in an argument whose
 * schema a placeholder in brackets does not fit.
 */
function formedValues(
  forms: ReadonlyMap<string, readonly TextForm[]>,
  detectors: readonly Detector[],
  { text: placeholderOf, standIns }: Placeholders,
): Map<string, (value: string) => string> {
  const formed = new Map<string, (value: string) => string>();
  for (const [text, asked] of forms) {
    if (asked.some(({ listed }) => listed)) continue;
    const spans = spansOf(text, undefined, detectors);
    const fits = (candidate: string) => asked.every((form) => form.fits(candidate));
    const normalised = (detector: Detector, value: string) => detector.normalise?.(value) ?? value;
    if (fits(replaced(text, spans, (detector, value) => placeholderOf(detector.name, normalised(detector, value)))))
      continue;
    for (const { detector, start, end } of spans) {
      const value = text.slice(start, end);
      const candidates = [...standIns.of(detector.name, value, normalised(detector, value))];
      const fitting = candidates
        .map((candidate, number) => ({ candidate, number }))
        .filter(({ candidate }) => candidate !== value && fits(text.slice(0, start) + candidate + text.slice(end)));
      // Best what nobody would take for another personal value.
      const best = fitting.find(({ candidate }) => spansOf(candidate, undefined, detectors).length === 0) ?? fitting[0];
      if (best === undefined) continue;
      formed.set(
        valueKey(detector, value),
        // Spelled otherwise elsewhere in the row, it keeps that spelling's form.
        (other) => [...standIns.of(detector.name, other, normalised(detector, other))][best.number] ?? best.candidate,
      );
    }
  }
  return formed;
}

interface Span extends Match {
  detector: Detector;
}

function spansOf(text: string, key: string | undefined, detectors: readonly Detector[]): Span[] {
  if (text.length < 5) return [];
  const spans: Span[] = [];
  for (const detector of detectors) {
    if (detector.possible?.(text, key) === false) continue;
    for (const { start, end } of detector.find(text, key)) spans.push({ start, end, detector });
  }
  if (spans.length === 0) return spans;
  const holders = [
    ...(text.includes("[") ? text.matchAll(PLACEHOLDER) : []),
    ...(text.includes("@example.") ? text.matchAll(STAND_IN_ADDRESS) : []),
  ];
  return spans.filter(
    ({ start, end }) => !holders.some(({ index, 0: { length } }) => start < index + length && end > index),
  );
}

// From left to right; of two that overlap the one that begins first, then the longer, then the one whose detector comes first.
function replaced(text: string, spans: Span[], placeholderOf: (detector: Detector, value: string) => string): string {
  if (spans.length === 0) return text;
  const ordered = spans.map((span, order) => ({ ...span, order }));
  ordered.sort((left, right) => left.start - right.start || right.end - left.end || left.order - right.order);
  let result = "";
  let position = 0;
  for (const { start, end, detector } of ordered) {
    if (start < position) continue;
    result += text.slice(position, start) + placeholderOf(detector, text.slice(start, end));
    position = end;
  }
  return result + text.slice(position);
}

function numberFor(
  text: string,
  path: string,
  detectors: readonly Detector[],
  values: Values,
  placeholders: Placeholders,
  onFound: (found: Found) => void,
): string {
  const detector =
    values.detectorOfDigits(text) ??
    spansOf(text, undefined, detectors).find(({ start, end }) => start === 0 && end === text.length)?.detector;
  if (!detector) return text;
  const placeholder = placeholders.digits(detector.name, text);
  onFound({ detector: detector.name, path, placeholder });
  return placeholder;
}

/** The values found in one row. */
interface Values {
  add(detector: Detector, value: string): void;
  /** Where secrets of the row stand in a text, however they got there. */
  spans(text: string): Span[];
  detectorOfDigits(text: string): Detector | undefined;
}

function createValues(): Values {
  const secrets = new Map<string, Detector>();
  const digits = new Map<string, Detector>();
  return {
    add(detector, value) {
      if (detector.name === "secret" && value.length >= 8) secrets.set(value, detector);
      const bare = value.replaceAll(/\D/g, "");
      if (bare.length >= 7 && /^[+\d\s().\/-]+$/.test(value)) digits.set(bare, detector);
    },
    spans(text) {
      const spans: Span[] = [];
      for (const [value, detector] of secrets) {
        for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) {
          spans.push({ start, end: start + value.length, detector });
        }
      }
      return spans;
    },
    detectorOfDigits: (text) => digits.get(text),
  };
}

/** Characters of texts that are remembered, at most twice. */
const REMEMBERED = 1 << 20;

/** A number that tells most texts apart at once, where a set of texts would go through all of their characters. */
const signOf = (text: string): number =>
  ((text.length * 31 + text.charCodeAt(text.length >>> 1)) * 31 + text.charCodeAt(text.length - 1)) & (SIGNS - 1);
const SIGNS = 1 << 16;

// Texts come again and again in the rows of one application: the system prompt and the tools above all. Those of
// before are kept until as many new ones have come. A text is remembered when one of its sign comes the second time.
function createCleanTexts() {
  const seen = new Uint8Array(SIGNS);
  let texts = new Set<string>();
  let before = new Set<string>();
  let characters = 0;
  return {
    has: (text: string, key: string | undefined) =>
      key === undefined && seen[signOf(text)] === 2 && (texts.has(text) || before.has(text)),
    add(text: string, key: string | undefined) {
      if (key !== undefined) return;
      const sign = signOf(text);
      seen[sign] = seen[sign] === 0 ? 1 : 2;
      if (seen[sign] === 1) return;
      texts.add(text);
      characters += text.length;
      if (characters < REMEMBERED) return;
      before = texts;
      texts = new Set();
      characters = 0;
    },
  };
}

// Names that the service reads, and images, whose address or data a change would break.
const KEPT = new Set(["role", "type", "id", "tool_call_id", "image_url", "input_audio", "audio", "file", "weight"]);
// In a tool definition, only what is said in free words and the values that arguments may take.
const DEFINITION_TEXTS = new Set(["description", "enum", "const", "default", "examples"]);

/** The root of a walk in which nobody asks where a text stands. */
const NO_PATH = "";

/** Definitions of tools are only looked at, if at all: they stay as the model was given them. */
function walkRow(
  row: object,
  visit: Visit,
  definitions: boolean,
  root: string = "$",
  isClean: IsClean = () => false,
): object {
  const walker: Walker = { visit, isClean };
  const change = (value: unknown, path: string, key: string): unknown => {
    if (key === "tools" || key === "functions") {
      if (definitions) walkDefinitions(value, path, walker);
      return value;
    }
    if (key === "input" && isRecord(value)) return changedFields(value, path, change);
    return walk(value, path, undefined, walker);
  };
  return changedFields(row as Record<string, unknown>, root, change);
}

/** True for JSON text of which no text and no number has to be visited. The text itself may stand under a key. */
type IsClean = (json: string, key: string | undefined) => boolean;

interface Walker {
  readonly visit: Visit;
  readonly isClean: IsClean;
}

function walk(value: unknown, path: string, key: string | undefined, walker: Walker): unknown {
  if (typeof value === "string") return walkText(value, path, key, walker, 0);
  if (Array.isArray(value)) return changedItems(value, path, (item, at) => walk(item, at, key, walker));
  if (!isRecord(value) || value instanceof ExactNumber) return value;
  const called = typeof value.arguments === "string";
  return changedFields(value, path, (field, at, name) =>
    KEPT.has(name) || (called && name === "name") ? field : walk(field, at, undefined, walker),
  );
}

function walkDefinitions(value: unknown, path: string, walker: Walker): unknown {
  if (Array.isArray(value)) return changedItems(value, path, (item, at) => walkDefinitions(item, at, walker));
  if (!isRecord(value)) return value;
  return changedFields(value, path, (field, at, name) =>
    DEFINITION_TEXTS.has(name) && !isRecord(field)
      ? walk(field, at, undefined, walker)
      : walkDefinitions(field, at, walker),
  );
}

// Text that is JSON (arguments, most results of tools) is changed inside its strings and numbers, so
// that it stays JSON; the rest of it stays as it was written.
function walkText(text: string, path: string, key: string | undefined, walker: Walker, depth: number): string {
  if (depth > 3 || !mayBeJsonText(text)) return walker.visit(text, path, key, "text");
  if (walker.isClean(text, key)) return text;
  if (!isJsonText(text)) return walker.visit(text, path, key, "text");
  let result = "";
  let position = 0;
  for (const token of jsonTokens(text)) {
    const value =
      token.kind === "number"
        ? walker.visit(token.value, path, token.key, "number")
        : walkText(token.value, path, token.key, walker, depth + 1);
    if (value === token.value) continue;
    result += text.slice(position, token.start) + (token.kind === "number" ? value : JSON.stringify(value));
    position = token.end;
  }
  return position === 0 ? text : result + text.slice(position);
}

function changedItems(
  items: readonly unknown[],
  path: string,
  change: (item: unknown, path: string) => unknown,
): unknown {
  let copy: unknown[] | undefined;
  items.forEach((item, index) => {
    const changed = change(item, path === NO_PATH ? NO_PATH : `${path}[${index}]`);
    if (changed === item) return;
    copy ??= [...items];
    copy[index] = changed;
  });
  return copy ?? items;
}

function changedFields(
  fields: Record<string, unknown>,
  path: string,
  change: (field: unknown, path: string, key: string) => unknown,
): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const changed = change(fields[key], path === NO_PATH ? NO_PATH : `${path}.${key}`, key);
    if (changed === fields[key]) continue;
    copy ??= { ...fields };
    copy[key] = changed;
  }
  return copy ?? fields;
}
