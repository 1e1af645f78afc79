import type { BaseMessage } from "@langchain/core/messages";
import type { ChatSession, TrainingMessage } from "../types.js";
import { messageFromOpenAI } from "../messages/openai-message.js";

const READ = Symbol("read");
const MADE = Symbol("made");

interface LoadedSession extends ChatSession {
  [READ]?: readonly TrainingMessage[];
  [MADE]?: BaseMessage[];
}

// An own, enumerable property, so that `{ ...session }` has the messages; one descriptor for all
// sessions, which costs far less than a getter of their own.
const messages: PropertyDescriptor & ThisType<LoadedSession> = {
  get() {
    return (this[MADE] ??= (this[READ] ?? []).map(messageFromOpenAI));
  },
  set(replaced: BaseMessage[]) {
    this[MADE] = replaced;
  },
  enumerable: true,
  configurable: true,
};

/**
 * A session whose LangChain messages are made when you read them. Most sessions go from
 * the loader straight to the converter, and making the messages costs as much as reading the run.
 */
export function loadedSession(read: readonly TrainingMessage[], rest: Omit<ChatSession, "messages">): ChatSession {
  const session: Omit<LoadedSession, "messages"> = rest;
  Object.defineProperty(session, "messages", messages);
  session[READ] = read;
  session[MADE] = undefined;
  return session as ChatSession;
}

/** What the loader read, where nobody has looked at the session's messages and could have changed them. */
export function untouchedMessages(session: ChatSession): readonly TrainingMessage[] | undefined {
  const loaded = session as LoadedSession;
  return loaded[MADE] === undefined ? loaded[READ] : undefined;
}
