"""The Python original on the same lines: langchain-community's loader and converter.

It reads runs of LangChain chat models alone, and only with flat lists of messages and ids of the old
namespace; it gets them so, prepared outside the measured time, and is measured on those.
"""
import json
import sys
import time
import uuid
from datetime import datetime

from langchain_community.adapters.openai import convert_messages_for_finetuning
from langchain_community.chat_loaders.langsmith import LangSmithRunChatLoader
from langsmith.schemas import Run


def flat(line):
    run = json.loads(line)
    if "generations" not in (run.get("outputs") or {}):
        return None
    run["inputs"]["messages"] = run["inputs"]["messages"][0]
    run["outputs"]["generations"] = run["outputs"]["generations"][0]
    return json.dumps(run)


def parsed(line):
    fields = json.loads(line)
    return Run(id=uuid.UUID(fields["id"]), name=fields["name"], run_type="llm", start_time=datetime.now(), trace_id=uuid.UUID(fields["trace_id"]), dotted_order="", inputs=fields["inputs"], outputs=fields["outputs"], extra=fields["extra"])


class NoClient:
    """The runs are given whole; nothing is fetched."""


lines = [line for line in map(flat, open(sys.argv[1])) if line]
for _ in range(2):  # the first warms up
    start = time.perf_counter()
    written = 0
    # One by one: a failure in the loader ends its whole iteration.
    for line in lines:
        loader = LangSmithRunChatLoader([parsed(line)], client=NoClient())
        for dialog in convert_messages_for_finetuning(loader.lazy_load()):
            json.dumps({"messages": dialog})
            written += 1
    seconds = time.perf_counter() - start
print(json.dumps({"runs": len(lines), "seconds": seconds, "rows": written}))
