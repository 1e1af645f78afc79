import { canonicalNumber, ExactNumber } from "./exact-json.js";
import { isRecord } from "./is-record.js";

/** Beyond this depth two values count as different: tool schemas and arguments do not go there. */
const MAXIMUM_DEPTH = 128;

/**
 * True for equal JSON values, whatever the order of their keys. Numbers may differ by `tolerance` of the larger one.
 */
export function sameJson(left: unknown, right: unknown, tolerance = 0, depth = 0): boolean {
  if (left === right) return true;
  // One of the two may have been read exactly, and the other by JSON.parse.
  if (isNumber(left) && isNumber(right)) return sameNumber(left, right, tolerance);
  if (depth > MAXIMUM_DEPTH) return false;
  if (Array.isArray(left) && Array.isArray(right))
    return (
      left.length === right.length && left.every((item, index) => sameJson(item, right[index], tolerance, depth + 1))
    );
  if (!isRecord(left) || !isRecord(right) || isNumber(left) || isNumber(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key], tolerance, depth + 1));
}

/**
 * True for equal JSON values whose keys have the same order, and so the same text. It is what caches compare by: cheaper
 * than {@link sameJson}, and a false costs no more than the work again.
 */
export function sameJsonInOrder(left: unknown, right: unknown, depth = 0): boolean {
  if (left === right) return true;
  if (depth > MAXIMUM_DEPTH) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    for (let index = 0; index < left.length; index += 1)
      if (!sameJsonInOrder(left[index], right[index], depth + 1)) return false;
    return true;
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  if (left instanceof ExactNumber || right instanceof ExactNumber)
    return left instanceof ExactNumber && right instanceof ExactNumber && left.text === right.text;
  const keys = Object.keys(left);
  const others = Object.keys(right);
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? "";
    if (key !== others[index] || !sameJsonInOrder(left[key], right[key], depth + 1)) return false;
  }
  return true;
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === "number" || value instanceof ExactNumber;
}

function sameNumber(left: number | ExactNumber, right: number | ExactNumber, tolerance: number): boolean {
  if (left instanceof ExactNumber && right instanceof ExactNumber && tolerance === 0)
    return canonicalNumber(left.text) === canonicalNumber(right.text);
  const [one, other] = [Number(left), Number(right)];
  return one === other || Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other));
}
