import { HttpError } from "./http-error.js";
import { requireUuid } from "./request.js";
import { requireTimestamp } from "./time.js";

/**
 * Reads the fields of a query's body. `null` counts as left out. A field of another type is refused with
 * the status that the API uses for it, and so is one that the stand-in does not know: an argument that is
 * ignored would give runs that nobody asked for.
 */
export class BodyFields {
  readonly #body: Record<string, unknown>;
  readonly #read = new Set<string>();

  constructor(
    body: Record<string, unknown>,
    readonly status: number,
  ) {
    this.#body = body;
  }

  text(name: string): string | undefined {
    return this.#take(name, "a text", (value) => typeof value === "string");
  }

  /** A filter; an empty one is none. */
  filter(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  boolean(name: string): boolean | undefined {
    return this.#take(name, "true or false", (value) => typeof value === "boolean");
  }

  integer(name: string): number | undefined {
    return this.#take(name, "a whole number", Number.isInteger);
  }

  uuid(name: string): string | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : requireUuid(value, name);
  }

  /** A list of ids. One id alone is taken too: the JavaScript client sends `reference_example` so. */
  uuids(name: string): string[] | undefined {
    const value = this.#value(name);
    return (typeof value === "string" ? [value] : this.texts(name))?.map((id) => requireUuid(id, name));
  }

  texts(name: string): string[] | undefined {
    return this.#take(
      name,
      "a list of texts",
      (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
    );
  }

  time(name: string): number | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : requireTimestamp(value, name).milliseconds;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.#take(name, `one of ${choices.join(", ")}`, (value) => choices.includes(value as T));
  }

  manyOf<T extends string>(name: string, choices: readonly T[]): T[] | undefined {
    const values = this.texts(name);
    const unknown = values?.find((value) => !choices.includes(value as T));
    if (unknown !== undefined)
      throw new HttpError(this.status, `${name}: ${JSON.stringify(unknown)} is not one of ${choices.join(", ")}`);
    return values as T[] | undefined;
  }

  /** Arguments that change nothing here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** Refuses what was sent and not read. */
  end(): void {
    const rest = Object.keys(this.#body).filter((name) => !this.#read.has(name) && this.#value(name) !== undefined);
    if (rest.length > 0) throw new HttpError(400, `The sandbox cannot evaluate ${rest.join(", ")}`);
  }

  #value(name: string): unknown {
    this.#read.add(name);
    return this.#body[name] ?? undefined;
  }

  #take<T>(name: string, what: string, check: (value: unknown) => boolean): T | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (!check(value)) throw new HttpError(this.status, `${name} must be ${what}, not ${JSON.stringify(value)}`);
    return value as T;
  }
}
