import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";

/** A chat model that answers by a function, without tools and without structured output. */
export class ScriptedModel extends BaseChatModel {
  readonly prompts: string[] = [];
  readonly model: string;
  private readonly reply: (messages: BaseMessage[], call: number) => string | AIMessage | Promise<string | AIMessage>;

  constructor(
    reply: (messages: BaseMessage[], call: number) => string | AIMessage | Promise<string | AIMessage>,
    model = "scripted",
  ) {
    super({});
    this.reply = reply;
    this.model = model;
  }

  override _llmType(): string {
    return "scripted";
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.prompts.push(messages.map(({ text }) => text).join("\n"));
    const reply = await this.reply(messages, this.prompts.length);
    const message = typeof reply === "string" ? new AIMessage(reply) : reply;
    return { generations: [{ text: message.text, message }] };
  }
}

export const voted = (vote: "keep" | "drop", reason = "because", score = vote === "keep" ? 0.9 : 0.1): string =>
  JSON.stringify({ reason, vote, score });

/** A model that reads the data between the marks of our prompt, and votes by a rule of its own. */
export const judgeByRule = (keep: (answer: string) => boolean, model?: string): ScriptedModel =>
  new ScriptedModel((messages) => {
    const { conversation, place } = readPrompt(messages);
    return voted(
      keep(conversation.messages[place ?? -1]?.content ?? conversation.messages.at(-1)?.content ?? "")
        ? "keep"
        : "drop",
    );
  }, model);

/** What a judge that follows our prompt reads: the rubric, and the data between the only two marks. */
export function readPrompt(messages: BaseMessage[]) {
  const [system, user] = messages.map(({ text }) => text);
  const parts = (user ?? "").split(/<\/?conversation>/);
  if (parts.length !== 3) throw new Error(`The data has ${parts.length - 1} marks.`);
  const place = /^Judge the answer in message (\d+)\./.exec(parts[0] ?? "")?.[1];
  return {
    rubric: /<rubric>\n([\s\S]*)\n<\/rubric>/.exec(system ?? "")?.[1],
    conversation: JSON.parse(parts[1] ?? "") as { messages: { role: string; content: string }[] },
    ...(place !== undefined && { place: Number(place) }),
  };
}
