import { createHmac } from "node:crypto";
import { createStandIns, type StandIns } from "./stand-ins.js";

/** Makes the placeholder of a value: the same for the same value and salt, and no way back without the salt. */
export interface Placeholders {
  /** `[EMAIL_3f9a2c1b7d]` */
  text(detector: string, value: string): string;
  /** A whole number with as many digits, so that it still fits a JSON Schema that asks for a number. */
  digits(detector: string, value: string): string;
  readonly standIns: StandIns;
}

/** Our own placeholders and LangSmith's, which are not redacted again. */
export const PLACEHOLDER = /\[(?:[A-Z][A-Z0-9_]*_[0-9a-f]{10}|SECRET_DETECTED|redacted)\]/g;

export function createPlaceholders(salt: string): Placeholders {
  const code = (detector: string, value: string) =>
    createHmac("sha256", salt).update(`${detector}\n${value}`).digest("hex");
  return {
    standIns: createStandIns(salt),
    text: (detector, value) =>
      `[${detector.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_${code(detector, value).slice(0, 10)}]`,
    digits(detector, value) {
      const digits = BigInt(`0x${code(detector, value)}`).toString();
      // Never longer than what a double holds exactly, and never with a leading zero.
      return `9${digits}`.slice(0, Math.min(value.length, 15));
    },
  };
}
