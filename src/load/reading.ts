/** What is known of a message from its place in the run. */
export interface Reading {
  /** It is what the model said, and not a part of what it was sent. */
  isAnswer?: boolean;
  /** It was sent to OpenAI's Responses API. */
  isResponses?: boolean;
  /** It was sent by a client that leaves out the text beside a call. */
  isCallAlone?: boolean;
}

/** Where a LangChain message comes from. */
export interface Origin extends Reading {
  /** LangChain Python wrote it, or it is in the form that both languages store. */
  isPython: boolean;
}
