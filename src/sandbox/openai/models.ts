import type { JsonValue } from "../../types.js";
import { baseModel } from "./base-model.js";
import type { Model } from "./chat-types.js";

/** The dated name that OpenAI's API answers with for each of its own. Only these can be tuned. */
const TUNABLE: Readonly<Record<string, string>> = {
  "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
  "gpt-4o": "gpt-4o-2024-08-06",
  "gpt-4.1": "gpt-4.1-2025-04-14",
  "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
  "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
  "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
};
const CHAT_ONLY = ["gpt-5", "gpt-5-mini", "gpt-5-nano"];
const OWNER = "langsmith-finetune sandbox (a stand-in, no real model)";

interface KnownModel {
  id: string;
  model: Model;
  created: number;
  tunable: boolean;
}

/** The models of the stand-in, by name. */
export interface ModelRegistry {
  /** The full name and the model itself, by a full or short name. */
  find(name: string): KnownModel | undefined;
  add(id: string, model: Model, created: number): void;
  remove(id: string): boolean;
  list(): JsonValue[];
  describe(name: string): JsonValue | undefined;
}

/** OpenAI's names, `others` as they are, and what is tuned later. */
export function createModelRegistry(others: readonly string[]): ModelRegistry {
  const known = new Map<string, KnownModel>();
  const add = (id: string, model: Model, created: number, tunable: boolean) =>
    known.set(id, { id, model, created, tunable });
  for (const id of [...Object.values(TUNABLE), ...others]) add(id, baseModel, 1_700_000_000, true);
  for (const id of CHAT_ONLY) add(id, baseModel, 1_700_000_000, false);

  const find = (name: string) => known.get(name) ?? known.get(TUNABLE[name] ?? "");
  const describe = ({ id, created }: KnownModel) => ({ id, object: "model", created, owned_by: OWNER });
  return {
    find,
    add: (id, model, created) => void add(id, model, created, true),
    remove: (id) => known.delete(id),
    list: () => [...known.values()].map(describe),
    describe: (name) => {
      const found = find(name);
      return found && describe(found);
    },
  };
}
