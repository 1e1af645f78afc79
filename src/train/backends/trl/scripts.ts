// The small programs that are written into a job's folder.

/** Refuses rows that TRL would cut in silence. Uses the model's own tokenizer and chat template. */
export const CHECK_ROWS = `"""Refuses rows that are longer than max_length: TRL would cut them in silence."""
import json, os, sys, yaml
from transformers import AutoTokenizer

config = yaml.safe_load(open("config.yaml", encoding="utf-8"))
limit = config.get("max_length", 1024)
if limit is None:
    sys.exit(0)
tokenizer = AutoTokenizer.from_pretrained(config["model_name_or_path"], revision=config.get("model_revision"))
if tokenizer.chat_template is None:
    sys.exit(0)  # trl says what it thinks of that
long = []
for name in ("train.jsonl", "data/train.jsonl", "data/validation.jsonl"):
    if os.path.exists(name):
        for number, text in enumerate(open(name, encoding="utf-8"), 1):
            row = json.loads(text)
            tools = json.loads(row["tools"]) if "tools" in row else None
            for answer in ("completion", "chosen", "rejected", "messages"):
                if answer in row:
                    rendered = tokenizer.apply_chat_template(row.get("prompt", []) + row[answer], tools=tools, tokenize=False)
                    length = len(tokenizer(rendered, add_special_tokens=False)["input_ids"])
                    if length > limit:
                        long.append(f"{name} line {number} has {length} tokens")
if long:
    shown = "; ".join(long[:20]) + (f"; and {len(long) - 20} more" if len(long) > 20 else "")
    print(f"rows-too-long: {shown}; max_length is {limit}. Raise hyperparameters.maxLength or leave these rows out.", flush=True)
    sys.exit(1)
`;

/**
 * \`trl sft\` and \`trl dpo\` do not go on from the last whole checkpoint: trl 1.13.0 calls \`trainer.train()\` bare, and
 * 1.16.0 wants its path in the config. So this does.
 * trainer_state.json is written last and not atomically: a checkpoint without a readable one was cut short.
 */
export const RESUME = `"""Goes on from the last whole checkpoint: trl's own commands always begin anew."""
import glob, json, re, runpy, sys
import trl

def whole(path):
    try:
        with open(f"{path}/trainer_state.json", encoding="utf-8") as file:
            json.load(file)
        return True
    except (OSError, ValueError):
        return False

found = [path for path in glob.glob("output/checkpoint-*") if re.search(r"-\\d+$", path) and whole(path)]
last = max(found, key=lambda path: int(path.rsplit("-", 1)[1]), default=None)
print(f"Going on from {last}" if last else "No whole checkpoint was found: beginning anew", flush=True)
method = sys.argv.pop(1)
trainer = {"sft": trl.SFTTrainer, "dpo": trl.DPOTrainer}[method]
begin = trainer.train
# trl 1.13 says nothing of a checkpoint here, later ones pass what the config names, which is none.
trainer.train = lambda self, **options: begin(self, **{**options, "resume_from_checkpoint": last})
runpy.run_module(f"trl.scripts.{method}", run_name="__main__")
`;

/** Merges an adapter into its base model, whole or not at all. */
export const MERGE = `
import os, shutil, sys
from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer

adapter, directory, mark = sys.argv[1:]
part = f"{directory}.{os.getpid()}.part"
model = AutoPeftModelForCausalLM.from_pretrained(adapter, dtype="auto", device_map="cpu").merge_and_unload()
model.save_pretrained(part)
AutoTokenizer.from_pretrained(adapter).save_pretrained(part)
with open(os.path.join(part, "merged-from"), "w", encoding="utf-8") as file:
    file.write(mark)
shutil.rmtree(directory, ignore_errors=True)
os.rename(part, directory)
`;

/** What of Python is there, as one line of JSON. */
export const INSPECT = `
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in ("trl", "transformers", "torch", "datasets", "accelerate", "peft"):
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        found[name] = None
print(json.dumps({"python": sys.version.split()[0], "packages": found}))
`;

/** What the script prints first. The log of a job that is continued has it once for each try. */
export const TRAINING_BEGINS = "Training begins by config.yaml.";

/**
 * The shell script that a job is: checks the rows, trains, and leaves its exit code. Whether there is
 * a checkpoint to go on from is seen where it runs, which may be a machine that this one cannot look into.
 */
export function trainScript({ python, begin, goOn }: { python: string; begin: string; goOn: string }): string {
  return `#!/bin/sh
# Trains by config.yaml in this folder. Run again by hand: sh train.sh
cd "$(dirname "$0")" || exit 1
PYTHON=\${PYTHON:-${shellQuote(python)}}
rm -f exit-code
echo $$ > pid
echo "${TRAINING_BEGINS}"
train() {
  if ls output/checkpoint-*/trainer_state.json > /dev/null 2>&1; then
    ${goOn}
  else
    ${begin}
  fi
}
"$PYTHON" check_rows.py && train
code=$?
echo "$code" > exit-code.part && mv exit-code.part exit-code
exit "$code"
`;
}

/** The text as one word of a POSIX shell. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
