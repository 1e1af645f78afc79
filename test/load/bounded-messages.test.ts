import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  convertRunToChatSession,
  convertSessionToExample,
  createValidator,
  curate,
  type Finding,
  readJsonl,
  type Skip,
  validateJsonl,
} from "langsmith-finetune";
import { collect } from "../select/langsmith-server.js";
import { describe, expect, it } from "vitest";
import { fixtures } from "./fixtures.js";

/** Characters of a message, and of a path. */
const MOST = 500;
/** Of a trace, in one piece, in any of them. */
const MOST_QUOTED = 500;
// Every piece of it that is longer than a few characters is found nowhere else.
const HUGE = "\u{1F98A}q".repeat(3_000);

/** All places of a value where a text stands: values, and the names of fields. */
function placesOf(value: unknown, path: (string | number)[] = []): { path: (string | number)[]; key: boolean }[] {
  if (typeof value === "string" || typeof value === "number" || value === null) return [{ path, key: false }];
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    return [...(Array.isArray(value) ? [] : [{ path: at, key: true }]), ...placesOf(item, at)];
  });
}

/** A copy with the huge text at the place, as the value there or as its name. */
function withHuge(value: unknown, path: readonly (string | number)[], key: boolean, huge: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return huge;
  if (Array.isArray(value))
    return value.map((item, index) => (index === name ? withHuge(item, rest, key, huge) : (item as unknown)));
  const entries = Object.entries(value as object).map(([field, item]: [string, unknown]): [string, unknown] => {
    if (field !== name) return [field, item];
    return key && rest.length === 0 ? [String(huge), item] : [field, withHuge(item, rest, key, huge)];
  });
  return Object.fromEntries(entries);
}

function expectBounded(what: Skip | Finding): void {
  const { message, path = "", code } = what;
  for (const text of [message, path]) {
    expect(text.length, `${code}: ${text.slice(0, 200)}`).toBeLessThanOrEqual(MOST);
    const quoted = Math.max(0, ...(text.match(/(?:\u{1F98A}q?|\\ud83e|\\udd8a)+/gu) ?? []).map(({ length }) => length));
    expect(quoted, `${code}: ${text.slice(0, 200)}`).toBeLessThanOrEqual(MOST_QUOTED);
  }
}

const validator = await createValidator();
const hugeValue = fc.constantFrom<unknown>(HUGE, [HUGE], { [HUGE]: HUGE }, { type: HUGE }, [
  { type: HUGE, role: HUGE },
]);

describe("messages about a trace", () => {
  it("are excerpts, whatever a run holds and wherever", async () => {
    const runs = fixtures.map(({ run, name }) => ({ run, name, places: placesOf(run) }));
    const place = fc
      .constantFrom(...runs)
      .chain(({ run, places }) => fc.record({ run: fc.constant(run), place: fc.constantFrom(...places), hugeValue }));
    let met = 0;
    await fc.assert(
      fc.asyncProperty(place, async ({ run, place: { path, key }, hugeValue: huge }) => {
        const result = convertRunToChatSession(withHuge(run, path, key, key ? HUGE : huge));
        if ("skip" in result) {
          met += 1;
          return expectBounded(result.skip);
        }
        const converted = convertSessionToExample(result.session);
        if ("skip" in converted) return expectBounded(converted.skip);
        const found = validator(converted.example);
        met += found.length;
        found.forEach(expectBounded);
        const skips: Skip[] = [];
        const cleaning = curate([converted.example], { onSkip: (skip) => void skips.push(skip) });
        const curated = await cleaning.catch((error: unknown) => String(error));
        skips.forEach(expectBounded);
        if (typeof curated === "string") expectBounded({ code: "error", message: curated });
      }),
      { numRuns: 120 },
    );
    expect(met).toBeGreaterThan(10);
  });

  it("are excerpts, whatever a row holds and wherever", () => {
    const row = {
      messages: [
        { role: "system", content: "s" },
        {
          role: "user",
          name: "n",
          content: [
            { type: "text", text: "t" },
            { type: "image_url", image_url: { url: "https://x.test/y.png", detail: "low" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          weight: 1,
          tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: '{"v":"x"}' } }],
        },
        { role: "tool", tool_call_id: "a", content: "r" },
        { role: "assistant", content: "done", refusal: "no" },
      ],
      tools: [
        {
          type: "function",
          function: {
            name: "f",
            description: "d",
            strict: true,
            parameters: {
              type: "object",
              properties: { v: { type: "string", enum: ["x", "y"], pattern: "^x$" }, w: { $ref: "#/$defs/w" } },
              required: ["v"],
              $defs: { w: { type: "array", items: { type: "number" } } },
            },
          },
        },
      ],
      parallel_tool_calls: true,
    };
    const pair = {
      input: { messages: [{ role: "user", content: "q" }], tools: [], parallel_tool_calls: true },
      preferred_output: [{ role: "assistant", content: "a" }],
      non_preferred_output: [{ role: "assistant", content: "b" }],
    };
    let met = 0;
    for (const one of [row, pair])
      for (const { path, key } of placesOf(one))
        for (const huge of key
          ? [HUGE]
          : [HUGE, [HUGE], { [HUGE]: HUGE }, JSON.stringify({ [HUGE]: HUGE }), JSON.stringify({ v: HUGE })]) {
          const found = validator(withHuge(one, path, key, huge));
          met += found.length;
          found.forEach(expectBounded);
        }
    expect(met).toBeGreaterThan(200);
  });

  it("are excerpts for lines of a file that are no rows", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bounded-"));
    try {
      const path = join(directory, "rows.jsonl");
      const lines = [HUGE, JSON.stringify(HUGE), `{"${HUGE}`, `{"messages":"${HUGE}"}`];
      await writeFile(path, [...lines, JSON.stringify({ messages: [{ role: HUGE }] })].join("\n"));
      const skips: Skip[] = [];
      await collect(readJsonl(path, { onSkip: (skip) => void skips.push(skip) }));
      const findings = await collect(validateJsonl(path));
      [...skips, ...findings].forEach(expectBounded);
      expect(skips.length).toBeGreaterThan(2);
      expect(findings.length).toBeGreaterThan(4);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
