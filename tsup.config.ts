import { readFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { SUBPATHS, writeSubpaths } from "./scripts/write-subpaths.js";

await writeSubpaths();

export default defineConfig({
  // One entry for each public subpath. Every file directly in train/backends is a backend, every
  // folder with an index in engine an engine, and its worker is started by its file.
  entry: [
    `src/{index,sandbox/index,testing/index,cli/bin,cli/config,${SUBPATHS.map((name) => `${name}/index`).join(",")}}.ts`,
    "src/train/backends/*.ts",
    "src/engine/*/index.ts",
    "src/engine/worker/{thread,stdio}.ts",
  ],
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  splitting: true,
  // The code is not minified, so a stack trace is readable without the two thirds of the tarball that maps were.
  sourcemap: false,
  clean: true,
  treeshake: true,
  // `import.meta.url` in the CommonJS build.
  shims: true,
  outDir: "dist",
  // Python that is shipped is Python in the source, and text in the build.
  loader: { ".py": "text" },
  // These are ES modules only: `require` of them fails before Node 20.19 and in Jest.
  noExternal: ["p-retry", "p-queue", "log-update", "leven", "image-dimensions"],
  // Declarations are written by scripts/write-declarations.ts.
  dts: false,
  // Jest and CommonJS programs `require` the optional packages too.
  esbuildOptions(options, { format }) {
    options.supported = { ...options.supported, "dynamic-import": format !== "cjs" };
    // ES modules need no stand-in for `__dirname`, and it imports node:path into what runs in browsers.
    if (format === "esm") options.inject = options.inject?.filter((file) => !file.includes("esm_shims"));
  },
  esbuildPlugins: [
    {
      name: "guarded-imports",
      setup(build) {
        // An optional package that is not installed is an error for webpack, Turbopack and Vite, and only a warning
        // where its import is inside a try block. esbuild and rollup take both.
        build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
          const text = await readFile(path, "utf8");
          const contents = text.replace(
            /\(\) =>\s+import\("([^"]+)"\)/g,
            'async () => { try { return await import("$1"); } catch (error) { throw error; } }',
          );
          return { contents, loader: "ts" };
        });
      },
    },
  ],
});
