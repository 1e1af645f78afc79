import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests import the package by its name. By default that is the source; with
// TEST_BUILT=1 it is the build in dist, which is how the suite runs on every Node version.
const built = process.env.TEST_BUILT === "1";

// As the build does it: what is imported from a `.py` file is its text.
const pythonAsText = {
  name: "python-as-text",
  enforce: "pre" as const,
  load(id: string) {
    return id.endsWith(".py") ? `export default ${JSON.stringify(readFileSync(id, "utf8"))};` : undefined;
  },
};

/** The files with tests that take seconds: those that take them from `test/long.ts`, if only by the contract. */
const filesWithLongTests = () =>
  readdirSync(fromRoot("test"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `test/${path.replaceAll("\\", "/")}`)
    .filter((path) => /\/(long|backend-contract)\.js"/.test(readFileSync(fromRoot(path), "utf8")));

// `--mode long` runs the files with tests that take seconds, `--mode all` everything.
export default defineConfig(({ mode }) => ({
  plugins: [pythonAsText],
  resolve: {
    alias: built
      ? [
          { find: /^langsmith-finetune$/, replacement: fromRoot("dist/index.js") },
          { find: /^langsmith-finetune\/sandbox$/, replacement: fromRoot("dist/sandbox/index.js") },
          { find: /^langsmith-finetune\/testing$/, replacement: fromRoot("dist/testing/index.js") },
          { find: /^langsmith-finetune\/config$/, replacement: fromRoot("dist/cli/config.js") },
          { find: /^langsmith-finetune\/engines\/(.*)$/, replacement: fromRoot("dist/engine/$1/index.js") },
          { find: /^langsmith-finetune\/backends\/(.*)$/, replacement: fromRoot("dist/train/backends/$1.js") },
        ]
      : [
          { find: /^langsmith-finetune$/, replacement: fromRoot("src/index.ts") },
          { find: /^langsmith-finetune\/sandbox$/, replacement: fromRoot("src/sandbox/index.ts") },
          { find: /^langsmith-finetune\/testing$/, replacement: fromRoot("src/testing/index.ts") },
          { find: /^langsmith-finetune\/config$/, replacement: fromRoot("src/cli/config.ts") },
          { find: /^langsmith-finetune\/engines\/(.*)$/, replacement: fromRoot("src/engine/$1/index.ts") },
          { find: /^langsmith-finetune\/backends\/(.*)$/, replacement: fromRoot("src/train/backends/$1.ts") },
        ],
  },
  test: {
    include: mode === "long" ? filesWithLongTests() : ["test/**/*.test.ts"],
    typecheck: { enabled: false },
    reporters: ["default", "./scripts/slowest-files.ts"],
    pool: "threads",
    // The default leaves a core free, which on two cores is half of them.
    maxWorkers: "100%",
    // A worker loads the package once and not for each of its files, which took a third of the time.
    isolate: false,
    testTimeout: 30_000,
    setupFiles: ["test/setup.ts"],
    env: {
      TEST_LONG: mode === "long" || mode === "all" ? "1" : "",
      // No test traces to a real LangSmith, whatever the shell has set.
      LANGSMITH_TRACING: "false",
      LANGCHAIN_TRACING_V2: "false",
    },
  },
}));
