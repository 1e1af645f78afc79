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

/**
 * What an image counts. Exact at low detail for the models that count in tiles; otherwise its size
 * would have to be known, and 1024 pixels square are assumed.
 */
export function imageTokens(image: unknown, model: string): { tokens: number; exact: boolean } {
  const known = MODELS.find((entry) => entry.model.test(model));
  const { base, tile } = known ?? OTHERS;
  if (isRecord(image) && image.detail === "low") return { tokens: base, exact: known !== undefined };
  return { tokens: base + ASSUMED_TILES * tile, exact: false };
}
