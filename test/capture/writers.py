"""Spans of other instrumentations and frameworks, one in each process. See writers.mjs."""
import base64
import importlib.metadata
import json
import os
import sys
import urllib.request

URL, MODE, ONLY = sys.argv[1], sys.argv[2], sys.argv[3]
WRITER, _, KIND = MODE.partition("-")
os.environ.update(
    OPENAI_API_KEY="no-key", OPENAI_BASE_URL=f"{URL}/v1", ANTHROPIC_API_KEY="no-key", ANTHROPIC_BASE_URL=URL, GROQ_API_KEY="no-key", GROQ_BASE_URL=URL,
    MISTRAL_API_KEY="no-key", COHERE_API_KEY="no-key", CO_API_KEY="no-key", OLLAMA_HOST=URL, GEMINI_API_KEY="no-key", GOOGLE_API_KEY="no-key",
    AWS_ACCESS_KEY_ID="no", AWS_SECRET_ACCESS_KEY="no", AWS_DEFAULT_REGION="us-east-1", TRACELOOP_TRACE_CONTENT="true", TRACELOOP_TELEMETRY="false", AGNO_TELEMETRY="false",
    HAYSTACK_CONTENT_TRACING_ENABLED="true", HAYSTACK_TELEMETRY_ENABLED="false", LITELLM_LOCAL_MODEL_COST_MAP="True", LANGFUSE_PUBLIC_KEY="pk", LANGFUSE_SECRET_KEY="sk", LANGFUSE_BASE_URL=URL, LANGFUSE_HOST=URL,
)

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
ONE = {"text": "Looking.", "calls": [CALL]}
BOTH = {"text": "Looking.", "calls": [CALL, SECOND]}
CUT = {"text": "It is sunny in", "finish": "length"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"name": "get_weather", "description": "Get weather", "parameters": SCHEMA}
TOOLS = [{"type": "function", "function": FUNCTION}]
RULE = "You are a weather bot."
SYSTEM, USER = {"role": "system", "content": RULE}, {"role": "user", "content": "Weather?"}
CALLS = [{"id": f"call_{index}", "type": "function", "function": {"name": "get_weather", "arguments": text}} for index, text in [(1, '{"city": "Paris"}'), (2, '{"city": "Rome"}')]]
HISTORY = [SYSTEM, USER, {"role": "assistant", "content": "Looking.", "tool_calls": CALLS}, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}, {"role": "tool", "tool_call_id": "call_2", "content": '{"a":1}'}, {"role": "assistant", "content": "Sunny."}, {"role": "user", "content": "So?"}]
IMAGE = [{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]}]
FORMAT = {"type": "json_schema", "json_schema": {"name": "report", "schema": SCHEMA}}


def control(path, body=None):
    request = urllib.request.Request(f"{URL}/control/{path}", data=json.dumps(body if body is not None else []).encode(), method="POST")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def drain(stream):
    for _ in stream:
        pass


def foreign(reply):
    """The reply in the forms of Gemini, Bedrock and Ollama too."""
    text, calls = reply.get("text"), reply.get("calls", [])
    inputs = [json.loads(call["arguments"]) for call in calls]
    thought = [{"text": reply["thinking"], "thought": True}] if "thinking" in reply else []
    cut = {"genai": "MAX_TOKENS", "ollama": "length"}.get(KIND)
    return {
        "parts": [*thought, *([{"text": text}] if text else []), *[{"functionCall": {"id": call["id"], "name": call["name"], "args": given}} for call, given in zip(calls, inputs)]],
        "content": [*([{"text": text}] if text else []), *[{"toolUse": {"toolUseId": call["id"], "name": call["name"], "input": given}} for call, given in zip(calls, inputs)]],
        "message": {"content": text or "", **({"tool_calls": [{"function": {"name": call["name"], "arguments": given}} for call, given in zip(calls, inputs)]} if calls else {})},
        **({"finish": cut, "stop": "max_tokens", "done": "length"} if "finish" in reply else {}),
    }


def capture(name, tracer, replies, scenario):
    if ONLY and ONLY not in f"{MODE}-{name}":
        return
    replies = replies if isinstance(replies, list) else [replies]
    control("expect", [foreign(reply) for reply in replies] if KIND in ("genai", "bedrock", "ollama") else replies)
    exporter.clear()
    try:
        scenario()
    except Exception as error:
        print(f"{MODE}-{name}: {error!r}"[:400], file=sys.stderr)
    provider.force_flush()
    spans = [
        {"name": span.name, "attributes": dict(span.attributes), "status": span.status.status_code.name, "start": span.start_time, "events": [{"name": event.name, "attributes": dict(event.attributes)} for event in span.events]}
        for span in exporter.get_finished_spans()
    ]
    versions = {each: importlib.metadata.version(each) for each in tracer.split(" ")}
    print(json.dumps({"name": f"span-{MODE}-{name}", "tracer": tracer, "versions": versions, "spans": spans, "wire": control("taken")["wire"]}, default=str), flush=True)


def openai_chat(tracer, client):
    ask = lambda **fields: client.chat.completions.create(**{"model": "gpt-4o-mini", "messages": [SYSTEM, USER], **fields})
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, BOTH, lambda: ask(tools=TOOLS))
    capture("stream", tracer, BOTH, lambda: drain(ask(tools=TOOLS, stream=True)))
    capture("text-stream", tracer, TEXT, lambda: drain(ask(stream=True)))
    capture("history", tracer, TEXT, lambda: ask(tools=TOOLS, messages=HISTORY))
    capture("image", tracer, TEXT, lambda: ask(messages=IMAGE))
    capture("length", tracer, CUT, lambda: ask())
    capture("choices", tracer, TEXT, lambda: ask(n=2))


def openai_responses(tracer, client):
    flat = [{"type": "function", **FUNCTION}]
    ask = lambda **fields: client.responses.create(**{"model": "gpt-4o-mini", "instructions": RULE, "input": "Weather?", **fields})
    items = [{"role": "user", "content": "Weather?"}, {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Paris"}'}, {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}]
    capture("responses-plain", tracer, TEXT, lambda: ask())
    capture("responses-calls", tracer, BOTH, lambda: ask(tools=flat))
    capture("responses-stream", tracer, BOTH, lambda: drain(ask(tools=flat, stream=True)))
    capture("responses-history", tracer, TEXT, lambda: ask(tools=flat, input=items))
    capture("responses-previous", tracer, TEXT, lambda: ask(previous_response_id="resp_0", input="So?"))


def anthropic_messages(tracer, client):
    tools = [{"name": "get_weather", "description": "Get weather", "input_schema": SCHEMA}]
    ask = lambda **fields: client.messages.create(**{"model": "claude-sonnet-4-5", "max_tokens": 100, "system": RULE, "messages": [USER], **fields})
    calls = {"text": "Looking.", "calls": [{**CALL, "id": "toolu_1"}, {**SECOND, "id": "toolu_2"}]}
    history = [USER, {"role": "assistant", "content": [{"type": "text", "text": "Looking."}, *[{"type": "tool_use", "id": f"toolu_{index}", "name": "get_weather", "input": {"city": city}} for index, city in [(1, "Paris"), (2, "Rome")]]]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}, {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "text", "text": "rain"}]}, {"type": "text", "text": "So?"}]}]
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, calls, lambda: ask(tools=tools))
    capture("stream", tracer, calls, lambda: drain(ask(tools=tools, stream=True)))
    capture("history", tracer, TEXT, lambda: ask(tools=tools, messages=history))
    capture("thinking", tracer, {"thinking": "Hm.", **TEXT}, lambda: ask())
    capture("image", tracer, TEXT, lambda: ask(messages=[{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}]}]))
    capture("length", tracer, CUT, lambda: ask())


def get_weather(city: str) -> str:
    """Get weather"""
    return f"sunny in {city}"


def instrument(module, name):
    getattr(__import__(module, fromlist=[name]), name)().instrument(tracer_provider=provider)


def groq(tracer):
    import groq as package

    openai_chat(tracer, package.Groq(max_retries=0))


def mistral(tracer):
    from mistralai.client import Mistral

    client = Mistral(api_key="no-key", server_url=URL)
    ask = lambda **fields: client.chat.complete(**{"model": "mistral-small", "messages": [SYSTEM, USER], **fields})
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, BOTH, lambda: ask(tools=TOOLS))
    capture("stream", tracer, BOTH, lambda: drain(client.chat.stream(model="mistral-small", messages=[SYSTEM, USER], tools=TOOLS)))
    capture("history", tracer, TEXT, lambda: ask(tools=TOOLS, messages=HISTORY))
    capture("length", tracer, CUT, lambda: ask())


def bedrock(tracer):
    import boto3

    client = boto3.client("bedrock-runtime", endpoint_url=URL)
    spec = {"tools": [{"toolSpec": {"name": "get_weather", "description": "Get weather", "inputSchema": {"json": SCHEMA}}}]}
    user = {"role": "user", "content": [{"text": "Weather?"}]}
    ask = lambda **fields: client.converse(**{"modelId": "us.amazon.nova-lite-v1:0", "system": [{"text": RULE}], "messages": [user], **fields})
    use = lambda index, city: {"toolUse": {"toolUseId": f"tooluse_{index}", "name": "get_weather", "input": {"city": city}}}
    result = lambda index, part: {"toolResult": {"toolUseId": f"tooluse_{index}", "content": [part]}}
    history = [user, {"role": "assistant", "content": [{"text": "Looking."}, use(1, "Paris"), use(2, "Rome")]}, {"role": "user", "content": [result(1, {"text": "sunny"}), result(2, {"json": {"a": 1}})]}]
    calls = {"text": "Looking.", "calls": [{**CALL, "id": "tooluse_1"}, {**SECOND, "id": "tooluse_2"}]}
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, calls, lambda: ask(toolConfig=spec))
    capture("stream", tracer, calls, lambda: drain(client.converse_stream(modelId="us.amazon.nova-lite-v1:0", system=[{"text": RULE}], messages=[user], toolConfig=spec)["stream"]))
    capture("history", tracer, TEXT, lambda: ask(toolConfig=spec, messages=history))
    capture("image", tracer, TEXT, lambda: ask(messages=[{"role": "user", "content": [{"text": "what"}, {"image": {"format": "png", "source": {"bytes": base64.b64decode(PIXEL)}}}]}]))
    capture("length", tracer, CUT, lambda: ask())


def genai(tracer):
    from google import genai as package
    from google.genai import types

    client = package.Client(api_key="no-key", http_options=types.HttpOptions(base_url=URL))
    tools = [types.Tool(function_declarations=[types.FunctionDeclaration(name="get_weather", description="Get weather", parameters_json_schema=SCHEMA)])]
    config = lambda **fields: types.GenerateContentConfig(system_instruction=RULE, automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True), **fields)
    ask = lambda contents="Weather?", **fields: client.models.generate_content(model="gemini-2.5-flash", contents=contents, config=config(**fields))
    part = types.Part
    history = [types.Content(role="user", parts=[part(text="Weather?")]), types.Content(role="model", parts=[part(function_call=types.FunctionCall(id="c1", name="get_weather", args={"city": "Paris"}))]), types.Content(role="user", parts=[part(function_response=types.FunctionResponse(id="c1", name="get_weather", response={"result": "sunny"}))])]
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, BOTH, lambda: ask(tools=tools))
    capture("stream", tracer, BOTH, lambda: drain(client.models.generate_content_stream(model="gemini-2.5-flash", contents="Weather?", config=config(tools=tools))))
    capture("history", tracer, TEXT, lambda: ask(contents=history, tools=tools))
    capture("thinking", tracer, {"thinking": "Hm.", **TEXT}, lambda: ask())
    capture("image", tracer, TEXT, lambda: ask(contents=[part(text="what"), part.from_bytes(data=base64.b64decode(PIXEL), mime_type="image/png")]))
    capture("length", tracer, CUT, lambda: ask())


def cohere(tracer):
    import cohere as package

    client = package.ClientV2(api_key="no-key", base_url=URL)
    ask = lambda **fields: client.chat(**{"model": "command-a-03-2025", "messages": [SYSTEM, USER], **fields})
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, BOTH, lambda: ask(tools=TOOLS))
    capture("history", tracer, TEXT, lambda: ask(tools=TOOLS, messages=[*HISTORY[:2], {"role": "assistant", "tool_plan": "Looking.", "tool_calls": CALLS}, *HISTORY[3:5]]))
    capture("length", tracer, {"text": "It is sunny in", "finish": "MAX_TOKENS"}, lambda: ask())


def ollama(tracer):
    import ollama as package

    client = package.Client(host=URL)
    ask = lambda **fields: client.chat(**{"model": "llama3.2", "messages": [SYSTEM, USER], **fields})
    capture("plain", tracer, TEXT, lambda: ask())
    capture("calls", tracer, BOTH, lambda: ask(tools=TOOLS))
    capture("stream", tracer, TEXT, lambda: drain(ask(stream=True)))
    capture("history", tracer, TEXT, lambda: ask(tools=TOOLS, messages=[SYSTEM, USER, {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "get_weather", "arguments": {"city": "Paris"}}}]}, {"role": "tool", "content": "sunny", "tool_name": "get_weather"}]))


def agno(tracer):
    from agno.agent import Agent
    from agno.models.openai import OpenAIChat

    bot = lambda **fields: Agent(**{"model": OpenAIChat(id="gpt-4o-mini"), "instructions": RULE, "telemetry": False, **fields})
    capture("plain", tracer, TEXT, lambda: bot().run("Weather?"))
    capture("loop", tracer, [BOTH, TEXT], lambda: bot(tools=[get_weather]).run("Weather?"))
    capture("loop-stream", tracer, [BOTH, TEXT], lambda: drain(bot(tools=[get_weather]).run("Weather?", stream=True)))
    capture("length", tracer, CUT, lambda: bot().run("Weather?"))


def smolagents(tracer):
    from smolagents import OpenAIServerModel, Tool, ToolCallingAgent

    class Weather(Tool):
        name, description, inputs, output_type = "get_weather", "Get weather", {"city": {"type": "string", "description": "City"}}, "string"

        def forward(self, city: str) -> str:
            return "sunny"

    model = OpenAIServerModel("gpt-4o-mini", api_base=f"{URL}/v1", api_key="no-key")
    done = {"calls": [{"id": "call_CCC333", "name": "final_answer", "arguments": '{"answer":"Sunny."}'}]}
    capture("plain", tracer, TEXT, lambda: model.generate([{"role": "system", "content": [{"type": "text", "text": RULE}]}, {"role": "user", "content": [{"type": "text", "text": "Weather?"}]}]))
    capture("calls", tracer, ONE, lambda: model.generate([{"role": "user", "content": [{"type": "text", "text": "Weather?"}]}], tools_to_call_from=[Weather()]))
    capture("loop", tracer, [ONE, done], lambda: ToolCallingAgent(tools=[Weather()], model=model, max_steps=3, verbosity_level=0).run("Weather?"))


def haystack(tracer):
    from haystack import Pipeline
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage, ToolCall
    from haystack.tools import Tool

    tools = [Tool(name="get_weather", description="Get weather", parameters=SCHEMA, function=get_weather)]

    def run(messages, **fields):
        pipeline = Pipeline()
        pipeline.add_component("llm", OpenAIChatGenerator(model="gpt-4o-mini", max_retries=0, **fields))
        pipeline.run({"llm": {"messages": messages}})

    first = [ChatMessage.from_system(RULE), ChatMessage.from_user("Weather?")]
    calls = [ToolCall(id=f"call_{index}", tool_name="get_weather", arguments={"city": city}) for index, city in [(1, "Paris"), (2, "Rome")]]
    history = [*first, ChatMessage.from_assistant("Looking.", tool_calls=calls), *[ChatMessage.from_tool("sunny", origin=call) for call in calls]]
    capture("plain", tracer, TEXT, lambda: run(first))
    capture("calls", tracer, BOTH, lambda: run(first, tools=tools))
    capture("history", tracer, TEXT, lambda: run(history, tools=tools))
    capture("length", tracer, CUT, lambda: run(first))
    capture("stream", tracer, BOTH, lambda: run(first, tools=tools, streaming_callback=lambda chunk: None))


def instructor(tracer):
    import instructor as package
    import openai
    from pydantic import BaseModel

    class Report(BaseModel):
        city: str

    reply = {"calls": [{"id": "call_AAA111", "name": "Report", "arguments": '{"city":"Paris"}'}]}
    client = package.from_openai(openai.OpenAI(max_retries=0))
    capture("plain", tracer, reply, lambda: client.chat.completions.create(model="gpt-4o-mini", response_model=Report, messages=[SYSTEM, USER]))


def agents(tracer):
    from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool
    import openai

    tool = function_tool(get_weather)
    bot = lambda **fields: Agent(name="bot", instructions=RULE, model="gpt-4o-mini", **fields)
    chat = OpenAIChatCompletionsModel("gpt-4o-mini", openai.AsyncOpenAI(max_retries=0))
    capture("plain", tracer, TEXT, lambda: Runner.run_sync(bot(), "Weather?"))
    capture("loop", tracer, [BOTH, TEXT], lambda: Runner.run_sync(bot(tools=[tool]), "Weather?"))
    capture("chat-loop", tracer, [BOTH, TEXT], lambda: Runner.run_sync(Agent(name="bot", instructions=RULE, model=chat, tools=[tool]), "Weather?"))


def langchain(tracer):
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="gpt-4o-mini", max_retries=0)
    capture("plain", tracer, TEXT, lambda: model.invoke([SYSTEM, USER]))
    capture("calls", tracer, BOTH, lambda: model.bind_tools(TOOLS).invoke([SYSTEM, USER]))
    capture("stream", tracer, BOTH, lambda: drain(model.bind_tools(TOOLS).stream([SYSTEM, USER])))
    capture("history", tracer, TEXT, lambda: model.bind_tools(TOOLS).invoke(HISTORY))
    capture("image", tracer, TEXT, lambda: model.invoke(IMAGE))
    capture("length", tracer, CUT, lambda: model.invoke([SYSTEM, USER]))


def main():
    writer, kind = WRITER, KIND
    if writer == "oi":
        package, name = {"agents": ("openai_agents", "OpenAIAgentsInstrumentor"), "genai": ("google_genai", "GoogleGenAIInstrumentor"), "responses": ("openai", "OpenAIInstrumentor"), "mistral": ("mistralai", "MistralAIInstrumentor")}.get(kind, (kind, {"langchain": "LangChainInstrumentor", "openai": "OpenAIInstrumentor"}.get(kind, f"{kind.capitalize()}Instrumentor")))
        instrument(f"openinference.instrumentation.{package}", name)
        tracer = f"openinference-instrumentation-{package.replace('_', '-')}"
    elif writer == "tl":
        package, name = {"agents": ("openai_agents", "OpenAIAgentsInstrumentor"), "responses": ("openai", "OpenAIInstrumentor"), "mistral": ("mistralai", "MistralAiInstrumentor")}.get(kind, (kind, {"langchain": "LangchainInstrumentor", "openai": "OpenAIInstrumentor"}.get(kind, f"{kind.capitalize()}Instrumentor")))
        instrument(f"opentelemetry.instrumentation.{package}", name)
        tracer = f"opentelemetry-instrumentation-{package.replace('_', '-')}"
    elif writer == "openlit":
        import openlit

        openlit.init(disable_metrics=True, application_name="app", disabled_instrumentors=["httpx", "requests", "urllib", "urllib3", "aiohttp-client"])
        tracer = "openlit"
    elif writer == "langfuse":
        import langfuse

        langfuse.Langfuse(tracer_provider=provider, flush_at=1)
        tracer = "langfuse"
    run = {"anthropic": lambda: anthropic_messages(tracer, __import__("anthropic").Anthropic(max_retries=0))}
    if kind in ("openai", "responses"):
        module = __import__("langfuse.openai", fromlist=["OpenAI"]) if writer == "langfuse" else __import__("openai")
        {"openai": openai_chat, "responses": openai_responses}[kind](tracer, module.OpenAI(max_retries=0))
    elif kind in run:
        run[kind]()
    else:
        globals()[kind](tracer)


if __name__ == "__main__":
    main()
