const LONGEST = 60;
const SECRET = /key$|token$|secret|salt|password|authorization|credential|headers|environment|^env$/i;

/** A value in a message: short, and without what is inside of it. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value);
  }
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "Object" && name !== "" ? `an instance of ${name}` : "an object";
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}

/** The value that an error may carry: what may be a credential is left out. */
export function shownOption(option: string, value: unknown): unknown {
  return SECRET.test(option) ? "(not shown)" : value;
}
