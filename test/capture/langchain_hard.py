"""LangChain Python where the request differs from what the trace shows at first sight; the
companion of langchain-hard.mjs. Prints a line of JSON for each scenario; see python.mjs."""
from recording import capture, drain

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, TodoListMiddleware
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import AIMessage, ChatMessage, FunctionMessage, HumanMessage, SystemMessage, ToolMessage, filter_messages, merge_message_runs, trim_messages
from langchain_core.prompts import ChatPromptTemplate, FewShotChatMessagePromptTemplate, MessagesPlaceholder
from langchain_core.tools import tool
from langchain_openai import AzureChatOpenAI, ChatOpenAI
from pydantic import BaseModel

TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
DEFINITION = {"name": "get_weather", "description": "Get weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
WEATHER = [{"type": "function", "function": DEFINITION}]
LEGACY = {"name": "get_weather", "arguments": '{"city":"Paris"}'}
TURNS = [SystemMessage("You are a weather bot."), HumanMessage("Weather in Paris?")]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
IMAGE = f"data:image/png;base64,{PIXEL}"


class Place(BaseModel):
    """A place."""

    city: str


@tool
def get_weather(city: str) -> str:
    """Get weather."""
    return f"sunny in {city}"


def asked(id="a", args={"city": "Paris"}, content="", **fields):
    return AIMessage(content, tool_calls=[{"id": id, "name": "get_weather", "args": args}], **fields)


def told(id="a", content="sunny", **fields):
    return ToolMessage(content, tool_call_id=id, **fields)


def chat(name, replies, scenario, expected=None):
    capture(f"py-lc-{name}", "langchain-core langchain-openai", replies, scenario, expected)


def model(**fields):
    return ChatOpenAI(model="gpt-4o-mini", max_retries=0, **fields)


def respond(**fields):
    return model(use_responses_api=True, **fields)


def message(value, id="msg_1"):
    return {"id": id, "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": value, "annotations": [], "logprobs": []}]}


ITEM = {"id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
FEW = [SystemMessage("You add.", name="rules"), SystemMessage("1+1", name="example_user"), SystemMessage("2", name="example_assistant"), HumanMessage("2+2", name="ann")]
KWARGS_NAMES = [SystemMessage("1+1", additional_kwargs={"name": "example_user"}), HumanMessage("2+2", additional_kwargs={"name": "ann"})]

# names
chat("few-shot-names", TEXT, lambda: model().invoke(FEW))
chat("kwargs-names", TEXT, lambda: model().invoke(KWARGS_NAMES))
chat("responses-names", TEXT, lambda: respond().invoke(FEW))
chat("responses-kwargs-names", TEXT, lambda: respond().invoke(KWARGS_NAMES))

# odd classes
chat("chat-message-calls", TEXT, lambda: model().invoke([*TURNS, ChatMessage(role="assistant", content="Looking.", additional_kwargs={"function_call": LEGACY}), ChatMessage(role="user", content="so?", name="ann")]))
chat("chat-message-tools", TEXT, lambda: model().invoke([*TURNS, ChatMessage(role="assistant", content="Looking.", additional_kwargs={"tool_calls": [{"id": "a", "type": "function", "function": LEGACY}]}), HumanMessage("so?")]))
chat("chat-message-role", TEXT, lambda: model().invoke([ChatMessage(role="critic", content="Bad."), HumanMessage("hi")]), {"skip": "invalid-message"})
chat("function-message", TEXT, lambda: model().bind(functions=[DEFINITION]).invoke([*TURNS, AIMessage("", additional_kwargs={"function_call": LEGACY}), FunctionMessage(name="get_weather", content=[{"type": "text", "text": "sunny"}])]))

# histories that somebody changed
def edited(**fields):
    first = model(**fields).bind_tools(WEATHER).invoke(TURNS)
    first.tool_calls = [{**first.tool_calls[0], "args": {"city": "Lyon"}}]
    model(**fields).bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111")])


def emptied():
    first = respond().bind_tools(WEATHER).invoke(TURNS)
    first.tool_calls = []
    respond().bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111")])


BOTH = {"text": "Looking.", "calls": [CALL, SECOND]}
chat("edited-history", [BOTH, TEXT], edited)
chat("responses-edited-history", [{"items": [message("Looking."), ITEM]}, TEXT], lambda: edited(use_responses_api=True))
chat("responses-v1-edited-history", [{"items": [message("Looking."), ITEM]}, TEXT], lambda: edited(use_responses_api=True, output_version="v1"))
chat("responses-emptied-calls", [{"items": [message("Looking."), ITEM]}, TEXT], emptied)
chat("filtered-messages", TEXT, lambda: model().bind_tools(WEATHER).invoke(filter_messages([*TURNS, AIMessage([{"type": "text", "text": "x"}, {"type": "tool_use", "id": "a", "name": "get_weather", "input": {}}, {"type": "tool_use", "id": "b", "name": "get_weather", "input": {}}], tool_calls=[{"id": "a", "name": "get_weather", "args": {}}, {"id": "b", "name": "get_weather", "args": {}}]), told("a"), told("b"), HumanMessage("so?")], exclude_tool_calls=["b"])))

# content
chat("history-data-blocks", TEXT, lambda: model().invoke([HumanMessage(content_blocks=[{"type": "text", "text": "a"}, {"type": "image", "url": "https://example.com/a.png"}, {"type": "image", "base64": PIXEL, "mime_type": "image/png"}])]))
chat("history-data-detail", TEXT, lambda: model().invoke([HumanMessage([{"type": "text", "text": "a"}, {"type": "image", "source_type": "url", "url": "https://example.com/a.png", "metadata": {"detail": "low"}}, {"type": "image", "url": "https://example.com/a.png", "extras": {"detail": "high"}}, {"type": "image", "base64": PIXEL, "mime_type": "image/png", "detail": "low"}])]))
chat("history-anthropic-url", TEXT, lambda: model().invoke([HumanMessage([{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}, {"type": "text", "text": "a"}])]))
chat("history-function-call-block", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, AIMessage([{"type": "text", "text": "x"}, {"type": "function_call", "call_id": "a", "name": "get_weather", "arguments": "{}"}], tool_calls=[{"id": "a", "name": "get_weather", "args": {}}]), told()]))
chat("history-tool-json", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, asked(), ToolMessage({"a": 1}, tool_call_id="a")]))
chat("history-unicode-arguments", TEXT, lambda: model().bind_tools(WEATHER).invoke([*TURNS, asked(args={"city": "Zürich \u2028", "n": 1.0, "none": None, "deep": {"lc": 1, "list": []}}), told()]))
chat("responses-tool-json", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, asked(), ToolMessage({"a": 1}, tool_call_id="a")]))
chat("responses-tool-images", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, asked(), ToolMessage([{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": IMAGE}}, {"type": "image", "base64": PIXEL, "mime_type": "image/png"}], tool_call_id="a")]))
chat("responses-images", TEXT, lambda: respond().invoke([HumanMessage([{"type": "text", "text": "a"}, {"type": "image", "url": "https://example.com/a.png"}, {"type": "image_url", "image_url": {"url": IMAGE, "detail": "low"}}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}])]))
chat("responses-system-parts", TEXT, lambda: respond().invoke([SystemMessage([{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]), HumanMessage("a")]))
chat("responses-function-history", TEXT, lambda: respond().invoke([*TURNS, AIMessage("Looking.", additional_kwargs={"function_call": LEGACY}), HumanMessage("so?")]))
chat("responses-invalid-history", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, AIMessage("Looking.", invalid_tool_calls=[{"id": "a", "name": "get_weather", "args": "{", "error": "x"}]), told(), HumanMessage("so?")]))
chat("responses-anthropic-history", TEXT, lambda: respond().bind_tools(WEATHER).invoke([*TURNS, AIMessage([{"type": "thinking", "thinking": "hmm", "signature": "c2ln"}, {"type": "text", "text": "Looking."}, {"type": "tool_use", "id": "a", "name": "get_weather", "input": {"city": "Paris"}}], tool_calls=[{"id": "a", "name": "get_weather", "args": {"city": "Paris"}}]), told()]))
chat("responses-v1-history", TEXT, lambda: respond().bind_tools(WEATHER).invoke([HumanMessage(content_blocks=[{"type": "text", "text": "a"}]), AIMessage(content_blocks=[{"type": "reasoning", "reasoning": "hmm"}, {"type": "text", "text": "Looking."}, {"type": "tool_call", "id": "a", "name": "get_weather", "args": {"city": "Paris"}}]), told()]))


def two_messages(**fields):
    first = respond(**fields).bind_tools(WEATHER).invoke(TURNS)
    respond(**fields).bind_tools(WEATHER).invoke([*TURNS, first, told("call_AAA111")])


def stored_responses():
    linked = respond(use_previous_response_id=True)
    first = linked.invoke(TURNS)
    linked.invoke([*TURNS, first, HumanMessage("so?")])


SEARCH = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "x"}}
chat("responses-two-messages-loop", [{"items": [message("One. "), message("Two.", "msg_2"), ITEM]}, TEXT], two_messages)
chat("responses-search-loop", [{"items": [SEARCH, message("Sunny."), ITEM]}, TEXT], two_messages)
chat("responses-v1-search-loop", [{"items": [SEARCH, message("Sunny."), ITEM]}, TEXT], lambda: two_messages(output_version="v1"))
chat("responses-store-false-loop", [{"items": [{"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "ZW5j"}, message("Sunny."), ITEM]}, TEXT], lambda: two_messages(store=False))
# What the model has at the provider is in the run too.
LINKED = [("system", "You are a weather bot."), ("user", "Weather in Paris?"), ("assistant", "Sunny."), ("user", "so?"), ("assistant", TEXT["text"])]
chat("responses-linked", [{"items": [message("Sunny.")]}, TEXT], stored_responses, [None, {"convert": {"messages": [{"role": role, "content": content} for role, content in LINKED]}}])
chat("responses-instructions", TEXT, lambda: respond(model_kwargs={"instructions": "Be brief."}).invoke("hi"))
chat("responses-bound-instructions", TEXT, lambda: respond().bind(instructions="Be brief.").invoke(TURNS))
chat("responses-prompt", TEXT, lambda: respond().invoke("hi", prompt={"id": "pmpt_1"}), {"skip": "missing-history"})
chat("responses-conversation", TEXT, lambda: respond().invoke("hi", conversation="conv_1"), {"skip": "missing-history"})

# tools
chat("tools-anthropic", {"calls": [CALL]}, lambda: model().bind_tools([{"name": "get_weather", "description": "Get weather", "input_schema": DEFINITION["parameters"]}]).invoke(TURNS))
chat("tools-forms", {"calls": [CALL]}, lambda: model().bind_tools([get_weather, Place, {"title": "odd", "description": "Odd", "type": "object", "properties": {"a": {"type": "string", "title": "A"}}}, DEFINITION | {"name": "other"}], parallel_tool_calls=False).invoke(TURNS))
chat("responses-tools-mixed", {"calls": [CALL]}, lambda: respond().bind_tools([get_weather, {"type": "web_search"}, {"type": "mcp", "server_label": "s", "server_url": "https://example.com", "require_approval": "never"}, {"type": "function", "name": "flat", "parameters": {"type": "object", "properties": {}}, "strict": True}]).invoke(TURNS))
chat("tools-kwargs", {"calls": [CALL]}, lambda: model(model_kwargs={"tools": WEATHER}).invoke(TURNS))
chat("functions-kwargs", {"functionCall": LEGACY}, lambda: model(model_kwargs={"functions": [DEFINITION]}).invoke(TURNS))

# what comes back
chat("n2-stream", TEXT, lambda: drain(model().bind(n=2).stream(TURNS)), {"skip": "unknown-shape"})
chat("n2-stream-calls", {"calls": [CALL]}, lambda: drain(model().bind_tools(WEATHER, n=2).stream(TURNS)), {"skip": "unknown-shape"})
chat("answer-same-ids", {"calls": [CALL, {**SECOND, "id": CALL["id"]}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS))
chat("answer-newline-arguments", {"calls": [{**CALL, "arguments": '{"city":"Par\nis"}'}]}, lambda: model().bind_tools(WEATHER).invoke(TURNS), {"convert": {"messages": [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather in Paris?"}, {"role": "assistant", "content": None, "tool_calls": [{"id": "call_AAA111", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Par\\nis"}'}}]}], "tools": WEATHER}})
chat("answer-trailing-comma", {"calls": [{**CALL, "arguments": '{"city":"Paris",}'}, SECOND]}, lambda: model().bind_tools(WEATHER).invoke(TURNS), {"skip": "invalid-tool-call"})
chat("answer-newline-arguments-stream", {"calls": [{**CALL, "arguments": '{"city":"Par\nis"}'}]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("answer-name", {**TEXT, "message": {"name": "bot"}}, lambda: model().invoke(TURNS))


def delta(fields, finish=None, index=0):
    return {"choices": [{"index": index, "delta": fields, "logprobs": None, "finish_reason": finish}]}


def part(index, arguments, **fields):
    return {"tool_calls": [{"index": index, "function": {"arguments": arguments, **fields.pop("function", {})}, **fields}]}


chat("stream-repeated-id", {"calls": [CALL], "events": [delta({"role": "assistant", "content": None}), delta(part(0, '{"city"', id=CALL["id"], type="function", function={"name": "get_weather"})), delta(part(0, ': "Paris"}', id=CALL["id"], type="function", function={"name": None})), delta({}, "tool_calls")]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-repeated-name", {"calls": [CALL], "events": [delta({"role": "assistant", "content": None}), delta(part(0, '{"city"', id=CALL["id"], type="function", function={"name": "get_weather"})), delta(part(0, ': "Paris"}', id=CALL["id"], type="function", function={"name": "get_weather"})), delta({}, "tool_calls")]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-whole-calls-one-index", {"calls": [CALL, SECOND], "events": [delta({"role": "assistant", "content": None}), delta(part(0, CALL["arguments"], id=CALL["id"], type="function", function={"name": "get_weather"})), delta(part(0, SECOND["arguments"], id=SECOND["id"], type="function", function={"name": "get_weather"})), delta({}, "tool_calls")]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-no-role", {"text": "Sunny.", "events": [delta({"content": "Sun"}), delta({"content": "ny."}), delta({}, "stop")]}, lambda: drain(model().stream(TURNS)))
chat("stream-empty-choices-first", {"text": "Sunny.", "events": [{"choices": [], "prompt_filter_results": []}, delta({"role": "assistant", "content": ""}), delta({"content": "Sunny."}), delta({}, "stop")]}, lambda: drain(model().stream(TURNS)))
chat("stream-no-index", {"text": "Looking.", "calls": [CALL], "events": [delta({"role": "assistant", "content": "Looking."}), delta({"tool_calls": [{"id": CALL["id"], "type": "function", "function": {"name": "get_weather", "arguments": CALL["arguments"]}}]}), delta({}, "tool_calls")]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)))
chat("stream-pieces-no-index", {"text": "Looking.", "calls": [CALL], "events": [delta({"role": "assistant", "content": "Looking."}), delta({"tool_calls": [{"id": CALL["id"], "type": "function", "function": {"name": "get_weather", "arguments": '{"city"'}}]}), delta({"tool_calls": [{"function": {"arguments": ': "Paris"}'}}]}), delta({}, "tool_calls")]}, lambda: drain(model().bind_tools(WEATHER).stream(TURNS)), {"skip": "invalid-tool-call"})
chat("stream-repeated-function-name", {"functionCall": {"name": "get_weather", "arguments": '{"city": "Paris"}'}, "events": [delta({"role": "assistant", "content": None, "function_call": {"name": "get_weather", "arguments": '{"city"'}}), delta({"function_call": {"name": "get_weather", "arguments": ': "Paris"}'}}), delta({}, "function_call")]}, lambda: drain(model().bind(functions=[DEFINITION]).stream(TURNS)))
chat("extra-body-tools", {"calls": [CALL]}, lambda: model(extra_body={"tools": WEATHER}).invoke(TURNS))
chat("responses-dropped-parts", TEXT, lambda: respond().invoke([HumanMessage([{"type": "text", "text": "a"}, {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}, {"type": "reasoning", "reasoning": "x"}])]))

# structured output
chat("responses-structured-tools", {"items": [ITEM]}, lambda: respond().with_structured_output(Place, tools=[get_weather], strict=True, include_raw=True).invoke(TURNS))
chat("responses-structured-mode", {"text": '{"city":"Paris"}'}, lambda: respond().with_structured_output(Place, method="json_mode").invoke(TURNS))

# Azure
def azure(**fields):
    from recording import URL
    return AzureChatOpenAI(model="gpt-4o-mini", api_key="no-key", azure_deployment="d", api_version="2024-10-21", azure_endpoint=URL, max_retries=0, **fields)


chat("azure-calls", {"calls": [CALL]}, lambda: azure().bind_tools(WEATHER).invoke(FEW))
chat("azure-stream-cut", {**TEXT, "cut": True}, lambda: drain(azure().stream(TURNS)), {"skip": "partial-stream"})

# prompts and agents
EXAMPLES = FewShotChatMessagePromptTemplate(examples=[{"a": "1+1", "b": "2"}], example_prompt=ChatPromptTemplate.from_messages([("human", "{a}"), ("ai", "{b}")]))


class Edit(AgentMiddleware):
    def wrap_model_call(self, request, handler):
        return handler(request.override(messages=request.messages[-2:], tools=request.tools[:1], system_prompt="Now."))


@tool
def now() -> str:
    """Time."""
    return "12:00"


ASK = {"messages": [{"role": "user", "content": "Weather?", "name": "ann"}]}
chat("agent-middleware", [{"calls": [CALL]}, TEXT], lambda: create_agent(model(), [get_weather, now], system_prompt="Be brief.", middleware=[Edit()], name="bot").invoke(ASK))
chat("agent-tool-strategy", [{"calls": [{"id": "c1", "name": "Place", "arguments": '{"town":5}'}]}, {"calls": [{"id": "c2", "name": "Place", "arguments": '{"city":"Paris"}'}]}], lambda: create_agent(model(), [get_weather], response_format=ToolStrategy(Place)).invoke(ASK))
chat("agent-failing-tool", [{"calls": [{**CALL, "arguments": '{"town":1}'}]}, TEXT], lambda: create_agent(model(), [get_weather]).invoke(ASK))
chat("agent-responses", [{"items": [{"id": "rs_1", "type": "reasoning", "summary": []}, ITEM]}, TEXT], lambda: create_agent(respond(), [get_weather], system_prompt="Be brief.").invoke(ASK))


# ── Anthropic ──
def claude(name, replies, scenario, expected=None):
    capture(f"py-lc-claude-{name}", "langchain-core langchain-anthropic", replies, scenario, expected)


def anthropic_model(**fields):
    return ChatAnthropic(model="claude-sonnet-4-5", max_retries=0, **fields)


TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": DEFINITION["parameters"]}]


def claude_edited(change, **fields):
    first = anthropic_model(**fields).bind_tools(TOOLS).invoke(TURNS)
    change(first)
    anthropic_model(**fields).bind_tools(TOOLS).invoke([*TURNS, first, told("call_AAA111"), told("call_BBB222")])


def edit_calls(message):
    message.tool_calls = [{**each, "args": {"city": "Lyon"}} for each in message.tool_calls]


def drop_call(message):
    message.tool_calls = message.tool_calls[:1]


claude("names", TEXT, lambda: anthropic_model().invoke([SystemMessage("Be brief.", name="rules"), HumanMessage("hi", name="ann"), AIMessage("hello", name="bot"), HumanMessage("so?", additional_kwargs={"name": "ann"})]))
claude("two-systems", TEXT, lambda: anthropic_model().invoke([SystemMessage("One."), SystemMessage("Two."), HumanMessage("a")]), {"convert": {"messages": [{"role": "system", "content": [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]}, {"role": "user", "content": "a"}, {"role": "assistant", "content": TEXT["text"]}]}})
claude("late-system", TEXT, lambda: anthropic_model().invoke([HumanMessage("a"), AIMessage("b"), SystemMessage("Two."), HumanMessage("c")]), {"skip": "unknown-shape"})
claude("several-humans", TEXT, lambda: anthropic_model().invoke([HumanMessage("a"), HumanMessage([{"type": "text", "text": "b"}]), AIMessage("c"), AIMessage("d"), HumanMessage("e")]))
claude("results-and-text", TEXT, lambda: anthropic_model().bind_tools(TOOLS).invoke([*TURNS, asked("a"), told("a"), HumanMessage("b"), HumanMessage("c")]))
claude("empty-answer-history", TEXT, lambda: anthropic_model().invoke([HumanMessage("a"), AIMessage(""), HumanMessage("b")]))
claude("blank-texts", TEXT, lambda: anthropic_model().invoke([HumanMessage([{"type": "text", "text": " "}, {"type": "text", "text": "a"}]), AIMessage([{"type": "text", "text": ""}]), HumanMessage("b")]))
claude("prefill-space", TEXT, lambda: anthropic_model().invoke([*TURNS, AIMessage("So \n")]))
claude("edited-history", [BOTH, TEXT], lambda: claude_edited(edit_calls))
claude("dropped-call-history", [BOTH, TEXT], lambda: claude_edited(drop_call))
claude("v1-edited-history", [BOTH, TEXT], lambda: claude_edited(edit_calls, output_version="v1"))
claude("invalid-history", TEXT, lambda: anthropic_model().bind_tools(TOOLS).invoke([*TURNS, AIMessage("Looking.", invalid_tool_calls=[{"id": "a", "name": "get_weather", "args": "{", "error": "x"}]), told()]))
claude("openai-history", TEXT, lambda: anthropic_model().bind_tools(TOOLS).invoke([*TURNS, AIMessage([{"type": "reasoning", "reasoning": "x"}, {"type": "text", "text": "Looking."}, {"type": "function_call", "call_id": "a", "name": "get_weather", "arguments": "{}"}], tool_calls=[{"id": "a", "name": "get_weather", "args": {}}]), told("a", [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": IMAGE}}])]))
claude("bound-system", TEXT, lambda: anthropic_model().bind(system="Be brief.").invoke("hi"))
claude("kwargs-system", TEXT, lambda: anthropic_model(model_kwargs={"system": "Be brief."}).invoke(TURNS))
claude("structured-json", {"text": '{"city":"Paris"}'}, lambda: anthropic_model().with_structured_output(Place, method="json_schema").invoke(TURNS))
claude("agent-tool-strategy", [{"calls": [{"id": "c1", "name": "Place", "arguments": '{"city":"Paris"}'}]}], lambda: create_agent(anthropic_model(), [get_weather], response_format=ToolStrategy(Place)).invoke(ASK))
