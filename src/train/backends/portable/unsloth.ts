import { renderTrlRow } from "../trl/rows.js";
import script from "./unsloth_train.py";
import { settingsOf, type Trainer } from "./trainer.js";

/**
 * Unsloth has no command that reads rows with tools, so the job is a script. It applies the model's
 * own chat template and counts the loss on the last answer alone. https://docs.unsloth.ai
 */
export const unsloth: Trainer = {
  title: "Unsloth",
  install: "pip install unsloth",
  methods: ["supervised"],
  loss: () => "last",
  // Its script applies the chat template to the messages as they are.
  rules: { preference: false, unpaired: false, reasoning: "reasoning_content" },
  convert: (row, _, template) => renderTrlRow(row as Parameters<typeof renderTrlRow>[0], template?.forms),
  files(plan) {
    const { options, training, validation, output, epochs, seed } = plan;
    const { lora, learningRate, perDeviceBatchSize, gradientAccumulation, maxLength } = settingsOf(plan);
    const config = {
      model: options.model,
      max_length: maxLength,
      load_in_4bit: false,
      lora: lora ?? null,
      seed,
      training_file: training,
      validation_file: validation ?? null,
      output,
      training: {
        output_dir: `${output}-checkpoints`,
        num_train_epochs: epochs,
        seed,
        learning_rate: learningRate,
        per_device_train_batch_size: perDeviceBatchSize,
        gradient_accumulation_steps: gradientAccumulation,
        logging_steps: 10,
        save_strategy: "epoch",
        report_to: "none",
      },
      ...options.config,
    };
    return { "config.json": `${JSON.stringify(config, null, 2)}\n`, "train.py": script };
  },
  command: () => "python train.py",
};
