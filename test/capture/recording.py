"""What the Python scenarios share: the stub's address, and a line of JSON for each scenario. See python.mjs."""
import importlib.metadata
import json
import os
import sys
import time
import urllib.request

URL, ONLY = sys.argv[1], sys.argv[2]
os.environ.update(
    LANGSMITH_ENDPOINT=f"{URL}/langsmith", LANGSMITH_API_KEY="no-key", LANGSMITH_TRACING="true", LANGSMITH_PROJECT="capture",
    OPENAI_API_KEY="no-key", OPENAI_BASE_URL=f"{URL}/v1", ANTHROPIC_API_KEY="no-key", ANTHROPIC_BASE_URL=URL,
)

from langsmith import Client

client = Client(api_url=f"{URL}/langsmith", api_key="no-key")


def control(path, body=None):
    request = urllib.request.Request(f"{URL}/control/{path}", data=json.dumps(body if body is not None else []).encode(), method="POST")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def drain(stream):
    for _ in stream:
        pass


def leave(stream):
    for _ in stream:
        break


def capture(name, tracer, replies, scenario, expected=None):
    if ONLY and ONLY not in name:
        return
    control("expect", replies if isinstance(replies, list) else [replies])
    failure = None
    try:
        scenario()
    except Exception as error:  # the runs of failed calls are captured too
        failure = {"message": str(error)}
    from langchain_core.tracers.langchain import wait_for_all_tracers

    wait_for_all_tracers()
    client.flush()
    time.sleep(0.4)
    versions = {each: importlib.metadata.version(each) for each in tracer.split(" ")}
    print(json.dumps({"name": name, "tracer": tracer, "versions": versions, "expected": expected, "failure": failure, **control("taken")}), flush=True)
