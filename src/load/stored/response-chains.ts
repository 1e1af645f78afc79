import { createFlags, createIntegers, NONE } from "../../internal/storage/column.js";

const UNKNOWN = NONE - 1;
const ENDLESS = NONE - 2;

/**
 * Which response goes on from which, by their numbers. A response is whole where every one before it is there and has
 * one content; chains that lead in a circle are not.
 */
export interface ResponseChains {
  /** Gives a response that was not met the next number. */
  addNumber(): void;
  isWanted(response: number): boolean;
  want(response: number): void;
  /** @param previous The response that it goes on from, or NONE. */
  setTurn(response: number, place: number, previous: number): void;
  /** The place of a response's turn, or NONE. */
  placeOf(response: number): number;
  /** The response that it goes on from, or NONE. */
  previousOf(response: number): number;
  /** The first response of the chain and how many come before this one; undefined where the chain is not whole. */
  placeInChain(response: number): { first: number; depth: number } | undefined;
}

export function createResponseChains(isTrusted: (response: number) => boolean): ResponseChains {
  const wanted = createFlags();
  const places = createIntegers();
  const previous = createIntegers();
  const firsts = createIntegers();
  const depths = createIntegers();

  const settle = (response: number): void => {
    const path: number[] = [];
    let at = response;
    while (at !== NONE && firsts.at(at) === UNKNOWN) {
      firsts.set(at, ENDLESS);
      path.push(at);
      at = places.at(at) === NONE || !isTrusted(at) ? at : previous.at(at);
      if (at === path.at(-1)) break;
    }
    // Where the walk ended: before a first response, at one that is known, or at one that ends the chain.
    let first = at === NONE ? undefined : firsts.at(at) === ENDLESS ? NONE : firsts.at(at);
    let depth = at === NONE || first === NONE ? 0 : depths.at(at) + 1;
    for (const member of path.reverse()) {
      first ??= member;
      firsts.set(member, first);
      depths.set(member, depth);
      depth += 1;
    }
  };

  return {
    addNumber() {
      wanted.push(0);
      places.push(NONE);
      previous.push(NONE);
      firsts.push(UNKNOWN);
      depths.push(0);
    },
    isWanted: (response) => wanted.at(response) === 1,
    want: (response) => wanted.set(response, 1),
    setTurn(response, place, before) {
      places.set(response, place);
      previous.set(response, before);
    },
    placeOf: (response) => places.at(response),
    previousOf: (response) => previous.at(response),
    placeInChain(response) {
      if (firsts.at(response) === UNKNOWN) settle(response);
      const first = firsts.at(response);
      return first === NONE ? undefined : { first, depth: depths.at(response) };
    },
  };
}
