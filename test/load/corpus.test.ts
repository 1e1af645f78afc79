import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  convertMessagesForFinetuning,
  LangSmithRunChatLoader,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";

const corpus = fileURLToPath(new URL("../../../shared/runs/", import.meta.url));

type CompareAny = (expected: TrainingExample[], actual: unknown) => { ok: boolean; diffs: string[] };
interface Case {
  name: string;
  run: object;
  expected: { convert?: TrainingExample; skip?: string[]; either?: { row: TrainingExample; rows?: TrainingExample[] } };
}

async function convert(run: object): Promise<{ rows: TrainingExample[]; skips: Skip[] }> {
  const rows: TrainingExample[] = [];
  const skips: Skip[] = [];
  const onSkip = (skip: Skip) => void skips.push(skip);
  for await (const row of convertMessagesForFinetuning(new LangSmithRunChatLoader({ runs: [run], onSkip }), {
    onSkip,
  })) {
    rows.push(JSON.parse(JSON.stringify(row)) as TrainingExample);
  }
  return { rows, skips };
}

describe.skipIf(!existsSync(corpus))("captured runs of every tracer", () => {
  const cases = existsSync(corpus)
    ? readdirSync(`${corpus}cases`).map((file) => JSON.parse(readFileSync(`${corpus}cases/${file}`, "utf8")) as Case)
    : [];
  it("is a folder with cases", () => expect(cases.length).toBeGreaterThan(50));

  it.each(cases.map((entry) => [entry.name, entry] as const))("%s", async (_name, { run, expected }) => {
    const { compareAny } = (await import(pathToFileURL(`${corpus}compare.mjs`).href)) as { compareAny: CompareAny };
    const { rows, skips } = await convert(run);
    if (expected.skip || (expected.either && rows.length === 0)) {
      expect(rows).toEqual([]);
      expect(skips).toHaveLength(1);
      expect(skips[0]?.message).not.toBe("");
      return;
    }
    expect(skips).toEqual([]);
    expect(rows).toHaveLength(1);
    const accepted = expected.convert ? [expected.convert] : [expected.either!.row, ...(expected.either!.rows ?? [])];
    expect(compareAny(accepted, rows[0])).toEqual({ ok: true, diffs: [] });
  });
});
