import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: [
    "src/{index,sandbox/index,testing/index,cli/bin,cli/config}.ts",
    "src/*/index.ts",
    "src/train/backends/*.ts",
    "src/engine/*/index.ts",
    "scripts/*.{ts,mjs}",
    "scripts/bundled-app/*.mjs",
    "examples/*.ts",
    "test/**/*.test.ts",
    "test/**/*.test-d.ts",
    "test/templates/record.ts",
  ],
  project: ["src/**/*.ts", "test/**/*.ts", "scripts/**/*.{ts,mjs}", "bench/**/*.ts"],
  // A type that only its own file uses is still the name of what an exported function takes or gives.
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    // Run by scripts/check.sh.
    "@arethetypeswrong/cli",
    "publint",
    // Started by its path, as a process.
    "@stoplight/prism-cli",
    // `chatModel` imports it by the name in the tuned model.
    "@langchain/aws",
  ],
  ignoreBinaries: ["unshare", "script"],
  // `foundry` is the product's newer name.
  exclude: ["duplicates"],
};

export default config;
