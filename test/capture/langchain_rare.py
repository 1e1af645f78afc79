"""LangChain Python with OpenAI and Anthropic, in the combinations that are rare one by one; the
companion of langchain-rare.mjs. Prints a line of JSON for each scenario; see python.mjs."""
from recording import capture, drain

from langchain_core.caches import InMemoryCache
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from typing import Literal, Optional, TypedDict
from langchain_core.messages import AIMessage, ChatMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel, Field


TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city":"Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
DEFINITION = {"name": "get_weather", "description": "Get weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
WEATHER = [{"type": "function", "function": DEFINITION}]
TURNS = [SystemMessage("You are a weather bot."), HumanMessage("Weather in Paris?")]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
LC = "langchain-core langchain-openai"


def model(**fields):
    return ChatOpenAI(model="gpt-4o-mini", max_retries=0, **fields)


class Place(BaseModel):
    """A place."""

    city: str = Field(description="City")
    degrees: Optional[float] = None
    kind: Literal["big", "small"] = "big"


class PlaceDict(TypedDict):
    """A place."""

    city: str


@tool
def get_weather(city: str, days: int = 1, places: list[Place] = []) -> str:
    """Get weather."""
    return "sunny"


def asked(id="a", args={"city": "Paris"}):
    return AIMessage("", tool_calls=[{"id": id, "name": "get_weather", "args": args}])


def told(id="a", content="sunny", **fields):
    return ToolMessage(content, tool_call_id=id, **fields)


IMAGE = f"data:image/png;base64,{PIXEL}"
LEGACY = {"name": "get_weather", "arguments": '{"city":"Paris"}'}
UNSUPPORTED = {"skip": "unsupported-content"}


def chat(name, replies, scenario, expected=None):
    capture(f"py-lc-{name}", LC, replies, scenario, expected)


# how it was asked for
chat("plain-string", TEXT, lambda: model().invoke("hi"))
chat("tuples", TEXT, lambda: model().invoke([("system", "Be brief."), ("human", "hi"), ("ai", "hello"), {"role": "user", "content": "so?"}]))
chat("prompt-template", TEXT, lambda: (ChatPromptTemplate([("system", "Be brief."), ("placeholder", "{history}"), ("human", "{question}")]) | model()).invoke({"history": [("human", "a"), ("ai", "b")], "question": "c"}))
chat("reasoning-model", TEXT, lambda: model(reasoning_effort="low").model_copy(update={"model_name": "o3-mini"}).invoke(TURNS))
chat("pydantic-tools", {"calls": [CALL]}, lambda: model().bind_tools([get_weather, Place], strict=True, tool_choice="any").invoke(TURNS))
chat("tools-not-strict", {"calls": [CALL]}, lambda: model().bind_tools([get_weather], tool_choice="get_weather").invoke(TURNS))
chat("streaming-invoke", {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: model(streaming=True, stream_usage=True).bind_tools(WEATHER).invoke(TURNS))
chat("functions-bound", {"text": "Looking.", "functionCall": LEGACY}, lambda: model().bind(functions=[DEFINITION], function_call={"name": "get_weather"}).invoke(TURNS))
chat("functions-not-called", TEXT, lambda: model().bind(functions=[DEFINITION], function_call="none").invoke(TURNS))
chat("functions-several", {"functionCall": LEGACY}, lambda: model().bind(functions=[DEFINITION]).invoke([*TURNS, AIMessage("Looking.", additional_kwargs={"function_call": LEGACY}), FunctionMessage(name="get_weather", content='{"sky":"sunny"}'), AIMessage("Sunny."), HumanMessage("And Rome?")]))
chat("n2-tools", {"calls": [CALL], "text": "Looking."}, lambda: model(n=2).bind_tools(WEATHER).invoke(TURNS))
chat("batch", TEXT, lambda: model().batch([TURNS, "b"]))
chat("generate-two", TEXT, lambda: model().generate([TURNS, [HumanMessage("b")]]))
chat("parameters", {**TEXT, "logprobs": {"content": [{"token": "It", "logprob": -0.1, "bytes": None, "top_logprobs": []}], "refusal": None}}, lambda: model(temperature=0.1, max_tokens=50, stop=["END"], seed=4, logprobs=True, metadata={"customer": "acme"}, tags=["nightly"], model_kwargs={"prediction": {"type": "content", "content": "x"}}).with_config(run_name="weather model").invoke(TURNS))
chat("raw-response", TEXT, lambda: model(include_response_headers=True).invoke(TURNS))
CACHE = InMemoryCache()
TOOL_ROW = {"convert": {"messages": [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather in Paris?"}, {"role": "assistant", "content": None, "tool_calls": [{"id": CALL["id"], "type": "function", "function": {"name": CALL["name"], "arguments": CALL["arguments"]}}]}], "tools": WEATHER}}
NOW = [{"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}]


def called(id, name, arguments, tools):
    """The row of a call whose text the trace has no more."""
    return {"convert": {**TOOL_ROW["convert"], "messages": [*TOOL_ROW["convert"]["messages"][:2], {"role": "assistant", "content": None, "tool_calls": [{"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}]}], "tools": tools}}


chat("cache-tools", {"calls": [CALL]}, lambda: [model(cache=CACHE).bind_tools(WEATHER).invoke(TURNS) for _ in range(2)], [None, TOOL_ROW])
chat("stream-cut", {**TEXT, "cut": True}, lambda: drain(model().stream(TURNS)), {"skip": "partial-stream"})
chat("fallback", [{"error": "bad model"}, TEXT], lambda: model().with_fallbacks([model()]).invoke(TURNS), [{"skip": "run-error"}, {"convert": {"messages": [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather in Paris?"}, {"role": "assistant", "content": "It is sunny in Paris."}]}}])

# what stands in a history
chat("history-tool-errors", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessage("", tool_calls=[{"id": each, "name": "get_weather", "args": {"city": each}} for each in "abc"]), told("a", "no such city", status="error"), told("b", [{"type": "text", "text": "line"}, {"type": "text", "text": "s"}], artifact={"rows": [1]}, name="get_weather"), told("c", "")]))
chat("history-tool-image", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, asked(), told("a", [{"type": "text", "text": "map"}, {"type": "image_url", "image_url": {"url": IMAGE}}])]))
chat("history-raw-calls", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessage("", additional_kwargs={"tool_calls": [{"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":  "Paris"}'}}]}), told()]))
chat("history-invalid-call", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessage("", invalid_tool_calls=[{"id": "a", "name": "get_weather", "args": '{"city"', "error": "no JSON"}]), told("a", "bad")]))
chat("history-anthropic-blocks", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessage([{"type": "thinking", "thinking": "hmm", "signature": "c2ln"}, {"type": "text", "text": "Looking."}, {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}], tool_calls=[{"id": "toolu_1", "name": "get_weather", "args": {"city": "Paris"}}]), told("toolu_1")]))
chat("history-names", TEXT, lambda: model().invoke([SystemMessage("Be brief.", name="rules"), HumanMessage([{"type": "text", "text": "hi"}], name="ann", id="m1"), AIMessage("hello", name="bot"), HumanMessage("so?", name="bob", additional_kwargs={"note": "x"})]))
chat("history-systems", TEXT, lambda: model().invoke([SystemMessage([{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]), HumanMessage("a"), SystemMessage("Three."), HumanMessage("b"), HumanMessage("c")]))
chat("history-empty", TEXT, lambda: model().invoke([SystemMessage(""), HumanMessage("a"), AIMessage(""), HumanMessage("b")]))
chat("history-empty-list", TEXT, lambda: model().bind_tools(WEATHER).invoke([HumanMessage("a"), AIMessage([], tool_calls=[{"id": "a", "name": "get_weather", "args": {"city": "Paris"}}]), told()]))
chat("history-chat-messages", TEXT, lambda: model().invoke([ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="hi"), ChatMessage(role="assistant", content="hello"), ChatMessage(role="developer", content="so"), ChatMessage(role="user", content="so?")]))
chat("history-chunks", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessageChunk(content="", tool_call_chunks=[{"id": "a", "name": "get_weather", "args": '{"city": "Pa', "index": 0, "type": "tool_call_chunk"}]) + AIMessageChunk(content="", tool_call_chunks=[{"id": None, "name": None, "args": 'ris"}', "index": 0, "type": "tool_call_chunk"}]), told()]))
chat("history-refusal", TEXT, lambda: model().invoke([HumanMessage("a"), AIMessage("", additional_kwargs={"refusal": "I cannot."}), HumanMessage("b")]))
chat("history-image-mix", TEXT, lambda: model().invoke([HumanMessage([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}, {"type": "text", "text": "b"}, {"type": "image_url", "image_url": {"url": IMAGE}}]), AIMessage("two"), HumanMessage("why?")]))
chat("history-anthropic-image", TEXT, lambda: model().invoke([HumanMessage([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}, {"type": "text", "text": "a"}])]))
chat("history-file-id", TEXT, lambda: model().invoke([HumanMessage([{"type": "file", "file": {"file_id": "file-1"}}, {"type": "text", "text": "a"}])]), UNSUPPORTED)
chat("history-audio", TEXT, lambda: model().invoke([HumanMessage([{"type": "audio", "source_type": "base64", "mime_type": "audio/wav", "data": "UklGRiQAAABXQVZF"}])]), UNSUPPORTED)
chat("history-audio-answer", TEXT, lambda: model().invoke([HumanMessage("a"), AIMessage("", additional_kwargs={"audio": {"id": "audio_1", "transcript": "Sunny."}}), HumanMessage("b")]), UNSUPPORTED)
chat("history-v1", TEXT, lambda: model(output_version="v1").bind_tools(WEATHER).invoke([SystemMessage(content_blocks=[{"type": "text", "text": "Be brief."}]), HumanMessage(content_blocks=[{"type": "text", "text": "a"}]), AIMessage(content_blocks=[{"type": "reasoning", "reasoning": "hmm"}, {"type": "text", "text": "Looking."}, {"type": "tool_call", "id": "a", "name": "get_weather", "args": {"city": "Paris"}}, {"type": "tool_call", "id": "b", "name": "get_weather", "args": {"city": "Rome"}}]), ToolMessage(content_blocks=[{"type": "text", "text": "sunny"}], tool_call_id="a"), told("b")]))
chat("history-unicode", {"text": "Здравствуй \U0001f324 \u2028 line\nend  "}, lambda: model().invoke([HumanMessage("  \U0001f324 \r\n tab\t end ")]))

# what comes back
chat("answer-lc-deep", {"calls": [{**CALL, "arguments": '{"city":{"lc":1,"type":"constructor","id":["langchain","schema","messages","HumanMessage"],"kwargs":{"content":"x"}},"list":[{"lc":2},{"__lc_escaped__":{"lc":1}}]}'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
# Where the trace has no text of the arguments, nothing and null are not arguments.
chat("answer-no-arguments", {"calls": [{"id": "call_1", "name": "now", "arguments": ""}]}, lambda: model().bind_tools([{"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}]).invoke(TURNS), called("call_1", "now", "{}", NOW))
chat("answer-no-arguments-stream", {"calls": [{"id": "call_1", "name": "now", "arguments": ""}]}, lambda: drain(model().bind_tools([{"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}]).stream(TURNS)))
chat("answer-null-arguments", {"calls": [{**CALL, "arguments": "null"}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS), called(CALL["id"], "get_weather", "{}", WEATHER))
chat("answer-array-arguments", {"calls": [{**CALL, "arguments": '["Paris"]'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
chat("answer-big-number", {"calls": [{**CALL, "arguments": '{"city":"Paris","id":12345678901234567890}'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
chat("answer-two-broken", {"calls": [{**CALL, "arguments": "{"}, {**SECOND, "arguments": "}"}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
chat("answer-broken-stream", {"calls": [{**CALL, "arguments": '{"city": "Par'}]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("answer-one-broken-stream", {"calls": [{**CALL, "arguments": '{"city": "Par'}, SECOND]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("answer-empty", {"text": ""}, lambda: model().invoke(TURNS), {"skip": "no-answer"})
chat("answer-refusal-stream", {"refusal": "I cannot."}, lambda: drain(model().stream(TURNS)), {"skip": "no-answer"})
chat("answer-length-stream", {"text": "It", "finish": "length"}, lambda: drain(model().stream(TURNS)), {"skip": "truncated"})
chat("answer-annotations", {**TEXT, "message": {"annotations": [{"type": "url_citation", "url_citation": {"start_index": 0, "end_index": 2, "title": "t", "url": "https://example.com"}}]}}, lambda: model().invoke(TURNS))
chat("answer-audio", {"message": {"content": None, "audio": {"id": "audio_1", "data": "AAAA", "expires_at": 1, "transcript": "Sunny."}}}, lambda: model(model_kwargs={"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}}).invoke(TURNS), UNSUPPORTED)

# structured output
chat("structured-json-mode", {"text": '{"city":"Paris"}'}, lambda: model().with_structured_output(Place, method="json_mode").invoke(TURNS))
chat("structured-raw", {"text": '{"city":"Paris","degrees":null,"kind":"big"}'}, lambda: model().with_structured_output(Place, include_raw=True, strict=True).invoke(TURNS))
chat("structured-typed-dict", {"text": '{"city":"Paris"}'}, lambda: model().with_structured_output(PlaceDict).invoke(TURNS))
chat("structured-dict", {"text": '{"city":"Paris"}'}, lambda: model().with_structured_output({"title": "place", "description": "A place", **DEFINITION["parameters"]}, method="json_schema").invoke(TURNS))
chat("structured-stream", {"text": '{"city":"Paris","degrees":1,"kind":"big"}'}, lambda: drain(model().with_structured_output(Place).stream(TURNS)))
chat("structured-function-strict", {"calls": [{"id": "call_1", "name": "Place", "arguments": '{"city":"Paris"}'}]}, lambda: model().with_structured_output(Place, method="function_calling", strict=True, include_raw=True).invoke(TURNS))
chat("structured-tools", {"calls": [CALL]}, lambda: model().with_structured_output(Place, tools=WEATHER, strict=True, include_raw=True).invoke(TURNS))
chat("structured-refusal", {"refusal": "I cannot."}, lambda: model().with_structured_output(Place, include_raw=True).invoke(TURNS), {"skip": "refusal"})


# the Responses API
def respond(**fields):
    return model(use_responses_api=True, **fields)


NOTES = [{"type": "url_citation", "start_index": 0, "end_index": 2, "title": "t", "url": "https://example.com"}]


def message(value, id="msg_1"):
    return {"id": id, "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": value, "annotations": NOTES, "logprobs": []}]}


THOUGHT = {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "hmm"}], "encrypted_content": "ZW5j"}
ITEM = {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
SEARCH = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "x"}}
chat("responses-plain", TEXT, lambda: respond().invoke(TURNS))
chat("responses-items", {"items": [THOUGHT, message("One. "), message("Two.", "msg_2"), ITEM]}, lambda: respond().bind_tools(WEATHER).invoke(TURNS))
chat("responses-items-stream", {"items": [THOUGHT, message("One. "), message("Two.", "msg_2"), ITEM]}, lambda: drain(respond().bind_tools(WEATHER).stream(TURNS)))
chat("responses-call-first", {"items": [ITEM, message("Looking.")]}, lambda: respond().bind_tools(WEATHER).invoke(TURNS))
chat("responses-v0", {"items": [THOUGHT, message("One."), ITEM]}, lambda: respond(output_version="v0").bind_tools(WEATHER).invoke(TURNS))
chat("responses-built-in", {"items": [SEARCH, {"id": "ci_1", "type": "code_interpreter_call", "status": "completed", "code": "1", "container_id": "c", "outputs": None}, {"id": "mcp_1", "type": "mcp_call", "server_label": "s", "name": "n", "arguments": "{}", "output": "x", "error": None}, message("Sunny.")]}, lambda: respond().bind_tools([{"type": "web_search"}, {"type": "mcp", "server_label": "s", "server_url": "https://example.com", "require_approval": "never"}]).invoke(TURNS))
chat("responses-built-in-v1", {"items": [SEARCH, message("Sunny.")]}, lambda: respond(output_version="v1").bind_tools([{"type": "web_search"}]).invoke(TURNS))
chat("responses-built-in-stream", {"items": [SEARCH, message("Sunny.")]}, lambda: drain(respond().bind_tools([{"type": "web_search"}]).stream(TURNS)))
chat("responses-custom-tool", {"items": [{"id": "ctc_1", "type": "custom_tool_call", "call_id": "call_1", "name": "shell", "input": "ls"}]}, lambda: respond().bind_tools([{"type": "custom", "name": "shell", "description": "Run"}]).invoke(TURNS), {"skip": "unsupported-content"})
chat("responses-strict", {"calls": [CALL]}, lambda: respond().bind_tools([get_weather], strict=True, tool_choice="get_weather").invoke(TURNS))
chat("responses-structured", {"text": '{"city":"Paris","degrees":null,"kind":"big"}'}, lambda: respond().with_structured_output(Place).invoke(TURNS))
chat("responses-multi-modal", TEXT, lambda: respond().invoke([SystemMessage("See."), HumanMessage([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": IMAGE, "detail": "high"}}, {"type": "image_url", "image_url": {"url": IMAGE}}])]))
chat("responses-tool-blocks", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, asked(), told("a", [{"type": "text", "text": "sunny"}])]))
chat("responses-tool-image", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, asked(), told("a", [{"type": "input_image", "image_url": IMAGE, "detail": "low"}])]))
chat("responses-history-refusal", TEXT, lambda: respond().invoke([HumanMessage("a"), AIMessage([{"type": "refusal", "refusal": "I cannot."}]), HumanMessage("b")]), {"convert": {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "refusal": "I cannot."}, {"role": "user", "content": "b"}, {"role": "assistant", "content": TEXT["text"]}]}})


def loop(**fields):
    first = respond(**fields).bind_tools(WEATHER).invoke(TURNS)
    respond(**fields).bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111"), HumanMessage("So?")])


def loop_stream(**fields):
    first = None
    for chunk in respond(**fields).bind_tools(WEATHER).stream(TURNS):
        first = chunk if first is None else first + chunk
    respond(**fields).bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111"), HumanMessage("So?")])


TWO = [{"items": [THOUGHT, message("Looking."), ITEM]}, {"items": [message("Sunny.", "msg_9")]}]
chat("responses-loop", TWO, loop)
chat("responses-loop-v1", TWO, lambda: loop(output_version="v1"))
chat("responses-loop-v0", TWO, lambda: loop(output_version="v0"))
chat("responses-loop-stream", TWO, loop_stream)
chat("responses-v1-stream", TWO[0], lambda: drain(respond(output_version="v1").bind_tools(WEATHER).stream(TURNS)))
chat("responses-refusal-stream", {"refusal": "I cannot."}, lambda: drain(respond().stream(TURNS)), {"skip": "refusal"})
chat("responses-length-stream", {"text": "It", "finish": "length"}, lambda: drain(respond().stream(TURNS)), {"skip": "truncated"})
chat("responses-length", {"text": "It", "finish": "length"}, lambda: respond().invoke(TURNS), {"skip": "truncated"})
chat("responses-cut-stream", {**TEXT, "cut": True}, lambda: drain(respond().stream(TURNS)), {"skip": "partial-stream"})
chat("responses-broken", {"calls": [{**CALL, "arguments": '{"city": "Par'}, SECOND]}, lambda: respond().bind_tools(WEATHER).invoke(TURNS))
chat("responses-previous", TEXT, lambda: respond().invoke([HumanMessage("and now?")], previous_response_id="resp_1"), {"skip": "missing-history"})
chat("v1-stream", {"text": "Looking.", "calls": [CALL, SECOND]}, lambda: drain(model(output_version="v1").bind_tools(WEATHER).stream(TURNS)))
chat("v1-broken", {"text": "Looking.", "calls": [{**CALL, "arguments": '{"city": "Par'}]}, lambda: model(output_version="v1").bind_tools(WEATHER).invoke(TURNS))


def v1_loop():
    first = model(output_version="v1").bind_tools(WEATHER).invoke(TURNS)
    model(output_version="v1").bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111")])


chat("v1-loop", [{"text": "Looking.", "calls": [CALL]}, TEXT], v1_loop)
HI = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "fake answer"}]
chat("fake-model", TEXT, lambda: GenericFakeChatModel(messages=iter(["fake answer"])).invoke("hi"), {"convert": {"messages": HI}})
chat("fake-model-stream", TEXT, lambda: drain(GenericFakeChatModel(messages=iter(["fake answer"])).stream("hi")), {"convert": {"messages": HI}})

# ── Anthropic ──
from langchain_anthropic import ChatAnthropic  # noqa: E402

AN = "langchain-core langchain-anthropic"
TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": DEFINITION["parameters"]}]
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 4000}
BLOCKS = [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "weather"}}, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"type": "web_search_result", "title": "t", "url": "https://example.com", "encrypted_content": "ZW5j", "page_age": None}]}]
CITED = {"type": "text", "text": "Sunny.", "citations": [{"type": "web_search_result_location", "cited_text": "x", "url": "https://example.com", "title": "t", "encrypted_index": "i"}]}
WEB = [{"type": "web_search_20250305", "name": "web_search"}]


def claude(name, replies, scenario, expected=None):
    capture(f"py-lc-claude-{name}", AN, replies, scenario, expected)


def anthropic_model(**fields):
    return ChatAnthropic(model="claude-sonnet-4-5", max_retries=0, **fields)


def claude_loop():
    first = anthropic_model(**THINKING).bind_tools(TOOLS).invoke(TURNS)
    anthropic_model(**THINKING).bind_tools(TOOLS).invoke([*TURNS, first, told("call_AAA111"), told("call_BBB222", [{"type": "text", "text": "rain"}], status="error"), HumanMessage("So?")])


def claude_loop_stream():
    first = None
    for chunk in anthropic_model(**THINKING).bind_tools(TOOLS).stream(TURNS):
        first = chunk if first is None else first + chunk
    anthropic_model(**THINKING).bind_tools(TOOLS).invoke([*TURNS, first, told("call_AAA111"), told("call_BBB222")])


BOTH = {"thinking": "hmm", "text": "Looking.", "calls": [CALL, SECOND]}
claude("plain", TEXT, lambda: anthropic_model().invoke(TURNS))
claude("stream", TEXT, lambda: drain(anthropic_model().stream(TURNS)))
claude("thinking-calls", BOTH, lambda: anthropic_model(**THINKING).bind_tools(TOOLS).invoke(TURNS))
claude("thinking-calls-stream", BOTH, lambda: drain(anthropic_model(**THINKING).bind_tools(TOOLS).stream(TURNS)))
claude("empty-input-stream", {"text": "Looking.", "calls": [{"id": "toolu_1", "name": "now", "arguments": "{}"}]}, lambda: drain(anthropic_model().bind_tools([{"name": "now", "input_schema": {"type": "object", "properties": {}}}]).stream(TURNS)))
claude("search", {"blocks": [*BLOCKS, CITED], "calls": [CALL]}, lambda: anthropic_model().bind_tools([*WEB, *TOOLS]).invoke(TURNS))
claude("search-stream", {"blocks": [*BLOCKS, CITED]}, lambda: drain(anthropic_model().bind_tools(WEB).stream(TURNS)))
claude("v1", BOTH, lambda: anthropic_model(output_version="v1", **THINKING).bind_tools(TOOLS).invoke(TURNS))
claude("v1-stream", BOTH, lambda: drain(anthropic_model(output_version="v1", **THINKING).bind_tools(TOOLS).stream(TURNS)))
claude("v1-search", {"blocks": [*BLOCKS, CITED]}, lambda: anthropic_model(output_version="v1").bind_tools(WEB).invoke(TURNS))
claude("loop", [BOTH, TEXT], claude_loop)
claude("loop-stream", [BOTH, TEXT], claude_loop_stream)
claude("structured", {"calls": [{"id": "toolu_1", "name": "Place", "arguments": '{"city":"Paris"}'}]}, lambda: anthropic_model().with_structured_output(Place).invoke(TURNS))
claude("image", TEXT, lambda: anthropic_model().invoke([HumanMessage([{"type": "image", "source_type": "base64", "mime_type": "image/png", "data": PIXEL}, {"type": "image_url", "image_url": {"url": IMAGE}}, {"type": "text", "text": "what"}])]))
claude("document", TEXT, lambda: anthropic_model().invoke([HumanMessage([{"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}, {"type": "text", "text": "what"}])]), UNSUPPORTED)
claude("prefill", {"text": '"Paris"}'}, lambda: anthropic_model().invoke([*TURNS, AIMessage('{"city":')]))
claude("length-stream", {"text": "I", "finish": "length"}, lambda: drain(anthropic_model().stream(TURNS)), {"skip": "truncated"})
claude("refusal", {"text": "I", "stop": "refusal"}, lambda: anthropic_model().invoke(TURNS), {"skip": "refusal"})
claude("error", {"error": "bad"}, lambda: anthropic_model().invoke(TURNS), {"skip": "run-error"})
claude("chat-tools", {"calls": [CALL]}, lambda: anthropic_model().bind_tools([get_weather], tool_choice="any").invoke(TURNS))

# ── agents of langgraph ──
from langchain.agents import create_agent  # noqa: E402

AG = "langchain langchain-core langchain-openai langgraph"
capture("py-agent", AG, [{"calls": [CALL]}, TEXT], lambda: create_agent(model(), [get_weather], system_prompt="You are a weather bot.").invoke({"messages": [{"role": "user", "content": "Weather?"}]}))
capture("py-agent-structured", AG, [{"calls": [CALL]}, {"calls": [{"id": "call_9", "name": "Place", "arguments": '{"city":"Paris"}'}]}], lambda: create_agent(model(), [get_weather], response_format=Place).invoke({"messages": [{"role": "user", "content": "Weather?"}]}))
