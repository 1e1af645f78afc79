import { atEntrance } from "../conversations/express-targets.js";
import type { RowStepDefinition } from "../row-step.js";
import type { TrainingExample } from "../../types.js";

/** Makes several rows of one where the service cannot learn its targets in one row. */
export const expressStep: RowStepDefinition = {
  name: "express",
  options: {},
  create: (_, { rules }) =>
    rules.loss === "weights"
      ? undefined
      : { take: (row) => ("messages" in row ? atEntrance(row as TrainingExample, rules.loss) : row) },
};
