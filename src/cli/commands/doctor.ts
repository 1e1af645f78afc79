import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CliCommand, define } from "../command.js";
import { EXIT } from "../exit-codes.js";
import manifest from "../../../package.json" with { type: "json" };
import { isRecord } from "../../internal/is-record.js";

/** One thing that was looked at. */
interface Check {
  name: string;
  state: "ok" | "missing" | "failed";
  detail: string;
  /** Whether the package cannot work without it. */
  needed: boolean;
}

/** The keys that the backends and LangSmith read. Only whether they are set is ever shown. */
const KEYS =
  /^(?:LANGSMITH|LANGCHAIN|OPENAI|AZURE_OPENAI|TOGETHER|FIREWORKS|NEBIUS|CRUSOE|AWS|GOOGLE|HF|WANDB|DASHSCOPE)_[A-Z_]*(?:KEY|TOKEN|CREDENTIALS)$/;
const USUAL = ["LANGSMITH_API_KEY", "OPENAI_API_KEY", "TOGETHER_API_KEY", "FIREWORKS_API_KEY", "HF_TOKEN"];

/** Says what is there and what is missing. */
export const doctor: CliCommand = {
  register(program, run) {
    define(program, "doctor", "say what is installed, set and reachable")
      .option("--offline", "do not try to reach LangSmith")
      .action(
        run<[], { offline?: boolean }>(async (context, { offline = false }) => {
          const checks = [
            { name: "langsmith-finetune", state: "ok", detail: manifest.version, needed: true } as const,
            nodeCheck(),
            ...packageChecks(),
            ...keyChecks(context.environment),
            ...(offline ? [] : [await reachCheck(context.environment, context.signal)]),
          ];
          const width = Math.max(...checks.map(({ name }) => name.length));
          await context.print(
            checks,
            checks.map(({ name, state, detail }) => `${state.padEnd(8)}${name.padEnd(width + 2)}${detail}`),
          );
          return checks.some(({ state, needed }) => needed && state !== "ok") ? EXIT.setup : EXIT.ok;
        }),
      );
  },
};

function nodeCheck(): Check {
  return { name: "Node.js", state: "ok", detail: process.versions.node, needed: true };
}

/** The packages that this one names as peers: the required ones and the optional ones. */
function packageChecks(): Check[] {
  // As the user's project finds them, which is what the steps will load.
  const require = createRequire(join(process.cwd(), "package.json"));
  const optional: Record<string, { optional?: boolean }> = manifest.peerDependenciesMeta;
  return Object.keys(manifest.peerDependencies).map((name) => {
    const needed = optional[name]?.optional !== true;
    const version = installedVersion(require, name);
    return version === undefined
      ? { name, state: "missing", detail: `${needed ? "required" : "optional"}: npm install ${name}`, needed }
      : { name, state: "ok", detail: version, needed };
  });
}

/** The version of an installed package, also of one that does not export its package.json. */
function installedVersion(require: NodeJS.Require, name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
      if (isRecord(manifest) && typeof manifest["version"] === "string") return manifest["version"];
    } catch {
      // It is not in this folder; the next one is looked at.
      continue;
    }
  }
  return undefined;
}

function keyChecks(environment: Readonly<Record<string, string | undefined>>): Check[] {
  const names = new Set([...USUAL, ...Object.keys(environment).filter((name) => KEYS.test(name))]);
  return [...names].sort().map((name) => {
    const isSet = (environment[name] ?? "") !== "";
    return { name, state: isSet ? "ok" : "missing", detail: isSet ? "set" : "not set", needed: false };
  });
}

async function reachCheck(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Check> {
  const address = environment["LANGSMITH_ENDPOINT"] || "https://api.smith.langchain.com";
  const name = "LangSmith";
  try {
    const response = await fetch(`${address.replace(/\/+$/, "")}/info`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.body?.cancel();
    return {
      name,
      state: response.ok ? "ok" : "failed",
      detail: `${new URL(address).host} answered ${response.status}`,
      needed: false,
    };
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as { cause?: { code?: string } };
    return {
      name,
      state: "failed",
      detail: `${address} cannot be reached (${cause?.code ?? (error as Error).name})`,
      needed: false,
    };
  }
}
