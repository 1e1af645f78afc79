import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { MissingPackageError } from "../../../errors.js";
import { INSPECT } from "./scripts.js";

const run = promisify(execFile);

/** The active virtual environment's Python, else `python3`. */
export function defaultPython(): string {
  const { VIRTUAL_ENV } = process.env;
  return VIRTUAL_ENV ? join(VIRTUAL_ENV, "bin", "python") : "python3";
}

/** Fails with an install line when Python, or one of the packages that training needs, is missing or too old. */
export async function inspectPython(python: string, lora: boolean): Promise<void> {
  const install = `Install it: ${python} -m pip install "trl>=1.13,<2"${lora ? " peft" : ""}`;
  const { packages } = await inspect(python);
  const wanted = ["trl", "transformers", "torch", "datasets", "accelerate", ...(lora ? ["peft"] : [])];
  const missing = wanted.filter((name) => !packages[name]);
  if (missing.length > 0) {
    throw new MissingPackageError({
      packageName: missing[0] as string,
      message: `Training needs the Python package${missing.length > 1 ? "s" : ""} ${missing.join(", ")}, which ${python} does not have.`,
      hint: install,
    });
  }
  // `datasets` reads objects of different keys without mixing them since 4.7.
  const [major = 0, minor = 0] = (packages.datasets as string).split(".").map(Number);
  if (major < 4 || (major === 4 && minor < 7)) {
    throw new MissingPackageError({
      packageName: "datasets",
      message: `${python} has datasets ${packages.datasets}; versions before 4.7 mix the arguments of different tool calls.`,
      hint: `Update it: ${python} -m pip install "datasets>=4.7"`,
    });
  }
}

async function inspect(python: string): Promise<{ packages: Record<string, string | null> }> {
  try {
    const { stdout } = await run(python, ["-c", INSPECT]);
    return JSON.parse(stdout) as { packages: Record<string, string | null> };
  } catch (cause) {
    throw new MissingPackageError({
      packageName: "python",
      message: `There is no working Python at ${python}.`,
      hint: 'Make a virtual environment (python3 -m venv .venv && .venv/bin/python -m pip install "trl>=1.13,<2" peft) and pass python: ".venv/bin/python".',
      cause,
    });
  }
}
