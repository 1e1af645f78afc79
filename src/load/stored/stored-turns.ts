import { hash } from "../../internal/hash.js";
import { parseExact, stringifyExact } from "../../internal/exact-json.js";
import { createFlags, createIntegers, NONE } from "../../internal/storage/column.js";
import { createDigestIndex } from "../../internal/storage/digest-index.js";
import { createSpool } from "../../internal/storage/spool.js";
import type { Run, TrainingMessage } from "../../types.js";
import type { Conversation } from "../tracers/tracer.js";
import { createResponseChains } from "./response-chains.js";

/** What a response added to the conversation that OpenAI keeps: its input, without the instructions, and its answer. */
interface Turn {
  previous: string | undefined;
  messages: TrainingMessage[];
}

/** A run that goes on from a stored response, with all messages before its own where they were found. */
export interface WaitingRun {
  run: Run;
  history: readonly TrainingMessage[] | undefined;
}

/**
 * Responses that later calls may go on from (`previous_response_id`), and the calls that do. Runs may come in any
 * order, so the calls wait for the end. Turns that a waiting call needs, and the calls, are in a temporary file; of
 * turns that nobody has asked for yet, the last {@link RECENT_CHARACTERS} of JSON are kept.
 */
export interface StoredTurns {
  /** Takes in what a run says, where it names its response. */
  note(conversation: Conversation): void;
  /** Keeps a run until the end. */
  wait(run: Run, previous: string): void;
  /** How many runs wait. */
  readonly waiting: number;
  /** The runs that waited, those of one chain after each other. */
  resolve(): AsyncGenerator<WaitingRun, void, undefined>;
}

const RECENT_CHARACTERS = 1 << 25;
const digest = (text: string) => hash("sha256", text, "hex").slice(0, 16);

export function createStoredTurns(recentCharacters = RECENT_CHARACTERS): StoredTurns {
  const ids = createDigestIndex();
  const contents = createDigestIndex();
  const contentOf = createIntegers();
  const contradicted = createFlags();
  const chains = createResponseChains((response) => contradicted.at(response) === 0);
  const recent = new Map<number, string>();
  let recentLength = 0;
  const turns = createSpool<Turn>();
  const runs = createSpool<Run>();
  const waitsFor = createIntegers();

  const numberOf = (id: string): number => {
    const known = ids.size;
    const number = ids.add(digest(id));
    if (number === known) {
      contentOf.push(NONE);
      contradicted.push(0);
      chains.addNumber();
    }
    return number;
  };
  const keep = (response: number, turn: Turn): number => {
    const previous = turn.previous === undefined ? NONE : numberOf(turn.previous);
    chains.setTurn(response, turns.size, previous);
    turns.add(turn);
    return previous;
  };
  /** Asks for a response and for those before it, as far as they are there. */
  const want = (response: number): void => {
    for (let next = response; next !== NONE && !chains.isWanted(next);) {
      chains.want(next);
      const text = recent.get(next);
      if (text === undefined) return;
      recent.delete(next);
      recentLength -= text.length;
      next = keep(next, parseExact(text) as Turn);
    }
  };
  const remember = (response: number, text: string): void => {
    recent.set(response, text);
    recentLength += text.length;
    for (const [oldest, { length }] of recent) {
      if (recentLength <= recentCharacters) return;
      recent.delete(oldest);
      recentLength -= length;
    }
  };

  return {
    get waiting() {
      return runs.size;
    },
    note({ responseId, previousResponseId, instructions = 0, prompt, answer }) {
      if (responseId === undefined) return;
      const response = numberOf(responseId);
      const turn: Turn = { previous: previousResponseId, messages: [...prompt.slice(instructions), ...answer] };
      const text = stringifyExact(turn) ?? "";
      const content = contents.add(digest(text));
      // The same id with other content: neither can be trusted.
      if (contentOf.at(response) !== NONE && contentOf.at(response) !== content) contradicted.set(response, 1);
      contentOf.set(response, content);
      if (chains.placeOf(response) !== NONE || recent.has(response)) return;
      if (!chains.isWanted(response)) return remember(response, text);
      const previous = keep(response, turn);
      if (previous !== NONE) want(previous);
    },
    wait(run, previous) {
      const response = numberOf(previous);
      waitsFor.push(response);
      runs.add(run);
      want(response);
    },
    async *resolve() {
      recent.clear();
      const places = Array.from({ length: runs.size }, (_, run) => {
        const place = chains.placeInChain(waitsFor.at(run));
        return { run, first: place?.first ?? NONE, depth: place?.depth ?? 0 };
      });
      places.sort((left, right) => left.first - right.first || left.depth - right.depth || left.run - right.run);
      const historyOf = createHistories(turns, chains);
      for (const { run, first } of places) {
        const history = first === NONE ? undefined : await historyOf(waitsFor.at(run));
        for await (const [found] of runs.read([run])) if (found) yield { run: found, history };
      }
    },
  };
}

/** So many histories are kept, for the next run of a chain goes on from the last one. */
const HISTORIES = 4;

function createHistories(
  turns: ReturnType<typeof createSpool<Turn>>,
  chains: ReturnType<typeof createResponseChains>,
): (response: number) => Promise<readonly TrainingMessage[]> {
  const known = new Map<number, readonly TrainingMessage[]>();
  return async (response) => {
    const missing: number[] = [];
    let at = response;
    while (at !== NONE && !known.has(at)) {
      missing.push(at);
      at = chains.previousOf(at);
    }
    if (missing.length === 0) return known.get(response) ?? [];
    const places = missing.map((member) => chains.placeOf(member)).sort((left, right) => left - right);
    const messages = new Map<number, TrainingMessage[]>();
    let next = 0;
    for await (const chunk of turns.read(places))
      for (const turn of chunk) messages.set(places[next++] as number, turn.messages);
    const history = [
      ...(known.get(at) ?? []),
      ...missing.reverse().flatMap((member) => messages.get(chains.placeOf(member)) ?? []),
    ];
    known.set(response, history);
    if (known.size > HISTORIES) known.delete(known.keys().next().value ?? NONE);
    return history;
  };
}
