import type { TokenEncoding } from "./encoding-of-model.js";
import { isAscii, PIECE_ENDS } from "./ascii-pieces.js";

/** Pieces whose tokens are remembered: words come again and again. Some 5 MB. */
const REMEMBERED = 1 << 16;
/** Longer pieces are counted each time: they hardly come twice. */
const LONGEST_REMEMBERED = 24;

/**
 * A counter that gives the counts of `count` several times as fast for ASCII text: the text is divided into the pieces
 * that the encoding divides it into, and each different piece is counted once. Any other text is left to `count`.
 */
export function countPieces(encoding: TokenEncoding, count: (text: string) => number): (text: string) => number {
  const endOf = PIECE_ENDS[encoding];
  const known = new Map<string, number>();
  return (text) => {
    if (!isAscii(text)) return count(text);
    let total = 0;
    for (let start = 0; start < text.length;) {
      const end = endOf(text, start);
      const piece = text.slice(start, end);
      start = end;
      const tokens = known.get(piece);
      if (tokens !== undefined) {
        total += tokens;
        continue;
      }
      const counted = count(piece);
      total += counted;
      if (piece.length > LONGEST_REMEMBERED) continue;
      if (known.size >= REMEMBERED) known.clear();
      // A slice would keep the whole text alive.
      known.set(Buffer.from(piece, "latin1").toString("latin1"), counted);
    }
    return total;
  };
}
