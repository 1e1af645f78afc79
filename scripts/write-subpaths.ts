// Writes the entry files of the subpaths (`langsmith-finetune/select` and so on) from src/index.ts, which is the one
// list of public names: what it exports from a room is the subpath of that room. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import ts from "typescript";

// tsup bundles its config, so this file does not know where it is.
const root = process.cwd();

/** The public subpaths. Each is a folder of src/. */
export const SUBPATHS = [
  "select",
  "load",
  "convert",
  "curate",
  "judge",
  "datasets",
  "train",
  "use",
  "compare",
  "functions",
] as const;

// `convert` runs in browsers and at the edge, so what reads and writes files is with the steps around it.
const ELSEWHERE: Readonly<Record<string, string>> = {
  "./convert/read-jsonl.js": "curate",
  "./convert/write-jsonl.js": "curate",
  "./messages/unreadable.js": "load",
  // What judging and comparing share.
  "./judge/asking/evaluator.js": "compare",
  "./judge/asking/model-answer.js": "compare",
};

function entryOf(subpath: string): string {
  const index = readFileSync(join(root, "src/index.ts"), "utf8");
  const source = ts.createSourceFile("index.ts", index, ts.ScriptTarget.Latest);
  const lines = source.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const { moduleSpecifier } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    const path = moduleSpecifier.text;
    const folder = ELSEWHERE[path] ?? path.split("/")[1];
    if (folder !== subpath) return [];
    const here = path.startsWith(`./${subpath}/`) ? path.replace(`./${subpath}/`, "./") : path.replace("./", "../");
    return [statement.getText(source).replace(`"${path}"`, `"${here}"`)];
  });
  return `// Written by scripts/write-subpaths.ts from src/index.ts.\n\n${lines.join("\n")}\n`;
}

/** Writes the files that differ, and names them. */
export async function writeSubpaths({ check = false }: { check?: boolean } = {}): Promise<string[]> {
  const options = { ...(await resolveConfig(join(root, "src/index.ts"))), parser: "typescript" } as const;
  const changed: string[] = [];
  for (const subpath of SUBPATHS) {
    const file = join(root, "src", subpath, "index.ts");
    const text = await format(entryOf(subpath), options);
    if (text === read(file)) continue;
    changed.push(`src/${subpath}/index.ts`);
    if (!check) writeFileSync(file, text);
  }
  return changed;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // Not written yet.
  }
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes("--check");
  const changed = await writeSubpaths({ check });
  if (check && changed.length > 0) {
    console.error(`Out of date: ${changed.join(", ")}. Run npx tsx scripts/write-subpaths.ts.`);
    process.exitCode = 1;
  }
}
