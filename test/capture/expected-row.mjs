// The row that an exchange on the wire must give: what was sent and what came back, in OpenAI's
// chat form. Written apart from the package, as a second opinion: it shares no code with it.
import { protocols } from "./provider-protocols.mjs";

const text = (parts) => (parts.every((part) => part.type === "text") ? parts.map((part) => part.text).join("") : parts);

export function expectedRow({ protocol, request, response }) {
  const row = ({ chat, responses, messages }[protocol] ?? protocols.find(({ name }) => name === protocol).row)(
    request,
    response,
  );
  for (const tool of row.tools ?? []) delete tool.function.parameters?.$schema;
  if (row.tools?.length === 0) delete row.tools;
  return row;
}

const bare = (part) => (part.type === "text" ? { type: "text", text: part.text } : part);

function chat(request, response) {
  const sent = ({ role, content, name, tool_calls, tool_call_id, function_call, refusal }) => ({
    role,
    content: Array.isArray(content)
      ? text(content.map(bare))
      : content === "" && (tool_calls || function_call)
        ? null
        : (content ?? null),
    ...(name && role !== "assistant" && role !== "tool" && { name }),
    ...(refusal && { refusal }),
    ...(tool_calls?.length > 0 && {
      tool_calls: tool_calls.map(({ id, type, function: { name: called, arguments: written } }) => ({
        id,
        type,
        function: { name: called, arguments: written },
      })),
    }),
    ...(tool_call_id && { tool_call_id }),
    ...(function_call && { function_call }),
  });
  return {
    messages: [...request.messages, response.choices[0].message].map(sent),
    ...(request.tools && {
      tools: request.tools
        .map(({ function: definition, ...bare }) => definition ?? bare)
        .map(({ name, description, parameters, strict }) => ({
          type: "function",
          function: {
            name,
            ...(description && { description }),
            ...(parameters && { parameters }),
            ...(strict && { strict }),
          },
        })),
    }),
    ...(request.functions?.length > 0 && { functions: request.functions }),
  };
}

function responses(request, response) {
  const messages = request.instructions ? [{ role: "system", content: request.instructions }] : [];
  let turn;
  const add = (item, isAnswer) => {
    if (item.type === "function_call") {
      if (!turn) messages.push((turn = { role: "assistant", content: null }));
      (turn.tool_calls ??= []).push({
        id: item.call_id,
        type: "function",
        function: { name: item.name, arguments: item.arguments },
      });
    } else if (item.type === "function_call_output") {
      turn = undefined;
      messages.push({
        role: "tool",
        tool_call_id: item.call_id,
        content: Array.isArray(item.output) ? text(item.output.map(part)) : item.output,
      });
    } else if (item.role && (item.type ?? "message") === "message") {
      const content = Array.isArray(item.content) ? text(item.content.map(part)) : item.content;
      if (item.role !== "assistant") turn = undefined;
      if (item.role === "assistant" && isAnswer && turn) turn.content = (turn.content ?? "") + content;
      else messages.push({ role: item.role, content });
      if (item.role === "assistant") turn = messages.at(-1);
    }
  };
  const part = (value) =>
    value.type === "input_image"
      ? { type: "image_url", image_url: { url: value.image_url, ...(value.detail && { detail: value.detail }) } }
      : { type: "text", text: value.text };
  for (const item of typeof request.input === "string" ? [{ role: "user", content: request.input }] : request.input)
    add(item, false);
  turn = undefined;
  for (const item of response.output) add(item, true);
  const tools = (request.tools ?? []).filter((tool) => tool.type === "function");
  return {
    messages,
    tools: tools.map(({ name, description, parameters, strict }) => ({
      type: "function",
      function: { name, ...(description && { description }), parameters, ...(strict && { strict }) },
    })),
  };
}

function messages(request, response) {
  const rows = [];
  const system = Array.isArray(request.system) ? request.system.map((block) => block.text).join("\n") : request.system;
  if (system) rows.push({ role: "system", content: system });
  for (const { role, content } of [...request.messages, response]) {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    for (const block of blocks) {
      if (block.type === "tool_result")
        rows.push({
          role: "tool",
          tool_call_id: block.tool_use_id,
          content: typeof block.content === "string" ? block.content : text((block.content ?? []).map(anthropicPart)),
        });
    }
    const parts = blocks.filter(({ type }) => type === "text" || type === "image").map(anthropicPart);
    const calls = blocks
      .filter((block) => block.type === "tool_use")
      .map(({ id, name, input }) => ({ id, type: "function", function: { name, arguments: JSON.stringify(input) } }));
    if (parts.length === 0 && calls.length === 0) continue;
    rows.push({
      role,
      content: parts.length === 0 ? null : text(parts),
      ...(calls.length > 0 && { tool_calls: calls }),
    });
  }
  const tools = (request.tools ?? []).filter((tool) => tool.input_schema);
  return {
    messages: rows,
    tools: tools.map(({ name, description, input_schema: parameters, strict }) => ({
      type: "function",
      function: { name, ...(description && { description }), parameters, ...(strict && { strict }) },
    })),
  };
}

function anthropicPart({ type, text: value, source }) {
  if (type === "text") return { type, text: value };
  return {
    type: "image_url",
    image_url: { url: source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}` },
  };
}
