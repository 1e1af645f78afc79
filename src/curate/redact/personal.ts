import { isIP } from "node:net";
import { InvalidOptionError } from "../../errors.js";
import { loadPackage } from "../../internal/load-package.js";
import { fromPattern, tellsOfParts, type Detector } from "./detector.js";
import { decodedValue, findEncoded } from "./encoded.js";
import { characterSign, signsOf } from "./text-signs.js";

const digitsOf = (value: string) => value.replaceAll(/\D/g, "");

/** E-mail addresses, as HTML's `input type=email` has them and in other scripts (RFC 6531), with a domain of at least two labels. */
const plainEmails: Detector = fromPattern({
  name: "email",
  pattern:
    /(?<![\p{L}\p{N}_.!#$%&'*+/=?^`{|}~-])[\p{L}\p{M}\p{N}_.!#$%&'*+/=?^`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?)*\.(?:xn--[a-z0-9-]{2,59}|[\p{L}\p{M}]{2,24})(?![\p{L}\p{N}_-])/iu,
  // Of nobody: what logs in to a host of repositories, names of files such as icon@2x.png, the password
  // and host of a database's address.
  accept: (value, text, start) =>
    !/^git@|\.(?:png|jpe?g|gif|webp|svg|css|html|json|txt)$/i.test(value) &&
    !/:\/\/[^\s/@:]{0,64}:$/.test(text.slice(Math.max(0, start - 70), start)),
  normalise: (value) => value.toLowerCase(),
});

const MAIL_SIGNS = ["@", "%", "&", "\\"].reduce((signs, character) => signs | characterSign(character), 0);

/** E-mail addresses, also with characters escaped as in addresses of pages (`jane%40example.com`) and in HTML (`jane&#64;example.com`). */
export const emails: Detector = tellsOfParts({
  name: plainEmails.name,
  possible: (text) => signsOf(text).hasCharacter(MAIL_SIGNS),
  *find(text) {
    yield* plainEmails.find(text);
    yield* findEncoded(text, (decoded) => plainEmails.find(decoded));
  },
  normalise: (value) => decodedValue(value).toLowerCase(),
});

const DOT_OR_COLON = characterSign(".") | characterSign(":");
const ADDRESS_LIKE = /\d\.\d{1,3}\.\d{1,3}\.\d|[23][0-9a-f]{3}:/i;

/** Public IP addresses; those of private networks, loopback and documentation name nobody. */
export const ipAddresses: Detector = tellsOfParts(
  fromPattern({
    name: "ip",
    possible: (text) => signsOf(text).digits > 0 && signsOf(text).hasCharacter(DOT_OR_COLON) && ADDRESS_LIKE.test(text),
    pattern:
      /(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|(?<!:)[23][0-9a-f]{3}:(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?![\w:]|\.\d))/i,
    accept: (value, text, start) =>
      isIP(value) !== 0 &&
      !NOT_PUBLIC.some((range) => range.test(value)) &&
      !NUMBERED.test(text.slice(Math.max(0, start - 20), start)),
    normalise: (value) => value.toLowerCase(),
  }),
);

// Four numbers with dots are also what versions and chapters are numbered with.
const NUMBERED = /(?:\b(?:version|release|build|firmware|chapter|section|clause|ver|sec|v)|§)[.:]?\s*$/i;

// RFC 6890 (special-purpose addresses), RFC 3849 and 9637 (documentation). Public addresses of version 6 begin with 2 or 3 (RFC 4291).
const NOT_PUBLIC = [
  /^(?:0|10|127|22[4-9]|23\d|24\d|25[0-5])\./,
  /^(?:192\.168|169\.254|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113)\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^(?:2001:0?db8|3fff)/i,
];

/** Card numbers of the known networks with a right check digit (Luhn), IBANs with a right check sum (ISO 13616). */
export async function loadNumberDetectors(): Promise<{ cards: Detector; ibans: Detector }> {
  const { default: validator } = await loadPackage("validator", "Finding card numbers", () => import("validator"));
  return {
    cards: tellsOfParts(
      fromPattern({
        name: "credit-card",
        possible: (text) => signsOf(text).digits >= 12 && /\d(?:[ -]?\d){11}/.test(text),
        pattern: /(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)/,
        accept: (value) => validator.isCreditCard(value) && !/^(\d)\1*$/.test(digitsOf(value)),
        normalise: digitsOf,
      }),
    ),
    ibans: tellsOfParts(
      fromPattern({
        name: "iban",
        possible: (text) =>
          signsOf(text).digits >= 2 &&
          signsOf(text).lettersBeforeDigits &&
          /[a-z]{2}\d{2} ?[a-z0-9]{4} ?[a-z0-9]{4}/i.test(text),
        pattern: /(?<!\w)[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)/i,
        accept: (value) => validator.isIBAN(value),
        normalise: (value) => value.replaceAll(" ", "").toUpperCase(),
      }),
    ),
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
      if ((country === "US" || country === "CA") && !/^(?:1[ .-])?\(?\d{3}[) .-]+\d{3}[ .-]\d{4}$/.test(value))
        continue;
      const number = parsePhoneNumberFromString(value, country);
      if (number?.isValid()) return number;
    }
    return undefined;
  };
  return tellsOfParts(
    fromPattern({
      name: "phone",
      // Seven digits with no more between two of them than the pattern allows.
      possible: (text) => signsOf(text).digits >= 7 && /\d(?:[ ().\/-]{0,4}\d){6}/.test(text),
      pattern: /(?:(?<![\w+])\+|(?<![\w.+/:-])(?:00)?)(?:\(\d{1,5}\)|\d)(?:[ ().\/-]{0,3}\d){6,15}(?![\w-]|\.\d)/,
      accept: (value) => parsed(value)?.isValid() ?? false,
      normalise: (value) => parsed(value)?.number ?? value,
    }),
  );
}
