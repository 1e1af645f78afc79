"""Functions under traceable, and runs made by hand, in Python: see traceable.mjs, and python.mjs for how to run it."""
from recording import capture, client, drain

from dataclasses import dataclass

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from langsmith import traceable
from langsmith.run_trees import RunTree
from pydantic import BaseModel

SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "Weather?"}
TURNS = [SYSTEM, USER]
SUNNY = {"role": "assistant", "content": "Sunny."}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "Get weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
CALLING = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}]}
UNKNOWN = {"skip": "unknown-shape"}


class Message(BaseModel):
    role: str
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[dict] | None = None


class Choice(BaseModel):
    index: int = 0
    message: Message
    finish_reason: str = "stop"


class Response(BaseModel):
    choices: list[Choice]
    usage: dict | None = None


@dataclass
class Given:
    messages: list


def row(answer=SUNNY, prompt=None, **rest):
    return {"convert": {"messages": [*(prompt or TURNS), answer], **rest}}


def llm(work, **fields):
    return traceable(run_type="llm", name="custom", client=client, **fields)(work)


def each(name, scenario, expected):
    def quietly():
        try:
            scenario()
        except Exception:  # the runs of functions that fail are recorded too
            pass

    capture(f"py-traceable-{name}", "langsmith", {"text": ""}, quietly, expected)


def giving(value, **fields):
    return llm(lambda messages, **more: value, **fields)


def leave(stream):
    for _ in stream:
        break
    stream.close()


# what comes back
each("message-output", lambda: giving({"message": SUNNY})(TURNS), row())
each("role-content", lambda: giving({**SUNNY, "usage_metadata": {"input_tokens": 1}})(TURNS), row())
each("pair", lambda: giving(("assistant", "Sunny."))(TURNS), row())
each("pair-list", lambda: giving(["assistant", "Sunny."])(TURNS), row())
each("choices-metadata", lambda: giving({"choices": [{"message": SUNNY}]}, metadata={"ls_provider": "own", "ls_model_name": "own-1"})(TURNS), row())
each("pydantic", lambda: giving(Response(choices=[Choice(message=Message(**CALLING))], usage={"total_tokens": 3}))(TURNS, tools=TOOLS, temperature=0), row(CALLING, tools=TOOLS))
each("pydantic-message", lambda: giving(Message(**SUNNY))(TURNS), row())
each("pydantic-inputs", lambda: giving(SUNNY)([Message(**SYSTEM), Message(**USER)]), row())
each("dataclass-inputs", lambda: llm(lambda request: SUNNY)(Given(TURNS)), row())
each("langchain-chunk", lambda: giving(AIMessageChunk("Sunny."))([SystemMessage("Be brief."), HumanMessage("Weather?")]), row())
each("message-list", lambda: giving([CALLING, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}, SUNNY])(TURNS), {"convert": {"messages": [*TURNS, CALLING, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}, SUNNY]}})
each("anthropic", lambda: llm(lambda **request: {"id": "msg_1", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Sunny."}], "stop_reason": "end_turn"})(system="Be brief.", messages=[USER], tools=[{"name": "get_weather", "description": "Get weather", "input_schema": TOOLS[0]["function"]["parameters"]}]), row(tools=TOOLS))
each("gemini", lambda: llm(lambda contents, config=None: {"candidates": [{"content": {"role": "model", "parts": [{"text": "Sunny."}]}}]})([{"role": "user", "parts": [{"text": "Weather?"}]}]), UNKNOWN)
each("nothing", lambda: giving(None)(TURNS), {"skip": "no-outputs"})


# streams
def pieces(*values):
    def work(messages):
        yield from values

    return work


def whole(chunks):
    return {"choices": [{"message": {"role": "assistant", "content": "".join(chunk["choices"][0]["message"]["content"] for chunk in chunks)}}]}


CHUNKS = [{"choices": [{"message": {"role": "assistant", "content": text}}]} for text in ("Sun", "ny.")]
each("stream-reduced", lambda: drain(llm(pieces(*CHUNKS), reduce_fn=whole)(TURNS)), row())
each("stream-reduced-text", lambda: drain(llm(pieces("Sun", "ny."), reduce_fn="".join)(TURNS)), row())
each("stream-reduce-failed", lambda: drain(llm(pieces("Sun", "ny."), reduce_fn=whole)(TURNS)), UNKNOWN)
each("stream-texts", lambda: drain(llm(pieces("Sun", "ny."))(TURNS)), UNKNOWN)
each("stream-messages", lambda: drain(llm(pieces({**SUNNY, "content": "Sun"}, {**SUNNY, "content": "ny."}))(TURNS)), UNKNOWN)
each("stream-langchain", lambda: drain(llm(pieces(AIMessageChunk("Sun"), AIMessageChunk("ny.")))(TURNS)), UNKNOWN)
each("stream-choices", lambda: drain(llm(pieces(*CHUNKS))(TURNS)), UNKNOWN)
each("stream-left", lambda: leave(llm(pieces("Sun", "ny."), reduce_fn="".join)(TURNS)), {"skip": "run-error"})

# what goes in
each("arguments", lambda: llm(lambda messages, model, tools=None, **more: SUNNY)(TURNS, "own-1", tools=TOOLS, temperature=0.2), row(tools=TOOLS))
each("system-prompt", lambda: llm(lambda system_prompt, messages: SUNNY)("Be brief.", [USER]), UNKNOWN)
each("system-prompt-within", lambda: llm(lambda system_prompt, messages: SUNNY)("Be brief.", TURNS), row())
each("history-name", lambda: llm(lambda history: SUNNY)(TURNS), UNKNOWN)
each("prompt-text", lambda: llm(lambda prompt: "Sunny.")("Weather?"), {"skip": "text-completion"})
each("several-lists", lambda: giving([SUNNY, SUNNY])([TURNS, [USER]]), UNKNOWN)
each("processed", lambda: llm(lambda question: "Sunny.", process_inputs=lambda inputs: {"messages": [SYSTEM, {"role": "user", "content": inputs["question"]}]}, process_outputs=lambda output: {"message": {"role": "assistant", "content": output}})("Weather?"), row())
each("process-failed", lambda: giving(SUNNY, process_outputs=lambda output: output["missing"])(TURNS), UNKNOWN)
each("hidden-inputs", lambda: giving(SUNNY, process_inputs=lambda inputs: {})(TURNS), {"skip": "no-inputs"})
each("hidden-outputs", lambda: giving(SUNNY, process_outputs=lambda output: {})(TURNS), {"skip": "no-outputs"})
each("failed", lambda: llm(lambda messages: 1 / 0)(TURNS), {"skip": "run-error"})
each("image", lambda: giving(SUNNY)([{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"}]}]), row(prompt=[{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]}]))


def by_hand(outputs=None, error=None, **fields):
    run = RunTree(name="custom", run_type="llm", client=client, inputs={"messages": TURNS}, **fields)
    run.post()
    run.end(outputs=outputs, error=error)
    run.patch()


each("runtree", lambda: by_hand({"choices": [{"message": CALLING}]}, extra={"invocation_params": {"tools": TOOLS}}), row(CALLING, tools=TOOLS))
each("runtree-error", lambda: by_hand({"message": SUNNY}, "too late"), {"skip": "run-error"})
each("runtree-nothing", lambda: by_hand(), {"skip": "no-outputs"})
