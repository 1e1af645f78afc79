import { deduplicateStep } from "./deduplicate-rows.js";
import { joinStep } from "./join-rows.js";
import { sampleStep } from "./sample-rows.js";

/**
 * The steps that compare rows with each other, in the order in which they decide. The split comes after all of them.
 * A new step is a file here and a line there.
 */
export const datasetSteps = [joinStep, deduplicateStep, sampleStep] as const;
