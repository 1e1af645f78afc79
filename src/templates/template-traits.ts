import { TemplateError } from "../errors.js";
import type { ChatTemplate } from "./chat-template.js";
import { type MessageForms, USUAL_FORMS } from "./template-messages.js";

const known = new WeakMap<ChatTemplate, MessageForms>();

/** How a template wants arguments and content. Found by rendering a few messages, once for each template. */
export function formsOf(template: ChatTemplate): MessageForms {
  const found = known.get(template) ?? { arguments: argumentsOf(template), content: contentOf(template) };
  known.set(template, found);
  return found;
}

/** Objects, unless they raise and texts do not. */
function argumentsOf(template: ChatTemplate): MessageForms["arguments"] {
  const raises = (given: unknown) => rendered(template, calling(given)) === undefined;
  return raises({ key: "word" }) && !raises('{"key": "word"}') ? "text" : USUAL_FORMS.arguments;
}

const calling = (given: unknown) => [
  { role: "user", content: "u" },
  {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "call00001", type: "function", function: { name: "f", arguments: given } }],
  },
];

/** Parts, where two of them are written as their text, as one text would be. */
function contentOf(template: ChatTemplate): MessageForms["content"] {
  const asked = (content: unknown) => [
    { role: "user", content },
    { role: "assistant", content: "a" },
  ];
  const parts = ["first", "second"].map((text) => ({ type: "text", text: `${text}PartOfTheProbe` }));
  const text = rendered(template, asked(parts));
  if (text === undefined) return "text";
  const written = parts.every((part) => text.includes(part.text)) && !/['"]text['"]\s*:/.test(text);
  return written ? "parts" : "text";
}

function rendered(template: ChatTemplate, messages: readonly object[]): string | undefined {
  try {
    return template.compiled(false).render({
      ...template.specialTokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: false,
    }).text;
  } catch (error) {
    if (TemplateError.isInstance(error)) return undefined;
    throw error;
  }
}
