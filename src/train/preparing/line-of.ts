/** The line of the file that a provider's message names: "Line 7: …", "on line 7", "lines 7, 9". The first, counted as the provider counts. */
export function lineOf(message: string): number | undefined {
  const match = /\blines?[\s:#]*(\d+)/i.exec(message);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
