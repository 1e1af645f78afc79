"""wrap_openai, wrap_anthropic and the Agents SDK in the ways that are rare or hard. See python.mjs."""
from recording import capture, client, drain, leave

import asyncio
import json

import anthropic
import openai
from langsmith.wrappers import wrap_anthropic, wrap_openai
from pydantic import BaseModel

TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city": "Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
TIME_CALL = {"id": "call_CCC333", "name": "get_time", "arguments": "{}"}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DEFINITION = {"name": "get_weather", "description": "Get weather", "parameters": PARAMETERS}
TIME = {"name": "get_time", "description": "Get time", "parameters": {"type": "object", "properties": {}}}
TOOLS = [{"type": "function", "function": DEFINITION}, {"type": "function", "function": TIME}]
PLAIN = [{"role": "system", "content": "You are a weather bot."}, {"role": "user", "content": "Weather?"}]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


class Report(BaseModel):
    city: str


class Weather(BaseModel):
    """Get weather"""

    city: str


def as_call(call):
    return {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": call["arguments"]}}


def chunk(delta, finish=None):
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}


WO = "langsmith openai"
own = wrap_openai(openai.OpenAI(max_retries=0))
plain = openai.OpenAI(max_retries=0)
later = wrap_openai(openai.AsyncOpenAI(max_retries=0))


def create(**fields):
    return own.chat.completions.create(**{"model": "gpt-4o-mini", "messages": PLAIN, **fields})


def returned():
    # A message as the client returned it, put back into the conversation as an object.
    message = plain.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, tools=TOOLS).choices[0].message
    return create(tools=TOOLS, messages=[*PLAIN, message, {"role": "tool", "tool_call_id": "call_AAA111", "content": "sunny"}])


async def async_stream():
    async for _ in await later.chat.completions.create(model="gpt-4o-mini", messages=PLAIN, tools=TOOLS, stream=True):
        pass


ANSWERED = [*PLAIN, {"role": "assistant", "content": "Looking.", "tool_calls": [as_call(CALL)]}, {"role": "tool", "tool_call_id": "call_AAA111", "content": "sunny"}]
ROW_TOOLS = TOOLS
capture("py-wrapopenai-returned-message", WO, [{"text": "Looking.", "calls": [CALL]}, TEXT], returned, {"convert": {"messages": [*ANSWERED, {"role": "assistant", "content": TEXT["text"]}], "tools": ROW_TOOLS}})
capture("py-wrapopenai-async-stream-tools", WO, {"text": "Looking.", "calls": [CALL, TIME_CALL, SECOND]}, lambda: asyncio.run(async_stream()))
capture("py-wrapopenai-not-given", WO, TEXT, lambda: create(tools=openai.NOT_GIVEN, temperature=openai.NOT_GIVEN, extra_headers={"x": "y"}, stop=None))
capture("py-wrapopenai-refusal", WO, {"refusal": "I cannot."}, lambda: create(), {"skip": "refusal"})
capture("py-wrapopenai-n2-stream", WO, {"text": "x", "calls": [CALL, SECOND]}, lambda: drain(create(n=2, tools=TOOLS, stream=True, stream_options={"include_usage": True})))
capture("py-wrapopenai-stream-gap", WO, {"calls": [CALL], "events": [chunk({"role": "assistant", "tool_calls": [{"index": 1, **as_call(CALL)}]}), chunk({}, "tool_calls")]}, lambda: drain(create(tools=TOOLS, stream=True)))
capture("py-wrapopenai-stream-usage-only", WO, {**TEXT, "events": [{"choices": []}, chunk({"role": "assistant", "content": "It is sunny in Paris."}), chunk({}, "stop"), {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}]}, lambda: drain(create(stream=True)))
capture("py-wrapopenai-history", WO, {"calls": [SECOND]}, lambda: create(tools=TOOLS, messages=[{"role": "developer", "content": [{"type": "text", "text": "One."}]}, {"role": "user", "name": "ann", "content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}}]}, {"role": "assistant", "content": "", "tool_calls": [as_call(CALL), as_call(TIME_CALL)]}, {"role": "tool", "tool_call_id": "call_CCC333", "content": [{"type": "text", "text": "12:00"}]}, {"role": "tool", "tool_call_id": "call_AAA111", "content": "sunny"}]))
capture("py-wrapopenai-parse-tools", WO, {"calls": [{"id": "call_1", "name": "Weather", "arguments": '{"city":"Paris"}'}]}, lambda: own.chat.completions.parse(model="gpt-4o-mini", messages=PLAIN, tools=[openai.pydantic_function_tool(Weather)], response_format=Report))
capture("py-wrapopenai-raw-response", WO, {"calls": [CALL]}, lambda: own.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=PLAIN, tools=TOOLS).parse())
capture("py-wrapopenai-generator-messages", WO, TEXT, lambda: create(messages=(each for each in PLAIN)), {"skip": "invalid-message"})
capture("py-wrapopenai-extra-body", WO, {"calls": [CALL]}, lambda: create(extra_body={"tools": TOOLS, "chat_template_kwargs": {"enable_thinking": False}}))
capture("py-wrapopenai-extra-body-messages", WO, TEXT, lambda: create(extra_body={"messages": [{"role": "user", "content": "Other?"}]}))
capture("py-wrapopenai-raw-stream", WO, TEXT, lambda: drain(own.chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=PLAIN, stream=True).parse()), {"skip": "unknown-shape"})
capture("py-wrapopenai-stream-same-index", WO, {"calls": [CALL, SECOND], "events": [{"object": "", **chunk({"role": "assistant", "tool_calls": [{"index": 0, **as_call(CALL)}]})}, {"object": "", **chunk({"tool_calls": [{"index": 0, **as_call(SECOND)}]})}, {"object": "", **chunk({}, "tool_calls")}]}, lambda: drain(create(tools=TOOLS, stream=True)), {"convert": {"messages": [*PLAIN, {"role": "assistant", "content": None, "tool_calls": [as_call(CALL), {**as_call(SECOND), "id": "*"}]}], "tools": ROW_TOOLS}})
FLAT = {"type": "function", **DEFINITION}


def respond(**fields):
    return own.responses.create(**{"model": "gpt-4o-mini", "input": "Weather?", **fields})


def message(*texts, **more):
    return {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": each, "annotations": [], "logprobs": []} for each in texts], **more}


def function_call(call):
    return {"id": "fc_" + call["id"], "type": "function_call", "status": "completed", "call_id": call["id"], "name": call["name"], "arguments": call["arguments"]}


REASONING = {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "hmm"}], "encrypted_content": "gAAAA"}


def continued():
    first = plain.responses.create(model="gpt-4o-mini", input="Weather?", tools=[FLAT])
    return respond(instructions="Be brief.", tools=[FLAT], input=[{"role": "user", "content": "Weather?"}, *first.output, {"type": "function_call_output", "call_id": "call_AAA111", "output": "sunny"}])


capture("py-wrapopenai-responses-continued", WO, [{"items": [REASONING, message("I look."), function_call(CALL)]}, {"items": [message("Sunny.")]}], continued, {"convert": {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather?"}, {"role": "assistant", "content": "I look.", "tool_calls": [as_call(CALL)]}, {"role": "tool", "tool_call_id": "call_AAA111", "content": "sunny"}, {"role": "assistant", "content": "Sunny."}], "tools": TOOLS[:1]}})
capture("py-wrapopenai-responses-many", WO, {"items": [REASONING, {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "q"}}, message("I look.", " Wait."), function_call(CALL), function_call(SECOND)]}, lambda: respond(tools=[FLAT, {"type": "web_search"}]))
capture("py-wrapopenai-responses-parse", WO, {"items": [message('{"city":"Paris"}')]}, lambda: own.responses.parse(model="gpt-4o-mini", input=[{"role": "user", "content": "where?"}], text_format=Report))
capture("py-wrapopenai-responses-parse-tools", WO, {"items": [function_call({**CALL, "name": "Weather"})]}, lambda: own.responses.parse(model="gpt-4o-mini", input="where?", tools=[openai.pydantic_function_tool(Weather)["function"] | {"type": "function"}]))
capture("py-wrapopenai-responses-incomplete", WO, {"text": "It", "finish": "length"}, lambda: drain(respond(stream=True)), {"skip": "truncated"})
capture("py-wrapopenai-responses-stream-cut", WO, {**TEXT, "cut": True}, lambda: drain(respond(stream=True)), {"skip": "no-outputs"})
capture("py-wrapopenai-responses-extra-body", WO, {"items": [message("Sunny.")]}, lambda: respond(extra_body={"instructions": "Be brief."}))
capture("py-wrapopenai-responses-extra-body-previous", WO, {"items": [message("Sunny.")]}, lambda: respond(extra_body={"previous_response_id": "resp_0"}), {"skip": "missing-history"})
capture("py-wrapopenai-responses-previous", WO, {"items": [message("Sunny.")]}, lambda: respond(previous_response_id="resp_1"), {"skip": "missing-history"})

WA = "langsmith anthropic"
claude = wrap_anthropic(anthropic.Anthropic(max_retries=0))
ask_claude = {"model": "claude-sonnet-4-5", "max_tokens": 100, "system": "You are a weather bot.", "messages": [{"role": "user", "content": "Weather?"}]}
CLAUDE_TOOLS = [{"name": "get_weather", "description": "Get weather", "input_schema": PARAMETERS}]
USES = [{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}, {"type": "tool_use", "id": "toolu_2", "name": "get_weather", "input": {"city": "Rome"}}]
SEARCHED = [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "weather"}}, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"type": "web_search_result", "title": "t", "url": "https://example.com", "encrypted_content": "x", "page_age": None}]}]


def ask(**fields):
    return claude.messages.create(**{**ask_claude, **fields})


def words(value, **more):
    return {"type": "text", "text": value, "citations": None, **more}


def text_stream():
    with claude.messages.stream(**ask_claude) as stream:
        drain(stream.text_stream)


def final_message():
    with claude.messages.stream(**{**ask_claude, "tools": CLAUDE_TOOLS}) as stream:
        stream.get_final_message()


def claude_returned():
    unwrapped = anthropic.Anthropic(max_retries=0).messages.create(**{**ask_claude, "tools": CLAUDE_TOOLS})
    return ask(tools=CLAUDE_TOOLS, messages=[*ask_claude["messages"], {"role": "assistant", "content": unwrapped.content}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}, {"type": "tool_result", "tool_use_id": "toolu_2", "content": [{"type": "text", "text": "rain"}], "is_error": True}]}])


CLAUDE_ANSWER = {"convert": {"messages": [*PLAIN, {"role": "assistant", "content": TEXT["text"]}]}}
capture("py-wrapanthropic-returned-blocks", WA, [{"blocks": [{"type": "thinking", "thinking": "hmm", "signature": "s"}, words("I look."), *USES]}, TEXT], claude_returned, {"convert": {"messages": [*PLAIN, {"role": "assistant", "content": "I look.", "tool_calls": [{"id": each["id"], "type": "function", "function": {"name": "get_weather", "arguments": json.dumps(each["input"])}} for each in USES]}, {"role": "tool", "tool_call_id": "toolu_1", "content": "sunny"}, {"role": "tool", "tool_call_id": "toolu_2", "content": "rain"}, {"role": "assistant", "content": TEXT["text"]}], "tools": TOOLS[:1]}})
capture("py-wrapanthropic-system-blocks", WA, TEXT, lambda: ask(system=[{"type": "text", "text": "One."}, {"type": "text", "text": "Two.", "cache_control": {"type": "ephemeral"}}]), {"convert": {"messages": [{"role": "system", "content": "One.Two."}, {"role": "user", "content": "Weather?"}, {"role": "assistant", "content": TEXT["text"]}]}})
capture("py-wrapanthropic-history", WA, TEXT, lambda: ask(tools=CLAUDE_TOOLS, messages=[{"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}, {"type": "text", "text": "where?"}]}, {"role": "assistant", "content": [words("I look."), *USES]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "see"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}]}, {"type": "tool_result", "tool_use_id": "toolu_2"}, {"type": "text", "text": "So?"}]}]))
capture("py-wrapanthropic-web-search", WA, {"blocks": [words("I search. "), *SEARCHED, words("Sunny.")]}, lambda: ask(tools=[*CLAUDE_TOOLS, {"type": "web_search_20250305", "name": "web_search"}]))
capture("py-wrapanthropic-search-and-call", WA, {"blocks": [{"type": "thinking", "thinking": "hmm", "signature": "s"}, words("I search. "), *SEARCHED, words("Now Rome."), USES[1]]}, lambda: ask(tools=[*CLAUDE_TOOLS, {"type": "web_search_20250305", "name": "web_search"}]))
capture("py-wrapanthropic-prefill", WA, {"text": " 42"}, lambda: ask(messages=[*ask_claude["messages"], {"role": "assistant", "content": "The answer is"}]))
capture("py-wrapanthropic-redacted", WA, {"blocks": [{"type": "redacted_thinking", "data": "x"}, words("Sunny.")]}, lambda: ask())
capture("py-wrapanthropic-beta", WA, {"blocks": [words("I look."), *USES]}, lambda: claude.beta.messages.create(**{**ask_claude, "tools": CLAUDE_TOOLS, "betas": ["x"]}))
capture("py-wrapanthropic-raw-response", WA, TEXT, lambda: claude.messages.with_raw_response.create(**ask_claude).parse(), CLAUDE_ANSWER)
capture("py-wrapanthropic-text-stream", WA, TEXT, text_stream)

from google import genai
from google.genai import types
from langsmith.wrappers import wrap_gemini
from recording import URL

WG = "langsmith google-genai"
gemini = wrap_gemini(genai.Client(api_key="no-key", http_options=types.HttpOptions(base_url=URL)))
DECLARED = {"name": "get_weather", "description": "Get weather", "parameters_json_schema": PARAMETERS}
BOUND = [types.Tool(function_declarations=[types.FunctionDeclaration(**DECLARED)])]
LOOKED = [types.Content(role="user", parts=[types.Part(text="Weather?")]), types.Content(role="model", parts=[types.Part.from_function_call(name="get_weather", args={"city": "Paris"})]), types.Content(role="user", parts=[types.Part.from_function_response(name="get_weather", response={"sky": "sunny"})])]
SUNNY = {"role": "assistant", "content": TEXT["text"]}


def generate(contents="Weather?", **config):
    return gemini.models.generate_content(model="gemini-2.5-flash", contents=contents, config=types.GenerateContentConfig(**config))


capture("py-wrapgemini-plain", WG, TEXT, lambda: generate(system_instruction="You are a weather bot."), {"convert": {"messages": [*PLAIN, SUNNY]}})
capture("py-wrapgemini-turns", WG, TEXT, lambda: generate([{"role": "user", "parts": [{"text": "a"}]}, types.Content(role="model", parts=[types.Part(text="b")]), {"role": "user", "parts": [{"text": "c"}]}]), {"convert": {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, SUNNY]}})
capture("py-wrapgemini-tools", WG, {"text": "Looking.", "calls": [CALL]}, lambda: generate(tools=BOUND), {"convert": {"messages": [{"role": "user", "content": "Weather?"}, {"role": "assistant", "content": "Looking.", "tool_calls": [as_call(CALL)]}], "tools": TOOLS[:1]}})
capture("py-wrapgemini-history-calls", WG, TEXT, lambda: generate(LOOKED, tools=BOUND), {"skip": "unknown-shape"})
capture("py-wrapgemini-text-and-image", WG, TEXT, lambda: generate(["What?", types.Part.from_bytes(data=b"\x89PNG\r\n", mime_type="image/png")]), {"skip": "unknown-shape"})
capture("py-wrapgemini-texts", WG, TEXT, lambda: generate(["Weather?", "Now!"]), {"skip": "unknown-shape"})
capture("py-wrapgemini-thoughts", WG, {"thinking": "hmm", **TEXT}, lambda: generate(thinking_config=types.ThinkingConfig(include_thoughts=True)), {"skip": "unknown-shape"})
capture("py-wrapgemini-length", WG, {**TEXT, "finish": "length"}, lambda: generate(), {"skip": "truncated"})

try:
    import agents
except ImportError:
    agents = None
if agents:
    from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, WebSearchTool, function_tool, set_trace_processors
    from langsmith.wrappers import OpenAIAgentsTracingProcessor

    AG = "langsmith openai-agents"
    set_trace_processors([OpenAIAgentsTracingProcessor(client=client)])

    @function_tool
    def get_weather(city: str) -> str:
        """Get weather"""
        return f"sunny in {city}"

    @function_tool
    def failing(city: str) -> str:
        """Get weather"""
        raise ValueError("no weather")

    def bot(model, **fields):
        # A client of its own each time: it is bound to its event loop.
        return Agent(**{"name": "bot", "instructions": "You are a weather bot.", "model": model("gpt-4o-mini", openai.AsyncOpenAI(max_retries=0)), **fields})

    def run(agent, given="Weather?", **fields):
        return Runner.run_sync(agent, given, **fields)

    async def streamed(agent):
        async for _ in Runner.run_streamed(agent, "Weather?").stream_events():
            pass

    for kind, model, expected in [("chat", OpenAIChatCompletionsModel, {"without": ["tools"]}), ("responses", OpenAIResponsesModel, None)]:
        capture(f"py-agents-{kind}-no-instructions", AG, TEXT, lambda: run(bot(model, instructions=None)), expected)
        capture(f"py-agents-{kind}-loop", AG, [{"text": "Looking.", "calls": [CALL, SECOND]}, TEXT], lambda: run(bot(model, tools=[get_weather])), [expected, expected])
        capture(f"py-agents-{kind}-loop-stream", AG, [{"text": "Looking.", "calls": [CALL, SECOND]}, TEXT], lambda: asyncio.run(streamed(bot(model, tools=[get_weather]))), [expected, expected])
        capture(f"py-agents-{kind}-structured", AG, {"text": '{"city":"Paris"}'}, lambda: run(bot(model, output_type=Report)), expected)
        capture(f"py-agents-{kind}-handoff", AG, [{"calls": [{"id": "call_1", "name": "transfer_to_expert", "arguments": "{}"}]}, TEXT], lambda: run(bot(model, handoffs=[bot(model, name="expert")])), [expected, expected])
        capture(f"py-agents-{kind}-history", AG, TEXT, lambda: run(bot(model), [{"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "low"}]}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]), expected)
        capture(f"py-agents-{kind}-refusal", AG, {"refusal": "I cannot."}, lambda: run(bot(model)), {"skip": "refusal"})
        if kind == "responses":  # chat spans of Python do not say how an answer ended
            capture(f"py-agents-{kind}-length", AG, {"text": "It", "finish": "length"}, lambda: run(bot(model)), {"skip": "run-error"})
        capture(f"py-agents-{kind}-insensitive", AG, TEXT, lambda: run(bot(model), run_config=RunConfig(trace_include_sensitive_data=False)), {"skip": "no-inputs"})
    capture("py-agents-responses-hosted", AG, [{"items": [REASONING, {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "q"}}, message("I look."), function_call(CALL)]}, {"items": [message("Sunny.")]}], lambda: run(bot(model, tools=[get_weather, WebSearchTool()])))
    capture("py-agents-responses-previous", AG, {"items": [message("Sunny.")], "fields": {"previous_response_id": "resp_1"}}, lambda: run(bot(model), previous_response_id="resp_1"), {"skip": "missing-history"})
    capture("py-agents-responses-conversation", AG, {"items": [message("Sunny.")], "fields": {"conversation": {"id": "conv_1"}}}, lambda: run(bot(model), conversation_id="conv_1"), {"skip": "missing-history"})
