import { afterEach, beforeEach, describe, it } from "vitest";
import { testBackend as declareTests, type BackendContract, type TestRunner } from "langsmith-finetune/testing";
import { itLong } from "../long.js";

export { contractRows, type BackendWorld } from "langsmith-finetune/testing";

/** Each request of a job with each fault is a job for each: one backend shows it in every run of the tests. */
const ALWAYS = "alibaba";

/** The public contract suite, run by this project's test runner. */
export function testBackend(contract: BackendContract): void {
  const mayBeLong: TestRunner["it"] = (name, run) =>
    (name.includes("whichever of its requests") && contract.name !== ALWAYS ? itLong : it)(name, run);
  declareTests(contract, { describe, it: mayBeLong, beforeEach, afterEach });
}
