"""Spans of the instrumentations that write OpenTelemetry's attributes of models, one instrumentation in each process. See spans.mjs."""
import base64
import json
import os
import sys
import urllib.request

URL, MODE, ONLY = sys.argv[1], sys.argv[2], sys.argv[3]
os.environ.update(OPENAI_API_KEY="no-key", OPENAI_BASE_URL=f"{URL}/v1", ANTHROPIC_API_KEY="no-key", ANTHROPIC_BASE_URL=URL, TRACELOOP_TRACE_CONTENT="true")
if MODE == "langsmith":
    os.environ.update(LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true", LANGSMITH_TRACING="true", LANGSMITH_API_KEY="no-key", LANGSMITH_ENDPOINT=f"{URL}/langsmith")

import importlib.metadata

import anthropic
import openai
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city":"Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
BOTH = {"text": "Looking.", "calls": [CALL, SECOND]}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"name": "get_weather", "description": "Get weather", "parameters": SCHEMA}
TOOLS = [{"type": "function", "function": FUNCTION}]
SYSTEM, USER = {"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather?"}
CALLS = [{"id": f"c{index}", "type": "function", "function": {"name": "get_weather", "arguments": text}} for index, text in [(1, '{"city": "Paris"}'), (2, "{}")]]
HISTORY = [SYSTEM, USER, {"role": "assistant", "content": "Looking.", "tool_calls": CALLS}, {"role": "tool", "tool_call_id": "c1", "content": "sunny"}, {"role": "tool", "tool_call_id": "c2", "content": '{"a":1}'}, {"role": "user", "content": "So?"}]
IMAGES = [{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}, {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]}]
PARTS = [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]


def control(path, body=None):
    request = urllib.request.Request(f"{URL}/control/{path}", data=json.dumps(body if body is not None else []).encode(), method="POST")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def capture(name, tracer, replies, scenario, expected=None):
    if ONLY and ONLY not in f"span-{MODE}-{name}":
        return
    control("expect", replies if isinstance(replies, list) else [replies])
    exporter.clear()
    try:
        scenario()
    except Exception as error:
        print(f"{MODE}-{name}: {error!r}", file=sys.stderr)
    spans = [{"name": span.name, "attributes": dict(span.attributes)} for span in exporter.get_finished_spans()]
    versions = {each: importlib.metadata.version(each) for each in tracer.split(" ")}
    print(json.dumps({"name": f"span-{MODE}-{name}", "tracer": tracer, "versions": versions, "expected": expected, "spans": spans, "wire": control("taken")["wire"]}), flush=True)


def chat(tracer, lost=()):
    """What a span cannot hold is left out by name in `lost`, or expected as a skip."""
    client = openai.OpenAI(max_retries=0)
    skips = dict(lost)
    ask = lambda **fields: client.chat.completions.create(**{"model": "gpt-4o-mini", "messages": [SYSTEM, USER], **fields})
    each = lambda name, replies, scenario: capture(name, tracer, replies, scenario, {"skip": skips[name]} if name in skips else None)
    each("plain", TEXT, lambda: ask(temperature=0))
    each("calls", BOTH, lambda: ask(tools=TOOLS))
    each("stream", BOTH, lambda: list(ask(tools=TOOLS, stream=True)))
    each("history", TEXT, lambda: ask(tools=TOOLS, messages=HISTORY))
    each("images", TEXT, lambda: ask(messages=IMAGES))
    each("parts", TEXT, lambda: ask(messages=PARTS))
    each("functions", {"functionCall": {"name": "get_weather", "arguments": '{"city":"Paris"}'}}, lambda: ask(functions=[FUNCTION]))
    each("choices", TEXT, lambda: ask(n=2))
    each("length", {"text": "It", "finish": "length"}, lambda: ask())
    each("refusal", {"refusal": "No."}, lambda: ask())


def messages(tracer, lost=()):
    client = anthropic.Anthropic(max_retries=0)
    skips = dict(lost)
    ask = lambda **fields: client.messages.create(**{"model": "claude-sonnet-4-5", "max_tokens": 100, "system": SYSTEM["content"], "messages": [USER], **fields})
    tools = [{"name": "get_weather", "description": "Get weather", "input_schema": SCHEMA}]
    each = lambda name, replies, scenario: capture(name, tracer, replies, scenario, {"skip": skips[name]} if name in skips else None)
    each("calls", {"text": "Looking.", "calls": [{**CALL, "id": "toolu_1"}, {**SECOND, "id": "toolu_2"}]}, lambda: ask(tools=tools))
    each("history", TEXT, lambda: ask(tools=tools, messages=[USER, {"role": "assistant", "content": [{"type": "text", "text": "Looking."}, {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}, {"type": "text", "text": "So?"}]}]))


if MODE.startswith("openllmetry"):
    from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument(tracer_provider=provider)
    AnthropicInstrumentor().instrument(tracer_provider=provider)
    is_old = MODE == "openllmetry-old"
    if MODE == "openllmetry-anthropic" or MODE == "openllmetry-old-anthropic":
        messages("opentelemetry-instrumentation-anthropic", {"history": "unknown-shape"} if "old" in MODE else {})
    else:
        chat("opentelemetry-instrumentation-openai", {"functions": "invalid-tool-call", "length": "truncated", **({"images": "invalid-message", "parts": "unknown-shape", "refusal": "invalid-message"} if is_old else {"images": "no-inputs", "refusal": "refusal"})})
elif MODE.startswith("openinference"):
    if MODE == "openinference-anthropic":
        from openinference.instrumentation.anthropic import AnthropicInstrumentor

        AnthropicInstrumentor().instrument(tracer_provider=provider)
        messages("openinference-instrumentation-anthropic")
    else:
        from openinference.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument(tracer_provider=provider)
        chat("openinference-instrumentation-openai", {"functions": "invalid-message", "choices": "unknown-shape", "length": "truncated", "refusal": "invalid-message"})
elif MODE == "logfire":
    import logfire

    logfire.configure(send_to_logfire=False, console=False, additional_span_processors=[SimpleSpanProcessor(exporter)])
    logfire.instrument_openai()
    chat("logfire", {"functions": "no-answer", "length": "truncated", "refusal": "no-answer"})
elif MODE.startswith("pydantic"):
    from pydantic_ai import Agent, BinaryContent, ImageUrl
    from pydantic_ai.models import openai as models

    Agent.instrument_all()
    Model = getattr(models, "OpenAIChatModel", None) or models.OpenAIModel

    def bot(**fields):
        agent = Agent(Model("gpt-4o-mini"), **{"system_prompt": SYSTEM["content"], **fields})

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """Get weather"""
            return "sunny"

        return agent

    tracer = "pydantic-ai-slim"
    capture("loop", tracer, [BOTH, TEXT], lambda: bot().run_sync("Weather?"))
    capture("images", tracer, TEXT, lambda: bot().run_sync(["what", BinaryContent(base64.b64decode(PIXEL), media_type="image/png"), ImageUrl("https://example.com/a.png")]), {"skip": "unsupported-content"} if MODE == "pydantic-old" else None)
    if MODE == "pydantic":
        capture("instructions", tracer, TEXT, lambda: Agent(Model("gpt-4o-mini"), instructions="Be brief.").run_sync("Weather?"))
        capture("instructions-and-system", tracer, TEXT, lambda: bot(instructions="Be brief.").run_sync("Weather?"), {"skip": "unknown-shape"})
elif MODE == "langsmith":
    from langchain_core.tracers.langchain import wait_for_all_tracers
    from langchain_openai import ChatOpenAI
    from langsmith.run_trees import get_cached_client
    from langsmith.wrappers import wrap_openai

    def traced(scenario):
        scenario()
        wait_for_all_tracers()
        get_cached_client().flush()

    model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
    client = wrap_openai(openai.OpenAI(max_retries=0))
    capture("langchain", "langsmith langchain-openai", BOTH, lambda: traced(lambda: model.bind_tools(TOOLS).invoke([("system", SYSTEM["content"]), ("human", "Weather?")])))
    capture("wrapper", "langsmith openai", BOTH, lambda: traced(lambda: client.chat.completions.create(model="gpt-4o-mini", messages=HISTORY, tools=TOOLS)))
    capture("wrapper-stream", "langsmith openai", {"text": "Looking.", "calls": [CALL]}, lambda: traced(lambda: list(client.chat.completions.create(model="gpt-4o-mini", messages=[SYSTEM, USER], tools=TOOLS, stream=True))))
