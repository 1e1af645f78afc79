"""Resumes from the last whole checkpoint, where trl's own commands start over, and stops early where that is asked."""
import glob, json, os, re, runpy, sys
import trl
from transformers import EarlyStoppingCallback

def whole(path):
    try:
        with open(f"{path}/trainer_state.json", encoding="utf-8") as file:
            json.load(file)
        return True
    except (OSError, ValueError):
        return False

found = [path for path in glob.glob("output/checkpoint-*") if re.search(r"-\d+$", path) and whole(path)]
last = max(found, key=lambda path: int(path.rsplit("-", 1)[1]), default=None)
print(f"Resuming from {last}" if last else "No whole checkpoint was found: starting over", flush=True)
method = sys.argv.pop(1)
trainer = {"sft": trl.SFTTrainer, "dpo": trl.DPOTrainer, "kto": trl.KTOTrainer}[method]
begin = trainer.train
# trl 1.13 passes no checkpoint here; later versions pass what the config names, which is none.



def train(self, **options):
    if os.path.exists("early_stopping.json"):
        with open("early_stopping.json", encoding="utf-8") as file:
            asked = json.load(file)
        self.add_callback(EarlyStoppingCallback(asked.get("patience", 3), asked.get("threshold", 0.0)))
    return begin(self, **{**options, "resume_from_checkpoint": last})


trainer.train = train
runpy.run_module(f"trl.scripts.{method}", run_name="__main__")
