import { yamlText } from "../shared/yaml.js";
import { InvalidOptionError } from "../../../errors.js";
import type { AssistantTrainingMessage, OpenAITool, TrainingMessage, UnpairedExample } from "../../../types.js";
import { unpairedMessages } from "../../../internal/row-kind.js";
import { isPreference, isUnpaired } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";
import { defined } from "../shared/read.js";
import { answer, conversation } from "./llama-factory-turns.js";
import { settingsOf, type Trainer, type TrainingPlan, weightIn } from "./trainer.js";
import { stringifyExact } from "../../../internal/exact-json.js";

/**
 * LLaMA-Factory's ShareGPT form: turns of the two sides must alternate, or it leaves the row out
 * with no more than a line in its log; such rows are refused here. Its "openai" form is not used,
 * because it adds words of its own to system prompts and drops the text beside calls. Text beside calls stands before
 * the calls in `<tool_call>`, which its formatter of functions takes since 0.9.5. Read in `converter.py`,
 * `formatter.py` and `template.py` of `src/llamafactory/data` at 0.9.5 and at ff6d4d1 (2026-08-18).
 */
export const llamaFactory: Trainer = {
  title: "LLaMA-Factory",
  install: 'pip install "llamafactory>=0.9.5"',
  methods: ["supervised", "preference", "unpaired"],
  // `mask_history` leaves out every answer but the last; without it all of them are learned.
  loss: ({ trainOn }) => (trainOn === "all" ? "all" : "last"),
  rules: {},
  measures: true,
  stopsEarly: true,
  labelWeights: (options) => ({
    desirableWeight: weightIn(options, "kto_chosen_weight"),
    undesirableWeight: weightIn(options, "kto_rejected_weight"),
  }),
  convert(row, { template }) {
    if (isUnpaired(row)) return unpaired(row, template);
    if (isPreference(row)) {
      const { messages, tools } = row.input;
      const { system, turns } = conversation(messages, "$.input.messages", template);
      if (turns.length % 2 === 0)
        throw new InconvertibleRowError(
          "$.input.messages",
          "user-not-last",
          "LLaMA-Factory wants the user's turn, or a tool's, last before the answers.",
        );
      return defined({
        conversations: turns,
        chosen: answer(row.preferred_output[0], "$.preferred_output[0]", template),
        rejected: answer(row.non_preferred_output[0], "$.non_preferred_output[0]", template),
        system,
        tools: toolsOf(tools),
      });
    }
    const { system, turns } = conversation(row.messages, "$.messages", template);
    if (turns.length % 2 === 1)
      throw new InconvertibleRowError(
        "$.messages",
        "assistant-not-last",
        "LLaMA-Factory wants the assistant's answer last.",
      );
    return defined({ conversations: turns, system, tools: toolsOf(row.tools) });
  },
  async files(plan) {
    const { options, method, training, validation, output, epochs, seed } = plan;
    const { lora, learningRate, perDeviceBatchSize, gradientAccumulation, maxLength } = settingsOf(plan);
    if (options.template === undefined) {
      throw new InvalidOptionError({
        option: "template",
        value: undefined,
        message: "LLaMA-Factory needs to know which chat template the model has.",
        hint: 'Pass template: "qwen3", "llama3", …, as in its list of supported models.',
      });
    }
    const description = (file: string) => ({
      file_name: file,
      formatting: "sharegpt",
      ...(method === "preference" ? { ranking: true } : {}),
      columns: {
        messages: "conversations",
        system: "system",
        tools: "tools",
        ...(method === "preference" ? { chosen: "chosen", rejected: "rejected" } : {}),
        ...(method === "unpaired" ? { kto_tag: "kto_tag" } : {}),
      },
    });
    const datasets = {
      train: description(training),
      ...(validation === undefined ? {} : { validation: description(validation) }),
    };
    const config = {
      model_name_or_path: options.model,
      stage: STAGES[method],
      do_train: true,
      finetuning_type: lora === undefined ? "full" : "lora",
      ...(lora === undefined
        ? {}
        : { lora_rank: lora.rank, lora_alpha: lora.alpha, lora_dropout: lora.dropout, lora_target: "all" }),
      dataset_dir: ".",
      dataset: "train",
      ...(validation === undefined ? {} : { eval_dataset: "validation", ...measuring(plan) }),
      template: options.template,
      cutoff_len: maxLength,
      ...(method === "supervised" && options.trainOn !== "all" ? { mask_history: true } : {}),
      output_dir: output,
      num_train_epochs: epochs,
      seed,
      learning_rate: learningRate,
      per_device_train_batch_size: perDeviceBatchSize,
      gradient_accumulation_steps: gradientAccumulation,
      report_to: "none",
      ...options.config,
    };
    return { "config.yaml": await yamlText(config), "dataset_info.json": `${JSON.stringify(datasets, null, 2)}\n` };
  },
  command: () => "llamafactory-cli train config.yaml",
};

const STAGES = { supervised: "sft", preference: "dpo", unpaired: "kto", reinforcement: "ppo" } as const;

/** Early stopping looks at the best loss, which is known where checkpoints and measurements fall together. */
function measuring({ evaluateEvery, earlyStopping }: TrainingPlan) {
  if (evaluateEvery === undefined && earlyStopping === undefined) return { eval_strategy: "epoch" };
  const every = evaluateEvery ?? 100;
  return {
    eval_strategy: "steps",
    eval_steps: every,
    save_steps: every,
    ...(earlyStopping && {
      early_stopping_steps: earlyStopping.patience ?? 3,
      metric_for_best_model: "eval_loss",
      greater_is_better: false,
    }),
  };
}

/** The prompt and the answer as one conversation, and whether it was a good one. */
function unpaired({ prompt, completion, label, tools }: UnpairedExample, template: string | undefined) {
  const before = unpairedMessages(prompt, "user") as TrainingMessage[];
  const [said] = unpairedMessages(completion, "assistant") as AssistantTrainingMessage[];
  const { system, turns } = conversation(before, "$.prompt", template);
  if (turns.length % 2 === 0)
    throw new InconvertibleRowError(
      "$.prompt",
      "user-not-last",
      "LLaMA-Factory wants the user's turn, or a tool's, last before the answer.",
    );
  if (said === undefined) throw new InconvertibleRowError("$.completion", "assistant-not-last", "There is no answer.");
  return defined({
    conversations: [...turns, answer(said, "$.completion[0]", template)],
    kto_tag: label,
    system,
    tools: toolsOf(tools),
  });
}

function toolsOf(tools: readonly OpenAITool[] | undefined): string {
  if (tools === undefined || tools.length === 0) return "";
  // Its tool formatters read `parameters` of each without asking whether it is there.
  const bare = { type: "object", properties: {} };
  return stringifyExact(tools.map(({ function: one }) => ({ ...one, parameters: one.parameters ?? bare }))) ?? "";
}
