"""The Python original on the same lines: langchain-community's loader and converter.

It reads runs of LangChain chat models alone, and only with flat lists of messages and ids of the old
namespace; it gets them so, prepared outside the measured time, and is measured on those.
"""
import json
import sys
import time

from langchain_community.adapters.openai import convert_messages_for_finetuning
from langchain_community.chat_loaders.langsmith import LangSmithRunChatLoader
from langsmith.schemas import Run


def flat(line):
    run = json.loads(line)
    if "generations" not in (run.get("outputs") or {}):
        return None
    run["inputs"]["messages"] = run["inputs"]["messages"][0]
    run["outputs"]["generations"] = run["outputs"]["generations"][0]
    return json.dumps(run, separators=(",", ":"), ensure_ascii=False)


def parsed(line):
    # As langsmith's own client makes a run of an answer.
    return Run(attachments={}, **json.loads(line), _host_url="https://smith.langchain.com")


class NoClient:
    """The runs are given whole; nothing is fetched."""


lines = [line for line in map(flat, open(sys.argv[1])) if line]
best = None
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    written = 0
    # One by one: a failure in the loader ends its whole iteration.
    for line in lines:
        loader = LangSmithRunChatLoader([parsed(line)], client=NoClient())
        for dialog in convert_messages_for_finetuning(loader.lazy_load()):
            json.dumps({"messages": dialog})
            written += 1
    seconds = time.perf_counter() - start
    best = seconds if best is None else min(best, seconds)
print(json.dumps({"runs": len(lines), "seconds": best, "rows": written}))
