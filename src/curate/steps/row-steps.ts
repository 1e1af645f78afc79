import { againstStep } from "./compare-against.js";
import { expressStep } from "./express-rows.js";
import { filterStep } from "./filter-examples.js";
import { lengthStep } from "./limit-length.js";
import { maskStep } from "./mask-rated.js";
import { reasoningStep } from "./keep-reasoning.js";
import { redactStep } from "./redact-rows.js";
import { trainOnStep } from "./train-on.js";
import { unsupportedOptionsStep } from "./unsupported-options.js";
import { validateStep } from "./validate-rows.js";

/** The steps that look at one row at a time, in the order in which they do. A new step is a file here and a line there. */
export const rowSteps = [
  filterStep,
  againstStep,
  trainOnStep,
  maskStep,
  unsupportedOptionsStep,
  expressStep,
  // What is history is only known of rows as they are written.
  reasoningStep,
  redactStep,
  lengthStep,
  validateStep,
] as const;
