// What a model thought: where TRL's own tokenised rows carry loss on it, under each policy.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { curate, type TrainingExample } from "langsmith-finetune";
import { trl } from "langsmith-finetune/backends/trl";
import { learnedOf, writeJob, writeOnly } from "./look.js";
import { check } from "./report.js";

interface Place {
  model: string;
  python: string;
  directory: string;
}

/** Writes every thought, of earlier turns too. */
const TEMPLATE = `{%- for message in messages %}
{%- if message.role == 'assistant' %}<|im_start|>assistant
{% generation %}{% if message.reasoning_content %}<think>{{ message.reasoning_content }}</think>
{% endif %}{{ message.content }}<|im_end|>{% endgeneration %}
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}
`;

const thought = (content: string, reasoning_content: string, weight?: 0) =>
  ({ role: "assistant", content, reasoning_content, ...(weight === 0 && { weight }) }) as const;

/** Both answers are learned, or the last alone. */
const rows: TrainingExample[] = [
  {
    messages: [
      { role: "user", content: "One?" },
      thought("zaq", "zthinkaq"),
      { role: "user", content: "Two?" },
      thought("zbq", "zthinkbq"),
    ],
  },
  {
    messages: [
      { role: "user", content: "Three?" },
      thought("zcq", "zthinkcq", 0),
      { role: "user", content: "Four?" },
      thought("zdq", "zthinkdq"),
    ],
  },
];

const POLICIES = ["drop", "keep", "last"] as const;
/** By policy: the thoughts that are learned, and those that stand in a history without loss. */
const WANTED = {
  drop: { learned: [], history: [] },
  keep: { learned: ["a", "b", "d"], history: ["c"] },
  last: { learned: ["a", "b", "d"], history: [] },
} as const;

export async function checkThoughts({ model, python, directory }: Place): Promise<void> {
  await mkdir(directory, { recursive: true });
  const template = join(directory, "thinks.jinja");
  await writeFile(template, TEMPLATE);
  const jobs: { folder: string; reasoning: (typeof POLICIES)[number]; trainOn: "last" | "all" }[] = [];
  for (const reasoning of POLICIES) {
    for (const trainOn of ["last", "all"] as const) {
      const backend = trl({
        model,
        template,
        directory,
        runner: writeOnly,
        lora: false,
        trainOn,
        config: { use_cpu: true, chat_template_path: template },
      });
      const { train } = await curate(rows, { backend, reasoning, deduplicate: false });
      jobs.push({ folder: await writeJob({ examples: train, backend }), reasoning, trainOn });
    }
  }
  const seen = await learnedOf(
    python,
    "sft",
    jobs.map(({ folder }) => folder),
  );
  for (const [index, { reasoning, trainOn }] of jobs.entries()) {
    const { rows: learned = [], error } = seen[index] ?? {};
    check(error === undefined, `TRL takes the rows${error ? `: ${error}` : ""}`, true);
    const all = learned.flatMap((row) => row.learned);
    const times = (texts: readonly string[], letter: string) =>
      texts.reduce((sum, text) => sum + text.split(`zthink${letter}q`).length - 1, 0);
    const wanted = WANTED[reasoning];
    const texts = learned.map(({ text }) => text);
    for (const letter of ["a", "b", "c", "d"]) {
      const own = (wanted.learned as readonly string[]).includes(letter);
      const kept = own || (wanted.history as readonly string[]).includes(letter);
      check(
        times(all, letter) === (own ? 1 : 0),
        `${reasoning}, ${trainOn}: the thought ${letter} carries loss ${own ? "once" : "nowhere"} (${times(all, letter)} times)`,
        true,
      );
      const standing = times(texts, letter);
      // In a row for each target, the first thought is history of the second row.
      const again = reasoning === "keep" && trainOn === "last" && letter === "a" ? 1 : 0;
      check(
        standing === (kept ? 1 + again : 0),
        `${reasoning}, ${trainOn}: the thought ${letter} stands in ${standing} rows`,
        true,
      );
    }
    check(
      ["zaq", "zbq", "zdq"].every((word) => all.filter((text) => text.includes(word)).length === 1) &&
        !all.some((text) => text.includes("zcq")),
      `reasoning: "${reasoning}", trainOn: "${trainOn}": thoughts carry loss in ${wanted.learned.length} of 3 targets and stand in ${wanted.history.length} histories of answers that are not learned, as the policy says`,
    );
  }
}
