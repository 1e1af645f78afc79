import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildDatasetOptions, CurateOptions, Engine } from "langsmith-finetune";
import { sideBySide, type Bench } from "./bench.js";
import { isBuilt, langsmithFinetune } from "./package.js";
import { benchRows } from "./rows.mjs";

const COUNT = Number(process.env.BENCH_ROWS ?? 100_000);

const settings: Record<string, CurateOptions> = {
  defaults: {},
  "with tokens": { tokens: { model: "gpt-4o-mini" } },
  "with redaction": { redact: { salt: "bench" } },
};

const bench: Bench = {
  name: "datasets of files, by engine",
  async run(print) {
    if (!isBuilt) return print("not measured: worker threads run the build (npm run build)");
    const { buildDataset, curate, withSource, writeDataset, writeJsonl } = langsmithFinetune;
    const built = (name: string) => import(new URL(`../dist/engine/${name}/index.js`, import.meta.url).href);
    const { threads } = (await built("threads")) as { threads: (options: { count: number }) => Engine };
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
        for (const [way, taken] of Object.entries(seconds))
          print(
            `${name.padEnd(16)}${way.padEnd(13)}${taken.toFixed(2).padStart(7)} s, ${(before / taken).toFixed(2)} times as fast as curate`,
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
