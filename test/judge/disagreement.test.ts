import { Client } from "langsmith";
import {
  correctExamples,
  judgeExamples,
  loadChatSessions,
  convertMessagesForFinetuning,
  markDisagreement,
  pairsFromCorrections,
  readFeedback,
  sampleExamples,
  selectAnnotationQueueRuns,
  selectRuns,
  sendToAnnotationQueue,
  sourceOf,
  type Skip,
  type TrainingExample,
} from "langsmith-finetune";
import { startSandbox, type Sandbox } from "langsmith-finetune/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ScriptedModel } from "./scripted-model.js";

const row = (question: string): TrainingExample => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: "recorded" },
  ],
});
async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of rows) found.push(one);
  return found;
}
const byDisagreement = { score: (_: unknown, { disagreement }: { disagreement?: number }) => disagreement ?? 0 };

describe("rows that are answered differently", () => {
  const rows = Array.from({ length: 8 }, (_, index) => row(`${index}`));
  const base = new ScriptedModel((messages) => `It is ${messages.at(-1)?.text}.`, "base");
  const tuned = new ScriptedModel(
    (messages) => (Number(messages.at(-1)?.text) % 4 === 1 ? "other" : `It is  ${messages.at(-1)?.text}.`),
    "tuned",
  );

  it("are marked, and chosen first by their score", async () => {
    const marked = await all(markDisagreement(rows, { models: { base, tuned } }));
    expect(marked.map((one) => sourceOf(one).disagreement)).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
    const chosen = await all(sampleExamples(marked, { size: 2, ...byDisagreement }));
    expect(chosen.map(({ messages }) => messages[0]?.content)).toEqual(["1", "5"]);
    expect(chosen[0]?.messages).toEqual(rows[1]?.messages);
  });

  it("may be samples of one model", async () => {
    const unsure = new ScriptedModel((_, call) => `${call % 3}`, "unsure");
    const [one] = await all(markDisagreement(rows.slice(0, 1), { models: { unsure }, samples: 3 }));
    expect(sourceOf(one as object).disagreement).toBe(1);
    expect(() => markDisagreement(rows, { models: { base } })).toThrow("cannot differ from itself");
  });

  it("are chosen by any score, also below zero, the same in every order of the rows", async () => {
    const score = ({ messages }: TrainingExample) => -Math.abs(Number(messages[0]?.content) - 3.5) * 1e-7;
    const choose = (from: readonly TrainingExample[]) => all(sampleExamples(from, { size: 3, score, seed: 1 }));
    const forwards = await choose(rows);
    expect(forwards.map(({ messages }) => messages[0]?.content)).toEqual(expect.arrayContaining(["3", "4"]));
    const backwards = await choose([...rows].reverse());
    expect(new Set(backwards)).toEqual(new Set(forwards));
  });
});

describe("what judges split on", () => {
  let sandbox: Sandbox;
  let client: Client;
  beforeAll(async () => {
    sandbox = await startSandbox();
    client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey });
  });
  afterAll(() => sandbox.close());

  it("goes to an annotation queue, and comes back as corrections and pairs", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const id = `00000000-0000-4000-8000-00000000000${index}`;
      ids.push(id);
      await client.createRun({
        id,
        name: "ChatOpenAI",
        run_type: "llm",
        project_name: "bot",
        start_time: Date.now(),
        end_time: Date.now() + 1,
        inputs: { messages: [{ role: "user", content: `question ${index}` }] },
        outputs: { choices: [{ message: { role: "assistant", content: `answer ${index}` }, finish_reason: "stop" }] },
        extra: { metadata: { ls_provider: "openai", ls_model_name: "gpt-4o-mini" } },
      });
    }
    await client.awaitPendingTraceBatches();
    const rowsOf = (runs: AsyncIterable<never>) => convertMessagesForFinetuning(loadChatSessions(runs));
    const rows = await all(rowsOf(selectRuns({ projectName: "bot", since: "2020-01-01" }, { client }) as never));
    expect(rows).toHaveLength(6);

    const odd = ({ outputs }: { outputs: { content?: unknown } }) => Number(String(outputs.content).at(-1)) % 2 === 1;
    const marked = judgeExamples(rows, { judges: { odd, all: () => true }, action: "mark" });
    const split = await all(sampleExamples(marked, { size: 3, ...byDisagreement }));
    const skips: Skip[] = [];
    const options = {
      queueName: "judges differ",
      instructions: "Say what is right.",
      client,
      onSkip: (skip: Skip) => void skips.push(skip),
    };
    const { queueId, sent } = await sendToAnnotationQueue([...split, row("of no run")], options);
    expect([sent, skips]).toEqual([3, [expect.objectContaining({ code: "no-run", line: 4 })]]);
    // Again, with one more: what is there is not sent twice.
    const more = await sendToAnnotationQueue(rows.slice(0, 1).concat(split), options);
    expect(more.queueId).toBe(queueId);
    expect(more.known + more.sent).toBe(new Set([...split, rows[0]].map((one) => sourceOf(one as object).runId)).size);

    // Somebody looks at them: one is corrected, all are done.
    const corrected = sourceOf(split[0] as object).runId as string;
    await client.createFeedback(corrected, "correction", { correction: { content: "the right answer" }, score: 0 });
    const queued = await all(rowsOf(selectAnnotationQueueRuns({ queueId }, { client }) as never));
    expect(queued.map((one) => sourceOf(one).runId)).toEqual(
      expect.arrayContaining(split.map((one) => sourceOf(one).runId)),
    );
    const corrections = {
      corrections: (runIds: readonly string[]) => readFeedback(runIds, { client }),
      onSkip: () => {},
    };
    const pairs = await all(pairsFromCorrections(queued, corrections));
    expect(pairs.map(({ preferred_output: [answer] }) => answer.content)).toEqual(["the right answer"]);
    const right = await all(correctExamples(queued, corrections));
    expect(right.find((one) => sourceOf(one).runId === corrected)?.messages.at(-1)?.content).toBe("the right answer");
  });

  it("needs a queue that is there where none may be made", async () => {
    const sending = sendToAnnotationQueue([], { queueName: "nowhere", create: false, client });
    await expect(sending).rejects.toThrow('no annotation queue named "nowhere"');
    await expect(sendToAnnotationQueue([], { client })).rejects.toThrow("either queueName or queueId");
  });
});
