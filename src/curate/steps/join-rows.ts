import { switchable } from "../../internal/kinds.js";
import { createConversationIndex, type JoinRules, type TargetCode } from "../conversations/conversation-index.js";
import { joinPolicyOf, type JoinSettings } from "../conversations/join-options.js";
import type { DatasetStepDefinition } from "../dataset-step.js";

/** Options of the step. */
export interface JoinStepOptions {
  /**
   * Write the calls of a conversation as one row where they continue each other: see `joinConversations`. How far rows
   * can be joined depends on the `loss` of the rules.
   * @default true
   */
  join?: boolean | JoinSettings;
}

/** Joins the calls of conversations, and finds targets that would be learned twice. */
export const joinStep: DatasetStepDefinition<JoinStepOptions> = {
  name: "join",
  options: { join: switchable },
  plan({ join: option = true }, { rules, exactDuplicates: exact }) {
    const policy = joinPolicyOf(option, "join");
    const join = option !== false;
    if (!join && !exact) return undefined;
    return {
      needs: { fingerprint: true, joining: true },
      start({ groups, groupOf }, division) {
        const index = createConversationIndex(policy);
        return {
          add({ fingerprint, joining }) {
            if (fingerprint && joining) index.add(fingerprint, joining);
          },
          finish() {
            // With a split, of what is taught twice that stays whose thread comes first by its hash, so that the order
            // of the input does not decide on which side it is.
            const inOrder =
              division && ((left: number, right: number) => groups.compare(groupOf.at(left), groupOf.at(right)));
            const joinRules: JoinRules = { loss: rules.loss, join, duplicates: exact ? "anywhere" : "conversation" };
            const joined = index.finish(joinRules, inOrder);
            const gone = (row: number) => joined.gone(row) !== undefined;
            return {
              goes: gone,
              // What is left out is reported target by target.
              reason: () => ({ code: "joined", message: "The targets of the row are in another." }),
              joined: {
                ...joined,
                stepOf: (code) => STEPS[code],
                ...(join &&
                  rules.loss === "last" && { asOne: index.finish({ ...joinRules, loss: "weights" }, inOrder) }),
              },
            };
          },
        };
      },
    };
  },
};

const STEPS: Record<TargetCode, string> = {
  duplicate: "deduplicate",
  contradiction: "join",
  "answer-in-inputs": "join",
  superseded: "join",
  edited: "join",
  "loss-inexpressible": "validate",
};
