import type { Reporter, TestModule } from "vitest/node";

const SHOWN = 15;

/** Ends a run of the suite with its slowest files, so that what costs the two minutes stays visible. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const files = modules
      .map((file) => ({ path: file.relativeModuleId, seconds: file.diagnostic().duration / 1000 }))
      .sort((left, right) => right.seconds - left.seconds);
    const all = files.reduce((sum, { seconds }) => sum + seconds, 0);
    console.log(`\nSlowest files, of ${files.length} that took ${all.toFixed(0)} s of all workers together:`);
    for (const { path, seconds } of files.slice(0, SHOWN)) console.log(`${seconds.toFixed(1).padStart(6)} s  ${path}`);
  }
}
