import { costOfTokens, type ModelPrice } from "./usage.js";

/** What asking will cost, known before the first call. */
export interface AskEstimate extends CallEstimate {
  /** Rows that came in. */
  rows: number;
  /** Answers or conversations that are judged, or prompts that are answered again. */
  items: number;
}

/** The calls that asking will make. */
export interface CallEstimate {
  /** Calls that are still to be made, by judge or model. What the cache has is not asked again. */
  calls: Record<string, number>;
  /** Votes or answers that the cache has. */
  cached: number;
  /** Tokens of these calls: four bytes of UTF-8 count as one. */
  tokens: { prompt: number; completion: number };
  /** US dollars, where everything that is asked has a price. */
  cost?: number;
  /** Seconds, if each call takes `secondsPerCall`. */
  seconds: number;
}

/** Four bytes of UTF-8 a token: a little more than English text has, and less than other scripts. */
export function approximateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

/** Adds up calls before they are made. */
export interface EstimateTally {
  row(): void;
  item(): void;
  /** A call that the cache answers. */
  cached(): void;
  call(name: string, prompt: number, completion: number, price: ModelPrice | undefined): void;
  finish(concurrency: number, secondsPerCall: number): AskEstimate;
}

export function createEstimateTally(names: readonly string[]): EstimateTally {
  const calls: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const tokens = { prompt: 0, completion: 0 };
  let rows = 0;
  let items = 0;
  let cached = 0;
  let cost: number | undefined = 0;
  return {
    row: () => void (rows += 1),
    item: () => void (items += 1),
    cached: () => void (cached += 1),
    call(name, prompt, completion, price) {
      calls[name] = (calls[name] ?? 0) + 1;
      tokens.prompt += prompt;
      tokens.completion += completion;
      cost = price === undefined || cost === undefined ? undefined : cost + costOfTokens({ prompt, completion }, price);
    },
    finish(concurrency, secondsPerCall) {
      const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
      return {
        rows,
        items,
        calls,
        cached,
        tokens,
        ...(cost !== undefined && { cost }),
        seconds: Math.ceil(total / concurrency) * secondsPerCall,
      };
    },
  };
}
