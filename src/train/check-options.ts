import { InvalidOptionError } from "../errors.js";
import type { FineTuneOptions } from "./options.js";

const MAXIMUM_SUFFIX = 64;

/** Throws for what the backend does not understand, before a row is read. */
export function checkOptions({
  backend,
  method,
  suffix,
  seed,
  epochs,
  validation,
  personalData,
}: FineTuneOptions): void {
  const { capabilities, name } = backend;
  const refuse = (option: string, value: unknown, message: string, hint?: string): never => {
    throw new InvalidOptionError({ option, value, message, hint });
  };
  if (method !== undefined && !capabilities.methods.includes(method)) {
    refuse(
      "method",
      method,
      `The backend ${name} cannot train by "${method}".`,
      `It can: ${capabilities.methods.join(", ")}.`,
    );
  }
  const given = { suffix, seed, epochs, validation };
  const understood = { ...capabilities, validation: capabilities.validationFile };
  for (const option of ["suffix", "seed", "epochs", "validation"] as const) {
    if (given[option] !== undefined && !understood[option]) {
      refuse(
        option,
        option === "validation" ? undefined : given[option],
        `The backend ${name} has no ${option}.`,
        `Leave out ${option}.`,
      );
    }
  }
  if (suffix !== undefined && (suffix.length === 0 || suffix.length > MAXIMUM_SUFFIX)) {
    refuse("suffix", suffix, `The suffix has ${suffix.length} characters; 1 to ${MAXIMUM_SUFFIX} are allowed.`);
  }
  if (personalData !== undefined && !["say", "refuse", "ignore"].includes(personalData))
    refuse("personalData", personalData, 'personalData must be "say", "refuse" or "ignore".');
  if (seed !== undefined && !Number.isSafeInteger(seed))
    refuse("seed", seed, `The seed is ${seed}; it must be a whole number.`);
  if (epochs !== undefined && !(epochs > 0 && Number.isFinite(epochs)))
    refuse("epochs", epochs, `The number of epochs is ${epochs}; it must be above 0.`);
}
