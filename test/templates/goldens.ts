import { readdirSync, readFileSync } from "node:fs";
import type { Expected, NamedTemplate } from "../trl/templates.js";

/** Chat templates that were written for these tests, in the manner of those of open models, and what transformers makes of them. */
export const folder = new URL("../fixtures/templates/", import.meta.url);

export function fixtures(): NamedTemplate[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jinja"))
    .map((name) => ({ name: name.slice(0, -".jinja".length), text: readFileSync(new URL(name, folder), "utf8") }));
}

export function fixture(name: string): string {
  return readFileSync(new URL(`${name}.jinja`, folder), "utf8");
}

export function goldens(name: "features" | "conversations"): { transformers: string; goldens: Expected[] } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as {
    transformers: string;
    goldens: Expected[];
  };
}
