// Finds the machine's Python and makes the virtual environment, once: the next run takes it again.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CannotRun } from "./report.js";

const run = promisify(execFile);
const PACKAGES = ["trl>=1.13,<2", "peft", "transformers[serving]", "requests"];

/** A Python with everything that the test needs. `TRL_PYTHON` names one that has it already. */
export async function preparePython(withRay: boolean): Promise<string> {
  const given = process.env.TRL_PYTHON;
  if (given) return given;
  const folder = resolve(".cache", "trl");
  const python = join(folder, "bin", "python");
  const packages = withRay ? [...PACKAGES, "ray[default]"] : PACKAGES;
  const mark = join(folder, "installed");
  const wanted = packages.join(" ");
  const has = existsSync(mark) ? await readFile(mark, "utf8") : "";
  // What is there with Ray serves the test without it too.
  if (existsSync(python) && has.startsWith(wanted)) return python;

  const base = await findPython();
  await run(base, ["-m", "venv", folder]).catch((cause: unknown) => {
    throw new CannotRun(
      `${base} cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv). ${(cause as Error).message}`,
      { cause },
    );
  });
  const pip = (words: string[]) =>
    show(python, ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", ...words]);
  // The usual wheel for Linux brings CUDA along, gigabytes that a CPU has no use for. pytorch.org names its index of CPU builds.
  const index = process.env.TRL_TORCH_INDEX;
  if (index && (await pip(["torch", "--index-url", index])) !== 0)
    throw new CannotRun(`pip could not install torch from ${index}, which TRL_TORCH_INDEX names.`);
  if ((await pip(packages)) !== 0)
    throw new CannotRun(
      `pip could not install ${wanted}. It says why above; the packages come from the index that pip is set up for.`,
    );
  await writeFile(mark, wanted);
  return python;
}

async function findPython(): Promise<string> {
  const tried: string[] = [];
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"]) {
    try {
      const { stdout } = await run(name, ["-c", "import sys; print(*sys.version_info[:2])"]);
      const [major = 0, minor = 0] = stdout.trim().split(" ").map(Number);
      if (major === 3 && minor >= 10) return name;
      tried.push(`${name} is ${major}.${minor}`);
    } catch {
      tried.push(`there is no ${name}`);
    }
  }
  throw new CannotRun(
    `Python 3.10 or newer is needed: ${tried.join(", ")}. Install it, or name one that has trl, peft, "transformers[serving]" and requests in TRL_PYTHON.`,
  );
}

function show(command: string, words: string[]): Promise<number | null> {
  return new Promise((done, fail) => {
    spawn(command, words, { stdio: "inherit" }).once("error", fail).once("exit", done);
  });
}
