import { sourceOf } from "../../source.js";
import type { Skip } from "../../types.js";

/** A skip that names the example's run, where that is known. */
export function skipOf(example: object, code: string, message: string): Skip {
  const { runId } = sourceOf(example);
  return { code, message, ...(runId !== undefined && { runId }) };
}
