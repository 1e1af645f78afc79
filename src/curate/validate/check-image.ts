import { isRecord } from "../../internal/is-record.js";
import type { RowContext } from "./row-context.js";
import { excerpt, typeName } from "./wording.js";

const DETAILS = ["auto", "low", "high"];
// An address that names another format; one that names none may still give an image.
const EXTENSION = /\.(pdf|gif|bmp|tiff?|svg|heic|avif|ico|psd|docx?|mp4|mov|mp3|wav|txt|html?|json)$/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Checks one image part. False when something is wrong with it. */
export function checkImage(image: unknown, path: string, context: RowContext): boolean {
  const { rules } = context;
  if (rules.images === false) {
    context.report("image-unsupported", path, `${rules.name} does not train on images.`);
    return false;
  }
  if (context.form === "preference" && rules.images.pairs === false) {
    context.report("image-unsupported", path, `${rules.name} trains preference pairs on text only.`);
    return false;
  }
  context.images += 1;
  if (context.images === rules.images.perRow + 1) {
    context.report("image-count", path, `More than ${rules.images.perRow} images in one row.`);
  }
  if (!isRecord(image)) {
    context.report(
      "image-shape",
      image === undefined ? path : `${path}.image_url`,
      `image_url must be an object with a url, not ${typeName(image)}.`,
    );
    return false;
  }
  const at = `${path}.image_url`;
  const { url, detail } = image;
  let valid = true;
  if (detail !== undefined && !DETAILS.includes(detail as string)) {
    context.report("image-detail", `${at}.detail`, `detail is auto, low or high, not ${excerpt(detail)}.`);
    valid = false;
  }
  for (const key of Object.keys(image)) {
    if (key !== "url" && key !== "detail") context.report("part-key", at, `image_url has no key ${excerpt(key)}.`);
  }
  if (url === undefined) {
    context.report("image-shape", at, "image_url has no url.");
    return false;
  }
  if (typeof url !== "string") {
    context.report("image-url", `${at}.url`, `url must be a string, not ${typeName(url)}.`);
    return false;
  }
  return checkAddress(url, `${at}.url`, context, rules.images) && valid;
}

function checkAddress(
  url: string,
  path: string,
  context: RowContext,
  limits: { maxBytes: number; mediaTypes: readonly string[]; addresses?: boolean },
): boolean {
  if (/^data:/i.test(url)) return checkDataUrl(url, path, context, limits);
  if (limits.addresses === false) {
    context.report("image-url", path, `${context.rules.name} takes images as base64 data URLs only.`);
    return false;
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:") || parsed.hostname === "") {
    context.report(
      "image-url",
      path,
      `An image is given by an http or https address or a base64 data URL, not ${excerpt(url)}.`,
    );
    return false;
  }
  const extension = EXTENSION.exec(parsed.pathname)?.[1];
  if (extension !== undefined) {
    context.report(
      "image-media-type",
      path,
      `${extension.toUpperCase()} is not among ${limits.mediaTypes.join(", ")}.`,
    );
    return false;
  }
  return true;
}

function checkDataUrl(
  url: string,
  path: string,
  context: RowContext,
  limits: { maxBytes: number; mediaTypes: readonly string[] },
): boolean {
  const comma = url.indexOf(",");
  const head = comma < 0 || comma > 200 ? undefined : /^data:([^;,]*)(?:;[^;,]*)*;base64$/i.exec(url.slice(0, comma));
  if (!head) {
    context.report("image-url", path, "A data URL must read data:<media type>;base64,<data>.");
    return false;
  }
  const mediaType = (head[1] ?? "").toLowerCase();
  const known = mediaType === "image/jpg" ? "image/jpeg" : mediaType;
  if (!limits.mediaTypes.includes(known)) {
    context.report("image-media-type", path, `${excerpt(mediaType)} is not among ${limits.mediaTypes.join(", ")}.`);
    return false;
  }
  if (!BASE64.test(url.slice(comma + 1))) {
    context.report("image-data", path, "The data of a data URL must be base64.");
    return false;
  }
  const length = url.length - comma - 1;
  const bytes = Math.floor((length * 3) / 4) - (url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0);
  if (bytes <= 0) {
    context.report("image-data", path, "The data URL holds no data.");
    return false;
  }
  if (bytes > limits.maxBytes) {
    context.report("image-too-large", path, `An image of ${bytes} bytes; ${limits.maxBytes} are allowed.`);
    return false;
  }
  return true;
}
