import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../internal/files/new-file.js";
import { unwritable } from "../internal/files/unwritable.js";
import { text } from "../internal/kinds.js";
import { checkArgument, checkOptions } from "../internal/options.js";
import {
  comparisonKind,
  pageKinds,
  renderComparisonHtml,
  type ComparisonPageOptions,
} from "./render-comparison-html.js";
import type { Comparison } from "./types.js";

/**
 * Writes a comparison into a folder: `comparison.json` with everything, and `comparison.html` to be
 * looked at. Each file gets its name when it is whole.
 *
 * @throws InvalidOptionError if the folder cannot be written.
 *
 * @example
 * ```ts
 * import { writeComparison, type Comparison } from "langsmith-finetune";
 *
 * declare const comparison: Comparison;
 * const { html } = await writeComparison("reports/2026-11-22", comparison);
 * ```
 */
export async function writeComparison(
  directory: string,
  comparison: Comparison,
  options: ComparisonPageOptions = {},
): Promise<{ json: string; html: string }> {
  checkArgument("directory", directory, text);
  checkArgument("comparison", comparison, comparisonKind);
  checkOptions<ComparisonPageOptions>("writeComparison", options, pageKinds);
  const place = { option: "directory", value: directory };
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(directory, cause, place);
  });
  const paths = { json: join(directory, "comparison.json"), html: join(directory, "comparison.html") };
  await writeWhole(paths.json, `${JSON.stringify(comparison, null, 2)}\n`, place);
  await writeWhole(paths.html, renderComparisonHtml(comparison, options), place);
  return paths;
}
