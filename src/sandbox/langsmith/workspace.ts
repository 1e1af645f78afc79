import type { SandboxClock } from "../server.js";
import { AttachmentStore } from "./attachment-store.js";
import { DatasetStore } from "./dataset-store.js";
import { FeedbackStore, feedbackStats, type FeedbackRecord } from "./feedback-store.js";
import { ProjectStore, type ProjectRecord } from "./project-store.js";
import { QueueStore } from "./queue-store.js";
import type { RunFields, RunRecord } from "./run-record.js";
import { RunStore } from "./run-store.js";
import { dottedTime, fromMilliseconds, parseTimestamp } from "./time.js";

/** Everything that the LangSmith stand-in holds, in memory. */
export class Workspace {
  readonly tenantId = "5a4db0c5-0000-4000-8000-000000000001";
  readonly runs = new RunStore();
  readonly projects = new ProjectStore();
  readonly feedback = new FeedbackStore();
  readonly datasets = new DatasetStore();
  readonly queues = new QueueStore();
  readonly attachments = new AttachmentStore();

  constructor(readonly clock: SandboxClock) {}

  /** A run's create. Its project is made when there is none, as LangSmith does. */
  createRun(run: RunFields): RunRecord {
    return this.runs.create(this.#belowParent(run), this.#projectOf(run.fields).id, this.clock.now());
  }

  updateRun(run: RunFields): void {
    this.runs.update(run, this.clock.now());
  }

  putFeedback(body: Record<string, unknown>): FeedbackRecord {
    const run = typeof body.run_id === "string" ? this.runs.get(body.run_id) : undefined;
    return this.feedback.put(
      { trace_id: run?.traceId, session_id: run?.projectId, ...withoutNulls(body) },
      this.clock.now(),
    );
  }

  /** The feedback on a run. For a run that was seeded with statistics only, one for each key. */
  feedbackOf(run: RunRecord): readonly FeedbackRecord[] {
    const feedback = this.feedback.of(run.id);
    if (feedback.length > 0 || run.seededFeedback === undefined) return feedback;
    return seededFeedback(run);
  }

  feedbackStatsOf(run: RunRecord): Record<string, unknown> | null {
    const feedback = this.feedback.of(run.id);
    return feedback.length > 0 ? { ...feedbackStats(feedback) } : (run.seededFeedback ?? null);
  }

  /** A run that names its parent and no place in the trace gets the one below the parent, if that is known. */
  #belowParent({ id, fields, payloads }: RunFields): RunFields {
    const parent = typeof fields.parent_run_id === "string" ? this.runs.get(fields.parent_run_id) : undefined;
    if (parent === undefined || typeof fields.dotted_order === "string") return { id, fields, payloads };
    const start = parseTimestamp(fields.start_time) ?? fromMilliseconds(this.clock.now());
    const dotted = `${parent.dottedOrder}.${dottedTime(start)}${id}`;
    return {
      id,
      fields: { ...fields, start_time: `${start.text}Z`, dotted_order: dotted, trace_id: parent.traceId },
      payloads,
    };
  }

  #projectOf({ session_id: id, session_name: name }: Record<string, unknown>): ProjectRecord {
    const now = this.clock.now();
    if (typeof id === "string") {
      return (
        this.projects.get(id) ??
        this.projects.create({ id, name: typeof name === "string" ? name : `project ${id}` }, now, true)
      );
    }
    const projectName = typeof name === "string" && name !== "" ? name : "default";
    return this.projects.byName(projectName) ?? this.projects.create({ name: projectName }, now);
  }
}

function withoutNulls(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
}

function seededFeedback(run: RunRecord): FeedbackRecord[] {
  return Object.entries(run.seededFeedback ?? {}).map(([key, stats]) => {
    const average = (stats as { avg?: unknown } | null)?.avg;
    return {
      id: `${run.id}/${key}`,
      key,
      score: typeof average === "number" ? average : null,
      value: null,
      comment: null,
      correction: null,
      run_id: run.id,
      trace_id: run.traceId,
      session_id: run.projectId,
      feedback_source: { type: "api" },
      error: false,
      created_at: `${run.start.text}Z`,
      modified_at: `${run.start.text}Z`,
    };
  });
}
