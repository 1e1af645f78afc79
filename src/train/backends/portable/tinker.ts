import { stringifyExact } from "../../../internal/exact-json.js";
import type { InferenceTarget } from "../../backend.js";
import type { TrainingExample } from "../../../types.js";
import { answerTextOf, textWithRefusals } from "../shared/conversation.js";
import { defined } from "../shared/read.js";
import script from "./tinker_train.py";
import { settingsOf, type Trainer, type TrainingPlan } from "./trainer.js";

/**
 * The supervised loop of tinker-cookbook (commit 9dfcc3a2 of 2026-08-19), which trains at a service: Tinker, or Baseten
 * Loops, whose package has the same names. A row is the cookbook's conversation; what is learned is marked in each
 * message as `trainable`.
 */
const loop: Omit<Trainer, "title" | "install"> = {
  methods: ["supervised"],
  // Of several targets the earlier ones would see another prompt than when they are asked, with renderers that leave
  // out what was thought before; so the cookbook itself warns.
  loss: ({ trainOn }) => (trainOn === "all" ? "weights" : "last"),
  rules: { preference: false, unpaired: false },
  measures: true,
  convert: (row) => cookbookRow(row as TrainingExample),
  files(plan) {
    const { options, training, validation, output, seed } = plan;
    const { maxLength } = settingsOf(plan);
    const config = {
      model: options.model,
      renderer: options.template ?? null,
      from: plan.from ?? null,
      max_length: maxLength,
      batch_size: batchSizeOf(plan),
      seed,
      training_file: training,
      validation_file: validation ?? null,
      output,
      training: trainingOf(plan),
      ...options.config,
    };
    return { "config.json": `${JSON.stringify(config, null, 2)}\n`, "train.py": script };
  },
  command: () => "python train.py",
};

/** Thinking Machines' Tinker: https://tinker-docs.thinkingmachines.ai */
export const tinker: Trainer = {
  title: "Tinker",
  install: "pip install tinker-cookbook, and TINKER_API_KEY",
  ...loop,
  service: {
    billed: "Tinker bills training and calls by their tokens, and keeps the last checkpoint until it is deleted.",
    // https://tinker-docs.thinkingmachines.ai/inference/openai/overview, read on 2026-11-28.
    inference: (model): InferenceTarget => ({
      package: "@langchain/openai",
      class: "ChatOpenAI",
      fields: {
        model,
        configuration: { baseURL: "https://tinker.thinkingmachines.dev/services/tinker-prod/oai/api/v1" },
      },
      apiKey: { field: "apiKey", variable: "TINKER_API_KEY" },
    }),
  },
};

/** Baseten Loops, which runs Tinker's scripts: https://docs.baseten.co/loops/tinker-compatibility */
export const loops: Trainer = {
  title: "Baseten Loops",
  install: "uv add 'baseten-loops[tinker]' tinker-cookbook (without the package tinker), and BASETEN_API_KEY",
  ...loop,
  service: {
    billed: "Baseten bills the trainer while it runs, and a deployment of the checkpoint from its start to its end.",
  },
};

function trainingOf(plan: TrainingPlan) {
  const { options, epochs, evaluateEvery } = plan;
  const { lora } = settingsOf(plan);
  return defined({
    // Its own default is what the cookbook recommends for adapters at Tinker.
    learning_rate: options.learningRate ?? 1e-4,
    num_epochs: epochs,
    lora_rank: lora?.rank,
    eval_every: evaluateEvery,
  });
}

function batchSizeOf(plan: TrainingPlan): number {
  const { perDeviceBatchSize, gradientAccumulation } = settingsOf(plan);
  return perDeviceBatchSize * gradientAccumulation;
}

/** A row of the cookbook: messages with `trainable`, and the tools as text, because every row has others. */
function cookbookRow({ messages, tools }: TrainingExample): object {
  return {
    messages: messages.map((message) => {
      if (message.role === "assistant") {
        return defined({
          role: "assistant",
          content: answerTextOf(message),
          tool_calls: message.tool_calls,
          trainable: message.weight !== 0,
        });
      }
      return defined({
        role: message.role === "developer" ? "system" : message.role,
        content: textWithRefusals(message.content),
        tool_call_id: message.role === "tool" ? message.tool_call_id : undefined,
        trainable: false,
      });
    }),
    ...(tools && tools.length > 0 && { tools: stringifyExact(tools) }),
  };
}
