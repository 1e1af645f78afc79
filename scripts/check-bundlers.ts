// Installs the packed package (dist must be built) beside bundlers and runtimes, builds a small app that converts a row
// and asks for an optional package that is absent, and runs what was built.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "check-bundlers-"));

const packages = [
  ...["@langchain/core@1.4.0", "langsmith@0.12.0", "zod@4.6.7", "esbuild@0.28.2", "rollup@4.68.8", "vite@8.4.0"],
  ...["@rollup/plugin-node-resolve@16.0.3", "@rollup/plugin-commonjs@29.0.3", "@rollup/plugin-json@6.1.0"],
  ...["deno@2.9.6", "webpack@5.113.0", "webpack-cli@6.0.1", "jest@30.5.2", "vitest@4.1.12"],
  ...["next@16.4.6", "react@19.2.0", "react-dom@19.2.0"],
];

const app = `
import * as kit from "langsmith-finetune";
const message = (name, content) => ({ lc: 1, type: "constructor", id: ["langchain_core", "messages", name], kwargs: { content } });
const run = { id: "00000000-0000-4000-8000-000000000001", name: "ChatOpenAI", run_type: "llm", status: "success",
  inputs: { messages: [[message("HumanMessage", "Hi")]] },
  outputs: { generations: [[{ text: "Hello", message: message("AIMessage", "Hello") }]] } };
const rows = [];
for await (const row of kit.convertMessagesForFinetuning(kit.loadChatSessions([run]))) rows.push(row);
const absent = await kit.countTokens(rows, { model: "gpt-4.1-mini-2025-04-14" }).catch((error) => error);
console.log(rows[0].messages[1].content, typeof kit.chatModel, absent.hint);
`;

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

const webpackConfig = `
module.exports = { entry: "./app.mjs", target: "node20", mode: "production", optimization: { minimize: false },
  output: { filename: "app.cjs", path: __dirname + "/webpack" } };
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

// A bundle in ES modules has no \`require\` for the CommonJS packages in it.
const banner = '--banner:js=import{createRequire as __r}from"node:module";const require=__r(import.meta.url);';
const esbuild = [
  "esbuild",
  "app.mjs",
  "--bundle",
  "--platform=node",
  "--format=esm",
  "--out-extension:.js=.mjs",
  banner,
];

const lanes: { name: string; build?: string[]; run: string[] }[] = [
  { name: "node", run: ["node", "app.mjs"] },
  { name: "esbuild", build: [...esbuild, "--outdir=esbuild"], run: ["node", "esbuild/app.mjs"] },
  { name: "esbuild, split", build: [...esbuild, "--splitting", "--outdir=split"], run: ["node", "split/app.mjs"] },
  { name: "rollup", build: ["rollup", "-c", "--silent"], run: ["node", "rollup/app.mjs"] },
  { name: "vite", build: ["vite", "build", "--logLevel", "error"], run: ["node", "vite/app.mjs"] },
  { name: "webpack", build: ["webpack", "--stats", "errors-only"], run: ["node", "webpack/app.cjs"] },
  { name: "deno", run: ["npx", "deno", "run", "-A", "app.mjs"] },
];

function run(cwd: string, command: string, ...argumentList: string[]): string {
  return execFileSync(command, argumentList, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

try {
  const packed = run(root, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", directory);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "app", private: true, version: "1.0.0" }));
  writeFileSync(join(directory, "app.mjs"), app);
  writeFileSync(join(directory, "rollup.config.mjs"), rollupConfig);
  writeFileSync(join(directory, "vite.config.mjs"), viteConfig);
  writeFileSync(join(directory, "webpack.config.cjs"), webpackConfig);
  writeFileSync(join(directory, "app.test.cjs"), jestTest);
  writeFileSync(join(directory, "app.test.mjs"), vitestTest);
  mkdirSync(join(directory, "app/api/row"), { recursive: true });
  writeFileSync(join(directory, "app/layout.jsx"), nextLayout);
  writeFileSync(join(directory, "app/api/row/route.js"), nextRoute);
  const install = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  run(directory, "npm", ...install, `./${filename}`, ...packages);
  // What browsers and the edge may run imports nothing of Node: esbuild stops on such an import for no platform.
  const peers = ["zod", "zod/*", "@langchain/*", "ajv", "zod-to-json-schema", "re2js"].map(
    (name) => `--external:${name}`,
  );
  for (const name of ["functions", "convert"]) {
    const entry = `node_modules/langsmith-finetune/dist/${name}/index.js`;
    const out = `--outfile=neutral/${name}.js`;
    run(
      directory,
      "npx",
      "esbuild",
      entry,
      "--bundle",
      "--platform=neutral",
      "--format=esm",
      "--log-level=error",
      out,
      ...peers,
    );
    console.log(`${name}: no import of Node.`);
  }
  for (const lane of lanes) {
    if (lane.build) run(directory, "npx", ...lane.build);
    const [command = "node", ...rest] = lane.run;
    const output = run(directory, command, ...rest).trim();
    if (output !== "Hello function Install it: npm install gpt-tokenizer") throw new Error(`${lane.name}: ${output}`);
    console.log(`${lane.name}: works.`);
  }
  // The runners exit with an error where the test fails.
  run(directory, "npx", "jest", "--silent", "--testMatch", "**/app.test.cjs");
  console.log("Jest, as CommonJS: works.");
  run(directory, "npx", "vitest", "run", "app.test.mjs");
  console.log("vitest: works.");
  run(directory, "npx", "next", "build");
  const body = readFileSync(join(directory, ".next/server/app/api/row.body"), "utf8");
  if (body !== '{"answer":"Hello","chatModel":"function"}') throw new Error(`Next: ${body}`);
  console.log("Next, Turbopack: works.");
} finally {
  rmSync(directory, { recursive: true, force: true });
}
