// Installs the packed tarball the way a user would, into projects of their own, and uses it as ESM,
// as CommonJS and from TypeScript: with the newest peers, with the oldest, and with none of the
// optional ones.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { SUBPATHS } from "./write-subpaths.js";

const root = resolve(import.meta.dirname, "..");
const temporary = mkdtempSync(join(tmpdir(), "check-packed-"));

// Every file directly in train/backends is a public subpath.
const backends = readdirSync(join(root, "src/train/backends"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"));

// Measured on 2026-11-29: 1.74 MB packed, 6.45 MB unpacked, with declarations, half of them for CommonJS.
const MAX_PACKED_BYTES = 1_900_000;
const MAX_UNPACKED_BYTES = 7_000_000;

// Measured on 2026-11-29: 546,022 bytes of declarations for ES modules (CommonJS has as many), and 790,381 by which an app's
// bundle grows for all of the root, minified, without dependencies.
const MAX_DECLARATION_BYTES = 620_000;
const MAX_BUNDLED_BYTES = 880_000;

// The oldest TypeScript that compiles a program which uses the package. Found by trying on 2026-11-29: 4.9.5 and 4.7.4 stop at
// the `const` type parameters in the declarations of zod 4; 5.0.4, 5.2.2, 5.4.5 and 5.6.3 compile it.
const OLDEST_TYPESCRIPT = "typescript@5.0.4";

// Every folder in engine with an index is one too.
const engines = readdirSync(join(root, "src/engine")).filter((name) =>
  existsSync(join(root, "src/engine", name, "index.ts")),
);

interface Lane {
  name: string;
  /** Packages beside the tarball. */
  packages: string[];
  /** The lane has the optional packages that the sandbox needs. */
  sandbox: boolean;
  /** The lane has gpt-tokenizer, so that tokens can be counted. */
  tokens: boolean;
  /** Another Node than this one. */
  node?: string;
  /** Also runs the walkthrough as a user of the package would. */
  walkthrough?: boolean;
  /** Also compiles with the oldest TypeScript. */
  oldestTypeScript?: boolean;
}

const lanes: Lane[] = [
  {
    name: "newest peers for Node 20, zod 4",
    packages: [
      "@langchain/core@1.4.0",
      "langsmith@0.12.0",
      "zod@4.6.7",
      "@langchain/openai@1.5.8",
      "openai@6.49.0",
      "hono@4",
      "@hono/node-server@2",
      "gpt-tokenizer@4",
    ],
    sandbox: true,
    tokens: true,
    walkthrough: true,
    oldestTypeScript: true,
  },
  {
    name: "newest peers of all, Node 22, openai 7",
    packages: [
      "@langchain/core@1.4.0",
      "langsmith@0.12.0",
      "zod@4.6.7",
      "@langchain/openai@1.6.0",
      "openai@7",
      "hono@4",
      "@hono/node-server@2",
      "gpt-tokenizer@4",
    ],
    sandbox: true,
    tokens: true,
    node: "22",
    walkthrough: true,
  },
  {
    name: "oldest peers, zod 3, no optional package",
    packages: ["@langchain/core@1.1.8", "langsmith@0.7.15", "zod@3.25.76"],
    sandbox: false,
    tokens: false,
  },
];

function run(directory: string, command: string, ...argumentList: string[]): string {
  try {
    return execFileSync(command, argumentList, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${argumentList.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`);
  }
}

// The packages that importing the root must not load.
const lazy = [
  "openai",
  "@langchain/openai",
  "gpt-tokenizer",
  "ajv",
  "hono",
  "hyparquet",
  "libphonenumber-js",
  "validator",
  "yaml",
  "fflate",
  "usearch",
];

const esm = (subpaths: string[], tokens: boolean) => `
import * as root from "langsmith-finetune";
const names = Object.keys(root);
for (const name of ["selectRuns", "LangSmithRunChatLoader", "LangSmithDatasetChatLoader", "loadChatSessions", "convertMessagesForFinetuning",
  "writeJsonl", "readJsonl", "Calculator", "calculate", "convertToOpenAIFunction", "convertToOpenAITool", "fineTune", "startFineTune",
  "resumeFineTune", "chatModel", "validateExamples", "validateJsonl", "countTokens", "curate", "asRunnable", "sourceOf"])
  if (!names.includes(name)) throw new Error("the root export lacks " + name);
const definition = root.convertToOpenAIFunction(root.Calculator);
if (definition.name !== "Calculator" || "$schema" in definition.parameters) throw new Error(JSON.stringify(definition));
const rows = [];
const messages = [{ lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"], kwargs: { content: "Hi" } }];
const answer = { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessage"], kwargs: { content: "Hello", tool_calls: [] } };
const run = { id: "00000000-0000-4000-8000-000000000001", name: "ChatOpenAI", run_type: "llm", status: "success", inputs: { messages: [messages] }, outputs: { generations: [[{ text: "Hello", message: answer }]] } };
for await (const row of root.convertMessagesForFinetuning(root.loadChatSessions([run]))) rows.push(row);
if (rows.length !== 1 || rows[0].messages[1].content !== "Hello") throw new Error("one row expected: " + JSON.stringify(rows));
for (const subpath of ${JSON.stringify(subpaths)}) if (Object.keys(await import(subpath)).length === 0) throw new Error(subpath + " exports nothing");
const counted = await root.countTokens(rows, { model: "gpt-4.1-mini-2025-04-14" }).then(() => "counted", (error) => error.message + " " + error.hint);
if (${tokens} ? counted !== "counted" : !counted.includes("npm install gpt-tokenizer")) throw new Error("countTokens: " + counted);
`;

const commonJs = (subpaths: string[]) => `
const root = require("langsmith-finetune");
const loaded = Object.keys(require.cache).filter((file) => ${JSON.stringify(lazy)}.some((name) => file.includes("/node_modules/" + name + "/")));
if (loaded.length > 0) throw new Error("importing the root loads " + loaded[0]);
if (root.convertToOpenAIFunction(root.Calculator).name !== "Calculator") throw new Error("the function definition has lost its name");
for (const subpath of ${JSON.stringify(subpaths)}) if (Object.keys(require(subpath)).length === 0) throw new Error(subpath + " exports nothing");
`;

const typed = (subpaths: string[]) => `
import { asRunnable, Calculator, convertToOpenAIFunction, selectRuns, type TrainingExample } from "langsmith-finetune";
${subpaths.map((subpath, index) => `import * as subpath${index} from "${subpath}";`).join("\n")}
export const definition = convertToOpenAIFunction(Calculator);
export const runnable = asRunnable(selectRuns);
export const row: TrainingExample = { messages: [{ role: "user", content: "Hi" }] };
// @ts-expect-error A role that does not exist must not compile, or the declarations were lost.
export const wrong: TrainingExample = { messages: [{ role: "nobody", content: "Hi" }] };
export const all = [${subpaths.map((_, index) => `subpath${index}`).join(", ")}];
`;

const typeScriptOptions = [
  "--noEmit",
  "--strict",
  "--target",
  "es2022",
  "--module",
  "node16",
  "--moduleResolution",
  "node16",
  "--skipLibCheck",
  "--types",
  "node",
];

/** What an app's bundle grows by for all of the root, minified and without dependencies. */
async function bundledBytes(): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "dist/index.js")],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    packages: "external",
    write: false,
  });
  return outputFiles.reduce((sum, { contents }) => sum + contents.byteLength, 0);
}

function expectAtMost(what: string, bytes: number, most: number): void {
  console.log(`${what}: ${bytes} bytes, at most ${most}.`);
  if (bytes > most) throw new Error(`${what} may have ${most} bytes, and has ${bytes}.`);
}

try {
  const [packed] = JSON.parse(
    run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", temporary),
  ) as [{ filename: string; size: number; unpackedSize: number; files: { path: string; size: number }[] }];
  const tarball = join(temporary, packed.filename);
  const declarations = packed.files.filter(({ path }) => path.endsWith(".d.ts"));
  expectAtMost("The tarball", packed.size, MAX_PACKED_BYTES);
  expectAtMost("The tarball, unpacked", packed.unpackedSize, MAX_UNPACKED_BYTES);
  expectAtMost(
    "The declarations",
    declarations.reduce((sum, { size }) => sum + size, 0),
    MAX_DECLARATION_BYTES,
  );
  expectAtMost("The root in a bundle", await bundledBytes(), MAX_BUNDLED_BYTES);
  for (const lane of lanes) {
    const directory = mkdtempSync(join(temporary, "project-"));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "user", private: true, version: "1.0.0" }));
    run(
      directory,
      "npm",
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      tarball,
      ...lane.packages,
      "typescript@6.0.3",
      ...(lane.oldestTypeScript ? [`oldest-typescript@npm:${OLDEST_TYPESCRIPT}`] : []),
      "@types/node@22",
      "tsx@4",
    );
    const subpaths = [
      ...SUBPATHS.map((name) => `langsmith-finetune/${name}`),
      "langsmith-finetune/config",
      ...engines.map((name) => `langsmith-finetune/engines/${name}`),
      ...(lane.sandbox ? ["langsmith-finetune/sandbox", "langsmith-finetune/testing"] : []),
      ...backends.map((name) => `langsmith-finetune/backends/${name}`),
    ];
    writeFileSync(join(directory, "esm.mjs"), esm(subpaths, lane.tokens));
    writeFileSync(join(directory, "common.cjs"), commonJs(subpaths));
    writeFileSync(join(directory, "typed.mts"), typed(subpaths));
    writeFileSync(join(directory, "typed.cts"), typed(subpaths));
    const node = lane.node ? run(root, "bash", "scripts/install-node.sh", lane.node).trim() : process.execPath;
    run(directory, node, "esm.mjs");
    run(directory, node, "common.cjs");
    const bin = "node_modules/langsmith-finetune/dist/cli/bin.js";
    const help = run(directory, "npx", "langsmith-finetune", "--help") + run(directory, node, bin, "train", "--help");
    if (!help.includes("Usage: langsmith-finetune train")) throw new Error(`The help lacks a command:\n${help}`);
    const doctor = run(directory, node, bin, "doctor", "--offline");
    if (lane.tokens === doctor.includes("npm install gpt-tokenizer"))
      throw new Error(`doctor is wrong about gpt-tokenizer:\n${doctor}`);
    if (lane.walkthrough) {
      copyFileSync(join(root, "examples/walkthrough.ts"), join(directory, "walkthrough.mts"));
      const output = run(directory, node, "node_modules/tsx/dist/cli.mjs", "walkthrough.mts");
      if (!output.trim().endsWith("What's 56/7? 8"))
        throw new Error(`the walkthrough did not end with the tuned chain's answer:\n${output}`);
    }
    run(directory, "npx", "tsc", ...typeScriptOptions, "typed.mts", "typed.cts");
    if (lane.oldestTypeScript) {
      const compiler = "node_modules/oldest-typescript/bin/tsc";
      // The declarations for CommonJS are the same but for the ends of their paths.
      run(directory, process.execPath, compiler, ...typeScriptOptions, "typed.mts");
      console.log(`${OLDEST_TYPESCRIPT} compiles the same.`);
    }
    console.log(`${lane.name}: the command, ESM, CommonJS and types of the root and ${subpaths.length} subpaths work.`);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
