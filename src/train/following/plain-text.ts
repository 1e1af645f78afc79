import { stripVTControlCharacters } from "node:util";

/** A provider's words without anything that would steer the terminal. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
}
