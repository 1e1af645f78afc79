import { describe, expect, it } from "vitest";
import { convertRuns } from "./fixtures.js";

const call = { id: "call_Xk29fQa1", type: "function", function: { name: "price", arguments: '{"kg":3}' } };
const user = { role: "user", content: "What does it cost?" };
const run = (messages: object[], message: object, metadata: object = {}) => ({
  id: "1",
  run_type: "llm",
  status: "success",
  inputs: { model: "gpt-4o", messages },
  outputs: { choices: [{ message, finish_reason: "stop" }] },
  extra: { metadata },
});

describe("a run that shows its own answer in its inputs", () => {
  it("is cut back to what was sent where the ids of calls prove it", async () => {
    const answer = { role: "assistant", content: null, tool_calls: [call] };
    const later = [
      answer,
      { role: "tool", tool_call_id: call.id, content: "6" },
      { role: "assistant", content: "Six." },
    ];
    const { rows } = await convertRuns([run([user, ...later], answer)]);
    expect(rows.map(({ messages }) => messages.map(({ role }) => role))).toEqual([["user", "assistant"]]);
  });

  it.each(["call_1", "price", "call_price"])("is kept where the id %s may come twice", async (id) => {
    const answer = { role: "assistant", content: null, tool_calls: [{ ...call, id }] };
    const prompt = [
      user,
      answer,
      { role: "tool", tool_call_id: id, content: "6" },
      { role: "user", content: "Again?" },
    ];
    const { rows } = await convertRuns([run(prompt, answer)]);
    expect(rows.map(({ messages }) => messages.length)).toEqual([prompt.length + 1]);
  });

  it("is left out where nothing proves it", async () => {
    const answer = { role: "assistant", content: "Six." };
    const { rows, skips } = await convertRuns([run([user, answer], answer)]);
    expect(rows).toEqual([]);
    expect(skips).toMatchObject([{ code: "answer-in-inputs" }]);
  });
});

it.each([{ lc_source: "summarization" }, { ls_agent_type: "middleware" }, { ls_agent_type: "compaction" }])(
  "leaves out a helper's call: %o",
  async (metadata) => {
    const { skips } = await convertRuns([run([user], { role: "assistant", content: "Six." }, metadata)]);
    expect(skips).toMatchObject([{ code: "excluded" }]);
  },
);
