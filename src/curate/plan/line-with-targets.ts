import { parseExact, stringifyExact } from "../../internal/exact-json.js";
import { withTargets } from "../steps/train-on.js";

/** The line of a row in which these answers are learned: the line as it is where nobody says so. */
export function lineWithTargets(json: string, targets: readonly number[] | undefined): string {
  if (targets === undefined) return json;
  return stringifyExact(withTargets(parseExact(json) as object, targets)) ?? json;
}
