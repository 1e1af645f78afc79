import { createServiceApp, type SandboxFrame, type ServiceApp } from "../server.js";

/** Options of the LangSmith stand-in. */
export interface LangSmithSandboxOptions {
  /** The key that requests must carry in `x-api-key`. @default "sandbox-langsmith-key" */
  apiKey?: string;
}

/** The running LangSmith stand-in. */
export interface LangSmithSandbox {
  readonly url: string;
  readonly apiKey: string;
}

export interface LangSmithService {
  app: ServiceApp;
  at(origin: string): LangSmithSandbox;
}

/** Makes the LangSmith stand-in on the sandbox's frame. */
export async function createLangSmithService(
  frame: SandboxFrame,
  { apiKey = "sandbox-langsmith-key" }: LangSmithSandboxOptions = {},
): Promise<LangSmithService> {
  const app = await createServiceApp("langsmith", frame, (_status, message) => ({ detail: message }));
  app.get("/info", (context) => context.json({ version: "0.16.20", instance_flags: {} }));
  return { app, at: (origin) => ({ url: origin, apiKey }) };
}
