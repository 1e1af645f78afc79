// Jinja's filters, and `tojson` as transformers defines it.
import type { Filter } from "./filter.js";
import { ORDER } from "./order.js";
import { SEQUENCES } from "./sequences.js";
import { NUMBERS } from "./numbers.js";
import { TEXTS } from "./texts.js";
import { VALUES } from "./values.js";

const FILTERS: ReadonlyMap<string, Filter> = new Map([...ORDER, ...SEQUENCES, ...NUMBERS, ...TEXTS, ...VALUES]);

/** Nothing for a name that Jinja has no filter of. */
export function findFilter(name: string): Filter | undefined {
  return FILTERS.get(name);
}
