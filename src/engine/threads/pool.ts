import { ATTEMPTS, type Assignment } from "../engine.js";
import type { Part } from "../part.js";
import { errorOf, type Answer, type Request } from "../worker/protocol.js";

/** A worker in a thread, a process or elsewhere. */
export interface RemoteWorker {
  send(request: Request): void;
  /** Ends it, whatever it does. */
  end(): Promise<void>;
}

/** What a worker says. */
export interface WorkerEvents {
  answer(answer: Answer): void;
  /** It is gone. */
  gone(error: Error): void;
}

export type StartWorker = (events: WorkerEvents) => RemoteWorker;

/** Parts that a worker has at a time: the next is there when one is done, however busy this thread is. */
const AHEAD = 2;

/**
 * Gives parts to workers. A worker that is gone is replaced, and what it had is done again; a part that was tried
 * three times is reported.
 */
export async function runPool(count: number, start: StartWorker, assignment: Assignment): Promise<void> {
  const { parts, folder, job, signal } = assignment;
  const waiting: Part[] = [...parts];
  const attempts = new Map<Part, number>();
  const workers = new Set<RemoteWorker>();
  let left = parts.length;
  if (left === 0) return;

  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      signal.throwIfAborted();
      signal.addEventListener("abort", abort, { once: true });
      const guarded = (act: () => void) => {
        try {
          act();
        } catch (error) {
          reject(error as Error);
        }
      };
      const settle = (report: () => void) => {
        report();
        left -= 1;
        if (left === 0) resolve();
      };
      /** The part did not go well. */
      const again = (part: Part, error: Error) => {
        const tried = (attempts.get(part) ?? 0) + 1;
        attempts.set(part, tried);
        if (tried < ATTEMPTS) waiting.unshift(part);
        else settle(() => assignment.failed(part, error));
      };
      // A worker that is gone before it was ready would be gone again and again.
      let startedInVain = 0;

      const open = () => {
        const held: Part[] = [];
        let ready = false;
        const give = () => {
          while (held.length < AHEAD && waiting.length > 0) {
            const part = waiting.shift() as Part;
            held.push(part);
            worker.send({ part });
          }
        };
        const worker = start({
          answer: (answer) =>
            guarded(() => {
              if (!workers.has(worker)) return;
              if ("ready" in answer) {
                ready = true;
                startedInVain = 0;
              } else if (!("part" in answer)) reject(errorOf(answer.failure));
              else {
                const index = held.findIndex((part) => part.index === answer.part);
                const [part] = held.splice(index, 1);
                if (part && answer.failure?.final === true) reject(errorOf(answer.failure));
                else if (part && answer.failure) again(part, errorOf(answer.failure));
                else if (part) settle(() => assignment.done(part));
              }
              if (ready) give();
            }),
          gone: (error) =>
            guarded(() => {
              if (!workers.delete(worker)) return;
              // It had begun the first; the others were never tried.
              const [first, ...others] = held.splice(0);
              waiting.unshift(...others);
              if (first) again(first, error);
              else if (!ready && (startedInVain += 1) >= ATTEMPTS) reject(error);
              if (waiting.length > 0) open();
            }),
        });
        workers.add(worker);
        worker.send({ job, folder });
      };
      for (let index = 0; index < Math.min(count, parts.length); index += 1) open();
    });
  } finally {
    const ending = [...workers];
    workers.clear();
    await Promise.all(ending.map((worker) => worker.end()));
  }
}
