import { settings } from "../../internal/kinds.js";
import type { DatasetStepDefinition } from "../dataset-step.js";
import { NOT_CHOSEN, samplingOf, type SampleSettings } from "../split/sample-examples.js";

/** Options of the step. */
export interface SampleStepOptions {
  /** Choose some of the rows: see `sampleExamples`. */
  sample?: SampleSettings;
}

/** Chooses some of the rows. */
export const sampleStep: DatasetStepDefinition<SampleStepOptions> = {
  name: "sample",
  options: { sample: settings },
  plan({ sample }) {
    if (!sample) return undefined;
    const sampling = samplingOf(sample, "sample.");
    return {
      needs: { fingerprint: true, sampleOf: sampling.placeOf },
      start({ names }, _, access) {
        const sampler = sampling.createSampler();
        return {
          add(facts) {
            if (facts.sample) sampler.add(facts.sample);
          },
          async finish(rows) {
            const chosen = sampler.finish(rows, await sampling.strataOf(rows, access));
            return {
              goes: (row) => !chosen(row),
              reason: (row) => ({
                ...NOT_CHOSEN,
                ...names.at(row),
              }),
            };
          },
        };
      },
    };
  },
};
