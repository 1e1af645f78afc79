import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";

export interface PrunedSpecProxy {
  /** Stands for the server of the description. */
  url: string;
  close(): Promise<void>;
}

/**
 * Prism between a backend and a fake, for a description of several megabytes, most of it about
 * something else: answers 422 to a request, and 500 to an answer, that the description does not
 * allow. `adjust` corrects the description where it is known to be wrong.
 */
export async function startPrunedSpecProxy(
  spec: string,
  paths: RegExp,
  upstream: string,
  adjust: (schemas: Record<string, unknown>) => void = () => {},
): Promise<PrunedSpecProxy> {
  const directory = await mkdtemp(join(tmpdir(), "spec-proxy-"));
  const document = join(directory, "spec.json");
  const description = (parsed[spec] ??= readFile(spec, "utf8").then((text) => parse(text) as Description));
  const pruned = structuredClone(prune(await description, paths));
  adjust(pruned.components?.["schemas"] ?? {});
  await writeFile(document, JSON.stringify(pruned));

  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve("@stoplight/prism-cli/package.json")), "dist/index.js");
  const child = spawn(process.execPath, [cli, "proxy", document, upstream, "--errors", "--port", "0", "--host", "127.0.0.1", "--verboseLevel", "info"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (listening !== undefined) resolve(listening);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => reject(new Error(`Prism ended: ${output}`)));
  });
  return {
    url,
    async close() {
      const exit = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exit;
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
  const kept: Record<string, Record<string, unknown>> = { securitySchemes: description.components?.["securitySchemes"] ?? {} };
  const queue: unknown[] = [paths];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const reference = key === "$ref" && typeof inner === "string" ? /^#\/components\/([^/]+)\/(.+)$/.exec(inner) : null;
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
