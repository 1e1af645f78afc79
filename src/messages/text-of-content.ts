import { arrayOf, isRecord } from "../internal/is-record.js";

/** What joins the texts of a content, and what stands for its other parts. */
export interface TextOfContentOptions {
  /** @default "" */
  between?: string;
  /**
   * The text for a part that has none, an image say; `undefined` leaves the part out.
   * @default leaves them out
   */
  other?: (part: Record<string, unknown>, index: number) => string | undefined;
}

/** The text of a message's content: a text as it is, of parts their texts joined, nothing for no content. */
export function textOfContent(content: unknown, { between = "", other }: TextOfContentOptions = {}): string {
  if (typeof content === "string") return content;
  const texts = arrayOf(content).map((part, index) => {
    if (!isRecord(part)) return undefined;
    return typeof part.text === "string" ? part.text : other?.(part, index);
  });
  return texts.filter((text) => text !== undefined).join(between);
}
