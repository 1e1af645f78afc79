import type { ServiceError } from "../../errors.js";
import { delay } from "../../internal/delay.js";
import type { FineTuneBackend, JobEvent, JobReference, JobSnapshot } from "../backend.js";
import type { FineTuneProgress, ProgressListener } from "./progress.js";
import { withJitter } from "../../http/own-pauses.js";
import { isTransient } from "../../http/service-error.js";
import { pollJob } from "../poll-job.js";
import { MAXIMUM_FAILURES_IN_A_ROW } from "../../http/wait-until.js";

/** @default 5 seconds: a job takes minutes at least. */
const POLL_INTERVAL = 5_000;

export interface FollowOptions {
  signal: AbortSignal;
  pollInterval?: number;
  onProgress?: ProgressListener;
}

/**
 * Polls a job until it has ended, however it ended, and reports what happens. Transient failures are
 * retried; a state that is not known is one more reason to ask again.
 */
export async function followJob(
  backend: FineTuneBackend,
  job: JobReference,
  options: FollowOptions,
): Promise<JobSnapshot> {
  const { signal, pollInterval = POLL_INTERVAL, onProgress } = options;
  const tell = async (progress: FineTuneProgress) => onProgress?.(progress);
  const events = new EventFeed(backend, job);
  const estimate = new Estimate();
  let known: string | undefined;
  let since = Date.now();
  let pause = pollInterval;
  let failures = 0;

  const failed = async (error: unknown): Promise<ServiceError> => {
    signal.throwIfAborted();
    failures += 1;
    if (!isTransient(error) || failures > MAXIMUM_FAILURES_IN_A_ROW) throw error;
    return error;
  };

  for (;;) {
    signal.throwIfAborted();
    let wait: number;
    try {
      const snapshot = await pollJob(backend, job, { signal });
      const ended = isEnd(snapshot);
      if (`${snapshot.status} ${snapshot.rawStatus}` !== known) {
        known = `${snapshot.status} ${snapshot.rawStatus}`;
        since = Date.now();
        pause = pollInterval;
        await tell({ type: "status", status: snapshot.status, rawStatus: snapshot.rawStatus });
      } else if (!ended) {
        const { status, rawStatus } = snapshot;
        await tell({ type: "waiting", status, rawStatus, elapsed: Date.now() - since });
      }
      for await (const event of events.news(signal)) await tell(progressOf(event));
      failures = 0;
      for (const progress of [measureOf(snapshot), ended ? undefined : estimate.of(snapshot)])
        if (progress) await tell(progress);
      if (ended) return snapshot;
      wait = Math.max(withJitter(pause), snapshot.retryAfter ?? 0);
    } catch (thrown) {
      const error = await failed(thrown);
      wait = Math.max(withJitter(pause), error.retryAfter ?? 0);
      await tell({ type: "retry", error, wait });
    }
    await delay(wait, signal);
    pause = Math.min(pause * 1.5, pollInterval * 12);
  }
}

/** True for a state that no job leaves. */
export function isEnd({ status }: JobSnapshot): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** A job's events, each once, whatever the provider's paging gives twice. */
export class EventFeed {
  private after: string | undefined;
  private readonly seen = new Set<string>();

  constructor(
    private readonly backend: FineTuneBackend,
    private readonly job: JobReference,
  ) {}

  async *news(signal: AbortSignal | undefined): AsyncGenerator<JobEvent, void, undefined> {
    if (this.backend.events === undefined) return;
    const page = await this.backend.events(this.job, this.after, { signal });
    for (const event of page.events) {
      if (this.seen.has(event.id)) continue;
      this.seen.add(event.id);
      const { redact } = this.backend;
      yield redact === undefined ? event : { ...event, message: redact(event.message) };
    }
    this.after = page.after ?? this.after;
  }
}

function progressOf({ id, at, level, message, metrics }: JobEvent): FineTuneProgress {
  if (metrics === undefined) return { type: "event", id, level, message, at };
  const { step, totalSteps, epoch, loss } = metrics;
  return { type: "metrics", step, totalSteps, epoch, loss, values: metrics, at };
}

function measureOf({ progress }: JobSnapshot): FineTuneProgress | undefined {
  if (progress === undefined) return undefined;
  const { step, totalSteps, epoch, fraction } = progress;
  return { type: "metrics", step, totalSteps, epoch, fraction, values: {} };
}

/** The provider's estimate, or else one from how fast the job has gone on while it was watched. */
class Estimate {
  private first: { at: number; fraction: number } | undefined;
  private last: string | undefined;

  of(snapshot: JobSnapshot): FineTuneProgress | undefined {
    const finishAt = snapshot.estimatedFinish ?? this.fromPace(snapshot.progress?.fraction);
    if (finishAt === undefined || finishAt === this.last) return undefined;
    this.last = finishAt;
    return { type: "estimate", finishAt, remaining: Math.max(0, Date.parse(finishAt) - Date.now()) };
  }

  private fromPace(fraction: number | undefined): string | undefined {
    if (fraction === undefined) return undefined;
    const now = Date.now();
    this.first ??= { at: now, fraction };
    const done = fraction - this.first.fraction;
    if (done <= 0) return undefined;
    const finish = new Date(now + ((now - this.first.at) / done) * (1 - fraction));
    return Number.isNaN(finish.getTime()) ? undefined : finish.toISOString();
  }
}
