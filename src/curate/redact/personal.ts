import { isIP } from "node:net";
import { InvalidOptionError } from "../../errors.js";
import { loadPackage } from "../../internal/load-package.js";
import { fromPattern, type Detector } from "./detector.js";

const digitsOf = (value: string) => value.replaceAll(/\D/g, "");

/** E-mail addresses, as HTML's `input type=email` has them, with a domain of at least two labels. */
export const emails: Detector = fromPattern({
  name: "email",
  pattern: /(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.[a-z]{2,24}(?![\w-])/i,
  normalise: (value) => value.toLowerCase(),
});

/** Public IP addresses; those of private networks, loopback and documentation name nobody. */
export const ipAddresses: Detector = fromPattern({
  name: "ip",
  pattern: /(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?![\w:]|\.\d)/i,
  accept: (value) => isIP(value) !== 0 && !NOT_PUBLIC.some((range) => range.test(value)),
  normalise: (value) => value.toLowerCase(),
});

// RFC 6890 (special-purpose addresses), RFC 3849 and 9637 (documentation).
const NOT_PUBLIC = [
  /^(?:0|10|127|22[4-9]|23\d|24\d|25[0-5])\./,
  /^(?:192\.168|169\.254|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113)\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^::1?$/,
  /^(?:f[cd]|fe[89ab]|ff|2001:0?db8|3fff)/i,
];

/** Card numbers of the known networks with a right check digit (Luhn), IBANs with a right check sum (ISO 13616). */
export async function loadNumberDetectors(): Promise<{ cards: Detector; ibans: Detector }> {
  const { default: validator } = await loadPackage("validator", "Finding card numbers", () => import("validator"));
  return {
    cards: fromPattern({
      name: "credit-card",
      pattern: /(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)/,
      accept: (value) => validator.isCreditCard(value) && !/^(\d)\1*$/.test(digitsOf(value)),
      normalise: digitsOf,
    }),
    ibans: fromPattern({
      name: "iban",
      pattern: /(?<!\w)[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)/i,
      accept: (value) => validator.isIBAN(value),
      normalise: (value) => value.replaceAll(" ", "").toUpperCase(),
    }),
  };
}

/**
 * Telephone numbers that libphonenumber calls valid: international ones (`+49 30 …`), and those of the given
 * countries as they are dialled at home. Numbers of the United States and Canada count only when they are
 * written with separators, since every tenth row of digits would be one.
 */
export async function loadPhoneDetector(countries: readonly string[]): Promise<Detector> {
  const { parsePhoneNumberFromString, isSupportedCountry } = await loadPackage(
    "libphonenumber-js",
    "Finding telephone numbers",
    () => import("libphonenumber-js/min"),
  );
  const known = countries.map((country) => {
    if (isSupportedCountry(country)) return country;
    throw new InvalidOptionError({
      option: "phoneCountries",
      value: country,
      message: `phoneCountries must hold ISO 3166 codes of countries, such as "US" or "DE"; it holds ${JSON.stringify(country)}.`,
    });
  });
  const parsed = (value: string) => {
    if (value.startsWith("+") || value.startsWith("00")) return parsePhoneNumberFromString(value.replace(/^00/, "+"));
    for (const country of known) {
      if ((country === "US" || country === "CA") && !/^\(?\d{3}[) .-]+\d{3}[ .-]\d{4}$/.test(value)) continue;
      const number = parsePhoneNumberFromString(value, country);
      if (number?.isValid()) return number;
    }
    return undefined;
  };
  return fromPattern({
    name: "phone",
    pattern: /(?<![\w.+/:-])(?:\+|00)?(?:\(\d{1,5}\)|\d)(?:[ ().\/-]{0,3}\d){6,15}(?![\w-]|\.\d)/,
    accept: (value) => parsed(value)?.isValid() ?? false,
    normalise: (value) => parsed(value)?.number ?? value,
  });
}
