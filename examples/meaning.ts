// Rows compared by what they mean: near duplicates in other words go, and a small sample shows all topics.
//
// The embeddings are a stand-in that counts words and knows three synonyms, so nothing is downloaded or paid for. Put a
// model in its place: new OpenAIEmbeddings({ model: "text-embedding-3-small" }), or any other of LangChain.
import { Embeddings } from "@langchain/core/embeddings";
import { curate, markClusters, sampleExamples, sourceOf, type TrainingExample } from "langsmith-finetune";

const synonyms: Record<string, string> = { parcel: "package", shipment: "package", cash: "money" };
class WordCounts extends Embeddings {
  readonly model = "word-counts";
  readonly places = new Map<string, number>();

  constructor() {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return texts.map((text) => {
      const vector = new Array<number>(200).fill(0);
      for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
        const known = synonyms[word] ?? word;
        const place = this.places.get(known) ?? this.places.size;
        this.places.set(known, place);
        vector[place % 200] = (vector[place % 200] ?? 0) + 1;
      }
      return vector;
    });
  }

  async embedQuery(text: string): Promise<number[]> {
    return (await this.embedDocuments([text]))[0] ?? [];
  }
}

const row = (question: string, answer: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const onTheWay = "It left our warehouse this morning and comes tomorrow before noon.";
const rows = [
  row("Where is my parcel?", onTheWay),
  row("Where is my shipment?", onTheWay),
  row("Where is my parcel now?", "It waits for you at the post office in Elm Street."),
  row("How do I get my money back?", "Send the shoes back in their box within thirty days."),
  row("How do I get my cash back?", "Send the shoes back in their box within thirty days."),
  row("Which login password do I use?", "The one that you chose when you opened your account."),
];
const embeddings = new WordCounts();

// 1. What says the same in other words is learned once; the same question with another answer stays.
const { train } = await curate(rows, {
  deduplicate: { semantic: { embeddings, threshold: 0.9 } },
  onSkip: ({ line, code, message }) => console.log(`left out ${line}: ${code}: ${message}`),
});

// 2. What the rows are about.
for await (const one of markClusters(train, { embeddings, text: "prompt", clusters: 3 }))
  console.log(`cluster ${sourceOf(one).cluster}: ${String(one.messages[0]?.content)}`);

// 3. Three rows, one of each topic.
const sample = sampleExamples(train, { size: 3, diverse: { embeddings, text: "prompt", clusters: 3 } });
for await (const one of sample) console.log(`chosen: ${String(one.messages[0]?.content)}`);
