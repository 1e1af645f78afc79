import type { ChatTemplate } from "./chat-template.js";
import type { Rendering, RenderOptions } from "./jinja/compile.js";
import { normaliseMessages, type TransformersVersion } from "./normalise.js";

/** What all renderings of one row share. */
export interface RenderSettings extends RenderOptions {
  transformers?: TransformersVersion;
  variables?: Readonly<Record<string, unknown>>;
}

/** Renders messages that are in the template's own form. */
export function renderMessages(
  template: ChatTemplate,
  messages: readonly object[],
  tools: readonly unknown[] | undefined,
  { transformers = 5, variables = {}, now, limits }: RenderSettings,
  prompt = false,
): Rendering {
  return template.compiled(tools !== undefined).render(
    {
      ...template.specialTokens,
      ...variables,
      messages: normaliseMessages(messages, transformers),
      tools: tools ?? null,
      documents: null,
      add_generation_prompt: prompt,
    },
    { ...(now && { now }), ...(limits && { limits }) },
  );
}
