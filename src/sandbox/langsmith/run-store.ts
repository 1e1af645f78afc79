import { toRecord, type RunFields, type RunRecord } from "./run-record.js";

/** The place of a run in the order by start time: what a cursor points at. */
export interface RunPlace {
  milliseconds: number;
  id: string;
}

/** The runs of a workspace, with an index by project and start time. */
export class RunStore {
  readonly #runs = new Map<string, RunRecord>();
  readonly #sources = new Map<string, RunFields>();
  /** Updates that came before their create: kept until it arrives. */
  readonly #early = new Map<string, RunFields>();
  readonly #traces = new Map<string, RunRecord[]>();
  readonly #projects = new Map<string, { runs: RunRecord[]; sorted: boolean }>();

  get size(): number {
    return this.#runs.size;
  }

  get(id: string): RunRecord | undefined {
    return this.#runs.get(id);
  }

  all(): IterableIterator<RunRecord> {
    return this.#runs.values();
  }

  trace(traceId: string): readonly RunRecord[] {
    return this.#traces.get(traceId) ?? [];
  }

  root(run: RunRecord): RunRecord | undefined {
    return this.#runs.get(run.traceId);
  }

  /** A create. One that is repeated only adds what is not there yet, so that a retry undoes nothing. */
  create(run: RunFields, projectId: string, now: number): RunRecord {
    const known = this.#sources.get(run.id) ?? this.#early.get(run.id);
    this.#early.delete(run.id);
    return this.#put(
      known === undefined ? run : merge(run, known),
      this.#runs.get(run.id)?.projectId ?? projectId,
      now,
    );
  }

  /** An update. Before its create it is kept and not seen by queries. */
  update(run: RunFields, now: number): void {
    const source = this.#sources.get(run.id);
    const record = this.#runs.get(run.id);
    if (source !== undefined && record !== undefined) {
      this.#put(merge(source, run), record.projectId, now);
    } else {
      const early = this.#early.get(run.id);
      this.#early.set(run.id, early === undefined ? run : merge(early, run));
    }
  }

  removeProject(projectId: string): void {
    for (const run of this.#projects.get(projectId)?.runs ?? []) {
      this.#runs.delete(run.id);
      this.#sources.delete(run.id);
      this.#traces.delete(run.traceId);
    }
    this.#projects.delete(projectId);
  }

  /**
   * Runs by start time, from a place on (which is left out), in the given direction.
   * Several projects are merged.
   */
  *inOrder(
    projectIds: Iterable<string>,
    order: "asc" | "desc",
    bounds: { least: number; most: number; after?: RunPlace },
  ): Generator<RunRecord> {
    const step = order === "asc" ? 1 : -1;
    const heads = [];
    for (const projectId of projectIds) {
      const runs = this.#sorted(projectId);
      const { least, most, after } = bounds;
      // The empty string is before every id, U+FFFF after.
      const from = step === 1 ? { milliseconds: least, id: "" } : { milliseconds: most, id: "\uffff" };
      const start = after === undefined ? from : after;
      const index = step === 1 ? firstAfter(runs, start) : firstAfter(runs, start) - 1;
      const skipSelf = after !== undefined && step === -1 && runs[index]?.id === after.id ? 1 : 0;
      heads.push({ runs, index: index - skipSelf });
    }
    while (true) {
      let next: { runs: readonly RunRecord[]; index: number } | undefined;
      for (const head of heads) {
        const run = head.runs[head.index];
        if (run === undefined) continue;
        const best = next?.runs[next.index];
        if (best === undefined || compare(run, best) * step < 0) next = head;
      }
      const run = next?.runs[next.index];
      if (next === undefined || run === undefined) return;
      if (step === 1 ? run.start.milliseconds > bounds.most : run.start.milliseconds < bounds.least) return;
      next.index += step;
      yield run;
    }
  }

  projectIds(): IterableIterator<string> {
    return this.#projects.keys();
  }

  count(projectId: string): number {
    return this.#projects.get(projectId)?.runs.length ?? 0;
  }

  #put(source: RunFields, projectId: string, now: number): RunRecord {
    const record = toRecord(source, projectId, now);
    const existing = this.#runs.get(source.id);
    // Every index holds the same object, so that an update needs no search.
    if (existing !== undefined) {
      const moved = existing.start.milliseconds !== record.start.milliseconds;
      if (existing.traceId !== record.traceId) {
        this.#traces.set(
          existing.traceId,
          this.trace(existing.traceId).filter((run) => run !== existing),
        );
        this.#addToTrace(record.traceId, existing);
      }
      Object.assign(existing, record);
      const project = this.#projects.get(existing.projectId);
      if (moved && project !== undefined) project.sorted = false;
    } else {
      this.#runs.set(record.id, record);
      this.#addToTrace(record.traceId, record);
      this.#addToProject(record);
    }
    this.#sources.set(source.id, { id: source.id, fields: source.fields, payloads: (existing ?? record).payloads });
    return existing ?? record;
  }

  #addToTrace(traceId: string, run: RunRecord): void {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) this.#traces.set(traceId, [run]);
    else trace.push(run);
  }

  #addToProject(run: RunRecord): void {
    const project = this.#projects.get(run.projectId);
    if (project === undefined) {
      this.#projects.set(run.projectId, { runs: [run], sorted: true });
      return;
    }
    const last = project.runs.at(-1);
    if (last !== undefined && compare(last, run) > 0) project.sorted = false;
    project.runs.push(run);
  }

  #sorted(projectId: string): readonly RunRecord[] {
    const project = this.#projects.get(projectId);
    if (project === undefined) return [];
    if (!project.sorted) {
      project.runs.sort(compare);
      project.sorted = true;
    }
    return project.runs;
  }
}

function merge(earlier: RunFields, later: RunFields): RunFields {
  return {
    id: earlier.id,
    fields: { ...earlier.fields, ...defined(later.fields) },
    payloads: { ...earlier.payloads, ...defined(later.payloads) },
  };
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined && item !== null),
  ) as Partial<T>;
}

function compare(left: RunRecord, right: RunRecord): number {
  return left.start.milliseconds - right.start.milliseconds || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

/** The index of the first run after a place; the place itself counts as before. */
function firstAfter(runs: readonly RunRecord[], { milliseconds, id }: RunPlace): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    const isAfter = run !== undefined && (run.start.milliseconds - milliseconds || (run.id > id ? 1 : -1)) > 0;
    if (isAfter) high = middle;
    else low = middle + 1;
  }
  return low;
}
