const WORDS =
  "order refund shipping account password invoice delay package tracking number please help customer thanks address change cancel subscription payment failed card error screen login agent".split(
    " ",
  );

const TOOLS = ["lookup_order", "refund_payment"].map((name) => ({
  type: "function",
  function: {
    name,
    description: "Does what it says.",
    parameters: {
      type: "object",
      properties: { id: { type: "string" }, amount: { type: "number" } },
      required: ["id"],
    },
  },
}));

/**
 * Rows of about 1.4 kB with their sources: a third with tool calls, one of twenty twice, three to a thread.
 * Plain JavaScript, so that a process whose memory is measured needs no loader for TypeScript.
 */
export function* benchRows(count, withSource) {
  let state = 7;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const words = (length) => Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  let last;
  for (let index = 0; index < count; index += 1) {
    const source = {
      runId: `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
      threadId: `thread-${Math.floor(index / 3)}`,
      model: "gpt-4.1",
      startTime: "2026-11-01T00:00:00Z",
    };
    if (last && random() < 0.05) {
      yield withSource({ ...last }, source);
      continue;
    }
    const messages = [
      {
        role: "system",
        content: "You are a support agent. Answer in one paragraph, and look things up before you promise anything.",
      },
      { role: "user", content: `${index} ${words(60)}` },
    ];
    const calling = random() < 0.35;
    if (calling) {
      messages.push(
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: `call_${index}`,
              type: "function",
              function: { name: "lookup_order", arguments: `{"id":"${index}","amount":12.5}` },
            },
          ],
        },
        { role: "tool", tool_call_id: `call_${index}`, content: '{"status":"shipped"}' },
      );
    }
    messages.push({ role: "assistant", content: words(70) });
    last = withSource({ messages, ...(calling && { tools: TOOLS }) }, source);
    yield last;
  }
}
