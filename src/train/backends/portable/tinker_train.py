"""Fine-tunes by tinker-cookbook's loop as config.json says. Written by langsmith-finetune."""

import asyncio
import json
import math
import random
from pathlib import Path

import chz
from tinker_cookbook import checkpoint_utils, model_info, renderers
from tinker_cookbook.supervised import train
from tinker_cookbook.supervised.data import conversation_to_datum
from tinker_cookbook.supervised.types import SupervisedDataset, SupervisedDatasetBuilder
from tinker_cookbook.tokenizer_utils import get_tokenizer

config = json.loads(Path("config.json").read_text(encoding="utf-8"))
renderer_name = config["renderer"] or model_info.get_recommended_renderer_name(config["model"])
renderer = renderers.get_renderer(renderer_name, get_tokenizer(config["model"]))


def lines(path):
    """The rows with their numbers. Only a line feed ends a row: texts may hold any other line end of Unicode."""
    with open(path, encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def message_of(given):
    message = dict(given)
    if "tool_calls" in message:
        message["tool_calls"] = [renderers.ToolCall.model_validate(call) for call in message["tool_calls"]]
    return message


def datum_of(line):
    """What is learned is marked in the row. A row that would be cut is refused: its end is the answer."""
    row = json.loads(line)
    messages = [message_of(message) for message in row["messages"]]
    if row.get("tools"):
        system = messages.pop(0)["content"] if messages[0]["role"] == "system" else ""
        tools = [tool["function"] for tool in json.loads(row["tools"])]
        prefix = renderer.create_conversation_prefix_with_tools(tools, system)
        messages = [{**message, "trainable": False} for message in prefix] + messages
    datum = conversation_to_datum(messages, renderer, None, renderers.TrainOnWhat.CUSTOMIZED)
    if datum.model_input.length > config["max_length"]:
        raise ValueError(f"{datum.model_input.length} tokens, more than max_length")
    return datum


def read(path):
    data = []
    for number, line in lines(path):
        try:
            data.append(datum_of(line))
        except Exception as error:  # whatever a renderer raises: the row and the reason, and no traceback
            raise SystemExit(f"{path}, line {number}: {type(error).__name__}: {error}") from None
    return data


class Rows(SupervisedDataset):
    """All rows, the last batch smaller than the others: the cookbook's own dataset leaves that one out."""

    def __init__(self, data, batch_size):
        self.data = data
        self.order = list(range(len(data)))
        self.batch_size = batch_size

    def get_batch(self, index):
        return [self.data[at] for at in self.order[index * self.batch_size : (index + 1) * self.batch_size]]

    def set_epoch(self, seed=0):
        self.order = list(range(len(self.data)))
        random.Random(config["seed"] + seed).shuffle(self.order)

    def __len__(self):
        return math.ceil(len(self.data) / self.batch_size)


@chz.chz
class Files(SupervisedDatasetBuilder):
    def __call__(self):
        rows = Rows(read(config["training_file"]), config["batch_size"])
        if not config["validation_file"]:
            return rows, None
        held_out = read(config["validation_file"])
        return rows, Rows(held_out, max(1, len(held_out)))


output = Path(config["output"])
output.mkdir(exist_ok=True)
log = str(output / "log")
asyncio.run(
    train.main(
        train.Config(
            log_path=log,
            recipe_name="langsmith-finetune",
            model_name=config["model"],
            load_checkpoint_path=config["from"],
            renderer_name=renderer_name,
            dataset_builder=Files(),
            **config["training"],
        )
    )
)
last = checkpoint_utils.get_last_checkpoint(log, required_key="sampler_path")
if last is None:
    raise SystemExit("The training ended without a checkpoint that can be called.")
checkpoint = {"state": last.state_path, "sampler": last.sampler_path}
(output / "checkpoint.json").write_text(json.dumps(checkpoint) + "\n", encoding="utf-8")
