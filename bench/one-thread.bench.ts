// A file of rows into a dataset on one thread, against another build: that of a commit before, say. Each way is a process of its own, in
// turn, and what counts is the median of the ratios of their processor times.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, type Bench } from "./bench.js";
import { inOwnProcess } from "./own-process.js";
import { isBuilt, langsmithFinetune } from "./package.js";
import { benchRows } from "./rows.mjs";

const COUNT = Number(process.env.BENCH_ROWS ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const BEFORE = process.env.BENCH_BEFORE;

/** What the project promises against the commit 1966e1f, the last one without engines. */
const settings: readonly { name: string; options: object; promised: number }[] = [
  { name: "defaults", options: {}, promised: 1.35 },
  { name: "tokens", options: { tokens: { model: "gpt-4o-mini" } }, promised: 1.2 },
  { name: "redaction", options: { redact: { salt: "bench" } }, promised: 3.5 },
];

interface Measured {
  readonly seconds: number;
  readonly kept: number;
  readonly tokens: number;
}

const bench: Bench = {
  name: "one thread against another build",
  async run(print) {
    if (!isBuilt || BEFORE === undefined || !existsSync(BEFORE)) {
      print(
        "not measured: build this one, and name dist/index.js of another in BENCH_BEFORE (its node_modules beside it)",
      );
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), "bench-one-thread-"));
    const missed: string[] = [];
    try {
      const rows = join(folder, "rows.jsonl");
      await langsmithFinetune.writeJsonl(rows, benchRows(COUNT, langsmithFinetune.withSource));
      const builds = [BEFORE, fileURLToPath(new URL("../dist/index.js", import.meta.url))] as const;
      for (const { name, options, promised } of settings) {
        const ratios: number[] = [];
        const taken: string[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          const measured: Measured[] = [];
          for (const build of round % 2 === 0 ? builds : [...builds].reverse())
            measured.push(
              await inOwnProcess("one-thread-worker.mjs", build, JSON.stringify(options), rows, join(folder, "out")),
            );
          const [before, now] = (round % 2 === 0 ? measured : measured.reverse()) as [Measured, Measured];
          if (before.kept !== now.kept || before.tokens !== now.tokens) missed.push(`${name}: other rows or tokens`);
          ratios.push(before.seconds / now.seconds);
          taken.push(`${before.seconds.toFixed(1)} and ${now.seconds.toFixed(1)}`);
        }
        print(`${name.padEnd(10)}${median(ratios).toFixed(2)} times as fast (${promised}); ${taken.join(", ")} s`);
        if (median(ratios) < promised) missed.push(`${name} ${median(ratios).toFixed(2)}, not ${promised}`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    if (missed.length > 0) throw new Error(`Missed: ${missed.join("; ")}.`);
  },
};
export default bench;
