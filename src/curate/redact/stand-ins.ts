import { createHmac } from "node:crypto";

/**
 * Values of the same form in the place of personal ones, for arguments whose schema asks for a form: other digits
 * and letters, addresses and domains that are reserved for documentation (RFC 2606, 5737, 3849). The best first;
 * who asks takes the first that fits. The same value and salt give the same ones.
 */
export interface StandIns {
  of(detector: string, value: string, normalised: string): Generator<string, void, undefined>;
}

/** Addresses that {@link StandIns} makes, so that they are not taken for somebody's. */
export const STAND_IN_ADDRESS = /(?<![\w.+-])r(?:edacted-)?[0-9a-f]{6,10}@example\.(?:com|org|net)(?![\w.-])/g;

export function createStandIns(salt: string): StandIns {
  return {
    *of(detector, value, normalised) {
      const code = createHmac("sha256", salt).update(`${detector}\n${normalised}`).digest("hex");
      if (detector === "email") yield* addresses(value, code);
      else if (detector === "ip") yield* numericAddresses(value, code);
      else if (detector === "phone") yield* phones(value, code);
      else if (detector === "iban")
        yield value.slice(0, 2) + sameClasses(value.slice(2).replace(/\d\d/, "00"), code, 2);
      if (/\d(?:\D*\d){3}/.test(value)) yield otherDigits(value, code, 0);
      for (const kept of [0, 3, 1]) yield value.slice(0, kept) + sameClasses(value.slice(kept), code);
    },
  };
}

function* addresses(value: string, code: string): Generator<string, void, undefined> {
  for (const domain of ["example.com", "example.org", "example.net"]) {
    yield `redacted-${code.slice(0, 10)}@${domain}`;
    yield `r${code.slice(0, 6)}@${domain}`;
  }
  // A schema that asks for one domain: that of a company, and not the person.
  const at = value.lastIndexOf("@");
  if (at > 0) yield `r${code.slice(0, 8)}${value.slice(at)}`;
}

function* numericAddresses(value: string, code: string): Generator<string, void, undefined> {
  const [first, second] = [Number.parseInt(code.slice(0, 2), 16), Number.parseInt(code.slice(2, 4), 16)];
  if (value.includes(":")) yield `2001:db8:${code.slice(0, 4)}:${code.slice(4, 8)}:${code.slice(8, 12)}::1`;
  else yield `${["192.0.2", "198.51.100", "203.0.113"][first % 3]}.${(second % 254) + 1}`;
}

function* phones(value: string, code: string): Generator<string, void, undefined> {
  // No number begins with 0 behind the code of its country, so nobody has these.
  const country = /^(?:\+|00)\d{2}/.exec(value)?.[0].replace(/\D/g, "").length ?? 0;
  yield otherDigits(value, code, country, "0");
  yield otherDigits(value, code, country, "1");
  yield otherDigits(value, code, country);
  yield otherDigits(value, code, Math.max(country, 4));
}

/** The value with other digits behind the first `kept`. */
function otherDigits(value: string, code: string, kept: number, next?: string): string {
  const digits = digitsOf(code);
  let seen = 0;
  return value.replace(/\d/g, (digit) => {
    seen += 1;
    if (seen <= kept) return digit;
    if (next !== undefined && seen === kept + 1) return next;
    const other = digits[seen % digits.length] as string;
    // Never with a leading zero where there was none, so that a number stays a number.
    return seen === 1 && digit !== "0" && other === "0" ? "9" : other;
  });
}

/** Every letter by another of its case, every digit by another; all else stays. */
function sameClasses(value: string, code: string, from = 0): string {
  let index = from;
  return value.replace(/[\p{Ll}\p{Lu}\d]/gu, (character) => {
    const place = Number.parseInt(code[index % code.length] as string, 16) + Math.floor(index / code.length) * 7;
    index += 1;
    if (/\d/.test(character)) return String(place % 10);
    return String.fromCharCode((character === character.toLowerCase() ? 97 : 65) + (place % 26));
  });
}

const digitsOf = (code: string) => BigInt(`0x${code}`).toString();
