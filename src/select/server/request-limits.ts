import PQueue from "p-queue";
import { delay } from "../../internal/delay.js";

/** How many requests may begin within a span of time. */
export interface RateLimit {
  requests: number;
  /** The length of the span, in milliseconds. */
  milliseconds: number;
}

/**
 * Lets requests through at the pace that the server allows: at most so many in any span of
 * time, and none before the moment that the server named when it refused one.
 */
export class RequestLimits {
  private readonly queue: PQueue | undefined;
  private closedUntil = 0;

  constructor(rateLimit: RateLimit | undefined) {
    // A sliding span: with a fixed one, two full bursts can meet at its border.
    this.queue =
      rateLimit && new PQueue({ intervalCap: rateLimit.requests, interval: rateLimit.milliseconds, strict: true });
  }

  /** Resolves when the next request may begin; rejects when the signal aborts. */
  async acquire(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.queue?.add(() => undefined, { signal });
    while (this.closedUntil > Date.now()) await delay(this.closedUntil - Date.now(), signal);
  }

  /** No request begins for so long. */
  closeFor(milliseconds: number): void {
    this.closedUntil = Math.max(this.closedUntil, Date.now() + milliseconds);
  }
}

// One for each server, key and kind of request, so that everything that reads with the same key in
// this process shares one budget, as it does at the server.
const shared = new Map<string, RequestLimits>();

/** The limits that all callers with the same `key` share; new ones for another rate. */
export function sharedLimits(key: string, rateLimit: RateLimit | undefined): RequestLimits {
  const name = JSON.stringify([key, rateLimit ?? null]);
  let limits = shared.get(name);
  if (!limits) shared.set(name, (limits = new RequestLimits(rateLimit)));
  return limits;
}
