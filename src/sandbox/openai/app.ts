import { createServiceApp, type SandboxFrame, type ServiceApp } from "../server.js";

/** Options of the OpenAI stand-in. */
export interface OpenAISandboxOptions {
  /** The key that requests must carry. @default "sandbox-openai-key" */
  apiKey?: string;
}

/** The running OpenAI stand-in. */
export interface OpenAISandbox {
  /** The base URL for clients; ends in `/v1`. */
  readonly url: string;
  readonly apiKey: string;
}

export interface OpenAIService {
  app: ServiceApp;
  /** What the user gets, once the address is known. `origin` has no slash at its end. */
  at(origin: string): OpenAISandbox;
}

/** Makes the OpenAI stand-in on the sandbox's frame. */
export async function createOpenAIService(
  frame: SandboxFrame,
  { apiKey = "sandbox-openai-key" }: OpenAISandboxOptions = {},
): Promise<OpenAIService> {
  const app = await createServiceApp("openai", frame, (_status, message) => ({
    error: { message, type: "invalid_request_error", param: null, code: null },
  }));
  return { app, at: (origin) => ({ url: `${origin}/v1`, apiKey }) };
}
