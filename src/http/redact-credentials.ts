// What keys of the services that this package talks to look like, and what follows the words that
// introduce one. For text that came from elsewhere and goes into an error.
const PATTERNS: readonly RegExp[] = [
  /\b(?:sk|pk|rk|lsv2|ls__|lsv2_pt|lsv2_sk|fw|hf|tgp|ghp|gho|xox[bap]|AKIA|ASIA|AIza)[-_]?[A-Za-z0-9_-]{10,}/g,
  /(?<=\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}/gi,
  /(?<=\b(?:api[-_ ]?key|x-api-key|authorization|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',;}&]{4,}/gi,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)?/g,
  /(?<=:\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g,
];

/** The text with everything that looks like a credential, and the given secrets, replaced by `[redacted]`. */
export function redactCredentials(text: string, ...secrets: (string | undefined)[]): string {
  let result = text;
  for (const secret of secrets) if (secret) result = result.replaceAll(secret, "[redacted]");
  for (const pattern of PATTERNS) result = result.replace(pattern, "[redacted]");
  return result;
}
