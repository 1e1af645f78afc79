import { renderTrlRow } from "../trl/rows.js";
import { settingsOf, type Trainer } from "./trainer.js";

/**
 * Unsloth has no command that reads rows with tools, so the job is a script. It applies the model's
 * own chat template and counts the loss on the last answer alone. https://docs.unsloth.ai
 */
export const unsloth: Trainer = {
  title: "Unsloth",
  install: "pip install unsloth",
  methods: ["supervised"],
  rules: { preference: false },
  convert: (row) => renderTrlRow(row as Parameters<typeof renderTrlRow>[0], "last"),
  files(plan) {
    const { options, training, validation, output, epochs, seed } = plan;
    const { lora, learningRate, batchSize, gradientAccumulation, maxLength } = settingsOf(plan);
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
        per_device_train_batch_size: batchSize,
        gradient_accumulation_steps: gradientAccumulation,
        logging_steps: 10,
        save_strategy: "epoch",
        report_to: "none",
      },
      ...options.config,
    };
    return { "config.json": `${JSON.stringify(config, null, 2)}\n`, "train.py": SCRIPT };
  },
  command: () => "python train.py",
};

const SCRIPT = `"""Fine-tunes with Unsloth as config.json says. Written by langsmith-finetune."""

import json
from pathlib import Path

from unsloth import FastLanguageModel  # before transformers, which it patches
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

config = json.loads(Path("config.json").read_text())
lora = config["lora"]
model, tokenizer = FastLanguageModel.from_pretrained(
    model_name=config["model"],
    max_seq_length=config["max_length"],
    load_in_4bit=config["load_in_4bit"],
    full_finetuning=lora is None,
)
if lora is not None:
    model = FastLanguageModel.get_peft_model(
        model,
        r=lora["rank"],
        lora_alpha=lora["alpha"],
        lora_dropout=lora["dropout"],
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        random_state=config["seed"],
    )


def encode(messages, tools, **options):
    text = tokenizer.apply_chat_template(messages, tools=tools, tokenize=False, **options)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def read(path):
    """Token ids and labels; the loss counts the last answer alone."""
    rows = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        tools = json.loads(row["tools"]) if "tools" in row else None
        prompt = encode(row["prompt"], tools, add_generation_prompt=True)
        whole = encode(row["prompt"] + row["completion"], tools)
        if whole[: len(prompt)] != prompt:
            raise SystemExit(f"{path}, line {number}: the chat template writes the prompt otherwise when an answer follows.")
        if len(whole) > config["max_length"]:
            raise SystemExit(f"{path}, line {number}: {len(whole)} tokens, more than max_length.")
        labels = [-100] * len(prompt) + whole[len(prompt) :]
        rows.append({"input_ids": whole, "attention_mask": [1] * len(whole), "labels": labels})
    return Dataset.from_list(rows)


trainer = Trainer(
    model=model,
    args=TrainingArguments(**config["training"]),
    train_dataset=read(config["training_file"]),
    eval_dataset=read(config["validation_file"]) if config["validation_file"] else None,
    data_collator=DataCollatorForSeq2Seq(tokenizer, padding=True),
)
trainer.train()
model.save_pretrained(config["output"])
tokenizer.save_pretrained(config["output"])
`;
