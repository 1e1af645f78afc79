import { defineConfig } from "tsup";

export default defineConfig({
  // One entry for each public subpath; every file directly in train/backends is a backend.
  entry: ["src/{index,sandbox/index,cli/bin,cli/config}.ts", "src/train/backends/*.ts"],
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  splitting: true,
  sourcemap: true,
  clean: true,
  treeshake: true,
  outDir: "dist",
  // tsup 8.5.1 passes `baseUrl`, which TypeScript 6 calls deprecated (egoist/tsup#1388).
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  // Optional packages are imported when they are needed, in the CommonJS build too.
  esbuildOptions(options) {
    options.supported = { ...options.supported, "dynamic-import": true };
  },
});
