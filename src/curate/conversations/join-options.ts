import { word } from "../../internal/kinds.js";
import { checkFields, type OptionKinds } from "../../internal/options.js";
import type { ConversationPolicy } from "./conversation-index.js";

/** What is learned of a conversation that somebody went back in. */
export interface JoinSettings {
  /**
   * Where calls got different answers to exactly the same prompt and tools (an answer was made again, say): learn
   * `"all"` of them, each in a row of its own from there on, or the `"last"` by its start time.
   * @default "all"
   */
  branch?: "all" | "last";
  /**
   * Where the later calls of a conversation have another answer in the place of one that a run gave (a person edited
   * it): `"learn"` what the run gave, or `"skip"` it. The edited text was given by no run and is never learned.
   * @default "learn"
   */
  edited?: "learn" | "skip";
}

export const joinKinds: OptionKinds<JoinSettings> = { branch: word("all", "last"), edited: word("learn", "skip") };

/** The settings with their defaults. */
export function joinPolicy({ branch = "all", edited = "learn" }: JoinSettings): ConversationPolicy {
  return { branch, edited };
}

/** The settings of an option of that name, checked, with their defaults. */
export function joinPolicyOf(option: boolean | JoinSettings, name: string): ConversationPolicy {
  const settings = typeof option === "object" ? option : {};
  checkFields(settings, joinKinds, { prefix: `${name}.` });
  return joinPolicy(settings);
}
