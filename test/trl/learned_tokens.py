"""Writes what TRL's own trainers would learn: for each job's folder, the stretches of its tokenised rows that carry loss.

    python learned_tokens.py method folder …

TRL's own script runs by the folder's config.yaml up to the training, in whose place the rows go through the trainer's
own collator. One line of JSON a folder: {"folder", "rows": [{"text", "learned": [text, …]}]}, or {"folder", "error"}.
"""

import json
import os
import runpy
import sys

import trl

method, *folders = sys.argv[1:]
trainer = {"sft": trl.SFTTrainer, "kto": trl.KTOTrainer}[method]


class Seen(Exception):
    pass


def stretches(ids, labels):
    """The ids that are learned, those that follow each other together."""
    found, open_ = [], False
    for token, label in zip(ids, labels):
        if label == -100:
            open_ = False
            continue
        if not open_:
            found.append([])
        open_ = True
        found[-1].append(token)
    return found


def look(self, **_):
    tokenizer = self.processing_class
    rows = []
    for row in self.train_dataset:
        batch = self.data_collator([row])
        ids = batch["input_ids"][0].tolist()
        if "labels" in batch:
            labels = batch["labels"][0].tolist()
        else:
            labels = [token if bit else -100 for token, bit in zip(ids, batch["completion_mask"][0].tolist())]
        kept = batch["attention_mask"][0].tolist() if "attention_mask" in batch else [1] * len(ids)
        text = tokenizer.decode([token for token, bit in zip(ids, kept) if bit])
        rows.append({"text": text, "learned": [tokenizer.decode(part) for part in stretches(ids, labels)]})
    raise Seen(rows)


trainer.train = look
for folder in folders:
    os.chdir(folder)
    sys.argv = [method, "--config", "config.yaml"]
    answer = {"folder": folder}
    try:
        runpy.run_module(f"trl.scripts.{method}", run_name="__main__")
    except Seen as seen:
        answer["rows"] = seen.args[0]
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    with open("learned.json", "w", encoding="utf-8") as file:
        json.dump(answer, file)
