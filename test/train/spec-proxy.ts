import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** Published API documents, where they are there: they are not part of the project. */
export function specPath(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/specs/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** A proxy that lets through only what an API's document allows, in both directions. */
export interface SpecProxy {
  url: string;
  /** What broke the document so far. An error status that it does not list is no breach: most documents list none. */
  violations(): string[];
  close(): Promise<void>;
}

interface SpecProxyOptions {
  /** The paths that matter: the rest of a large document only costs time. */
  paths: RegExp;
  /** Known faults of the document, mended before it is used: each replaces one text. */
  mend?: readonly (readonly [from: string, to: string])[];
}

/**
 * Puts Prism between a client and a stand-in. A request that the document does not know is
 * answered with 4xx, an answer that it does not allow with 500.
 */
export async function startSpecProxy(spec: string, upstream: string, { paths, mend = [] }: SpecProxyOptions): Promise<SpecProxy> {
  const directory = await mkdtemp(join(tmpdir(), "spec-proxy-"));
  let text = await readFile(spec, "utf8");
  for (const [from, to] of mend) {
    if (!text.includes(from)) throw new Error(`The document has no such fault any more: ${from}`);
    text = text.replaceAll(from, to);
  }
  const document = parse(text, { maxAliasCount: -1 }) as { paths: Record<string, unknown> };
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => paths.test(path)));
  const mended = join(directory, "spec.json");
  await writeFile(mended, JSON.stringify(document));
  const cli = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
  const port = await freePort();
  const child = spawn(process.execPath, [cli, "proxy", "--errors", "--host", "127.0.0.1", "--port", String(port), mended, upstream], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" },
  });
  let output = "";
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (/listening on/i.test(output)) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => {
      reject(new Error(`Prism ended with ${code}: ${output}`));
    });
  });
  await ready;
  return {
    url: `http://127.0.0.1:${port}`,
    violations: () => output.split("\n").filter((line) => /violation/i.test(line) && !line.includes("Unable to match the returned status code")),
    async close() {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
