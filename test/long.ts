import { it } from "vitest";

/** Whether tests run that take seconds: `npm run test:long` and the checks run them, `npm test` does not. */
export const long = process.env.TEST_LONG === "1";

/** A test that takes seconds. */
export const itLong: typeof it.skip = long ? it : it.skip;
