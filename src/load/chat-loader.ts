import { passChunks } from "../internal/step.js";
import type { ChatSession } from "../types.js";

/** Chat sessions in the form of LangChain's loaders. It can be iterated itself, as often as its sessions can. */
export abstract class ChatLoader implements AsyncIterable<ChatSession> {
  private readonly sessions: AsyncIterable<ChatSession>;

  protected constructor(sessions: AsyncIterable<ChatSession>) {
    this.sessions = sessions;
    passChunks(this, sessions);
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatSession> {
    return this.sessions[Symbol.asyncIterator]();
  }

  /** The sessions one by one; the source is closed when the generator is. */
  async *lazyLoad(): AsyncGenerator<ChatSession, void, undefined> {
    yield* this.sessions;
  }

  /** All sessions at once, for sets that fit into memory. */
  async load(): Promise<ChatSession[]> {
    const sessions: ChatSession[] = [];
    for await (const session of this.sessions) sessions.push(session);
    return sessions;
  }
}
