/** The API that a message of LangChain was sent to, where its converter is known. */
export type Destination = "completions" | "responses" | "anthropic";

/** What is known of a message from its place in the run. */
export interface Reading {
  /** It is what the model said, and not a part of what it was sent. */
  isAnswer?: boolean;
  sentTo?: Destination;
  /** It was sent by a client that leaves out the text beside a call. */
  isCallAlone?: boolean;
  /** It was sent by a version of the client from before it named itself in the run. */
  isEarly?: boolean;
  /** The API it was sent to has no names of users. */
  isNameless?: boolean;
  /** The client sends the items of earlier responses as they came, whatever became of the message. */
  isStored?: boolean;
}

/** Where a LangChain message comes from. */
export interface Origin extends Reading {
  /** LangChain Python wrote it, or it is in the form that both languages store. */
  isPython: boolean;
}
