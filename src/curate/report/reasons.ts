import { omit } from "../../internal/omit.js";
import { sourceOf } from "../../source.js";
import type { ExampleSource, Finding, Skip } from "../../types.js";
import {
  NAMED_ROWS,
  type ContaminationReport,
  type FindingGroup,
  type Removal,
  type RedactionReport,
  type RowReference,
  type RunUrl,
} from "./report.js";

/** Counts what was left out by step and code, and keeps the first few of each. */
export interface Removals {
  add(step: string, skip: Skip, source?: ExampleSource): void;
  list(): Removal[];
  /** `{ "deduplicate: prefix": 12 }` */
  counts(): Record<string, number>;
}

export function createRemovals(runUrl: RunUrl): Removals {
  const removals = new Map<string, { step: string; code: string; count: number; examples: RowReference[] }>();
  return {
    add(step, skip, source = {}) {
      const name = `${step}: ${skip.code}`;
      const removal = removals.get(name) ?? { step, code: skip.code, count: 0, examples: [] };
      removal.count += 1;
      if (removal.examples.length < NAMED_ROWS) removal.examples.push(referenceOf(skip, source, runUrl));
      removals.set(name, removal);
    },
    list: () => [...removals.values()],
    counts: () => Object.fromEntries([...removals].map(([name, { count }]) => [name, count])),
  };
}

function referenceOf(
  { line = 0, runId, path, message, duplicateOf }: Skip,
  source: ExampleSource,
  runUrl: RunUrl,
): RowReference {
  const url = runUrl({ ...source, ...(runId !== undefined && { runId }) });
  const duplicateUrl =
    duplicateOf?.runId === undefined ? undefined : runUrl({ projectId: source.projectId, runId: duplicateOf.runId });
  return {
    line,
    ...(runId !== undefined && { runId }),
    ...(url !== undefined && { url }),
    ...(source.file !== undefined && { file: source.file }),
    ...(path !== undefined && path !== "$" && { path }),
    message,
    ...(duplicateOf && { duplicateOf: { ...duplicateOf, ...(duplicateUrl !== undefined && { url: duplicateUrl }) } }),
  };
}

/** Counts rows that hold questions of evaluation sets, and keeps the first few of each set. */
export interface ContaminationTally {
  add(found: Pick<Skip, "evaluation" | "code" | "message" | "line" | "runId">, source: ExampleSource): void;
  list(): ContaminationReport[];
}

/** @param sets What the sets are called. */
export function createContaminationTally(sets: readonly string[], runUrl: RunUrl): ContaminationTally {
  const bySet = new Map(sets.map((set) => [set, { exact: 0, near: 0, examples: [] as RowReference[] }]));
  return {
    add({ evaluation, ...found }, source) {
      const own = evaluation && bySet.get(evaluation.set);
      if (!evaluation || !own) return;
      own[evaluation.match] += 1;
      if (own.examples.length < NAMED_ROWS) own.examples.push(referenceOf(found, source, runUrl));
    },
    list: () => [...bySet].map(([set, own]) => ({ set, ...own })),
  };
}

/** Counts findings by code, and keeps the first few of each. */
export interface FindingGroups {
  add(finding: Finding): void;
  readonly errors: number;
  readonly warnings: number;
  list(): FindingGroup[];
}

export function createFindingGroups(runUrl: RunUrl): FindingGroups {
  const groups = new Map<
    string,
    Omit<FindingGroup, "examples" | "count"> & { count: number; examples: RowReference[] }
  >();
  const count = (severity: Finding["severity"]) =>
    [...groups.values()].filter((group) => group.severity === severity).reduce((sum, group) => sum + group.count, 0);
  return {
    add({ code, severity, message, path, line, source = {}, rule }) {
      const name = `${severity} ${code}`;
      const group = groups.get(name) ?? { code, severity, count: 0, ...(rule !== undefined && { rule }), examples: [] };
      group.count += 1;
      if (group.examples.length < NAMED_ROWS)
        group.examples.push(referenceOf({ code, message, path, line, runId: source.runId }, source, runUrl));
      groups.set(name, group);
    },
    get errors() {
      return count("error");
    },
    get warnings() {
      return count("warning");
    },
    list: () =>
      [...groups.values()].sort((left, right) =>
        left.severity === right.severity ? right.count - left.count : left.severity === "error" ? -1 : 1,
      ),
  };
}

/** What was found in rows, or replaced, counted by detector. */
export interface RedactionTally {
  /** Looks at one row through `look`, which says what it finds. */
  row(row: object, line: number, look: (onFound: (finding: { detector: string; path: string }) => void) => void): void;
  /** @param applied The rows were changed. */
  report(applied: boolean, runUrl: RunUrl): RedactionReport;
  /** All that was counted, as JSON. */
  state(): RedactionState;
  /** Adds what another tally counted. */
  merge(state: RedactionState): void;
}

/** What was found in rows, as JSON. */
export interface RedactionState {
  readonly scanned: number;
  readonly rowsWithFindings: number;
  readonly found: readonly Omit<FoundByDetector, "lastLine">[];
}

/** Where something was found. */
export interface FoundPlace {
  readonly line: number;
  readonly path: string;
  readonly source: ExampleSource;
}

interface FoundByDetector {
  readonly detector: string;
  count: number;
  rows: number;
  lastLine: number;
  readonly examples: FoundPlace[];
}

/** Counts what detectors found. */
export function createRedactionTally(): RedactionTally {
  const found = new Map<string, FoundByDetector>();
  let scanned = 0;
  let rowsWithFindings = 0;
  const entryOf = (detector: string): FoundByDetector => {
    const known = found.get(detector);
    if (known) return known;
    const entry = { detector, count: 0, rows: 0, lastLine: -1, examples: [] };
    found.set(detector, entry);
    return entry;
  };
  return {
    row(row, line, look) {
      scanned += 1;
      const source = sourceOf(row);
      let any = false;
      look(({ detector, path }) => {
        any = true;
        const entry = entryOf(detector);
        entry.count += 1;
        if (entry.lastLine !== line) {
          entry.rows += 1;
          entry.lastLine = line;
          if (entry.examples.length < NAMED_ROWS) entry.examples.push({ line, path, source });
        }
      });
      if (any) rowsWithFindings += 1;
    },
    state: () => ({
      scanned,
      rowsWithFindings,
      found: [...found.values()].map((entry) => omit(entry, "lastLine")),
    }),
    merge(state) {
      scanned += state.scanned;
      rowsWithFindings += state.rowsWithFindings;
      for (const { detector, count, rows, examples } of state.found) {
        const entry = entryOf(detector);
        entry.count += count;
        entry.rows += rows;
        entry.examples.push(...examples.slice(0, NAMED_ROWS - entry.examples.length));
      }
    },
    report: (applied, runUrl) => ({
      applied,
      scanned,
      rowsWithFindings,
      found: [...found.values()]
        .sort((left, right) => right.count - left.count || (left.detector < right.detector ? -1 : 1))
        .map(({ detector, count, rows, examples }) => ({
          detector,
          count,
          rows,
          examples: examples.map(({ line, path, source }) => {
            const { runId, url, file } = referenceOf(
              { code: detector, message: "", line, path, runId: source.runId },
              source,
              runUrl,
            );
            return {
              line,
              ...(runId && { runId }),
              ...(url && { url }),
              ...(file && { file }),
              ...(path !== "$" && { path }),
            };
          }),
        })),
    }),
  };
}
