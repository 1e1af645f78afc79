/** Nothing but white space, and characters without a width. */
export function isBlank(text: string): boolean {
  return text.length === 0 || !/[^\s\u200b-\u200d\u2060]/.test(text);
}
