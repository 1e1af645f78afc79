import type { Run } from "../../types.js";
import type { PageAnswer, RunPage } from "../server/run-source.js";

/** A page that waits for its turn. */
export interface WaitingPage {
  /** How many runs it has. */
  readonly runs: number;
  /** What it weighs; 0 where that is not known. */
  readonly bytes: number;
  /** Its runs. Called once. */
  read(): Run[];
}

/** Counts what waits for the consumer, in pages and in bytes. */
export class ReadAhead {
  /** Runs in the pages that wait. */
  runs = 0;
  private pages = 0;
  private bytes = 0;
  /** What a page weighs, the last one as much as all before it. */
  private weight = 0;

  constructor(
    private readonly mostPages: number,
    private readonly mostBytes: number,
  ) {}

  add(page: WaitingPage): void {
    this.pages += 1;
    this.runs += page.runs;
    this.bytes += page.bytes;
  }

  remove(page: WaitingPage): void {
    this.pages -= 1;
    this.runs -= page.runs;
    this.bytes -= page.bytes;
  }

  /** Records what the answer of a page weighed. */
  weigh({ answer }: RunPage): void {
    if (answer) this.weight = this.weight === 0 ? answer.size : (this.weight + answer.size) / 2;
  }

  /** How many pages may wait, at what they weigh. */
  get capacity(): number {
    return Math.min(this.mostPages, this.weight === 0 ? Infinity : this.mostBytes / this.weight);
  }

  /** How many more pages may be asked for while so many are under way. */
  room(underWay: number): number {
    const byBytes = this.weight === 0 ? Infinity : (this.mostBytes - this.bytes) / this.weight;
    return Math.min(this.mostPages - this.pages, byBytes) - underWay;
  }
}

/** A page whose runs are wanted at once. */
export function readyPage(runs: Run[], { answer }: RunPage): WaitingPage {
  answer?.drop();
  return { runs: runs.length, bytes: 0, read: () => runs };
}

/**
 * A page that may wait long: it keeps the answer, where there is one, and reads it again when its
 * turn comes. What is parsed takes several times the memory, and the garbage collector lets the heap
 * grow to a multiple of what is alive.
 */
export function waitingPage(runs: Run[], page: RunPage): WaitingPage {
  if (!page.answer) return readyPage(runs, page);
  return keptAnswer(
    page.answer,
    runs.length,
    runs.length === page.runs.length ? undefined : new Set(runs.map(({ id }) => id)),
  );
}

// In a function of its own: closures hold on to everything that any closure of the same call uses.
function keptAnswer(answer: PageAnswer, runs: number, own: Set<string> | undefined): WaitingPage {
  return {
    runs,
    bytes: answer.size,
    // Each once, also where the page holds a run twice.
    read: () => (own ? answer.takeRuns().filter(({ id }) => own.delete(id)) : answer.takeRuns()),
  };
}
