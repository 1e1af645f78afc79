import { randomUUID } from "node:crypto";
import { HttpError } from "./http-error.js";
import { fromMilliseconds } from "./time.js";

/** An annotation queue, in the names of the API. */
export interface QueueRecord {
  id: string;
  name: string;
  description: string | null;
  created_at: string;
  updated_at: string;
  queue_type: "single";
  rubric_instructions: string | null;
  rubric_items: unknown[];
}

/** A run in a queue. */
export interface QueuedRun {
  id: string;
  runId: string;
  addedAt: string;
  /** When its one reviewer was done with it. */
  completedAt?: string;
}

const statuses = ["needs_my_review", "needs_others_review", "completed"];

/** Annotation queues: people review the runs in them, one after the other. */
export class QueueStore {
  readonly #queues = new Map<string, { queue: QueueRecord; runs: QueuedRun[] }>();

  create(body: Record<string, unknown>, now: number): QueueRecord {
    const { id, name, description, rubric_instructions: instructions, rubric_items: items } = body;
    if (typeof name !== "string" || name === "") throw new HttpError(422, "name: an annotation queue needs a name");
    const time = `${fromMilliseconds(now).text}Z`;
    const queue: QueueRecord = {
      id: typeof id === "string" ? id : randomUUID(),
      name,
      description: typeof description === "string" ? description : null,
      created_at: time,
      updated_at: time,
      queue_type: "single",
      rubric_instructions: typeof instructions === "string" ? instructions : null,
      rubric_items: Array.isArray(items) ? items : [],
    };
    this.#queues.set(queue.id, { queue, runs: [] });
    return queue;
  }

  update(id: string, body: Record<string, unknown>, now: number): QueueRecord {
    const { queue } = this.#require(id);
    if (typeof body.name === "string") queue.name = body.name;
    if (typeof body.description === "string") queue.description = body.description;
    if (typeof body.rubric_instructions === "string") queue.rubric_instructions = body.rubric_instructions;
    if (Array.isArray(body.rubric_items)) queue.rubric_items = body.rubric_items;
    queue.updated_at = `${fromMilliseconds(now).text}Z`;
    return queue;
  }

  all(): QueueRecord[] {
    return [...this.#queues.values()].map(({ queue }) => queue);
  }

  require(id: string): QueueRecord {
    return this.#require(id).queue;
  }

  remove(id: string): void {
    this.#require(id);
    this.#queues.delete(id);
  }

  /** Adds runs that are not in it yet, at the end. */
  add(id: string, runIds: readonly string[], now: number): QueuedRun[] {
    const { runs } = this.#require(id);
    const addedAt = `${fromMilliseconds(now).text}Z`;
    const added = runIds
      .filter((runId) => !runs.some((run) => run.runId === runId))
      .map((runId) => ({ id: randomUUID(), runId, addedAt }));
    runs.push(...added);
    return added;
  }

  /** The runs of a queue, or those with a review status. There is one reviewer: nothing waits for others. */
  runs(id: string, status?: string): readonly QueuedRun[] {
    const { runs } = this.#require(id);
    if (status === undefined) return runs;
    if (!statuses.includes(status))
      throw new HttpError(422, `status must be one of ${statuses.join(", ")}, not ${status}`);
    if (status === "needs_others_review") return [];
    return runs.filter(({ completedAt }) => (completedAt !== undefined) === (status === "completed"));
  }

  /** The reviewer's mark on a run of any queue: `completed`, or `null` and `viewed` for not completed. */
  review(queuedId: string, status: string | null, now: number): void {
    const run = [...this.#queues.values()].flatMap(({ runs }) => runs).find(({ id }) => id === queuedId);
    if (run === undefined) throw new HttpError(404, "Run not found in annotation queue");
    if (status !== null && status !== "viewed" && status !== "completed")
      throw new HttpError(422, `Unknown status ${status}`);
    run.completedAt = status === "completed" ? `${fromMilliseconds(now).text}Z` : undefined;
  }

  removeRun(id: string, queuedId: string): void {
    const entry = this.#require(id);
    const kept = entry.runs.filter((run) => run.id !== queuedId && run.runId !== queuedId);
    if (kept.length === entry.runs.length) throw new HttpError(404, "Run not found in annotation queue");
    entry.runs = kept;
  }

  #require(id: string) {
    const entry = this.#queues.get(id);
    if (entry === undefined) throw new HttpError(404, "Annotation queue not found");
    return entry;
  }
}
