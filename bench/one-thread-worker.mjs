// Plain JavaScript on a build, which is named: the processor time of a file of rows on its way to a dataset, without the start.
import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [build, options, rows, folder] = process.argv.slice(2);
const { curate, writeDataset } = await import(pathToFileURL(build).href);
const began = process.cpuUsage();
const curated = await curate(rows, JSON.parse(options));
await writeDataset(folder, curated);
const { user, system } = process.cpuUsage(began);
await rm(folder, { recursive: true });
const { kept } = curated.report.rows;
process.stdout.write(
  JSON.stringify({ seconds: (user + system) / 1e6, kept, tokens: curated.report.tokens?.total ?? 0 }),
);
