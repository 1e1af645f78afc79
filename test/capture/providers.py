"""LangChain Python with the models of providers other than OpenAI and Anthropic, each in its own
protocol (provider-protocols.mjs); the companion of providers.mjs. Prints a line of JSON for each
scenario; see python.mjs."""
from recording import URL, capture

import json
import os

from langchain_aws import ChatBedrockConverse
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_deepseek import ChatDeepSeek
from langchain_fireworks import ChatFireworks
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_groq import ChatGroq
from langchain_mistralai import ChatMistralAI
from langchain_ollama import ChatOllama
from langchain_together import ChatTogether
from langchain_xai import ChatXAI
from pydantic import BaseModel

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_EC2_METADATA_DISABLED="true")
TURNS = [SystemMessage("You are a weather bot."), HumanMessage("Weather in Paris?")]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string", "description": "City"}}, "required": ["city"]}
WEATHER = [{"type": "function", "function": {"name": "get_weather", "description": "Get weather", "parameters": PARAMETERS}}]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
IMAGE = f"data:image/png;base64,{PIXEL}"
THOUGHT = "The user wants the weather."


class Report(BaseModel):
    """A report."""

    city: str
    degrees: float


@tool
def get_weather(city: str) -> str:
    """Get weather."""
    return "sunny"


@tool
def now() -> str:
    """The time."""
    return "noon"


TOOLS = [get_weather, now]


def drain(stream):
    whole = None
    for chunk in stream:
        whole = chunk if whole is None else whole + chunk
    return whole


def asked(id="call_1", args={"city": "Paris"}):
    return AIMessage("", tool_calls=[{"id": id, "name": "get_weather", "args": args}])


def told(id="call_1", content="sunny", **fields):
    return ToolMessage(content, tool_call_id=id, **{"name": "get_weather", **fields})


BOTH = AIMessage("Looking.", tool_calls=[{"id": "call_1", "name": "get_weather", "args": {"city": "Paris"}}, {"id": "call_2", "name": "get_weather", "args": {"city": "Rome"}}])
# The ids of a history, where the protocol has none or the package sends ids of its own.
IDS = {"ids": ["call_1", "call_2", "call_1", "call_2"]}

NAMED = [SystemMessage("Be brief.", name="rules"), HumanMessage("a", name="ann"), AIMessage("b", name="bot"), HumanMessage("c", name="bob")]


def skip(code):
    return {"skip": code}


def loop(model, run):
    first = run(model)
    return model.invoke([*TURNS, first, *[told(each["id"], "sunny", name=each["name"]) for each in first.tool_calls]])


# ── Gemini ──
def gemini_scenarios():
    def model(**fields):
        return ChatGoogleGenerativeAI(model="gemini-2.5-pro", google_api_key="no-key", base_url=URL, max_retries=0, **fields)

    def gemini(name, reply, scenario, expected=None):
        capture(f"py-gemini-{name}", "langchain-core langchain-google-genai", reply, scenario, expected)

    bound = model().bind_tools(TOOLS)
    get = lambda city: {"functionCall": {"name": "get_weather", "args": {"city": city}}}
    thought = {"text": THOUGHT, "thought": True}
    calls = [thought, {"text": "Looking."}, {**get("Paris"), "thoughtSignature": "c2ln"}, get("Rome")]
    sunny = {"parts": [{"text": "It is sunny in Paris."}]}
    gemini("text-stream-bare-end", {**sunny, "bareEnd": True}, lambda: drain(model().stream(TURNS)))
    gemini("length-stream-bare-end", {**sunny, "bareEnd": True, "finish": "MAX_TOKENS"}, lambda: drain(model().stream(TURNS)), skip("truncated"))
    gemini("thinking", {"parts": [thought, {"text": "Sunny.", "thoughtSignature": "c2ln"}]}, lambda: model(include_thoughts=True).invoke(TURNS))
    gemini("calls-stream-together", {"parts": [{**get("Paris"), "thoughtSignature": "c2ln"}, get("Rome")], "together": True}, lambda: drain(bound.stream(TURNS)))
    gemini("call-numbers", {"parts": [{"functionCall": {"name": "get_weather", "args": {"city": "Paris", "days": [1, 2], "at": {"lat": 48.85, "n": None}}}}]}, lambda: bound.invoke(TURNS))
    gemini("own-tools", {"parts": [get("Paris")]}, lambda: model().bind_tools([{"function_declarations": [{"name": "get_weather", "description": "Get weather", "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING", "description": "City"}}, "required": ["city"]}}]}]).invoke(TURNS))
    gemini("end-LANGUAGE", {"parts": [{"text": "It is"}], "finish": "LANGUAGE"}, lambda: model().invoke(TURNS), skip("filtered"))
    gemini("end-OTHER-stream", {"parts": [{"text": "It is"}], "finish": "OTHER"}, lambda: drain(model().stream(TURNS)), skip("run-error"))
    gemini("no-content", {"parts": [], "candidate": {"content": None, "finishReason": "SAFETY"}}, lambda: model().invoke(TURNS), skip("filtered"))
    gemini("stream-cut", {**sunny, "cut": True}, lambda: drain(model().stream(TURNS)), skip("partial-stream"))
    gemini("image-out", {"parts": [{"text": "Here."}, {"inlineData": {"mimeType": "image/png", "data": PIXEL}}]}, lambda: model().invoke(TURNS), skip("unsupported-content"))
    gemini("history", sunny, lambda: bound.invoke([*TURNS, BOTH, told(), told("call_2", "rain"), HumanMessage("So?")]), IDS)
    gemini("loop-stream", [{"parts": calls}, sunny], lambda: loop(bound, lambda each: drain(each.stream(TURNS))))
    gemini("images", sunny, lambda: model().invoke([HumanMessage([{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": IMAGE}}, {"type": "image", "source_type": "base64", "mime_type": "image/png", "data": PIXEL}])]))
    gemini("image-file", sunny, lambda: model().invoke([HumanMessage([{"type": "media", "mime_type": "image/png", "file_uri": "gs://bucket/a.png"}, {"type": "text", "text": "What?"}])]))
    gemini("v1", {"parts": calls}, lambda: model(output_version="v1").bind_tools(TOOLS).invoke(TURNS))


# ── Bedrock, by Converse ──
def bedrock_scenarios():
    def model(**fields):
        return ChatBedrockConverse(model="anthropic.claude-sonnet-4-5-20250929-v1:0", region_name="us-east-1", endpoint_url=URL, **fields)

    def bedrock(name, reply, scenario, expected=None):
        capture(f"py-bedrock-{name}", "langchain-core langchain-aws", reply, scenario, expected)

    bound = model().bind_tools(TOOLS)
    get = lambda id, city: {"toolUse": {"toolUseId": id, "name": "get_weather", "input": {"city": city}}}
    thought = {"reasoningContent": {"reasoningText": {"text": THOUGHT, "signature": "c2ln"}}}
    calls = [thought, {"text": "Looking."}, get("tooluse_1", "Paris"), get("tooluse_2", "Rome")]
    sunny = {"content": [{"text": "It is sunny in Paris."}]}
    bedrock("texts-stream", {"content": [{"text": "It is "}, {"text": "sunny."}]}, lambda: drain(model().stream(TURNS)))
    bedrock("calls-stream", {"content": calls}, lambda: drain(bound.stream(TURNS)))
    bedrock("call-empty-input-stream", {"content": [{"toolUse": {"toolUseId": "t1", "name": "now", "input": {}}}], "input": ""}, lambda: drain(bound.stream(TURNS)))
    bedrock("redacted-stream", {"content": [{"reasoningContent": {"redactedContent": "ZW5j"}}, {"text": "Sunny."}]}, lambda: drain(model().stream(TURNS)))
    bedrock("own-tools", {"content": [get("t1", "Paris")]}, lambda: model().bind_tools([{"toolSpec": {"name": "get_weather", "description": "Get weather", "inputSchema": {"json": PARAMETERS}}}, {"cachePoint": {"type": "default"}}]).invoke(TURNS))
    bedrock("structured", {"content": [{"toolUse": {"toolUseId": "t1", "name": "Report", "input": {"city": "Paris", "degrees": 21.5}}}]}, lambda: model().with_structured_output(Report).invoke(TURNS))
    bedrock("end-malformed_model_output-stream", {"content": [{"text": "It is"}], "stop": "malformed_model_output"}, lambda: drain(model().stream(TURNS)), skip("run-error"))
    bedrock("history-parts", sunny, lambda: bound.invoke([*TURNS, asked(), told(content=[{"type": "text", "text": "sunny"}, {"type": "image_url", "image_url": {"url": IMAGE}}])]))
    bedrock("history-json", sunny, lambda: bound.invoke([*TURNS, asked(), told(content=[{"json": {"sky": "sunny"}}])]))
    bedrock("history-cache", sunny, lambda: model().invoke([SystemMessage([{"type": "text", "text": "Rules."}, {"cachePoint": {"type": "default"}}]), HumanMessage([{"type": "text", "text": "a"}, {"cachePoint": {"type": "default"}}])]))
    bedrock("loop", [{"content": calls}, sunny], lambda: loop(bound, lambda each: each.invoke(TURNS)))
    bedrock("names", sunny, lambda: model().invoke(NAMED))
    bedrock("images", sunny, lambda: model().invoke([HumanMessage([{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": IMAGE}}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}])]))
    bedrock("guard", sunny, lambda: model().invoke([HumanMessage([{"type": "guard_content", "text": "What?"}])]))
    bedrock("v1", {"content": calls}, lambda: model(output_version="v1").bind_tools(TOOLS).invoke(TURNS))
    bedrock("v1-stream", {"content": calls}, lambda: drain(model(output_version="v1").bind_tools(TOOLS).stream(TURNS)))


# ── Ollama ──
def ollama_scenarios():
    def model(**fields):
        return ChatOllama(model="qwen3", base_url=URL, **fields)

    def ollama(name, reply, scenario, expected=None):
        capture(f"py-ollama-{name}", "langchain-core langchain-ollama", reply, scenario, expected)

    bound = model().bind_tools(TOOLS)
    get = lambda city: {"function": {"name": "get_weather", "arguments": {"city": city}}}
    calls = {"message": {"content": "Looking.", "tool_calls": [get("Paris"), get("Rome")]}}
    sunny = {"message": {"content": "It is sunny in Paris."}}
    thinking = {"message": {"thinking": "hmm, the weather", "content": "Sunny."}}
    ollama("thinking-stream", thinking, lambda: drain(model(reasoning=True).stream(TURNS)))
    ollama("calls-apart-stream", {**calls, "apart": True}, lambda: drain(bound.stream(TURNS)))
    ollama("stream-cut", {**sunny, "cut": True}, lambda: drain(model().stream(TURNS)), skip("partial-stream"))
    ollama("history", sunny, lambda: bound.invoke([*TURNS, BOTH, told(), told("call_2", "rain"), HumanMessage("So?")]), IDS)
    ollama("loop", [calls, sunny], lambda: loop(bound, lambda each: each.invoke(TURNS)))
    ollama("v1", {"message": {"thinking": "hmm", "content": "Looking.", "tool_calls": [get("Paris")]}}, lambda: model(output_version="v1", reasoning=True).bind_tools(TOOLS).invoke(TURNS))


# ── OpenAI's protocol, in the words of others ──
def others():
    def call(id, city):
        return {"id": id, "type": "function", "function": {"name": "get_weather", "arguments": json.dumps({"city": city})}}

    reasoning = {"reasoning_content": "hmm", "content": "Sunny."}
    providers = {
        "mistral": ("langchain-mistralai", lambda **fields: ChatMistralAI(model="magistral-medium-latest", api_key="no-key", base_url=f"{URL}/v1", max_retries=0, **fields), ["D681PevKs", "a1B2c3D4e"], {}, {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hmm"}]}, {"type": "text", "text": "Sunny."}]}, ["thinking-stream", "calls-stream-whole", "stream-cut", "history", "loop", "names"]),
        "groq": ("langchain-groq", lambda **fields: ChatGroq(model="qwen/qwen3-32b", api_key="no-key", base_url=URL, max_retries=0, **fields), ["call_a1b2", "call_c3d4"], {}, {"reasoning": "hmm", "content": "Sunny."}, ["thinking-stream", "calls-stream", "stream-cut", "names"]),
        "deepseek": ("langchain-deepseek", lambda **fields: ChatDeepSeek(model="deepseek-reasoner", api_key="no-key", api_base=f"{URL}/v1", max_retries=0, **fields), ["call_0_1234", "call_1_5678"], {"insufficient_system_resource": "partial-stream"}, reasoning, ["thinking-stream", "calls-stream", "stream-cut", "loop"]),
        "xai": ("langchain-xai", lambda **fields: ChatXAI(model="grok-4", api_key="no-key", xai_api_base=f"{URL}/v1", max_retries=0, **fields), ["call_11112222", "call_33334444"], {}, {**reasoning, "refusal": None}, ["thinking-stream", "calls-stream", "stream-cut"]),
        "fireworks": ("langchain-fireworks", lambda **fields: ChatFireworks(model="accounts/fireworks/models/qwen3-8b", api_key="no-key", base_url=f"{URL}/v1", **fields), ["call_f1", "call_f2"], {}, reasoning, ["thinking-stream", "calls-stream", "stream-cut", "names"]),
        "together": ("langchain-together", lambda **fields: ChatTogether(model="Qwen/Qwen3-8B", api_key="no-key", base_url=f"{URL}/v1", max_retries=0, **fields), ["call_t1", "call_t2"], {}, reasoning, ["calls-stream"]),
    }
    for provider, (package, create, (one, two), ends, thinking, scenarios) in providers.items():
        def chat(name, reply, scenario, expected=None):
            if name.startswith("end-") or name in scenarios:
                capture(f"py-{provider}-{name}", f"langchain-core {package}", reply, scenario, expected)

        bound = create().bind_tools(TOOLS)
        called = {"content": "Looking.", "tool_calls": [call(one, "Paris"), call(two, "Rome")]}
        nothing = lambda text: {"message": {"content": "", "tool_calls": [{"id": one, "type": "function", "function": {"name": "now", "arguments": text}}]}}
        sunny = {"message": {"content": "It is sunny in Paris."}}
        chat("thinking-stream", {"message": thinking}, lambda: drain(create().stream(TURNS)))
        chat("calls-stream", {"message": called}, lambda: drain(bound.stream(TURNS)))
        chat("calls-stream-whole", {"message": called, "wholeCalls": True}, lambda: drain(bound.stream(TURNS)))
        chat("call-empty-arguments-stream", nothing(""), lambda: drain(bound.stream(TURNS)))
        for reason, why in ends.items():
            chat(f"end-{reason}", {"message": {"content": "It is"}, "finish": reason}, lambda: create().invoke(TURNS), skip(why))
        chat("stream-cut", {**sunny, "cut": True}, lambda: drain(create().stream(TURNS)), skip("partial-stream"))
        chat("history", sunny, lambda: bound.invoke([*TURNS, BOTH, told(), told("call_2", "rain"), HumanMessage("So?")]), IDS)
        chat("names", sunny, lambda: create().invoke(NAMED))
        chat("loop", [{"message": {**thinking, **called}}, sunny], lambda: loop(bound, lambda each: each.invoke(TURNS)))
        chat("v1", {"message": {**thinking, **called}}, lambda: create(output_version="v1").bind_tools(TOOLS).invoke(TURNS))


gemini_scenarios()
bedrock_scenarios()
ollama_scenarios()
others()
