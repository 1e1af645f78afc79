import { defineConfig } from "tsup";

export default defineConfig({
  // One entry for each public subpath; every file directly in train/backends is a backend, every folder with an
  // index in engine is an engine, and its worker is started by its file.
  entry: [
    "src/{index,sandbox/index,cli/bin,cli/config}.ts",
    "src/train/backends/*.ts",
    "src/engine/*/index.ts",
    "src/engine/worker/thread.ts",
  ],
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  splitting: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  // `import.meta.url` in the CommonJS build.
  shims: true,
  outDir: "dist",
  // Python that is shipped is Python in the source, and text in the build.
  loader: { ".py": "text" },
  // tsup 8.5.1 passes `baseUrl`, which TypeScript 6 calls deprecated (egoist/tsup#1388).
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  // Optional packages are imported when they are needed, in the CommonJS build too.
  esbuildOptions(options) {
    options.supported = { ...options.supported, "dynamic-import": true };
  },
});
