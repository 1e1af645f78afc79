"""wrap_openai and wrap_anthropic of 2025, with clients as new as they are. See python.mjs."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from recording import capture, drain

import asyncio

import anthropic
import openai
from langsmith.wrappers import wrap_anthropic, wrap_openai

TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
TIME_CALL = {"id": "call_CCC333", "name": "get_time", "arguments": "{}"}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
LOST = {"skip": "invalid-tool-call"}


WA = "langsmith anthropic"
claude = wrap_anthropic(anthropic.Anthropic(max_retries=0))
later = wrap_anthropic(anthropic.AsyncAnthropic(max_retries=0))
TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": PARAMETERS}, {"name": "get_time", "description": "Get time", "input_schema": {"type": "object", "properties": {}}}]
REQUEST = {"model": "claude-sonnet-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Weather?"}]}


def ask(**fields):
    return claude.messages.create(**{**REQUEST, "system": "You are a weather bot.", **fields})


def helper():
    with claude.messages.stream(**REQUEST, tools=TOOLS) as stream:
        drain(stream)


def texts():
    with claude.messages.stream(**REQUEST, tools=TOOLS) as stream:
        drain(stream.text_stream)


async def async_helper():
    async with later.messages.stream(**REQUEST, tools=TOOLS) as stream:
        async for _ in stream:
            pass


capture("old-py-wrapanthropic-plain", WA, TEXT, lambda: ask())
capture("old-py-wrapanthropic-no-system", WA, TEXT, lambda: claude.messages.create(**REQUEST))
capture("old-py-wrapanthropic-system-none", WA, TEXT, lambda: ask(system=None))
capture("old-py-wrapanthropic-system-empty", WA, TEXT, lambda: ask(system=""))
capture("old-py-wrapanthropic-tools", WA, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: ask(tools=TOOLS))
capture("old-py-wrapanthropic-stream", WA, {"thinking": "hmm", **TEXT}, lambda: drain(ask(stream=True)))
capture("old-py-wrapanthropic-stream-tools", WA, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(ask(tools=TOOLS, stream=True)), LOST)
capture("old-py-wrapanthropic-stream-no-arguments", WA, {"text": "Looking.", "calls": [TIME_CALL]}, lambda: drain(ask(tools=TOOLS, stream=True)))
capture("old-py-wrapanthropic-stream-helper", WA, {"calls": [CALL]}, helper, LOST)
capture("old-py-wrapanthropic-async-stream-helper", WA, {"text": "Looking.", "calls": [CALL]}, lambda: asyncio.run(async_helper()), LOST)
capture("old-py-wrapanthropic-text-stream", WA, {"text": "Looking.", "calls": [CALL]}, texts)
capture("old-py-wrapanthropic-beta-stream", WA, {"calls": [CALL]}, lambda: drain(claude.beta.messages.create(**REQUEST, tools=TOOLS, stream=True)), LOST)
capture("old-py-wrapanthropic-length", WA, {"text": "It", "finish": "length"}, lambda: ask(), {"skip": "truncated"})

WO = "langsmith openai"
own = wrap_openai(openai.OpenAI(max_retries=0))
PLAIN = [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather?"}]
capture("old-py-wrapopenai-stream-tools", WO, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(own.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, tools=[{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}], stream=True)))
capture("old-py-wrapopenai-streaming-response", WO, TEXT, lambda: own.chat.completions.with_streaming_response.create(model="gpt-4o-mini", messages=PLAIN).__enter__().parse(), {"skip": "unknown-shape"})
capture("old-py-wrapopenai-responses-raw", WO, TEXT, lambda: own.responses.with_raw_response.create(model="gpt-4o-mini", input="Weather?").parse(), {"skip": "unknown-shape"})
