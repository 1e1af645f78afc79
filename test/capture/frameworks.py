"""Spans of agent frameworks, with LangSmith's span processors where it has some. As writers.py, whose modes are clients. See writers.mjs."""
import asyncio
import base64

from writers import BOTH, CUT, HISTORY, ONE, PIXEL, RULE, SCHEMA, SYSTEM, TEXT, TOOLS, URL, USER, WRITER, KIND, capture, drain, exporter, get_weather, instrument, provider

JSON_ANSWER = {"text": '{"city":"Paris"}'}
THOUGHT = {"thinking": "Hm.", **TEXT}


def with_processor(processor):
    """Spans only as the processor hands them on."""
    provider._active_span_processor._span_processors = ()
    provider.add_span_processor(processor)


def simple():
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    return SimpleSpanProcessor(exporter)


def strands():
    from langsmith.integrations.strands_agents import LangSmithSpanExporter
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from pydantic import BaseModel
    from strands import Agent, tool
    from strands.models.openai import OpenAIModel

    with_processor(SimpleSpanProcessor(LangSmithSpanExporter(exporter)))
    tracer = "langsmith strands-agents"
    model = lambda: OpenAIModel(model_id="gpt-4o-mini", client_args={"max_retries": 0})
    bot = lambda **fields: Agent(**{"model": model(), "system_prompt": RULE, "callback_handler": None, **fields})
    tools = [tool(get_weather)]

    class Report(BaseModel):
        city: str

    def two_turns(**fields):
        agent = bot(**fields)
        agent("Weather?")
        agent("So?")

    capture("plain", tracer, TEXT, lambda: bot()("Weather?"))
    capture("bare", tracer, TEXT, lambda: bot(system_prompt=None)("Weather?"))
    capture("two-turns", tracer, [TEXT, {"text": "Bye."}], lambda: two_turns())
    capture("tools", tracer, [ONE, TEXT], lambda: bot(tools=tools)("Weather?"))
    capture("parallel", tracer, [BOTH, TEXT], lambda: bot(tools=tools)("Weather?"))
    capture("tools-unused", tracer, TEXT, lambda: bot(tools=tools)("Weather?"))
    capture("tools-turns", tracer, [ONE, TEXT, {"text": "Bye."}], lambda: two_turns(tools=tools))
    capture("structured", tracer, {"calls": [{"id": "call_1", "name": "Report", "arguments": '{"city":"Paris"}'}]}, lambda: bot()("Weather?", structured_output_model=Report))
    capture("length", tracer, CUT, lambda: bot()("Weather?"))
    capture("image", tracer, TEXT, lambda: bot()([{"text": "what"}, {"image": {"format": "png", "source": {"bytes": base64.b64decode(PIXEL)}}}]))


def strandsanthropic():
    from langsmith.integrations.strands_agents import LangSmithSpanExporter
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from strands import Agent, tool
    from strands.models.anthropic import AnthropicModel

    with_processor(SimpleSpanProcessor(LangSmithSpanExporter(exporter)))
    bot = lambda **fields: Agent(**{"model": AnthropicModel(model_id="claude-sonnet-4-5", max_tokens=100, client_args={"max_retries": 0}), "system_prompt": RULE, "callback_handler": None, **fields})
    tracer = "langsmith strands-agents"
    capture("plain", tracer, TEXT, lambda: bot()("Weather?"))
    capture("thinking", tracer, THOUGHT, lambda: bot()("Weather?"))
    capture("tools", tracer, [ONE, TEXT], lambda: bot(tools=[tool(get_weather)])("Weather?"))


def livekit():
    from langsmith.integrations.livekit import LiveKitLangSmithSpanProcessor
    from livekit.agents import Agent, AgentSession, function_tool, telemetry
    from livekit.agents.llm import ChatContext, ImageContent
    from livekit.plugins import openai as plugin

    with_processor(LiveKitLangSmithSpanProcessor(simple()))
    telemetry.set_tracer_provider(provider)

    @function_tool
    async def get_weather(city: str) -> str:
        """Get weather

        Args:
            city: The city
        """
        return "sunny"

    def run(*turns, tools=(), instructions=RULE, record=False, context=None):
        async def main():
            async with plugin.LLM(model="gpt-4o-mini", base_url=f"{URL}/v1", api_key="no-key", max_retries=0) as llm, AgentSession(llm=llm) as session:
                await session.start(Agent(instructions=instructions, tools=list(tools), chat_ctx=context), record=record)
                for turn in turns:
                    await session.run(user_input=turn)

        asyncio.run(main())

    tracer = "langsmith livekit-agents"
    capture("plain", tracer, TEXT, lambda: run("Weather?"))
    capture("two-turns", tracer, [TEXT, {"text": "Bye."}], lambda: run("Weather?", "So?"))
    capture("tools", tracer, [BOTH, TEXT], lambda: run("Weather?", tools=[get_weather]))
    capture("tools-unused", tracer, TEXT, lambda: run("Weather?", tools=[get_weather]))
    capture("length", tracer, CUT, lambda: run("Weather?"))
    capture("delta", tracer, [TEXT, {"text": "Bye."}], lambda: run("Weather?", "So?", record={"audio": False, "traces": False, "logs": False, "transcript": False, "input_delta": True}))

    def chat(context, **fields):
        async def main():
            async with plugin.LLM(model="gpt-4o-mini", base_url=f"{URL}/v1", api_key="no-key", max_retries=0) as llm:
                await llm.chat(chat_ctx=context, **fields).collect()

        asyncio.run(main())

    def image():
        context = ChatContext.empty()
        context.add_message(role="system", content=RULE)
        context.add_message(role="user", content=["what", ImageContent(image=f"data:image/png;base64,{PIXEL}")])
        chat(context)

    def late_system():
        context = ChatContext.empty()
        context.add_message(role="system", content=RULE)
        context.add_message(role="user", content="Weather?")
        context.add_message(role="assistant", content="Sunny.")
        context.add_message(role="system", content="Be brief.")
        context.add_message(role="user", content="So?")
        chat(context)

    capture("image", tracer, TEXT, image)
    capture("late-system", tracer, TEXT, late_system)


def pipecat():
    from langsmith.integrations.pipecat import PipecatLangSmithSpanProcessor
    from pipecat.frames.frames import EndTaskFrame, LLMRunFrame
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.runner import PipelineRunner
    from pipecat.pipeline.task import PipelineParams, PipelineTask
    from pipecat.adapters.schemas.function_schema import FunctionSchema
    from pipecat.adapters.schemas.tools_schema import ToolsSchema
    from pipecat.processors.aggregators.llm_context import LLMContext
    from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
    from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
    from pipecat.frames.frames import LLMFullResponseEndFrame
    from pipecat.services.openai.llm import OpenAILLMService

    with_processor(PipecatLangSmithSpanProcessor(simple()))

    def run(messages, answers=1, tools=None, instruction=None):
        async def main():
            left = answers

            class End(FrameProcessor):
                async def process_frame(self, frame, direction):
                    nonlocal left
                    await super().process_frame(frame, direction)
                    await self.push_frame(frame, direction)
                    if isinstance(frame, LLMFullResponseEndFrame):
                        left -= 1
                        if left == 0:
                            await self.push_frame(EndTaskFrame(), FrameDirection.UPSTREAM)

            settings = OpenAILLMService.Settings(model="gpt-4o-mini", **({"system_instruction": instruction} if instruction else {}))
            llm = OpenAILLMService(api_key="no-key", base_url=f"{URL}/v1", settings=settings)

            async def answer(params):
                await params.result_callback("sunny")

            if tools:
                llm.register_function("get_weather", answer)
            schema = ToolsSchema(standard_tools=[FunctionSchema(name="get_weather", description="Get weather", properties=SCHEMA["properties"], required=["city"])])
            context = LLMContext(messages, **({"tools": schema} if tools else {}))
            pair = LLMContextAggregatorPair(context)
            task = PipelineTask(Pipeline([pair.user(), llm, End(), pair.assistant()]), params=PipelineParams(enable_metrics=True), enable_tracing=True, enable_turn_tracking=True, conversation_id="c1", idle_timeout_secs=10)
            await task.queue_frames([LLMRunFrame()])
            await PipelineRunner(handle_sigint=False).run(task)

        asyncio.run(main())

    tracer = "langsmith pipecat-ai"
    image = [{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]}]
    capture("plain", tracer, TEXT, lambda: run([SYSTEM, USER]))
    capture("instruction", tracer, TEXT, lambda: run([USER], instruction=RULE))
    capture("instruction-and-system", tracer, TEXT, lambda: run([{"role": "system", "content": "Be brief."}, USER], instruction=RULE))
    capture("tools", tracer, [BOTH, TEXT], lambda: run([SYSTEM, USER], answers=2, tools=True))
    capture("tools-unused", tracer, TEXT, lambda: run([SYSTEM, USER], tools=True))
    capture("history", tracer, TEXT, lambda: run(HISTORY))
    capture("image", tracer, TEXT, lambda: run(image))
    capture("length", tracer, CUT, lambda: run([SYSTEM, USER]))


def af():
    from agent_framework import Agent, Content, Message, tool
    from agent_framework.observability import enable_instrumentation
    from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient

    enable_instrumentation(enable_sensitive_data=True)
    tracer = "agent-framework-core"
    chat = lambda: OpenAIChatCompletionClient(model="gpt-4o-mini")
    responses = lambda: OpenAIChatClient(model="gpt-4o-mini")
    bot = lambda client, **fields: Agent(client=client, name="bot", instructions=RULE, **fields)

    def ask(client, *turns, session=False, stream=False, **fields):
        async def main():
            agent = bot(client, **fields)
            thread = agent.create_session() if session else None
            for turn in turns:
                if stream:
                    async for _ in agent.run(turn, stream=True, session=thread):
                        pass
                else:
                    await agent.run(turn, session=thread)

        asyncio.run(main())

    for name, client in [("", chat), ("responses-", responses)]:
        capture(f"{name}plain", tracer, TEXT, lambda: ask(client(), "Weather?"))
        capture(f"{name}stream", tracer, TEXT, lambda: ask(client(), "Weather?", stream=True))
        capture(f"{name}tools", tracer, [BOTH, TEXT], lambda: ask(client(), "Weather?", tools=[tool(get_weather)]))
        capture(f"{name}tools-unused", tracer, TEXT, lambda: ask(client(), "Weather?", tools=[tool(get_weather)]))
        capture(f"{name}two-turns", tracer, [TEXT, {"text": "Bye."}], lambda: ask(client(), "Weather?", "So?", session=True))
        capture(f"{name}length", tracer, CUT, lambda: ask(client(), "Weather?"))
        capture(f"{name}image", tracer, TEXT, lambda: ask(client(), Message("user", [Content.from_text("what"), Content.from_data(data=base64.b64decode(PIXEL), media_type="image/png")])))


def pydantic():
    from pydantic import BaseModel
    from pydantic_ai import Agent, BinaryContent, NativeOutput, PromptedOutput
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.instrumented import InstrumentationSettings
    from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel

    class Report(BaseModel):
        city: str

    tracer = "pydantic-ai-slim"
    models = {"chat": lambda: OpenAIChatModel("gpt-4o-mini"), "responses": lambda: OpenAIResponsesModel("gpt-4o-mini"), "anthropic": lambda: AnthropicModel("claude-sonnet-4-5")}
    for version in (1, 2, 3, 4, 5):
        try:
            settings = InstrumentationSettings(tracer_provider=provider, version=version, **({"event_mode": "attributes"} if version == 1 else {}))
        except (ValueError, TypeError) as error:
            print(version, error)
            continue
        for kind, model in models.items():
            bot = lambda **fields: Agent(model(), **{"instructions": RULE, **fields}, instrument=settings) if True else None
            name = lambda each: f"v{version}-{kind}-{each}"
            try:
                bot()
            except Exception:
                from pydantic_ai.capabilities import Instrumentation

                bot = lambda **fields: Agent(model(), **{"instructions": RULE, **fields}, capabilities=[Instrumentation(settings)])
            capture(name("plain"), tracer, TEXT, lambda: bot().run_sync("Weather?"))
            capture(name("system"), tracer, TEXT, lambda: bot(instructions=None, system_prompt=RULE).run_sync("Weather?"))
            capture(name("both"), tracer, TEXT, lambda: bot(system_prompt="Be brief.").run_sync("Weather?"))
            capture(name("tools"), tracer, [BOTH, TEXT], lambda: bot(tools=[get_weather]).run_sync("Weather?"))
            capture(name("thinking"), tracer, THOUGHT, lambda: bot().run_sync("Weather?"))
            capture(name("image"), tracer, TEXT, lambda: bot().run_sync(["what", BinaryContent(base64.b64decode(PIXEL), media_type="image/png")]))
            capture(name("structured"), tracer, {"calls": [{"id": "call_1", "name": "final_result", "arguments": '{"city":"Paris"}'}]}, lambda: bot(output_type=Report).run_sync("Weather?"))
            capture(name("native"), tracer, JSON_ANSWER, lambda: bot(output_type=NativeOutput(Report)).run_sync("Weather?"))
            capture(name("prompted"), tracer, JSON_ANSWER, lambda: bot(output_type=PromptedOutput(Report)).run_sync("Weather?"))
            capture(name("length"), tracer, CUT, lambda: bot().run_sync("Weather?"))


def llamaindex():
    from llama_index.core.agent.workflow import FunctionAgent
    from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
    from llama_index.core.tools import FunctionTool
    from llama_index.llms.openai import OpenAI, OpenAIResponses

    instrument("openinference.instrumentation.llama_index", "LlamaIndexInstrumentor")
    tracer = "openinference-instrumentation-llama-index"
    for name, kind in [("", OpenAI), ("responses-", OpenAIResponses)]:
        llm = kind(model="gpt-4o-mini", max_retries=0, api_base=f"{URL}/v1", api_key="no-key")
        messages = [ChatMessage(role="system", content=RULE), ChatMessage(role="user", content="Weather?")]

        def agent(llm=llm):
            async def main():
                await FunctionAgent(tools=[FunctionTool.from_defaults(get_weather)], llm=llm, system_prompt=RULE, streaming=False).run(user_msg="Weather?")

            asyncio.run(main())

        capture(f"{name}plain", tracer, TEXT, lambda: llm.chat(messages))
        capture(f"{name}stream", tracer, TEXT, lambda: drain(llm.stream_chat(messages)))
        capture(f"{name}complete", tracer, TEXT, lambda: llm.complete("Weather?"))
        capture(f"{name}agent", tracer, [BOTH, TEXT], agent)
        capture(f"{name}image", tracer, TEXT, lambda: llm.chat([ChatMessage(role="user", blocks=[TextBlock(text="what"), ImageBlock(image=base64.b64decode(PIXEL), image_mimetype="image/png")])]))
        capture(f"{name}length", tracer, CUT, lambda: llm.chat(messages))


def dspy():
    import dspy as package

    instrument("openinference.instrumentation.dspy", "DSPyInstrumentor")
    tracer = "openinference-instrumentation-dspy"
    lm = package.LM("openai/gpt-4o-mini", cache=False, num_retries=0)
    package.configure(lm=lm)
    fields = "[[ ## answer ## ]]\nSunny.\n\n[[ ## completed ## ]]"
    capture("lm", tracer, TEXT, lambda: lm(messages=[SYSTEM, USER]))
    capture("prompt", tracer, TEXT, lambda: lm("Weather?"))
    capture("tools", tracer, BOTH, lambda: lm(messages=[SYSTEM, USER], tools=TOOLS))
    capture("history", tracer, TEXT, lambda: lm(messages=HISTORY, tools=TOOLS))
    capture("image", tracer, TEXT, lambda: lm(messages=[{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}]}]))
    capture("choices", tracer, TEXT, lambda: lm(messages=[SYSTEM, USER], n=2))
    capture("length", tracer, CUT, lambda: lm(messages=[SYSTEM, USER]))
    capture("predict", tracer, {"text": fields}, lambda: package.Predict("question -> answer")(question="Weather?"))


def crewai():
    from crewai import LLM, Agent, Crew, Task
    from crewai.tools import tool

    instrument("openinference.instrumentation.crewai", "CrewAIInstrumentor")
    tracer = "openinference-instrumentation-crewai crewai"
    tools = [tool("get_weather")(get_weather)]

    def crew(**fields):
        agent = Agent(role="bot", goal="Tell the weather", backstory=RULE, llm=LLM(model="gpt-4o-mini"), **fields)
        Crew(agents=[agent], tasks=[Task(description="Weather?", expected_output="A text", agent=agent)]).kickoff()

    capture("plain", tracer, TEXT, lambda: crew())
    capture("tools", tracer, [BOTH, TEXT], lambda: crew(tools=tools))
    capture("call", tracer, TEXT, lambda: LLM(model="gpt-4o-mini").call([SYSTEM, USER]))
    capture("call-tools", tracer, BOTH, lambda: LLM(model="gpt-4o-mini").call([SYSTEM, USER], tools=TOOLS))
    capture("call-history", tracer, TEXT, lambda: LLM(model="gpt-4o-mini").call(HISTORY, tools=TOOLS))
    capture("length", tracer, CUT, lambda: LLM(model="gpt-4o-mini").call([SYSTEM, USER]))


def autogen():
    from autogen_agentchat.agents import AssistantAgent
    from autogen_ext.models.openai import OpenAIChatCompletionClient

    tracer = "autogen-core"
    client = lambda: OpenAIChatCompletionClient(model="gpt-4o-mini", max_retries=0)
    run = lambda **fields: asyncio.run(AssistantAgent("bot", model_client=client(), system_message=RULE, **fields).run(task="Weather?"))
    capture("plain", tracer, TEXT, lambda: run())
    capture("tools", tracer, [BOTH, TEXT], lambda: run(tools=[get_weather], reflect_on_tool_use=True))


def sk():
    from semantic_kernel import Kernel
    from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings
    from semantic_kernel.connectors.ai.function_choice_behavior import FunctionChoiceBehavior
    from semantic_kernel.contents import ChatHistory
    from semantic_kernel.functions import kernel_function

    class Plugin:
        @kernel_function(name="get_weather", description="Get weather")
        def get_weather(self, city: str) -> str:
            return "sunny"

    def run(tools=False):
        async def main():
            history = ChatHistory(system_message=RULE)
            history.add_user_message("Weather?")
            kernel = Kernel()
            service = OpenAIChatCompletion(ai_model_id="gpt-4o-mini")
            settings = OpenAIChatPromptExecutionSettings()
            if tools:
                kernel.add_plugin(Plugin(), "weather")
                settings.function_choice_behavior = FunctionChoiceBehavior.Auto()
            await service.get_chat_message_contents(history, settings, kernel=kernel)

        asyncio.run(main())

    calls = {"text": "Looking.", "calls": [{"id": "call_1", "name": "weather-get_weather", "arguments": '{"city":"Paris"}'}]}
    tracer = "semantic-kernel"
    capture("plain", tracer, TEXT, lambda: run())
    capture("tools", tracer, [calls, TEXT], lambda: run(tools=True))


globals()[WRITER]()
