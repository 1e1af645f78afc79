import { yamlText } from "../shared/yaml.js";
import { labelWeights, trlCommand } from "../trl/config.js";
import { renderTrlRow } from "../trl/rows.js";
import { settingsOf, type Trainer, type TrainingPlan } from "./trainer.js";

/** Hugging Face TRL 1.13: https://huggingface.co/docs/trl/clis */
export const trl: Trainer = {
  title: "TRL",
  install: 'pip install "trl[peft]"',
  methods: ["supervised", "preference", "unpaired"],
  loss: ({ trainOn }) => (trainOn === "all" ? "completion" : "last"),
  // Chat templates of models that reason render it under this name.
  rules: { reasoning: "reasoning_content" },
  measures: true,
  convert: (row, _, template) => renderTrlRow(row as Parameters<typeof renderTrlRow>[0], template?.forms),
  labelWeights: ({ config = {} }) => labelWeights({ config }),
  async files(plan) {
    const { options, method, training, validation, output, epochs, seed } = plan;
    const { lora, learningRate, perDeviceBatchSize, gradientAccumulation, maxLength } = settingsOf(plan);
    const dataset = (file: string, split: string) => ({ path: "json", data_files: { [split]: file }, split });
    const config = {
      model_name_or_path: options.model,
      datasets: [dataset(training, "train"), ...(validation === undefined ? [] : [dataset(validation, "test")])],
      ...(validation === undefined ? {} : measuring(plan)),
      output_dir: output,
      num_train_epochs: epochs,
      seed,
      learning_rate: learningRate,
      per_device_train_batch_size: perDeviceBatchSize,
      gradient_accumulation_steps: gradientAccumulation,
      // TRL's own defaults cut rows at 1024 tokens and load the model in 32 bits.
      max_length: maxLength,
      dtype: "auto",
      ...(method === "supervised" && options.trainOn === "all" ? { assistant_only_loss: true } : {}),
      ...(lora === undefined
        ? {}
        : {
            use_peft: true,
            lora_r: lora.rank,
            lora_alpha: lora.alpha,
            lora_dropout: lora.dropout,
            lora_target_modules: "all-linear",
          }),
      report_to: "none",
      ...options.config,
    };
    return { "config.yaml": await yamlText(config) };
  },
  command: ({ method }) => `trl ${trlCommand(method)} --config config.yaml`,
};

function measuring({ evaluateEvery }: TrainingPlan) {
  return evaluateEvery === undefined
    ? { eval_strategy: "epoch" }
    : { eval_strategy: "steps", eval_steps: evaluateEvery, save_strategy: "steps", save_steps: evaluateEvery };
}
