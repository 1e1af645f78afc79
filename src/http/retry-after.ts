/** Milliseconds of OpenAI's `retry-after-ms`, or of a `Retry-After` header in seconds or as a date. */
export function retryAfterOf(headers: Headers | undefined): number | undefined {
  if (headers === undefined || typeof headers.get !== "function") return undefined;
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
