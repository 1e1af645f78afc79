// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { deduplicate, sampleExamples } from "../dist/index.js";

const [count, dimensions, index] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const TOPICS = 200;

function generator(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}
/** Numbers around 0, nearly as a normal distribution has them. */
function directionOf(seed) {
  const random = generator(seed);
  return Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
}
const topics = Array.from({ length: TOPICS }, (_, topic) => directionOf(1e6 + topic));

/**
 * A stand-in for a model: a text names its topic, what is its own, and how far it is from that. Two texts of a topic have a cosine of about
 * 0.6, and twins one from 0.9 to 1, as paraphrases have with real models.
 */
const embeddings = {
  model: "stand-in",
  embedQuery: async () => [],
  embedDocuments: async (texts) =>
    texts.map((text) => {
      const [topic, own, noise, number] = text.match(/[\d.]+/g).map(Number);
      const [base, self, other] = [topics[topic], directionOf(own), directionOf(2e9 + number)];
      return Float32Array.from(base, (value, place) => value + 0.8 * self[place] + noise * other[place]);
    }),
};

function* rows() {
  const random = generator(5);
  const before = [];
  for (let number = 0; number < count; number += 1) {
    const twin = number > 100 && random() < 0.1 ? before[Math.floor(random() * before.length)] : undefined;
    const [topic, own] = twin ?? [Math.floor(random() * TOPICS), number];
    if (!twin) before.push([topic, own]);
    const noise = twin ? 0.6 * random() : 0;
    yield {
      messages: [
        { role: "user", content: `topic ${topic} own ${own} noise ${noise.toFixed(4)} number ${number}` },
        { role: "assistant", content: "It left our warehouse this morning and comes tomorrow." },
      ],
    };
  }
}

const settings = { embeddings, text: (row) => row.messages[0].content };
const gone = [];
const began = Date.now();
let kept = 0;
if (index === "diverse") {
  for await (const row of sampleExamples(rows(), { size: 1000, diverse: settings })) if (row) kept += 1;
} else {
  const options = { exact: false, semantic: { ...settings, threshold: 0.95, index } };
  for await (const row of deduplicate(rows(), { ...options, onSkip: ({ line }) => gone.push(line) }))
    if (row) kept += 1;
}
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    kept,
    gone,
    megabytes: process.resourceUsage().maxRSS / 1024,
    seconds: (user + system) / 1e6,
    elapsed: (Date.now() - began) / 1000,
  }),
);
