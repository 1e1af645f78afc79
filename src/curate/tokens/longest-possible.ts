/**
 * More tokens than a row can have, from the lengths of its texts alone: a token is at least a byte,
 * and a UTF-16 unit is at most three. Stops counting above the limit.
 */
export function longestPossible(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length * 3;
  if (typeof value !== "object" || value === null) return 8;
  let sum = 0;
  for (const [key, item] of Object.entries(value)) {
    // An image may count more than its address has letters.
    if (key === "image_url") return Number.POSITIVE_INFINITY;
    sum += 8 + key.length * 3 + longestPossible(item, limit - sum);
    if (sum > limit) return sum;
  }
  return sum;
}
