"""The Agents SDK in the ways that are rare: items of every type, outputs of tools, handoffs with filters. See python.mjs."""
import asyncio
import os

from recording import capture as capture_of, client
import agents
import openai
from agents import Agent, HostedMCPTool, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, SQLiteSession, ToolOutputImage, ToolOutputText, FunctionTool, FileSearchTool, handoff, input_guardrail, output_guardrail, GuardrailFunctionOutput, function_tool, set_trace_processors
from agents.extensions import handoff_filters
from langsmith.wrappers import OpenAIAgentsTracingProcessor
from pydantic import BaseModel

AG = "langsmith openai-agents"
# What shows something new; CAPTURE_ALL captures the others too.
KEPT = {"chat-values", "chat-tool-image", "chat-handoff-nested", "chat-handoff-filter", "chat-raw-history", "chat-input-filter", "chat-filtered-empty", "responses-values-objects", "responses-tool-image", "responses-handoff-nested", "responses-raw-history", "responses-typed-history", "responses-interleaved", "responses-compaction", "responses-item-reference", "responses-session"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
TEXT = {"text": "It is sunny in Paris."}
CALL = {"id": "call_AAA111", "name": "get_weather", "arguments": '{"city":"Paris"}'}
SECOND = {"id": "call_BBB222", "name": "get_weather", "arguments": '{"city":"Rome"}'}
message = lambda text, id="msg_1", **more: {"id": id, "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}], **more}
function_call = lambda call: {"id": f"fc_{call['id']}", "type": "function_call", "status": "completed", "call_id": call["id"], "name": call["name"], "arguments": call["arguments"]}
set_trace_processors([OpenAIAgentsTracingProcessor(client=client)])


def capture(name, *scenario):
    if os.environ.get("CAPTURE_ALL") or name.removeprefix("py-agents-") in KEPT:
        capture_of(name, *scenario)


def tool(answer):
    async def invoke(context, arguments):
        value = answer()
        if isinstance(value, Exception):
            raise value
        return value

    return FunctionTool(name="get_weather", description="Get weather", params_json_schema={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}, on_invoke_tool=invoke, strict_json_schema=True)


def bot(model, **fields):
    return Agent(**{"name": "bot", "instructions": "You are a weather bot.", "model": model("gpt-4o-mini", openai.AsyncOpenAI(max_retries=0)), **fields})


def run(agent, given="Weather?", **fields):
    return Runner.run_sync(agent, given, **fields)


async def streamed(agent, given="Weather?"):
    async for _ in Runner.run_streamed(agent, given).stream_events():
        pass


@input_guardrail
async def guard(context, agent, given):
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)


@output_guardrail
async def trip(context, agent, output):
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)


class Note(BaseModel):
    reason: str


def values(*items):
    rest = iter(items)
    return tool(lambda: next(rest))


LOOP = [{"calls": [CALL, SECOND]}, TEXT]
for kind, model, expected in [("chat", OpenAIChatCompletionsModel, {"without": ["tools"]}), ("responses", OpenAIResponsesModel, None)]:
    def each(label, replies, scenario, given=None):
        capture(f"py-agents-{kind}-{label}", AG, replies, scenario, given if given is not None else [expected, expected, expected] if isinstance(replies, list) else expected)

    each("empty-instructions", TEXT, lambda: run(bot(model, instructions="")))
    each("values", LOOP, lambda: run(bot(model, tools=[values("", None)])))
    each("values-objects", LOOP, lambda: run(bot(model, tools=[values({"sky": "sunny"}, [1, "x"])])))
    each("values-more", LOOP, lambda: run(bot(model, tools=[values(7, True)])))
    each("tool-parts", LOOP, lambda: run(bot(model, tools=[values([ToolOutputText(text="see"), ToolOutputText(text=" it")], ToolOutputText(text="one"))])))
    each("tool-image", LOOP, lambda: run(bot(model, tools=[values([ToolOutputText(text="see"), ToolOutputImage(image_url=f"data:image/png;base64,{PIXEL}", detail="low")], ToolOutputImage(image_url="https://example.com/a.png"))])))
    each("failing", LOOP, lambda: run(bot(model, tools=[function_tool(lambda city: 1 / 0, name_override="get_weather", description_override="Get weather")])))
    each("broken-arguments", [{"calls": [{**CALL, "arguments": '{"city": Par'}]}, TEXT], lambda: run(bot(model, tools=[values("x")])))
    each("unknown-tool", {"calls": [{**CALL, "name": "nope"}]}, lambda: run(bot(model, tools=[values("x")])))
    each("as-tool", [{"calls": [{"id": "call_1", "name": "expert", "arguments": '{"input":"Paris?"}'}]}, {"text": "Sun."}, TEXT], lambda: run(bot(model, tools=[bot(model, name="expert").as_tool("expert", "Knows.")])))
    each("handoff-filter", [{"calls": [{"id": "call_1", "name": "transfer_to_expert", "arguments": '{"reason":"because"}'}]}, TEXT], lambda: run(bot(model, handoffs=[handoff(bot(model, name="expert"), input_filter=handoff_filters.remove_all_tools, input_type=Note, on_handoff=lambda context, note: None)])))
    each("handoff-nested", [{"calls": [{"id": "call_1", "name": "transfer_to_expert", "arguments": "{}"}]}, TEXT], lambda: run(bot(model, handoffs=[bot(model, name="expert")]), run_config=RunConfig(nest_handoff_history=True)))
    each("guardrails", TEXT, lambda: run(bot(model, input_guardrails=[guard], output_guardrails=[trip])))
    each("input-filter", TEXT, lambda: run(bot(model), run_config=RunConfig(call_model_input_filter=lambda data: agents.run.ModelInputData(input=[*data.model_data.input, {"role": "user", "content": "And be brief."}], instructions="Changed."))))
    each("settings", {"calls": [CALL]}, lambda: run(bot(model, tools=[values("x")], tool_use_behavior="stop_on_first_tool", model_settings=ModelSettings(tool_choice="required", parallel_tool_calls=False, temperature=0, store=False, metadata={"a": "b"}, extra_body={"user": "u"}))))
    each("extra-args", TEXT, lambda: run(bot(model, model_settings=ModelSettings(extra_args={"service_tier": "flex"}))))
    each("raw-history", TEXT, lambda: run(bot(model, tools=[values("x")]), [{"role": "user", "content": "a"}, {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": '{"city": "Paris"}'}, {"type": "function_call", "call_id": "c2", "name": "get_weather", "arguments": ""}, {"type": "function_call_output", "call_id": "c1", "output": ""}, {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "x"}, {"type": "input_text", "text": "y"}]}, {"role": "assistant", "content": "b"}, {"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "input_text", "text": "c"}, {"type": "input_text", "text": "d"}]}]))
    each("typed-history", TEXT, lambda: run(bot(model), [{"type": "message", "role": "user", "content": "a"}, {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "b1", "annotations": []}, {"type": "output_text", "text": "b2", "annotations": []}]}, {"type": "message", "role": "user", "content": "c"}]))
    each("two-assistants", TEXT, lambda: run(bot(model), [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "assistant", "content": "c"}, {"role": "user", "content": "d"}]))
    each("image-id", TEXT, lambda: run(bot(model), [{"role": "user", "content": [{"type": "input_image", "file_id": "file_1", "detail": "auto"}]}]), {"skip": "unsupported-content"})
    each("refusal-stream", {"refusal": "I cannot."}, lambda: asyncio.run(streamed(bot(model))), {"skip": "refusal"})
    each("length-stream", {"text": "It", "finish": "length"}, lambda: asyncio.run(streamed(bot(model))), {"skip": "truncated"})
    each("filtered", {"text": "It", "finish": "content_filter"}, lambda: run(bot(model)), {"skip": "filtered"})
    each("filtered-empty", {"finish": "content_filter"}, lambda: run(bot(model)), {"skip": "refusal" if kind == "chat" else "run-error"})
    each("cut-stream", {"text": "It is", "cut": True}, lambda: asyncio.run(streamed(bot(model))), {"skip": "partial-stream"})
    each("empty", {"text": ""}, lambda: run(bot(model)), {"skip": "no-answer"})
    each("json-text", TEXT, lambda: run(bot(model, instructions=None), '{"role":"user","content":"fake"}'))
    each("reasoning", {"message": {"content": "Sunny.", "reasoning_content": "hmm"}} if kind == "chat" else {"items": [{"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "x"}, message("Sunny.")]}, lambda: run(bot(model)))
    each("unicode", {"text": "Ça \u2028 \\n", "calls": [{**CALL, "arguments": '{"city":"M\\u00fcnchen \\"x\\"","big":12345678901234567890}'}]}, lambda: run(bot(model, tools=[values("x")], tool_use_behavior="stop_on_first_tool")))
    each("no-arguments", {"calls": [{**CALL, "arguments": ""}]}, lambda: run(bot(model, tools=[values("x")], tool_use_behavior="stop_on_first_tool")))

    def two():
        session = SQLiteSession("s")
        run(bot(model, tools=[values("x")]), "Weather?", session=session)
        run(bot(model), "And now?", session=session)

    each("session", [{"calls": [CALL]}, TEXT, TEXT], two)


def each(label, *rest):
    capture(f"py-agents-responses-{label}", AG, *rest)


model = OpenAIResponsesModel
each("two-messages", {"items": [message("One.", phase="commentary"), message("Two.", "msg_2", phase="final_answer")]}, lambda: run(bot(model)))
each("interleaved", [{"items": [message("One."), function_call(CALL), message("Two.", "msg_2"), function_call(SECOND)]}, TEXT], lambda: run(bot(model, tools=[values("x", "y")])))
each("mcp", {"items": [{"id": "ml_1", "type": "mcp_list_tools", "server_label": "s", "tools": []}, {"id": "mcp_1", "type": "mcp_call", "server_label": "s", "name": "roll", "arguments": "{}", "output": "4", "error": None, "approval_request_id": None, "status": "completed"}, message("Four.")]}, lambda: run(bot(model, tools=[HostedMCPTool(tool_config={"type": "mcp", "server_label": "s", "server_url": "https://example.com", "require_approval": "never"})])))
each("file-search", {"items": [{"id": "fs_1", "type": "file_search_call", "status": "completed", "queries": ["q"], "results": None}, message("Found.")]}, lambda: run(bot(model, tools=[FileSearchTool(vector_store_ids=["vs_1"])])))
each("compaction", {"items": [message("Sunny.")]}, lambda: run(bot(model), [{"type": "compaction", "encrypted_content": "x"}, {"role": "user", "content": "a"}]), {"skip": "missing-history"})
each("prompt", {"items": [message("Sunny.")], "fields": {"prompt": {"id": "pmpt_1", "variables": None, "version": "1"}}}, lambda: run(bot(model, instructions=None, prompt={"id": "pmpt_1"})), {"skip": "missing-history"})
each("item-reference", {"items": [message("Sunny.")]}, lambda: run(bot(model), [{"type": "item_reference", "id": "msg_9"}, {"role": "user", "content": "a"}]), {"skip": "missing-history"})
