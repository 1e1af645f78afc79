import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildDatasetOptions, CurateOptions, Engine } from "langsmith-finetune";
import { sideBySide, type Bench } from "./bench.js";
import { langsmithFinetune } from "./package.js";
import { benchRows } from "./rows.mjs";

const COUNT = Number(process.env.BENCH_ROWS ?? 100_000);

const settings: Record<string, CurateOptions> = {
  defaults: {},
  "with tokens": { tokens: { model: "gpt-4o-mini" } },
  "with redaction": { redact: { salt: "bench" } },
  "near duplicates": { deduplicate: { near: { threshold: 0.85 } } },
};

const bench: Bench = {
  name: "datasets of files, by engine",
  needsBuild: true,
  async run(print) {
    const { buildDataset, curate, withSource, writeDataset, writeJsonl } = langsmithFinetune;
    const built = (name: string) => import(new URL(`../dist/engine/${name}/index.js`, import.meta.url).href);
    const { threads } = (await built("threads")) as { threads: (options: { count: number }) => Engine };
    const { inline } = (await built("inline")) as { inline: () => Engine };
    const folder = await mkdtemp(join(tmpdir(), "bench-engines-"));
    try {
      const from = join(folder, "rows.jsonl");
      const { bytes } = await writeJsonl(from, benchRows(COUNT, withSource));
      print(`${COUNT.toLocaleString("en")} rows of ${(bytes / COUNT / 1000).toFixed(2)} KB, seconds on the clock`);
      for (const [name, options] of Object.entries(settings)) {
        const build = (to: string, engine?: Engine) => {
          const all: BuildDatasetOptions = { from, to: join(folder, to), curate: options, ...(engine && { engine }) };
          return buildDataset(all);
        };
        const seconds = await sideBySide(
          {
            curate: async () => writeDataset(join(folder, "curated"), await curate(from, options)),
            inline: () => build("inline"),
            "one worker": () => build("one", threads({ count: 1 })),
            "two workers": () => build("two", threads({ count: 2 })),
          },
          { rounds: 3, warmUp: 0 },
        );
        const { curate: before } = seconds;
        const serial = await serialSeconds(build, inline());
        for (const [way, taken] of Object.entries(seconds))
          print(
            `${name.padEnd(16)}${way.padEnd(13)}${taken.toFixed(2).padStart(7)} s, ${(before / taken).toFixed(2)} times as fast as curate`,
          );
        print(
          `${name.padEnd(16)}two workers ${(seconds["one worker"] / seconds["two workers"]).toFixed(2)} times as fast as one; the calling thread alone: ${((serial / COUNT) * 1e6).toFixed(1)} µs a row, start-up included`,
        );
        for (const file of ["train.jsonl", "train.sources.jsonl", "manifest.json", "report.json"]) {
          const [one, ...others] = await Promise.all(
            ["inline", "one", "two"].map((way) => readFile(join(folder, way, file))),
          );
          if (others.some((other) => !one?.equals(other))) throw new Error(`${file} differs between engines, ${name}.`);
        }
        print(`${name.padEnd(16)}the bytes are equal over the engines`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
export default bench;

/** What remains when all parts are done: merging, deciding and writing, which one thread does whatever the engine. */
async function serialSeconds(
  build: (to: string, engine?: Engine) => Promise<unknown>,
  inline: Engine,
): Promise<number> {
  const mapped = "All parts are done.";
  const stopping: Engine = {
    ...inline,
    async run(assignment) {
      await inline.run({ ...assignment, done() {} });
      throw new Error(mapped);
    },
  };
  await build("serial", stopping).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== mapped) throw error;
  });
  const began = performance.now();
  await build("serial", inline);
  return (performance.now() - began) / 1000;
}
