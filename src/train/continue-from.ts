import { InvalidOptionError } from "../errors.js";
import { either, kind, text } from "../internal/kinds.js";
import type { ContinuedModel, FineTuneBackend, FineTunedModel, TrainingMethod } from "./backend.js";

/** The kind of an option that takes a tuned model, or its name. */
export const fromKind = either(
  text,
  kind<FineTunedModel>("a tuned model, as fineTune gives it", (value) => {
    if (typeof value !== "object" || value === null) return false;
    const { backend, model, baseModel } = value as Partial<FineTunedModel>;
    return typeof backend === "string" && typeof model === "string" && typeof baseModel === "string";
  }),
);

/** Throws where the backend cannot go on from this model, before anything is sent. */
export function checkContinuation(
  { name, model, capabilities }: FineTuneBackend,
  from: FineTunedModel | string,
  method: TrainingMethod | undefined,
): void {
  const refuse = (message: string, hint: string) => {
    const value = typeof from === "string" ? from : from.model;
    throw new InvalidOptionError({ option: "from", value, message, hint });
  };
  const { from: methods } = capabilities;
  if (methods === undefined) return refuse(`The backend ${name} cannot go on from a tuned model.`, "Leave out from.");
  if (method !== undefined && !methods.includes(method)) {
    return refuse(
      `The backend ${name} cannot go on from a tuned model by "${method}".`,
      `It can by: ${methods.join(", ")}.`,
    );
  }
  if (typeof from === "string") return;
  if (from.backend !== name)
    return refuse(`The model ${from.model} was tuned at ${from.backend}, not at ${name}.`, `Pass a model of ${name}.`);
  const base = rootOf(from);
  if (base !== model)
    refuse(`The model ${from.model} was tuned from ${base}, and the backend has ${model}.`, `Pass model: "${base}".`);
}

/** The model that the first of several trainings began with. */
function rootOf({ baseModel, details }: FineTunedModel): string {
  return typeof details?.rootModel === "string" ? details.rootModel : baseModel;
}

/** What a job is given. */
export function continuedModel(from: FineTunedModel | string | undefined): ContinuedModel | undefined {
  return typeof from === "string" ? { model: from } : from;
}
