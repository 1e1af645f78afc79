import type { AssistantTrainingMessage, TrainingMessage } from "../../types.js";

/** The parts of a run that shapes look at: every one is an object, empty where the run has none. */
export interface RunParts {
  /** The name of the run; empty where it has none. */
  name: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** `extra.invocation_params` */
  params: Record<string, unknown>;
  /** `extra.options` */
  options: Record<string, unknown>;
  /** `extra.metadata` */
  metadata: Record<string, unknown>;
}

/** What a shape finds in a run: a conversation in OpenAI's form. */
export interface Conversation {
  /** What the model was sent. */
  prompt: TrainingMessage[];
  /** What it answered; the last is the assistant's. */
  answer: TrainingMessage[];
  /** Further answers of the same call (`n` > 1). */
  alternatives?: AssistantTrainingMessage[];
  /** As the provider said. */
  finishReason?: string;
  /** The answer was put together from a stream that has no end. */
  isPartial?: boolean;
  /** The shape may have glued parallel calls together: see `glued-tool-calls.ts`. */
  mayGlueToolCalls?: boolean;
  /** The shape may have repeated the ids and names of calls: see `repeated-fields.ts`. */
  mayRepeatFields?: boolean;
  /** Legacy functions are in truth tools: the trace only names them so. */
  functionsAreTools?: boolean;
  /** The request as it was sent, where the run has it beside its inputs: the tools and functions are taken from it. */
  request?: Record<string, unknown>;
  /** The tools were sent as strict ones by an option that stands elsewhere. */
  strictTools?: boolean;
}

/** One way in which a tracer writes LLM runs. To add one, write a file and put it in the list of `index.ts`. */
export interface RunShape {
  name: string;
  /** The conversation of a run of this shape; undefined if it is of another. Throws `Unreadable` for one that cannot be used. */
  read(run: RunParts): Conversation | undefined;
}
