// Writes dist/**/*.d.ts and *.d.cts: the declarations that `tsc` makes of the files that the public entries reach. They
// are not bundled: that took minutes and more memory than a worker of Node has, and a reader of a type sees its file.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const emitted = join(root, "node_modules/.cache/declarations");
const dist = join(root, "dist");

/** A relative path in a declaration, as `from "./row.js"` or `import("./row.js")`. */
const RELATIVE = /((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]*)\.js(")/g;

/** The files that these declarations need, with themselves. */
function reachable(entries: readonly string[]): string[] {
  const found = new Set(entries);
  for (const file of found) {
    const text = readFileSync(file, "utf8");
    for (const [, , path] of text.matchAll(RELATIVE)) found.add(join(dirname(file), `${path}.d.ts`));
  }
  return [...found];
}

rmSync(emitted, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});

// Every file of dist that is an entry has the name of its source; chunks have none.
const source = join(emitted, "src");
const entries = readdirSync(dist, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".cjs"))
  .map((name) => join(source, name.replace(/\.cjs$/, ".d.ts")))
  .filter((file) => existsSync(file));
if (!entries.includes(join(source, "index.d.ts"))) throw new Error("dist holds no index.cjs: build it first.");

const files = reachable(entries);
for (const file of files) {
  const target = join(dist, relative(source, file));
  const text = readFileSync(file, "utf8");
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  writeFileSync(target.replace(/\.d\.ts$/, ".d.cts"), text.replace(RELATIVE, "$1$2.cjs$3"));
}
console.log(`Declarations: ${files.length} files of ${entries.length} entries, as ES modules and as CommonJS.`);
