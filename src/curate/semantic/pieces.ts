/** Cuts a text into pieces of at most so many characters, at white space where there is some, and never inside a character. */
export function piecesOf(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOf(text, start, most);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function endOf(text: string, start: number, most: number): number {
  const limit = start + most;
  if (limit >= text.length) return text.length;
  // In the last tenth, so that no piece is much shorter than it could be.
  for (let end = limit; end > limit - most / 10 && end > start + 1; end -= 1)
    if (/\s/.test(text.charAt(end))) return end;
  return isPair(text, limit) ? limit - 1 || limit + 1 : limit;
}

const isPair = (text: string, place: number) => /[\uDC00-\uDFFF]/.test(text.charAt(place)) && place > 0;
