// npm run bench              every bench/*.bench.ts
// npm run bench -- convert   those whose file name contains the word
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import type { Bench } from "./bench.js";
import { isBuilt } from "./package.js";

const words = process.argv.slice(2);
const folder = new URL(".", import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".bench.ts") && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();
if (files.length === 0) throw new Error(`No benchmark is named ${words.join(" or ")}.`);

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${isBuilt ? "the build in dist" : "the source (npm run build first for true figures)"}\n`,
);
for (const file of files) {
  const { default: bench } = (await import(new URL(file, folder).href)) as { default: Bench };
  console.log(`── ${bench.name} ──`);
  try {
    if (bench.needsBuild && !isBuilt) console.log("not measured: it runs on the build (npm run build)");
    else await bench.run((line) => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  console.log("");
}
