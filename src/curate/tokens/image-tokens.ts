import { isRecord } from "../../internal/is-record.js";

// https://developers.openai.com/api/docs/guides/images-vision: tokens for an image at low detail,
// and for each tile of 512 pixels beside it at high detail.
const MODELS: readonly { readonly model: RegExp; readonly base: number; readonly tile: number }[] = [
  { model: /gpt-4o-mini/, base: 2833, tile: 5667 },
  { model: /gpt-4o|gpt-4\.1(?!-(?:mini|nano))|gpt-4\.5/, base: 85, tile: 170 },
];
const OTHERS = { base: 85, tile: 170 };
// 1024 pixels square: four tiles.
const ASSUMED_TILES = 4;
// The size stands near the beginning, behind the metadata of a camera at most. In characters of base64.
const BEGINNING = 256 * 1024;

/** Reads the size of an image from the beginning of its bytes. */
export type ImageSize = (bytes: Uint8Array) => { width: number; height: number } | undefined;

/**
 * What an image counts. Exact at low detail for the models that count in tiles, and at high detail for an image
 * that is in the row as base64, whose size is in its bytes; where no detail is asked for, the model chooses, and
 * high is assumed. Of an image that is an address the size is not known: 1024 pixels square are assumed.
 */
export function imageTokens(image: unknown, model: string, sizeOf: ImageSize): { tokens: number; exact: boolean } {
  const known = MODELS.find((entry) => entry.model.test(model));
  const { base, tile } = known ?? OTHERS;
  if (isRecord(image) && image.detail === "low") return { tokens: base, exact: known !== undefined };
  const size = isRecord(image) && typeof image.url === "string" ? embeddedSize(image.url, sizeOf) : undefined;
  const tiles = size === undefined ? ASSUMED_TILES : tilesOf(size.width, size.height);
  const chosen = isRecord(image) && image.detail === "high";
  return { tokens: base + tiles * tile, exact: known !== undefined && size !== undefined && chosen };
}

function embeddedSize(url: string, sizeOf: ImageSize) {
  const comma = url.indexOf(",");
  if (comma < 0 || comma > 200 || !/^data:[^,]*;base64$/i.test(url.slice(0, comma))) return undefined;
  const size = sizeOf(Buffer.from(url.slice(comma + 1, comma + 1 + BEGINNING), "base64"));
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

/** Scaled to fit into 2048 pixels square, then to 768 on the shorter side; both only make it smaller. */
function tilesOf(width: number, height: number): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const [fitWidth, fitHeight] = [Math.floor(width * fit), Math.floor(height * fit)];
  const scale = Math.min(1, 768 / Math.min(fitWidth, fitHeight));
  return Math.ceil(Math.floor(fitWidth * scale) / 512) * Math.ceil(Math.floor(fitHeight * scale) / 512);
}
