/** Characters of a message about a trace, and of a path in it: they are for people and logs, and a trace may hold anything. */
const MOST = 500;
const END = 100;

/** The text, with its middle left out where it is too long. */
export function bounded(text: string): string {
  if (text.length <= MOST) return text;
  const start = text.slice(0, MOST - END - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${start}…${text.slice(-END).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** A skip or finding whose message and path are bounded; the same object where they are short. */
export function boundedWords<T extends { message: string; path?: string }>(what: T): T {
  const { message, path = "" } = what;
  if (message.length <= MOST && path.length <= MOST) return what;
  return { ...what, message: bounded(message), ...(what.path !== undefined && { path: bounded(path) }) };
}
