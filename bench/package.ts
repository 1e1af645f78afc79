import { existsSync } from "node:fs";
import type * as Package from "langsmith-finetune";

const built = new URL("../dist/index.js", import.meta.url);
export const isBuilt = existsSync(built);
/** The package as users run it: the build in `dist` if there is one, or else the source. */
export const langsmithFinetune = (
  isBuilt ? await import(built.href) : await import("langsmith-finetune")
) as typeof Package;
