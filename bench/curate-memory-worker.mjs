// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { join } from "node:path";
import { curate, withSource, writeDataset } from "../dist/index.js";
import { benchRows } from "./rows.mjs";

const [count, options, folder] = [Number(process.argv[2]), JSON.parse(process.argv[3]), process.argv[4]];

// With a folder: from the file of rows in it to a dataset in it, as a user does. Without: rows made as they are read.
const curated = await curate(folder ? join(folder, "rows.jsonl") : benchRows(count, withSource), options);
let trained = 0;
if (folder) {
  const { splits } = await writeDataset(join(folder, "dataset"), curated);
  trained = splits.find(({ split }) => split === "train").rows;
} else for await (const row of curated.train) if (row !== undefined) trained += 1;
const { rows } = curated.report;
process.stdout.write(
  JSON.stringify({
    rows: rows.in,
    kept: rows.kept,
    trained,
    megabytes: process.resourceUsage().maxRSS / 1024,
    seconds: process.cpuUsage().user / 1e6,
  }),
);
