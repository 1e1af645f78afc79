import leven from "leven";

/** The known name that a misspelt one most likely means, if any is near enough. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let closest: string | undefined;
  // A third of the letters may be wrong: "feedbak", "lerningRate", "sinse", but not "to" for "by".
  let distance = Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const word = candidate.toLowerCase();
    // `minimum` for `min`, `epoch` for `epochs`: one is the beginning of the other.
    const cut = Math.min(word.length, wanted.length);
    const begins = cut >= 3 && word.slice(0, cut) === wanted.slice(0, cut);
    const apart = begins ? 0.5 : leven(wanted, word);
    if (apart >= distance) continue;
    distance = apart;
    closest = candidate;
  }
  return closest;
}
