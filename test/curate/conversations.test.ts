import fc from "fast-check";
import {
  joinConversations,
  sourceOf,
  targetsOf,
  withSource,
  type JoinConversationsOptions,
  type Skip,
  type TrainingExample,
  type TrainingMessage,
} from "langsmith-finetune";
import { describe, expect, it } from "vitest";
import { createConversationIndex } from "../../src/curate/conversations/conversation-index.js";
import { digest } from "../../src/curate/duplicates/fingerprint.js";
import { assistant, collect, system, user } from "./rows.js";

interface Call {
  runId: string;
  thread: string;
  tools: string;
  prompt: TrainingMessage[];
  answer: TrainingMessage;
  startTime?: string;
}

/** What the model was sent, and what it answered: the identity of a target in its conversation. */
const keyOf = ({ thread, tools, prompt, answer }: Omit<Call, "runId">) =>
  JSON.stringify([thread, tools, ...[...prompt, answer].map(({ role, content }) => [role, content])]);

const toolsOf = (name: string): TrainingExample["tools"] =>
  name === "" ? undefined : [{ type: "function", function: { name, parameters: { type: "object" } } }];

/** The row of a call as conversion makes it: only its own answer is learned. */
function rowOf({ runId, thread, tools, prompt, answer, startTime }: Call): TrainingExample {
  const messages = prompt.map((message) =>
    message.role === "assistant" ? { ...message, weight: 0 as const } : message,
  );
  const list = toolsOf(tools);
  return withSource(
    { messages: [...messages, answer], ...(list && { tools: list }) },
    { runId, threadId: thread, ...(startTime !== undefined && { startTime }) },
  );
}

interface Step {
  from: number;
  kind: "start" | "continue" | "branch" | "edit" | "summarise" | "tools";
  text: number;
  thread: number;
  time: number | undefined;
}

const steps = fc.array(
  fc.record<Step>({
    from: fc.nat(),
    kind: fc.constantFrom("start", "continue", "continue", "continue", "branch", "edit", "summarise", "tools"),
    text: fc.nat({ max: 3 }),
    thread: fc.nat({ max: 1 }),
    time: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 24 },
);

/** Trees of conversations: each step goes on from any call before it. Times have nothing to do with the order. */
function callsOf(drawn: readonly Step[]): Call[] {
  const calls: Call[] = [];
  for (const [index, { from, kind, text, thread: at, time }] of drawn.entries()) {
    const before = calls.length === 0 ? undefined : calls[from % calls.length];
    const own = {
      runId: `run-${index}`,
      answer: assistant(`a${text}`),
      ...(time !== undefined && { startTime: new Date(Date.UTC(2026, 0, 1 + time)).toISOString() }),
    };
    if (!before || kind === "start") {
      calls.push({ ...own, thread: `thread-${at}`, tools: "", prompt: [system("s"), user(`q${text}`)] });
      continue;
    }
    const { thread, tools, prompt, answer } = before;
    const goOn = (history: TrainingMessage[], list = tools) =>
      calls.push({ ...own, thread, tools: list, prompt: [...history, user(`q${text}`)] });
    if (kind === "continue") goOn([...prompt, answer]);
    else if (kind === "branch") calls.push({ ...own, thread, tools, prompt });
    else if (kind === "edit") goOn([...prompt, assistant(`edited ${text}`)]);
    else if (kind === "summarise") goOn([system(`summary ${text}`)]);
    else goOn([...prompt, answer], tools === "search" ? "" : "search");
  }
  return calls;
}

/** Every answer that the rows teach, as a call. */
function learnedOf(rows: readonly TrainingExample[]): (Call & { row: number })[] {
  return rows.flatMap((row, number) =>
    targetsOf(row).map(({ message, runId, threadId, startTime }) => ({
      row: number,
      runId: String(runId),
      thread: String(threadId ?? sourceOf(row).threadId),
      tools: row.tools?.[0]?.function.name ?? "",
      prompt: row.messages.slice(0, message),
      answer: row.messages[message] as TrainingMessage,
      ...(startTime !== undefined && { startTime }),
    })),
  );
}

async function join(rows: readonly TrainingExample[], options: JoinConversationsOptions = {}) {
  const skips: Skip[] = [];
  const joined = await collect(joinConversations(rows, { ...options, onSkip: (skip) => void skips.push(skip) }));
  const learned = learnedOf(joined);
  return { joined, learned, skips, keys: learned.map(keyOf).sort() };
}

/** All answers in the history of a call as calls of their own, the nearest first. */
function historyOf({ prompt, ...call }: Call): Call[] {
  return prompt
    .flatMap((message, index) =>
      message.role === "assistant" ? [{ ...call, prompt: prompt.slice(0, index), answer: message }] : [],
    )
    .reverse();
}

const byKey = (calls: readonly Call[]) => new Map(calls.map((call) => [keyOf(call), call]));

/** The fewest rows: a target needs one of its own where no other target goes on from it. */
function fewestRows(targets: ReadonlyMap<string, Call>, reach: (call: Call) => Call[]): number {
  const continued = new Set<string>();
  for (const call of targets.values()) {
    const before = reach(call).find((earlier) => targets.has(keyOf(earlier)));
    if (before) continued.add(keyOf(before));
  }
  return targets.size - continued.size;
}

/** Calls in any order, some of them missing and some there twice. */
const inputs = steps.chain((drawn) => {
  const calls = callsOf(drawn);
  return fc
    .tuple(fc.shuffledSubarray(calls, { minLength: 1 }), fc.subarray(calls, { maxLength: Math.min(3, calls.length) }))
    .map(([some, again]) => withoutUnproven([...some, ...again]))
    .filter((kept) => kept.length > 0);
});

/** Without calls whose words stand in their own prompt where no call gave them: those may be read late, and have tests of their own. */
function withoutUnproven(calls: Call[]): Call[] {
  const given = byKey(calls);
  const kept = calls.filter((call) =>
    historyOf(call).every(
      (earlier) =>
        earlier.answer.content !== call.answer.content || given.has(keyOf({ ...earlier, answer: call.answer })),
    ),
  );
  return kept.length === calls.length ? calls : withoutUnproven(kept);
}

const PROPERTY = { numRuns: 60 };

describe("joinConversations: any tree of calls, in any order, some missing, some twice", () => {
  it("teaches every target once under its prompt and tools, in the fewest rows", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const targets = byKey(calls);
        const { joined, learned, keys, skips } = await join(calls.map(rowOf));
        expect(keys).toEqual([...targets.keys()].sort());
        expect(joined).toHaveLength(fewestRows(targets, historyOf));
        expect(skips.every(({ code }) => code === "duplicate")).toBe(true);
        // The run that is named gave that answer to that prompt.
        const given = new Map(calls.map((call) => [call.runId, keyOf(call)]));
        for (const target of learned) expect(given.get(target.runId)).toBe(keyOf(target));
      }),
      PROPERTY,
    );
  });

  it("gives the same rows for rows that are joined already", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const once = await join(calls.map(rowOf));
        const twice = await join(once.joined);
        expect(twice.joined).toEqual(once.joined);
        expect(twice.skips).toEqual([]);
      }),
      PROPERTY,
    );
  });

  it("gives a trainer of whole completions the fewest rows without another answer in between", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const targets = byKey(calls);
        const { joined, keys } = await join(calls.map(rowOf), { loss: "completion" });
        expect(keys).toEqual([...targets.keys()].sort());
        expect(joined).toHaveLength(fewestRows(targets, (call) => historyOf(call).slice(0, 1)));
        for (const row of joined) {
          const from = targetsOf(row)[0]?.message ?? Infinity;
          const answers = row.messages.slice(from).filter(({ role }) => role === "assistant");
          expect(targetsOf(row)).toHaveLength(answers.length);
        }
      }),
      PROPERTY,
    );
  });

  it("gives a trainer of last answers one row for each target", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const { joined, learned, keys } = await join(calls.map(rowOf), { loss: "last" });
        expect(keys).toEqual([...byKey(calls).keys()].sort());
        expect(joined).toHaveLength(keys.length);
        for (const { row, prompt } of learned) expect(joined[row]?.messages).toHaveLength(prompt.length + 1);
      }),
      PROPERTY,
    );
  });

  it("never gives a trainer of all answers one that is not a target, and names what it must leave out", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const targets = byKey(calls);
        const { joined, keys, skips } = await join(calls.map(rowOf), { loss: "all" });
        for (const row of joined)
          expect(targetsOf(row)).toHaveLength(row.messages.filter(({ role }) => role === "assistant").length);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys.every((key) => targets.has(key))).toBe(true);
        const refused = skips.filter(({ code }) => code === "loss-inexpressible").length;
        expect(keys.length + refused).toBe(targets.size);
        // Each first call of a conversation can be learned, and with it one way through what follows.
        const first = [...targets.values()].filter((call) => historyOf(call).length === 0);
        expect(first.every((call) => keys.includes(keyOf(call)))).toBe(true);
      }),
      PROPERTY,
    );
  });

  it("learns the last of the answers to a prompt with branch: last", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const { learned, keys, skips } = await join(calls.map(rowOf), { branch: "last" });
        const promptOf = (call: Call) => keyOf({ ...call, answer: assistant("") });
        const prompts = learned.map(promptOf);
        expect(new Set(prompts).size).toBe(prompts.length);
        expect(new Set(prompts)).toEqual(new Set(calls.map(promptOf)));
        expect(new Set(keys).size).toBe(keys.length);
        // None of the others began later.
        const newest = new Map(learned.map((call) => [promptOf(call), call]));
        const timesOf = (key: string) =>
          calls.filter((call) => keyOf(call) === key).map((call) => call.startTime ?? "");
        for (const call of calls) {
          const chosen = newest.get(promptOf(call)) as Call;
          expect(timesOf(keyOf(chosen)).some((time) => time >= (call.startTime ?? ""))).toBe(true);
        }
        expect(skips.every(({ code }) => code === "duplicate" || code === "superseded")).toBe(true);
      }),
      PROPERTY,
    );
  });

  it("learns no answer that its own conversation replaces with edited: skip", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (calls) => {
        const targets = byKey(calls);
        const promptOf = (call: Call) => keyOf({ ...call, answer: assistant("") });
        const replaced = new Set(
          calls
            .flatMap(historyOf)
            .filter((call) => !targets.has(keyOf(call)))
            .map(promptOf),
        );
        const expected = [...targets].filter(([, call]) => !replaced.has(promptOf(call))).map(([key]) => key);
        const { keys, skips } = await join(calls.map(rowOf), { edited: "skip" });
        expect(keys).toEqual(expected.sort());
        expect(skips.every(({ code }) => code === "duplicate" || code === "edited")).toBe(true);
      }),
      PROPERTY,
    );
  });

  it("learns nothing of a run that is there with two contents", async () => {
    const contradicting = inputs.chain((calls) =>
      fc.record({ calls: fc.constant(calls), liar: fc.constantFrom(...calls), prompt: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(contradicting, fc.boolean(), async ({ calls, liar, prompt }, first) => {
        const other: Call = prompt
          ? { ...liar, prompt: [...liar.prompt, user("and more")] }
          : { ...liar, answer: assistant("something else") };
        const all = first ? [other, ...calls] : [...calls, other];
        const { keys, skips } = await join(all.map(rowOf));
        const honest = byKey(calls.filter(({ runId }) => runId !== liar.runId));
        expect(keys).toEqual([...honest.keys()].sort());
        const named = skips.filter(({ code }) => code === "contradiction");
        expect(named).toHaveLength(all.filter(({ runId }) => runId === liar.runId).length);
        expect(named.every(({ runId }) => runId === liar.runId)).toBe(true);
      }),
      PROPERTY,
    );
  });
});

describe("a long conversation", () => {
  it("is read a fixed number of times, whatever its length", async () => {
    const readsPerMessage = async (length: number) => {
      let reads = 0;
      const counted = (message: TrainingMessage): TrainingMessage =>
        Object.defineProperty({ ...message }, "role", {
          enumerable: true,
          get: () => {
            reads += 1;
            return message.role;
          },
        });
      const history: TrainingMessage[] = [];
      const rows: TrainingExample[] = [];
      let messages = 0;
      for (let index = 0; index < length; index += 1) {
        history.push(counted(user(`q${index}`)));
        const row = { messages: [...history, counted(assistant(`a${index}`))] };
        rows.push(withSource(row, { runId: `run-${index}`, threadId: "thread" }));
        messages += row.messages.length;
        history.push(counted(assistant(`a${index}`, 0)));
      }
      const joined = await collect(joinConversations(rows));
      expect(joined.map((row) => targetsOf(row).length)).toEqual([length]);
      return reads / messages;
    };
    expect(await readsPerMessage(200)).toBeLessThan(1.2 * (await readsPerMessage(50)));
  });

  it("of 1,000 calls is one row, and takes as long for each answer as one of 250", () => {
    const timeFor = (length: number) => {
      const turns = Array.from({ length }, (_, index) => digest(`turn ${index}`));
      const places = turns.map((_, index) => 2 * index + 1);
      const start = performance.now();
      const index = createConversationIndex({ branch: "all", edited: "learn" });
      for (let call = 0; call < length; call += 1) {
        const known = turns.slice(0, call + 1);
        index.add(
          { row: known[call] as string, prompt: "", turns: known, prompts: known, places },
          { thread: digest("thread"), traces: [], targets: [{ message: 2 * call + 1, run: turns[call], time: 0 }] },
        );
      }
      const joined = index.finish({ loss: "weights", join: true, duplicates: "conversation" });
      expect(joined.count(length - 1)).toBe(length);
      expect(Array.from({ length: length - 1 }, (_, row) => joined.gone(row)?.into)).toEqual(
        new Array(length - 1).fill(length - 1),
      );
      return (performance.now() - start) / (length * length);
    };
    timeFor(250);
    const short = Math.min(timeFor(250), timeFor(250), timeFor(250));
    expect(Math.min(timeFor(1000), timeFor(1000))).toBeLessThan(3 * short);
  });
});

describe("inputs that were read after the answer was added to them", () => {
  const call = (runId: string, minute: number, answer: string, ...prompt: string[]): Call => ({
    runId,
    thread: "t",
    tools: "",
    prompt: [system("s"), ...prompt.map((words, index) => (index % 2 === 0 ? user(words) : assistant(words)))],
    answer: assistant(answer),
    startTime: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  });
  const taught = async (calls: readonly Call[]) => {
    const skips: Skip[] = [];
    const rows = await collect(joinConversations(calls.map(rowOf), { onSkip: (skip) => skips.push(skip) }));
    return {
      learned: rows.flatMap((row) => targetsOf(row).map(({ runId }) => runId)).sort(),
      skipped: skips.map(({ code, runId }) => `${code} ${runId}`).sort(),
    };
  };

  it("are left out where a later run shows that they were those of a later call", async () => {
    const late = [
      call("1", 1, "Hello, it is the office.", "hi", "Hello, it is the office.", "a letter?"),
      call("2", 2, "Two euro.", "hi", "Hello, it is the office.", "a letter?", "Two euro.", "thanks"),
      call("3", 3, "Welcome.", "hi", "Hello, it is the office.", "a letter?", "Two euro.", "thanks"),
    ];
    const expected = { learned: ["3"], skipped: ["answer-in-inputs 1", "answer-in-inputs 2"] };
    expect(await taught(late)).toEqual(expected);
    expect(await taught(late.toReversed())).toEqual(expected);
  });

  it("are told from a model that says the same again", async () => {
    const again = [
      call("1", 1, "The number?", "hi"),
      call("2", 2, "The number?", "hi", "The number?", "hm"),
      call("3", 3, "Thanks.", "hi", "The number?", "hm", "The number?", "7"),
    ];
    const learned = { learned: ["1", "2", "3"], skipped: [] };
    expect(await taught(again)).toEqual(learned);
    // Also where the first run is missing, and in examples that no run gave.
    expect(await taught(again.slice(1))).toEqual({ ...learned, learned: ["2", "3"] });
    const examples = ["good", "positive", "bad", "negative"];
    const labels = [
      call("1", 1, "positive", ...examples, "great"),
      call("2", 2, "negative", ...examples, "awful"),
      call("3", 3, "positive", ...examples, "awful", "negative", "nice"),
    ];
    expect(await taught(labels)).toEqual(learned);
  });
});
