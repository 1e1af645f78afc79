import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * A script of the tests as one JavaScript file that node starts as it is. Loading TypeScript file by file takes a
 * process that a test starts seconds. Gives its path, in the package, so that it finds the installed packages.
 */
export async function bundleScript(script: string): Promise<string> {
  const folder = join(root, "node_modules", ".cache", "test-scripts");
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `${basename(script, ".ts")}-${process.pid}.mjs`);
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    loader: { ".py": "text" },
    plugins: [
      {
        name: "own-subpaths",
        setup({ onResolve }) {
          onResolve({ filter: /^langsmith-finetune$/ }, () => ({ path: join(root, "src", "index.ts") }));
          onResolve({ filter: /^langsmith-finetune\/backends\// }, ({ path }) => ({
            path: join(root, "src", "train", "backends", `${basename(path)}.ts`),
          }));
        },
      },
    ],
  });
  return outfile;
}
