import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { parse } from "yaml";

/** Published API documents, where they are there: they are not part of the project. */
export function specPath(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/specs/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}

/** A proxy that lets through only what an API's document allows, in both directions. */
export interface SpecProxy {
  /** Stands for the server of the document. */
  url: string;
  /** What broke the document so far. An error status that it does not list is not a breach: most documents list none. */
  violations(): string[];
  /** Waits for the breach that the word is in, and forgets it and all before it. */
  forget(word: string): Promise<void>;
  close(): Promise<void>;
}

/** The schemas of a document, by name. */
export type Schemas = Record<string, { properties: Record<string, Record<string, unknown>> } | undefined>;

interface SpecProxyOptions {
  /** The paths that matter: the rest of a large document only costs time. */
  paths: RegExp;
  /** Mends the document where it is known to be wrong. */
  mend?: (schemas: Schemas) => void;
}

/**
 * Puts Prism between a client and a stand-in. A request that the document does not know is
 * answered with 4xx, an answer that it does not allow with 500.
 */
export async function startSpecProxy(
  spec: string,
  upstream: string,
  { paths, mend }: SpecProxyOptions,
): Promise<SpecProxy> {
  const directory = await mkdtemp(join(tmpdir(), "spec-proxy-"));
  const description = (parsed[spec] ??= readFile(spec, "utf8").then(
    (text) => parse(text, { maxAliasCount: -1 }) as Description,
  ));
  const pruned = structuredClone(prune(await description, paths));
  mend?.((pruned.components?.["schemas"] ?? {}) as Schemas);
  const document = join(directory, "spec.json");
  await writeFile(document, JSON.stringify(pruned));

  const cli = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
  const child = spawn(
    process.execPath,
    [cli, "proxy", "--errors", "--host", "127.0.0.1", "--port", "0", document, upstream],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" },
    },
  );
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /listening on (http:\/\/127\.0\.0\.1:\d+)/i.exec(output)?.[1];
      if (listening !== undefined) resolve(listening);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => {
      reject(new Error(`Prism ended with ${code}: ${output}`));
    });
  });
  const violations = () =>
    output
      .split("\n")
      .filter((line) => /violation/i.test(line) && !line.includes("Unable to match the returned status code"));
  return {
    url,
    violations,
    async forget(word) {
      await vi.waitFor(() => expect(violations().some((line) => line.includes(word))).toBe(true));
      output = "";
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const parsed: Record<string, Promise<Description>> = {};

interface Description {
  paths: Record<string, unknown>;
  components?: Record<string, Record<string, unknown>>;
  [field: string]: unknown;
}

/** The description with the given paths only, and what they refer to: a tenth of the time to load. */
function prune(description: Description, wanted: RegExp): Description {
  const paths = Object.fromEntries(Object.entries(description.paths).filter(([path]) => wanted.test(path)));
  const kept: Record<string, Record<string, unknown>> = {
    securitySchemes: description.components?.["securitySchemes"] ?? {},
  };
  const queue: unknown[] = [paths];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const reference =
          key === "$ref" && typeof inner === "string" ? /^#\/components\/([^/]+)\/(.+)$/.exec(inner) : null;
        if (reference === null) visit(inner);
        else keep(reference[1] ?? "", reference[2] ?? "");
      }
    }
  };
  const keep = (kind: string, name: string): void => {
    const target = description.components?.[kind]?.[name];
    if (target === undefined || kept[kind]?.[name] !== undefined) return;
    (kept[kind] ??= {})[name] = target;
    queue.push(target);
  };
  while (queue.length > 0) visit(queue.pop());
  const { openapi, info, servers, security } = description;
  return { openapi, info, servers, security, paths, components: kept };
}
