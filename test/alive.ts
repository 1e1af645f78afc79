import { readFileSync } from "node:fs";

/** Whether a process runs. One that has ended and that nobody has waited for yet does not, though its number is taken. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // The state stands after the name, which may hold anything.
    return !/^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return process.platform !== "linux";
  }
}
