"""Fine-tunes with Unsloth as config.json says. Written by langsmith-finetune."""

import json
from pathlib import Path

from unsloth import FastLanguageModel  # before transformers, which it patches
from datasets import Dataset
from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

config = json.loads(Path("config.json").read_text(encoding="utf-8"))
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


def lines(path):
    """The rows with their numbers. Only a line feed ends a row: texts may hold any other line end of Unicode."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def row_of(line):
    """Token ids and labels; the loss counts the last answer alone."""
    row = json.loads(line)
    tools = json.loads(row["tools"]) if row.get("tools") else None
    prompt = encode(row["prompt"], tools, add_generation_prompt=True)
    whole = encode(row["prompt"] + row["completion"], tools)
    if whole[: len(prompt)] != prompt:
        raise ValueError("the chat template writes the prompt otherwise when an answer follows")
    if len(whole) > config["max_length"]:
        raise ValueError(f"{len(whole)} tokens, more than max_length")
    labels = [-100] * len(prompt) + whole[len(prompt) :]
    return {"input_ids": whole, "attention_mask": [1] * len(whole), "labels": labels}


def read(path):
    rows = []
    for number, line in lines(path):
        try:
            rows.append(row_of(line))
        except Exception as error:  # whatever a template raises: the row and the reason, and no traceback
            raise SystemExit(f"{path}, line {number}: {type(error).__name__}: {error}") from None
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
