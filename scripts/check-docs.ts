// Compiles every ts code block of README.md, docs/ and of the docblocks in src/ against the
// package, so that no documented example can rot. Run after nothing: it needs no build.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

interface CodeBlock {
  file: string;
  /** The line of the file that the block's first line stands on, from 1. */
  line: number;
  code: string;
}

const root = resolve(import.meta.dirname, "..");
const target = join(root, ".cache", "check-docs");

function filesBelow(directory: string, ending: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(directory, name))
    .sort();
}

function blocksOf(file: string): CodeBlock[] {
  const inDocblock = file.endsWith(".ts");
  const blocks: CodeBlock[] = [];
  let block: { line: number; lines: string[] } | undefined;
  for (const [index, raw] of readFileSync(file, "utf8").split("\n").entries()) {
    const line = inDocblock ? raw.replace(/^\s*\* ?/, "") : raw;
    const fence = inDocblock && !/^\s*\*/.test(raw) ? null : /^\s*```(\w*)/.exec(line);
    if (fence === null) block?.lines.push(line);
    else if (block) {
      blocks.push({ file, line: block.line, code: block.lines.join("\n") });
      block = undefined;
    } else if (fence[1] === "ts" || fence[1] === "typescript") block = { line: index + 2, lines: [] };
    else if (fence[1] !== "" || !inDocblock) block = skipUntilFence();
  }
  if (block && block.line > 0) throw new Error(`${file}:${block.line}: the code block never ends`);
  return blocks.filter(({ line }) => line > 0);
}

// A block of another language is followed to its end and then dropped.
function skipUntilFence() {
  return { line: -1, lines: [] as string[] };
}

const files = [
  join(root, "README.md"),
  ...filesBelow(join(root, "docs"), ".md"),
  ...filesBelow(join(root, "src"), ".ts"),
];
const blocks = files.flatMap(blocksOf);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const origins = new Map<string, CodeBlock>();
for (const [index, block] of blocks.entries()) {
  const path = join(target, `${relative(root, block.file).replaceAll(/[^\w.-]/g, "_")}.${index}.ts`);
  writeFileSync(path, `${block.code}\nexport {};\n`);
  origins.set(path, block);
}

const configuration = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(configuration.config, ts.sys, root);
const program = ts.createProgram([...origins.keys()], { ...options, noEmit: true, noUnusedLocals: false });
const faults = ts.getPreEmitDiagnostics(program).filter(({ file }) => file !== undefined && origins.has(file.fileName));

for (const fault of faults) {
  const block = origins.get(fault.file?.fileName ?? "") as CodeBlock;
  const { line } = ts.getLineAndCharacterOfPosition(fault.file as ts.SourceFile, fault.start ?? 0);
  console.error(
    `${relative(root, block.file)}:${block.line + line}: ${ts.flattenDiagnosticMessageText(fault.messageText, "\n")}`,
  );
}
if (blocks.length === 0) {
  console.error("No code block was found: this check would pass on anything.");
  process.exitCode = 1;
} else if (faults.length > 0) {
  console.error(`${faults.length} faults in ${blocks.length} code blocks.`);
  process.exitCode = 1;
} else console.log(`${blocks.length} code blocks of the docs compile.`);
