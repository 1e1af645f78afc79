"""Merges an adapter into its base model, whole or not at all."""
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
