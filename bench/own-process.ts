import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs a worker beside this file in a process of its own, as the highest memory of this one is that of
 * whatever ran before, and gives the JSON that it prints.
 */
export async function inOwnProcess<T>(worker: string, ...parameters: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(worker, import.meta.url)), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const data of child.stdout) output += String(data);
  if (output === "") throw new Error(`The process that was measured (${worker}) failed.`);
  return JSON.parse(output) as T;
}
