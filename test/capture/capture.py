"""The Python tracers against the stub. Prints a line of JSON for each scenario; see python.mjs."""
from recording import capture, client, drain, leave

from langchain_core.messages import AIMessage, ChatMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI
from langsmith import traceable
from langsmith.run_helpers import get_current_run_tree  # noqa: F401 (fails early where langsmith is broken)
from langsmith.wrappers import wrap_anthropic, wrap_openai
import anthropic
import openai
from pydantic import BaseModel

TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city":"Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
DEFINITION = {"name": "get_weather", "description": "Get weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
WEATHER = [{"type": "function", "function": DEFINITION}]
TURNS = [SystemMessage("You are a weather bot."), HumanMessage("Weather in Paris?")]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class Report(BaseModel):
    city: str


LC = "langchain-core langchain-openai"


def model(**fields):
    return ChatOpenAI(model="gpt-4o-mini", max_retries=0, **fields)


capture("py-lc-tools", LC, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: model().bind_tools(WEATHER, parallel_tool_calls=True).invoke(TURNS))
capture("py-lc-tools-stream", LC, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
capture("py-lc-broken-call", LC, {"calls": [{**CALL, "arguments": '{"city": "Par'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
capture("py-lc-one-broken-call", LC, {"calls": [{**CALL, "arguments": '{"city": "Par'}, SECOND]}, lambda: model().bind_tools(WEATHER).invoke(TURNS), {"skip": "invalid-tool-call"})
capture("py-lc-lc-arguments", LC, {"calls": [{**CALL, "arguments": '{"lc":1,"type":"secret","id":["OPENAI_API_KEY"],"city":"Paris"}'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
capture("py-lc-functions-stream", LC, {"functionCall": {"name": "get_weather", "arguments": '{"city":"Paris"}'}}, lambda: drain(model().bind(functions=[DEFINITION]).stream(TURNS)))
capture(
    "py-lc-functions-history", LC, TEXT,
    lambda: model().bind(functions=[DEFINITION]).invoke([*TURNS, AIMessage("", additional_kwargs={"function_call": {"name": "get_weather", "arguments": '{"city":"Paris"}'}}), FunctionMessage(name="get_weather", content="sunny")]),
)
capture(
    "py-lc-history", LC, TEXT,
    lambda: model().bind_tools(WEATHER).invoke([
        SystemMessage("Be brief.", additional_kwargs={"__openai_role__": "developer"}), HumanMessage("hi", name="ann"),
        AIMessage("Looking.", tool_calls=[{"id": "call_1", "name": "get_weather", "args": {"city": "Paris"}}], invalid_tool_calls=[{"id": "call_2", "name": "get_weather", "args": "{", "error": "no JSON"}]),
        ToolMessage("sunny", tool_call_id="call_1"), ToolMessage([{"type": "text", "text": "no"}], tool_call_id="call_2"), ChatMessage(role="user", content="So?"),
    ]),
)
capture("py-lc-refusal", LC, {"refusal": "I cannot."}, lambda: model().invoke(TURNS), {"skip": "refusal"})
capture("py-lc-length", LC, {"text": "It", "finish": "length"}, lambda: model().invoke(TURNS), {"skip": "truncated"})
capture("py-lc-n2", LC, TEXT, lambda: model(n=2).invoke(TURNS))
capture("py-lc-error", LC, {"error": "bad model"}, lambda: model().invoke(TURNS), {"skip": "run-error"})
capture("py-lc-stream-left", LC, TEXT, lambda: leave(model().stream(TURNS)), {"skip": "run-error"})
capture("py-lc-structured", LC, {"text": '{"city":"Paris"}'}, lambda: model().with_structured_output(Report).invoke(TURNS))
capture("py-lc-structured-function", LC, {"calls": [{"id": "call_1", "name": "Report", "arguments": '{"city":"Paris"}'}]}, lambda: model().with_structured_output(Report, method="function_calling").invoke(TURNS))
capture("py-lc-image", LC, TEXT, lambda: model().invoke([HumanMessage([{"type": "text", "text": "what"}, {"type": "image", "base64": PIXEL, "mime_type": "image/png"}, {"type": "image", "source_type": "url", "url": "https://example.com/a.png"}])]))
capture("py-lc-image-v1", LC, TEXT, lambda: model().invoke([HumanMessage(content_blocks=[{"type": "text", "text": "what"}, {"type": "image", "base64": PIXEL, "mime_type": "image/png"}])]))
capture("py-lc-document", LC, TEXT, lambda: model().invoke([HumanMessage([{"type": "text", "text": "what"}, {"type": "file", "source_type": "base64", "data": "AAAA", "mime_type": "application/pdf", "filename": "a.pdf"}])]), {"skip": "unsupported-content"})
capture("py-lc-v1-tools", LC, {"text": "Looking.", "calls": [CALL]}, lambda: model(output_version="v1").bind_tools(WEATHER).invoke(TURNS))
capture("py-lc-responses-tools", LC, {"thinking": "hmm", "text": "Looking.", "calls": [CALL, SECOND]}, lambda: model(use_responses_api=True).bind_tools([*WEATHER, {"type": "web_search"}]).invoke(TURNS))
capture("py-lc-responses-stream", LC, {"thinking": "hmm", "text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(model(use_responses_api=True).bind_tools(WEATHER).stream(TURNS)))
capture("py-lc-responses-v1", LC, {"thinking": "hmm", "text": "Looking.", "calls": [CALL]}, lambda: model(use_responses_api=True, output_version="v1").bind_tools(WEATHER).invoke(TURNS))
capture("py-lc-responses-refusal", LC, {"refusal": "I cannot."}, lambda: model(use_responses_api=True).invoke(TURNS), {"skip": "refusal"})
capture(
    "py-lc-responses-history", LC, TEXT,
    lambda: model(use_responses_api=True).bind_tools(WEATHER).invoke([*TURNS, AIMessage([{"type": "text", "text": "Looking.", "annotations": []}, {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Paris"}'}], tool_calls=[{"id": "call_1", "name": "get_weather", "args": {"city": "Paris"}}]), ToolMessage("sunny", tool_call_id="call_1")]),
)

WO = "langsmith openai"
own = wrap_openai(openai.OpenAI(max_retries=0))
PLAIN = [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather?"}]
capture("py-wrapopenai-stream-tools", WO, {"calls": [CALL, SECOND]}, lambda: drain(own.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, tools=WEATHER, stream=True)))
capture("py-wrapopenai-stream-functions", WO, {"functionCall": {"name": "get_weather", "arguments": '{"city":"Paris"}'}}, lambda: drain(own.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, functions=[DEFINITION], stream=True)))
capture("py-wrapopenai-parse", WO, {"text": '{"city":"Paris"}'}, lambda: own.chat.completions.parse(model="gpt-4o-mini", messages=PLAIN, response_format=Report))
capture("py-wrapopenai-stream-left", WO, TEXT, lambda: leave(own.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, stream=True)), {"skip": "run-error"})
capture("py-wrapopenai-error", WO, {"error": "bad"}, lambda: own.chat.completions.create(model="gpt-4o-mini", messages=PLAIN), {"skip": "run-error"})
capture("py-wrapopenai-responses-stream", WO, {"text": "Looking.", "calls": [CALL]}, lambda: drain(own.responses.create(model="gpt-4o-mini", input="Weather?", instructions="Be brief.", tools=[{"type": "function", **DEFINITION}], stream=True)))

WA = "langsmith anthropic"
claude = wrap_anthropic(anthropic.Anthropic(max_retries=0))
TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": DEFINITION["parameters"]}]


def ask(**fields):
    return claude.messages.create(model="claude-sonnet-4-5", max_tokens=100, system="You are a weather bot.", messages=[{"role": "user", "content": "Weather?"}], **fields)


def helper():
    with claude.messages.stream(model="claude-sonnet-4-5", max_tokens=100, messages=[{"role": "user", "content": "Weather?"}], tools=TOOLS) as stream:
        drain(stream)


# Where the wrapper fails on the stream, its run stays open; where it works, the row is as in JavaScript.
PENDING = {"skip": "pending"}
capture("py-wrapanthropic-tools", WA, {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: ask(tools=TOOLS))
capture("py-wrapanthropic-thinking", WA, {"thinking": "hmm", "text": "Sunny."}, lambda: ask())
capture("py-wrapanthropic-stream", WA, {"text": "Looking.", "calls": [CALL]}, lambda: drain(ask(tools=TOOLS, stream=True)), PENDING)
capture("py-wrapanthropic-stream-helper", WA, {"text": "Looking.", "calls": [CALL]}, helper, PENDING)

TR = "langsmith"
SUNNY = {"role": "assistant", "content": "Sunny."}
ROW = {"convert": {"messages": [*PLAIN, SUNNY]}}


def llm(work):
    return traceable(run_type="llm", name="custom", client=client)(work)


capture("py-traceable-text", TR, TEXT, lambda: llm(lambda messages: "Sunny.")(PLAIN), ROW)
capture("py-traceable-message", TR, TEXT, lambda: llm(lambda messages: AIMessage("Sunny."))([SystemMessage("You are a weather bot."), HumanMessage("Weather?")]), ROW)
capture("py-traceable-tuples", TR, TEXT, lambda: llm(lambda messages: SUNNY)([("system", "You are a weather bot."), ("user", "Weather?")]), ROW)
