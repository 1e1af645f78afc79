import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import {
  asRunnable,
  InvalidOptionError,
  LangSmithRunChatLoader,
  loadChatSessions,
  SkippedError,
  type FetchRuns,
  type Run,
  type Skip,
} from "langsmith-finetune";
import { describe, expect, it, vi } from "vitest";
import { fixture } from "./fixtures.js";

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const run = (number: number, fields: Partial<Run> = {}): Run => ({
  id: id(number),
  run_type: "llm",
  status: "success",
  inputs: { messages: [{ role: "user", content: `question ${number}` }] },
  outputs: { choices: [{ message: { role: "assistant", content: `answer ${number}` } }] },
  ...fields,
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("sessions", () => {
  it("hold LangChain messages with parsed and raw calls", async () => {
    const [session] = await collect(loadChatSessions([fixture("wrapopenai-history").run]));
    const [system, human, call, result, answer] = session!.messages;
    expect(system).toBeInstanceOf(SystemMessage);
    expect(human).toBeInstanceOf(HumanMessage);
    expect(human?.name).toBe("ann");
    expect(call).toBeInstanceOf(AIMessage);
    expect((call as AIMessage).tool_calls).toEqual([
      { type: "tool_call", id: "call_1", name: "get_weather", args: { city: "Paris" } },
    ]);
    expect(call?.additional_kwargs.tool_calls).toEqual([
      { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city": "Paris"}' } },
    ]);
    expect(result).toBeInstanceOf(ToolMessage);
    expect(answer?.text).toBe("It is sunny in Paris.");
    expect(session?.tools?.[0]?.function.name).toBe("get_weather");
  });

  it("carry nothing of the classes that were traced", async () => {
    const [session] = await collect(loadChatSessions([fixture("lcjs-chat-v1-tools").run]));
    expect(
      JSON.stringify(session!.messages.map((message) => [message.content, message.additional_kwargs])),
    ).not.toContain("lc_");
  });

  it("warn of nothing where a call has broken arguments", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const [session] = await collect(loadChatSessions([fixture("lcjs-chat-tool-broken-json").run]));
    expect((session!.messages.at(-1) as AIMessage).invalid_tool_calls).toMatchObject([
      { id: "call_AAA111", name: "get_weather", args: '{"city": "Par' },
    ]);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe("runs", () => {
  it("come from arrays, generators and async generators, lazily, and the source is closed", async () => {
    let pulled = 0;
    let closed = false;
    async function* source() {
      try {
        for (let number = 1; ; number++) {
          pulled++;
          yield run(number);
        }
      } finally {
        closed = true;
      }
    }
    const sessions = loadChatSessions(source());
    expect(pulled).toBe(0);
    for await (const session of sessions) {
      expect(session.messages[0]?.text).toBe("question 1");
      break;
    }
    expect(pulled).toBe(1);
    expect(closed).toBe(true);
  });

  it("can be read again", async () => {
    const loader = new LangSmithRunChatLoader({ runs: [run(1), run(2)] });
    expect(await collect(loader)).toHaveLength(2);
    expect(await loader.load()).toHaveLength(2);
    expect(await collect(loader.lazyLoad())).toHaveLength(2);
  });

  it.each(["one text", null, undefined, 5, {}])("are refused as %o", (runs) => {
    expect(() => new LangSmithRunChatLoader({ runs: runs as never })).toThrow(InvalidOptionError);
  });

  it("end with the reason of the signal", async () => {
    const controller = new AbortController();
    const sessions = loadChatSessions([run(1), run(2)], { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(collect(sessions)).rejects.toThrow("enough");
  });

  it("pass through a Runnable untouched", async () => {
    const sessions = await asRunnable(loadChatSessions).invoke([run(1)]);
    expect(await collect(sessions)).toHaveLength(1);
  });
});

describe("what gives no session", () => {
  const bad = [
    run(1),
    run(2, { error: "boom" }),
    run(3, { run_type: "chain" }),
    run(4, { inputs: { prompts: ["Once"] }, outputs: { generations: [[{ text: "x" }]] } }),
    run(5, { status: "pending", outputs: null }),
    run(6),
  ];

  it("is reported with its code, in order", async () => {
    const skips: Skip[] = [];
    const sessions = await collect(loadChatSessions(bad, { onSkip: (skip) => skips.push(skip) }));
    expect(sessions.map(({ source }) => source?.runId)).toEqual([id(1), id(6)]);
    expect(skips.map(({ runId, code }) => [runId, code])).toEqual([
      [id(2), "run-error"],
      [id(3), "not-llm"],
      [id(4), "text-completion"],
      [id(5), "pending"],
    ]);
  });

  it("throws the first with strict", async () => {
    const seen: string[] = [];
    const reading = async () => {
      for await (const session of loadChatSessions(bad, { strict: true })) seen.push(session.source?.runId ?? "");
    };
    await expect(reading()).rejects.toSatisfy(
      (error) => SkippedError.isInstance(error) && error.skip.code === "run-error" && error.skip.runId === id(2),
    );
    expect(seen).toEqual([id(1)]);
  });

  it("is counted in a warning where nobody listens", async () => {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    await collect(loadChatSessions(bad));
    emit.mockRestore();
    expect(warnings).toEqual([
      expect.stringContaining("left out 4: 1 run-error, 1 not-llm, 1 text-completion, 1 pending"),
    ]);
  });

  it.each([
    ["lcjs-chat-length", "keepTruncated", { content: "It is" }],
    ["wrapopenai-refusal", "keepRefusals", { content: "", additional_kwargs: { refusal: "I cannot." } }],
  ] as const)("%s is kept with %s", async (name, option, answer) => {
    expect(await collect(loadChatSessions([fixture(name).run], { onSkip: () => undefined }))).toEqual([]);
    const [session] = await collect(loadChatSessions([fixture(name).run], { [option]: true }));
    expect(session?.messages.at(-1)).toMatchObject(answer);
  });
});

describe("run ids", () => {
  function server(): { fetchRuns: FetchRuns; requests: string[][] } {
    const requests: string[][] = [];
    async function* fetchRuns(ids: readonly string[]) {
      requests.push([...ids]);
      for (const each of [...ids].reverse()) {
        const number = Number(each.slice(-12));
        if (number % 7 !== 0) yield run(number);
      }
    }
    return { fetchRuns, requests };
  }

  it("are fetched by the hundred and keep their places among runs", async () => {
    const { fetchRuns, requests } = server();
    const skips: Skip[] = [];
    const runs = Array.from({ length: 350 }, (_, index) => (index % 3 === 0 ? run(index + 1) : id(index + 1)));
    const sessions = await collect(loadChatSessions(runs, { fetchRuns, onSkip: (skip) => skips.push(skip) }));
    const missing = runs.filter((each) => typeof each === "string" && Number(each.slice(-12)) % 7 === 0);
    expect(requests.map((ids) => ids.length)).toEqual([100, 100, 33]);
    expect(sessions.map(({ source }) => source?.runId)).toEqual(
      runs.filter((each) => !missing.includes(each)).map((each) => (typeof each === "string" ? each : each.id)),
    );
    expect(skips.map(({ code, runId }) => [code, runId])).toEqual(missing.map((each) => ["run-not-found", each]));
  });

  it("are fetched once where they are given twice, and are not picky about case", async () => {
    const { requests } = server();
    const mixed = "0000000A-0000-4000-8000-000000000001".toLowerCase();
    const sessions = await collect(
      loadChatSessions([mixed, mixed.toUpperCase()], {
        fetchRuns: async () => (requests.push([mixed]), [run(1, { id: mixed })]),
      }),
    );
    expect(sessions).toHaveLength(2);
    expect(requests).toHaveLength(1);
  });

  it("hand on the failure of the server", async () => {
    await expect(
      collect(loadChatSessions([id(1)], { fetchRuns: () => Promise.reject(new Error("no network")) })),
    ).rejects.toThrow("no network");
  });

  it("stop being fetched when nobody reads on", async () => {
    let aborted = false;
    const fetchRuns: FetchRuns = async (ids, { signal }) => {
      signal?.addEventListener("abort", () => (aborted = true));
      return ids.map((each) => run(Number(each.slice(-12))));
    };
    const ids = Array.from({ length: 300 }, (_, index) => id(index + 1));
    for await (const session of loadChatSessions(ids, { fetchRuns })) {
      expect(session.source?.runId).toBe(id(1));
      break;
    }
    expect(aborted).toBe(true);
  });

  it("and texts that are neither id nor run are told apart", async () => {
    const skips: Skip[] = [];
    await collect(loadChatSessions(["not a run", '{"id": 1}', "[1]"], { onSkip: (skip) => skips.push(skip) }));
    expect(skips.map(({ code }) => code)).toEqual(["invalid-run", "invalid-run", "invalid-run"]);
  });
});
