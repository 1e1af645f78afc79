import { Embeddings } from "@langchain/core/embeddings";

/** Words that mean the same to the stand-in. */
const SYNONYMS: Record<string, string> = {
  parcel: "package",
  shipment: "package",
  fetch: "collect",
  "pick-up": "collect",
};

/** A number from -1 to 1 for a word and a place. */
function numberOf(word: string, place: number): number {
  let state = (place + 1) * 0x9e3779b1;
  for (let index = 0; index < word.length; index += 1) state = Math.imul(state ^ word.charCodeAt(index), 0x01000193);
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  return ((state ^ (state >>> 13)) | 0) / 2 ** 31;
}

/** A stand-in for a model: the sum of a direction for each word. It knows a few synonyms and nothing of language. */
export class WordEmbeddings extends Embeddings {
  readonly model = "stand-in";
  /** What was asked, call by call. */
  readonly calls: string[][] = [];

  constructor(readonly dimensions = 48) {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    this.calls.push([...texts]);
    return texts.map((text) => this.vectorOf(text));
  }

  async embedQuery(text: string): Promise<number[]> {
    return this.vectorOf(text);
  }

  get asked(): string[] {
    return this.calls.flat();
  }

  private vectorOf(text: string): number[] {
    const words = text.toLowerCase().match(/[\p{L}\d-]+/gu) ?? [];
    return Array.from({ length: this.dimensions }, (_, place) =>
      words.reduce((sum, word) => sum + numberOf(SYNONYMS[word] ?? word, place), 0),
    );
  }
}
