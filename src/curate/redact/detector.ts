/** Finds one kind of value in text. */
export interface Detector {
  /** Lower case, with dashes: `email` becomes `[EMAIL_3f9a2c1b7d]`. */
  readonly name: string;
  /**
   * Where such values stand: `start` and `end` as for `slice`.
   * @param key The key under which the text stands in a JSON object, where it does.
   */
  find(text: string, key?: string): Iterable<Match>;
  /**
   * Says at little cost that a text holds no such value: false only where `find` would find nothing, whatever the key.
   * Without it every text is searched.
   */
  possible?(text: string, key?: string): boolean;
  /** The value with what does not matter taken off, so that two spellings get one placeholder. Default: as it stands. */
  normalise?(value: string): string;
}

/** Detectors whose `possible` is also true of every text that holds a text of which it is true. */
const telling = new WeakSet<Detector>();

/** Marks a detector whose `possible` can be asked of a whole JSON text at once. Those of users are not known. */
export function tellsOfParts<D extends Detector>(detector: D): D {
  telling.add(detector);
  return detector;
}

/** Whether it is known to find nothing in any text or number of a JSON text, whatever keys they stand under. */
export function findsNothingIn(detector: Detector, json: string, key: string | undefined): boolean {
  const keys = key === undefined ? json : `${key} ${json}`;
  return telling.has(detector) && detector.possible?.(json, keys) === false;
}

export interface Match {
  start: number;
  end: number;
}

/** A detector made of a pattern: what the group `value` matches, or else the whole match. */
export interface PatternDetector {
  readonly name: string;
  readonly pattern: RegExp;
  /** Takes a match only if this says so: a check sum, for instance. */
  readonly accept?: (value: string, text: string, start: number) => boolean;
  readonly normalise?: (value: string) => string;
  /** See {@link Detector.possible}. */
  readonly possible?: (text: string) => boolean;
}

export function fromPattern({ name, pattern, accept, normalise, possible }: PatternDetector): Detector {
  const global = new RegExp(pattern.source, [...new Set(`${pattern.flags}dg`)].join(""));
  return {
    name,
    ...(normalise && { normalise }),
    ...(possible && { possible }),
    *find(text) {
      for (const match of text.matchAll(global)) {
        const [start, end] = match.indices?.groups?.value ?? match.indices?.[0] ?? [0, 0];
        if (end > start && (accept?.(text.slice(start, end), text, start) ?? true)) yield { start, end };
      }
    },
  };
}
