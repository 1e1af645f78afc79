// Installs the packed package (dist must be built) beside bundlers and runtimes, first without the optional packages and
// then (all but the test runners and Next) with them; builds the app of scripts/bundled-app with each, and runs what was built on every Node.
//
//     tsx scripts/check-bundlers.ts            all
//     tsx scripts/check-bundlers.ts bun deno   the lanes whose names begin with one of the words, on this Node
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "check-bundlers-"));
const words = process.argv.slice(2);

/** What an app has beside the package. */
const always = ["@langchain/core@1.4.0", "langsmith@0.12.0", "zod@4.6.7"];
/** Packages of a lane, by the first word of its name. */
const tools: Readonly<Record<string, readonly string[]>> = {
  neutral: ["esbuild@0.28.2"],
  esbuild: ["esbuild@0.28.2"],
  rollup: [
    "rollup@4.68.8",
    "@rollup/plugin-node-resolve@16.0.3",
    "@rollup/plugin-commonjs@29.0.3",
    "@rollup/plugin-json@6.1.0",
  ],
  vite: ["vite@8.4.0"],
  webpack: ["webpack@5.113.0", "webpack-cli@6.0.1"],
  deno: ["deno@2.9.6"],
  bun: ["bun@1.4.5"],
  jest: ["jest@30.5.2"],
  vitest: ["vitest@4.1.12"],
  next: ["next@16.4.6", "react@19.2.0", "react-dom@19.2.0"],
};
/** The optional packages that the app and the pipeline need. */
const optional = [
  "gpt-tokenizer@4",
  "hono@4",
  "@hono/node-server@2",
  "hyparquet-writer@0.17",
  "validator@13",
  "libphonenumber-js@1",
];

/** What the app prints; its last word is what became of counting tokens. */
const printed = (peers: boolean) =>
  `Hello function ${peers ? "1 row counted" : "Install it: npm install gpt-tokenizer"}`;

const rollupConfig = `
import resolve from "@rollup/plugin-node-resolve";
import commonjs from "@rollup/plugin-commonjs";
import json from "@rollup/plugin-json";
export default { input: "app.mjs", plugins: [resolve({ preferBuiltins: true, exportConditions: ["node"] }), commonjs(), json()],
  output: { dir: "rollup", format: "es", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" } };
`;

const viteConfig = `
export default { build: { ssr: "app.mjs", outDir: "vite", rollupOptions: { output: { entryFileNames: "app.mjs" } } },
  ssr: { noExternal: true, target: "node" } };
`;

// langsmith looks whether \`node:zlib\` has \`createZstdCompress\`. In output of ES modules webpack makes an import of that
// name of it, which Node below 22.15 refuses; as CommonJS it stays a question.
const webpackConfig = `
const shared = { entry: "./app.mjs", target: "node20", mode: "production", optimization: { minimize: false } };
module.exports = [
  { ...shared, output: { filename: "app.cjs", path: __dirname + "/webpack" } },
  { ...shared, experiments: { outputModule: true }, externals: { "node:zlib": "node-commonjs node:zlib" },
    output: { filename: "app.mjs", chunkFilename: "[name].mjs", path: __dirname + "/webpack-module", module: true, chunkFormat: "module" } },
];
`;

// The body of a test that converts a run, for runners of both module systems.
const converts = `
  const run = { id: "00000000-0000-4000-8000-000000000001", run_type: "llm", status: "success",
    inputs: { messages: [{ role: "user", content: "Hi" }] }, outputs: { role: "assistant", content: "Hello" } };
  const rows = [];
  for await (const row of kit.convertMessagesForFinetuning(kit.loadChatSessions([run]))) rows.push(row);
`;
const jestTest = `
const kit = require("langsmith-finetune");
test("converts a run", async () => {${converts}
  expect(rows[0].messages[1].content).toBe("Hello");
});
`;
const vitestTest = `
import { expect, test } from "vitest";
import * as kit from "langsmith-finetune";
test("converts a run", async () => {${converts}
  expect(rows[0].messages[1].content).toBe("Hello");
});
`;
const nextRoute = `
import * as kit from "langsmith-finetune";
export const dynamic = "force-static";
export async function GET() {${converts}
  return Response.json({ answer: rows[0].messages[1].content, chatModel: typeof kit.chatModel });
}
`;
const nextLayout = `export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n`;

const files: Record<string, string> = {
  "package.json": JSON.stringify({ name: "app", private: true, version: "1.0.0" }),
  "rollup.config.mjs": rollupConfig,
  "vite.config.mjs": viteConfig,
  "webpack.config.cjs": webpackConfig,
  "app.test.cjs": jestTest,
  "app.test.mjs": vitestTest,
  "app/layout.jsx": nextLayout,
  "app/api/row/route.js": nextRoute,
};

// A bundle in ES modules has no \`require\` for the CommonJS packages in it.
const banner = '--banner:js=import{createRequire as __r}from"node:module";const require=__r(import.meta.url);';
const esbuild = [
  ...["esbuild", "app.mjs", "--bundle", "--platform=node", "--format=esm", "--log-level=error"],
  ...["--out-extension:.js=.mjs", banner],
];

/** Where each Node is: this one, and the others that are supported. */
const nodes: Record<string, string> = { [process.version]: process.execPath };
function findNodes(): void {
  if (words.length > 0) return;
  for (const version of ["22", "24"]) nodes[version] = run(root, "bash", "scripts/install-node.sh", version).trim();
}

interface Lane {
  name: string;
  /** Commands that make the files, without npx. */
  builds?: string[][];
  /** The files that every Node runs. */
  files?: string[];
  /** A runtime other than Node, which runs the app itself. */
  runtime?: string[];
}

const lanes: Lane[] = [
  { name: "node", files: ["app.mjs"] },
  { name: "esbuild", builds: [[...esbuild, "--outdir=esbuild"]], files: ["esbuild/app.mjs"] },
  { name: "esbuild, split", builds: [[...esbuild, "--splitting", "--outdir=split"]], files: ["split/app.mjs"] },
  { name: "rollup", builds: [["rollup", "-c", "--silent"]], files: ["rollup/app.mjs"] },
  { name: "vite", builds: [["vite", "build", "--logLevel", "error"]], files: ["vite/app.mjs"] },
  {
    name: "webpack, CommonJS and ES modules",
    builds: [["webpack", "--stats", "errors-only"]],
    files: ["webpack/app.cjs", "webpack-module/app.mjs"],
  },
  { name: "deno", runtime: ["deno", "run", "-A"] },
  { name: "bun", runtime: ["bun", "run"] },
];

const isWanted = (name: string) => words.length === 0 || words.some((word) => name.split(/\W/)[0] === word);

function run(cwd: string, command: string, ...argumentList: string[]): string {
  // npm and npx are scripts of the shell on Windows.
  const shell = process.platform === "win32";
  return execFileSync(command, argumentList, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], shell });
}

function install(...names: string[]): void {
  run(directory, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", ...names);
}

function expectOutput(lane: string, output: string, expected: string): void {
  if (output.trim() !== expected) throw new Error(`${lane}: ${output.trim()} in the place of ${expected}`);
}

function runLanes(peers: boolean): void {
  const state = peers ? "with the optional packages" : "without an optional package";
  for (const { name, builds = [], files: built = [], runtime } of lanes.filter((lane) => isWanted(lane.name))) {
    for (const command of builds) run(directory, "npx", ...command);
    for (const file of built) {
      for (const [version, node] of Object.entries(nodes))
        expectOutput(`${name}, ${file}, Node ${version}`, run(directory, node, file), printed(peers));
    }
    if (runtime) expectOutput(name, run(directory, "npx", ...runtime, "app.mjs"), printed(peers));
    console.log(`${name}: works ${state}.`);
  }
}

/** What browsers and the edge may run imports nothing of Node: esbuild stops on such an import for no platform. */
function checkNeutral(): void {
  const imported = ["zod", "zod/*", "@langchain/*", "ajv", "zod-to-json-schema", "re2js"];
  const neutral = ["--bundle", "--platform=neutral", "--format=esm", "--log-level=error"];
  for (const name of ["functions", "convert"]) {
    const entry = `node_modules/langsmith-finetune/dist/${name}/index.js`;
    const external = imported.map((name) => `--external:${name}`);
    run(directory, "npx", "esbuild", entry, `--outfile=neutral/${name}.js`, ...neutral, ...external);
    console.log(`${name}: no import of Node.`);
  }
}

/** From traced runs of the sandbox to a dataset and back. */
function runPipeline(): void {
  const expected = "20 0 true";
  if (isWanted("node"))
    for (const [version, node] of Object.entries(nodes))
      expectOutput(`pipeline, Node ${version}`, run(directory, node, "pipeline.mjs"), expected);
  for (const { name, runtime } of lanes) {
    if (!runtime || !isWanted(name)) continue;
    expectOutput(`pipeline, ${name}`, run(directory, "npx", ...runtime, "pipeline.mjs"), expected);
  }
  console.log("From the sandbox to a dataset and back: works.");
}

try {
  findNodes();
  const packed = run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", directory);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  cpSync(join(root, "scripts/bundled-app"), directory, { recursive: true });
  mkdirSync(join(directory, "app/api/row"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const wanted = Object.entries(tools).filter(([name]) => isWanted(name));
  install(`./${filename}`, ...always, ...wanted.flatMap(([, names]) => names));
  // Its scripts are not run, and this one puts the binary in its place.
  if (isWanted("bun")) run(directory, process.execPath, "node_modules/bun/install.js");
  if (isWanted("neutral")) checkNeutral();
  runLanes(false);
  if (isWanted("jest")) {
    // The runners exit with an error where the test fails.
    run(directory, "npx", "jest", "--silent", "--testMatch", "**/app.test.cjs");
    console.log("Jest, as CommonJS: works.");
  }
  if (isWanted("vitest")) {
    run(directory, "npx", "vitest", "run", "app.test.mjs");
    console.log("vitest: works.");
  }
  if (isWanted("next")) {
    run(directory, "npx", "next", "build");
    const body = readFileSync(join(directory, ".next/server/app/api/row.body"), "utf8");
    expectOutput("Next", body, '{"answer":"Hello","chatModel":"function"}');
    console.log("Next, Turbopack: works without an optional package.");
  }
  install(...optional);
  runLanes(true);
  runPipeline();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
