import { ChatOpenAI } from "@langchain/openai";
import { startFakeServer, type FakeServer } from "langsmith-finetune/testing";

/** The body of a chat completion request, as far as judges look at it. */
export interface ChatBody {
  model: string;
  messages: { role: string; content: string }[];
  tools?: unknown[];
  tool_choice?: unknown;
  response_format?: unknown;
}

/** A chat host whose answers a function gives: a text, or a whole message. */
export async function startJudgeServer(
  reply: (body: ChatBody) => string | Record<string, unknown>,
): Promise<FakeServer & { bodies: ChatBody[] }> {
  const bodies: ChatBody[] = [];
  const server = await startFakeServer({
    async fetch(request) {
      const body = (await request.json()) as ChatBody;
      bodies.push(body);
      const replied = reply(body);
      const message = typeof replied === "string" ? { content: replied } : replied;
      return Response.json({
        id: `chatcmpl-${bodies.length}`,
        object: "chat.completion",
        created: 0,
        model: body.model,
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: null, refusal: null, ...message },
            finish_reason: "tool_calls" in message ? "tool_calls" : "stop",
          },
        ],
        usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      });
    },
  });
  return Object.assign(server, { bodies });
}

/** The real client, pointed at a host of the loopback interface. */
export const clientOf = (url: string, model = "gpt-4o-mini") =>
  new ChatOpenAI({ model, apiKey: "sk-test", configuration: { baseURL: `${url}/v1` }, maxRetries: 0 });
