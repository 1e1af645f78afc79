import type { TrainingExample, TrainingMessage } from "../types.js";

/** The row with legacy functions, calls and results in the form of tools. A result answers the last call of its name that has none. */
export function functionsToTools(example: TrainingExample): TrainingExample {
  const { functions, messages, ...rest } = example;
  if (
    !functions &&
    !messages.some((message) => message.role === "function" || (message.role === "assistant" && message.function_call))
  )
    return example;
  const open: { name: string; id: string }[] = [];
  const taken = new Set(
    messages.flatMap((message) => (message.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [])),
  );
  let count = 0;
  const nextId = () => {
    do count++;
    while (taken.has(`call_${count}`));
    return `call_${count}`;
  };
  const converted = messages.map((message): TrainingMessage => {
    if (message.role === "assistant" && message.function_call) {
      const { function_call: call, ...others } = message;
      const id = nextId();
      open.push({ name: call.name, id });
      return { ...others, tool_calls: [...(others.tool_calls ?? []), { id, type: "function", function: call }] };
    }
    if (message.role !== "function") return message;
    const index = open.findLastIndex(({ name }) => name === message.name);
    const [answered] = index < 0 ? [] : open.splice(index, 1);
    return answered ? { role: "tool", content: message.content ?? "", tool_call_id: answered.id } : message;
  });
  const tools = [
    ...(rest.tools ?? []),
    ...(functions ?? []).map((definition) => ({ type: "function" as const, function: definition })),
  ];
  return { ...rest, messages: converted, ...(tools.length > 0 && { tools }) };
}
