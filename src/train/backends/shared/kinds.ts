import type { ChatTemplate, ChatTemplateSource } from "../../../templates/chat-template.js";
import { isRecord } from "../../../internal/is-record.js";
import { callback, either, kind, text } from "../../../internal/kinds.js";
import type { FineTunedModel } from "../../backend.js";
import type { Kind } from "../../../internal/options.js";

/** The kind of a key: the key, or a function that gets it. */
export const keyKind: Kind<string | (() => unknown)> = either(text, callback);

/** An object whose fields are the provider's own. */
export const fieldsKind: Kind<object> = kind("an object", isRecord);

/** The kind of a chat template: a path, its text, or one that was read. */
export const templateKind: Kind<ChatTemplateSource> = either(
  text,
  kind<URL | ChatTemplate>("a URL or a chat template", (value) => typeof value === "object" && value !== null),
);

/** The kind of a model that `fineTune` has given. */
export const tunedKind: Kind<FineTunedModel> = kind(
  "a tuned model, as fineTune gives it",
  (value) =>
    isRecord(value) && [value.backend, value.model, value.job, value.baseModel].every((one) => typeof one === "string"),
);
