"""LangChain Python of 2025, where it differs from today's. Run by python.mjs with CAPTURE_SCRIPT=old/langchain_old.py."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from recording import URL, capture, drain

from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import AzureChatOpenAI, ChatOpenAI

TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = [{"type": "function", "function": {"name": "get_weather", "description": "Get weather", "parameters": PARAMETERS}}]
TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": PARAMETERS}]
TURNS = [SystemMessage("You are a weather bot."), HumanMessage("Weather in Paris?")]
BROKEN = AIMessage("Looking.", invalid_tool_calls=[{"id": "a", "name": "get_weather", "args": "{", "error": "x"}])
RESPONSE = {"items": [{"id": "rs_1", "type": "reasoning", "summary": []}, {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "Looking.", "annotations": []}]}, {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": CALL["id"], "name": CALL["name"], "arguments": CALL["arguments"]}]}


def chat(name, replies, scenario, expected=None):
    capture(f"old-py-lc-{name}", "langchain-core langchain-openai", replies, scenario, expected)


def claude(name, replies, scenario, expected=None):
    capture(f"old-py-lc-claude-{name}", "langchain-core langchain-anthropic", replies, scenario, expected)


def model(**fields):
    return ChatOpenAI(model="gpt-4o-mini", max_retries=0, **fields)


def anthropic_model(**fields):
    return ChatAnthropic(model="claude-3-5-sonnet-latest", max_retries=0, **fields)


def azure():
    return AzureChatOpenAI(model="gpt-4o-mini", api_key="no-key", azure_deployment="d", api_version="2024-10-21", azure_endpoint=URL, max_retries=0)


def delta(fields, finish=None):
    return {"choices": [{"index": 0, "delta": fields, "logprobs": None, "finish_reason": finish}]}


def part(call, arguments, name):
    return delta({"tool_calls": [{"index": 0, "id": call["id"], "type": "function", "function": {"name": name, "arguments": arguments}}]})


def stream(*parts):
    return [delta({"role": "assistant", "content": None}), *parts, delta({}, "tool_calls")]


def loop(**fields):
    first = model(**fields).bind_tools(WEATHER).invoke(TURNS)
    result = ToolMessage([{"type": "text", "text": "sunny"}], tool_call_id=CALL["id"])
    model(**fields).bind_tools(WEATHER).invoke([*TURNS, first, result, HumanMessage("So?", name="ann")])


chat("stream", {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-cut", {**TEXT, "cut": True}, lambda: drain(model().stream(TURNS)), {"skip": "partial-stream"})
chat("azure-stream-cut", {**TEXT, "cut": True}, lambda: drain(azure().stream(TURNS)), {"skip": "partial-stream"})
chat("stream-repeated-id", {"calls": [CALL], "events": stream(part(CALL, '{"city"', "get_weather"), part(CALL, ': "Paris"}', None))}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-repeated-name", {"calls": [CALL], "events": stream(part(CALL, '{"city"', "get_weather"), part(CALL, ': "Paris"}', "get_weather"))}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-two-calls-one-index", {"calls": [CALL, SECOND], "events": stream(*[part(call, call["arguments"], call["name"]) for call in (CALL, SECOND)])}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)), {"skip": "glued-tool-calls"})
chat("loop", [{"text": "Looking.", "calls": [CALL]}, TEXT], loop)
chat("responses-loop", [RESPONSE, TEXT], lambda: loop(use_responses_api=True))
chat("responses-loop-items", [RESPONSE, TEXT], lambda: loop(use_responses_api=True, output_version="responses/v1"))
claude("prefill", {"text": "sunny"}, lambda: anthropic_model().invoke([*TURNS, AIMessage("So \n")]))
claude("late-system", TEXT, lambda: anthropic_model().invoke([HumanMessage("a"), AIMessage("b"), SystemMessage("Two."), HumanMessage("c")]))
claude("invalid-history", TEXT, lambda: anthropic_model().bind_tools(TOOLS).invoke([*TURNS, BROKEN, HumanMessage("So?")]))
claude("several-humans", TEXT, lambda: anthropic_model().invoke([HumanMessage("a", name="ann"), HumanMessage("b"), AIMessage("c"), HumanMessage("d")]))
