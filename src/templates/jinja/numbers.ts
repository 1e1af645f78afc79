// Python's numbers: how they print and how they are computed with.
import { fail, overLimit } from "./failure.js";
import { isFloat, numberOf, PyFloat, typeName, type Value } from "./values.js";

/** A computed float as a value: whole ones keep that they are floats. */
export function floatOf(value: number): Value {
  return Number.isInteger(value) || !Number.isFinite(value) ? new PyFloat(value) : value;
}

/** A computed int as a value: a plain number as long as that is exact. */
export function integerOf(value: number | bigint): Value {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : BigInt(value);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** `repr` of a float: the shortest digits, an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

export function integerText(value: number | bigint): string {
  return typeof value === "bigint" || Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
}

/** `left operator right` where both are numbers; nothing where one is none. */
export function arithmetic(operator: string, left: Value, right: Value): Value | undefined {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (one === undefined || other === undefined) return undefined;
  if (operator === "/") return divide(Number(one), Number(other));
  if (isFloat(left) || isFloat(right)) return floatOf(onFloats(operator, Number(one), Number(other)));
  return onIntegers(operator, one, other);
}

function divide(left: number, right: number): Value {
  return right === 0 ? fail("division by zero") : floatOf(left / right);
}

function onFloats(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return right === 0 ? fail("float floor division by zero") : Math.floor(left / right);
    case "%":
      return right === 0 ? fail("float modulo") : modulo(left, right);
    default:
      if (left === 0 && right < 0) return fail("0.0 cannot be raised to a negative power");
      return left ** right;
  }
}

const modulo = (left: number, right: number) => {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
};

function onIntegers(operator: string, left: number | bigint, right: number | bigint): Value {
  if (operator === "**") return power(left, right);
  if ((operator === "//" || operator === "%") && Number(right) === 0) return fail("integer modulo by zero");
  if (typeof left === "number" && typeof right === "number") {
    const quick = onSmall(operator, left, right);
    if (Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
  }
  const [one, other] = [BigInt(left), BigInt(right)];
  switch (operator) {
    case "+":
      return integerOf(one + other);
    case "-":
      return integerOf(one - other);
    case "*":
      return integerOf(one * other);
    case "//": {
      const quotient = one / other;
      return integerOf(one % other !== 0n && one < 0n !== other < 0n ? quotient - 1n : quotient);
    }
    default: {
      const rest = one % other;
      return integerOf(rest !== 0n && rest < 0n !== other < 0n ? rest + other : rest);
    }
  }
}

function onSmall(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "//":
      return Math.floor(left / right);
    default:
      return modulo(left, right);
  }
}

const LARGEST_POWER = 10_000;

function power(left: number | bigint, right: number | bigint): Value {
  if (right < 0)
    return Number(left) === 0 ? fail("0 cannot be raised to a negative power") : floatOf(Number(left) ** Number(right));
  if (right > LARGEST_POWER) return overLimit(`An exponent above ${LARGEST_POWER} is not computed.`);
  return integerOf(BigInt(left) ** BigInt(right));
}

/** `-value` or `+value`. */
export function signed(operator: "-" | "+", value: Value): Value {
  const number = numberOf(value);
  if (number === undefined) return fail(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const result = operator === "-" ? -number : number;
  if (isFloat(value)) return floatOf(Number(result));
  return result === 0 ? 0 : result;
}

/** `round(value, precision, method)` of Jinja, which is a float. Halves go to the even digit, as in Python. */
export function rounded(value: number, precision: number, method: string): Value {
  if (method === "common") return floatOf(roundHalfEven(value, precision));
  const scale = 10 ** precision;
  return floatOf((method === "ceil" ? Math.ceil(value * scale) : Math.floor(value * scale)) / scale);
}

function roundHalfEven(value: number, precision: number): number {
  if (!Number.isFinite(value)) return value;
  if (precision < 0) {
    const scale = 10 ** -precision;
    return halfEven(value / scale) * scale;
  }
  if (precision === 0) return halfEven(value);
  // toFixed takes the exact binary value, so that a tie is one in truth; at a tie it goes away from zero.
  const text = value.toFixed(Math.min(precision, 100));
  const exact = Math.abs(value) < 1e21 ? value.toFixed(Math.min(100, precision + 30)) : text;
  const rest = exact.slice(exact.indexOf(".") + 1 + precision);
  if (!/^50*$/.test(rest)) return Number(text);
  const kept = exact.slice(0, exact.indexOf(".") + 1 + precision);
  return Number(/[02468]$/.test(kept) ? kept : text);
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `f"{value:.{precision}f}"`. */
export function fixedText(value: number, precision: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value < 0 || Object.is(value, -0)) return `-${fixedText(-value, precision)}`;
  if (value === Infinity) return "inf";
  if (value >= 1e21) return `${BigInt(value)}${precision > 0 ? `.${"0".repeat(precision)}` : ""}`;
  return roundHalfEven(value, precision).toFixed(precision);
}

/** `round(value, -digits)` of an int: to tens, hundreds, … */
export function roundedToTens(value: number | bigint, digits: number): Value {
  if (digits > 400) return 0;
  const scale = 10n ** BigInt(digits);
  const whole = BigInt(value);
  const rest = ((whole % scale) + scale) % scale;
  const floor = whole - rest;
  const up = rest * 2n > scale || (rest * 2n === scale && (floor / scale) % 2n !== 0n);
  return integerOf(up ? floor + scale : floor);
}
