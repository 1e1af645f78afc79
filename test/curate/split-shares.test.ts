import fc from "fast-check";
import { curate, type TrainingExample } from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { row, sentence, shuffled } from "./rows.js";

/** Threads of these sizes. */
const threads = (sizes: readonly number[]): TrainingExample[] =>
  sizes.flatMap((size, thread) =>
    Array.from({ length: size }, (_, turn) =>
      row(`${sentence(thread * 50 + turn, 12)}`, `a${turn}`, { runId: `r${thread}-${turn}`, threadId: `t${thread}` }),
    ),
  );
const sizes = (count: number) => Array.from({ length: count }, (_, index) => 1 + ((index * 7) % 4));

describe("the shares of a split", () => {
  it("are met in rows as well as whole threads allow, and said", async () => {
    const rows = threads(sizes(134));
    for (const seed of [0, 1, 2, 3]) {
      const { report } = await curate(rows, {
        deduplicate: false,
        validate: false,
        scan: false,
        split: { validation: 0.1, test: 0.1, nearDuplicates: false, seed },
      });
      expect(report.split?.asked).toEqual({ validation: 0.1, test: 0.1 });
      for (const name of ["validation", "test"] as const) {
        expect(report.split?.got[name]).toBeCloseTo(report.rows[name] / rows.length, 3);
        expect(Math.abs((report.split?.got[name] ?? 0) - 0.1)).toBeLessThan(0.02);
      }
    }
  });

  it("hold for threads of any size, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 20, maxLength: 60 }),
        fc.constantFrom(0.1, 0.2, 0.3),
        fc.nat(),
        async (groups, share, seed) => {
          const rows = threads(groups);
          const options = {
            deduplicate: false,
            validate: false,
            scan: false,
            split: { validation: share, nearDuplicates: false, seed },
          } as const;
          const [one, other] = [await curate(rows, options), await curate(shuffled(rows, seed), options)];
          expect(other.report.rows).toEqual(one.report.rows);
          // Within a tenth of the share, or as near as the largest thread allows.
          const off = Math.abs(one.report.rows.validation - share * rows.length);
          expect(off).toBeLessThanOrEqual(Math.max(share * rows.length * 0.1, Math.max(...groups)));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("a part that stays empty is an error at the top of the report", async () => {
    const rows = threads([30]);
    const { report } = await curate(rows, { deduplicate: false, split: { validation: 0.2 } });
    expect(report.rows.validation).toBe(0);
    expect(report.notices).toContainEqual({
      level: "error",
      message: expect.stringMatching(/rows for validation are none, and 20 % were asked for/),
    });
  });

  it("a part that whole threads keep far from its share is a warning", async () => {
    const rows = threads([30, 40, 40]);
    const { report } = await curate(rows, {
      deduplicate: false,
      scan: false,
      split: { validation: 0.1, nearDuplicates: false },
    });
    expect(report.rows.validation).toBe(30);
    expect(report.notices).toContainEqual({
      level: "warning",
      message: expect.stringMatching(/27.3 %.*10 % were asked for/),
    });
  });
});

it("a promise from where is awaited, in curate too", async () => {
  const rows = threads(Array.from({ length: 20 }, () => 1));
  const where = async (example: TrainingExample) => {
    await Promise.resolve();
    return Number(/r(\d+)/.exec(JSON.stringify(example.messages[0]))?.[1] ?? 0) >= 0 && example.messages.length === 3;
  };
  const kept: TrainingExample = { messages: [{ role: "system", content: "s" }, ...(rows[0]?.messages ?? [])] };
  const { report } = await curate([...rows, kept], { filter: { where } });
  expect(report.rows.kept).toBe(1);
  expect(report.removed).toEqual([expect.objectContaining({ step: "filter", code: "where", count: 20 })]);
});
