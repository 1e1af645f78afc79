"""Refuses rows that the chat template raises on, and rows longer than max_length, which TRL would cut in silence."""

import json
import os
import sys

import yaml
from transformers import AutoTokenizer

with open("config.yaml", encoding="utf-8") as file:
    config = yaml.safe_load(file)
limit = config.get("max_length", 1024)
tokenizer = AutoTokenizer.from_pretrained(config["model_name_or_path"], revision=config.get("model_revision"))
template = config.get("chat_template_path")
if template and os.path.isfile(template):
    with open(template, encoding="utf-8") as file:
        tokenizer.chat_template = file.read()
elif template:
    tokenizer.chat_template = AutoTokenizer.from_pretrained(template).chat_template
if tokenizer.chat_template is None:
    sys.exit(0)  # trl reports that itself
refused, long = [], []


def lines(name):
    """The rows with their numbers. Only a line feed ends a row: texts may hold any other line end of Unicode."""
    with open(name, encoding="utf-8", newline="\n") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text


def check(name, number, row):
    tools = json.loads(row["tools"]) if row.get("tools") else None
    for answer in ("completion", "chosen", "rejected", "messages"):
        if answer in row:
            messages = row.get("prompt", []) + row[answer]
            rendered = tokenizer.apply_chat_template(messages, tools=tools, tokenize=False)
            if limit is None:
                continue
            length = len(tokenizer(rendered, add_special_tokens=False)["input_ids"])
            if length > limit:
                long.append(f"{name} line {number} has {length} tokens")
                return


for name in ("train.jsonl", "data/train.jsonl", "data/validation.jsonl"):
    if os.path.exists(name):
        for number, text in lines(name):
            try:
                check(name, number, json.loads(text))
            except Exception as error:  # whatever a template raises: the row and the reason, and no traceback
                reason = " ".join(f"{type(error).__name__}: {error}".split())
                refused.append(f"{name} line {number}: {reason[:300]}")


def shown(found):
    return "; ".join(found[:20]) + (f"; and {len(found) - 20} more" if len(found) > 20 else "")


if refused:
    print(f"rows-refused: {shown(refused)}. The chat template does not render these rows.", flush=True)
if long:
    advice = "Raise maxLength or leave these rows out."
    print(f"rows-too-long: {shown(long)}; max_length is {limit}. {advice}", flush=True)
sys.exit(1 if refused or long else 0)
