import { afterEach, beforeEach, describe, it } from "vitest";
import { testBackend as declareTests, type BackendContract } from "langsmith-finetune/testing";

export { contractRows, type BackendWorld } from "langsmith-finetune/testing";

/** The public contract suite, run by this project's test runner. */
export const testBackend = (contract: BackendContract): void =>
  declareTests(contract, { describe, it, beforeEach, afterEach });
