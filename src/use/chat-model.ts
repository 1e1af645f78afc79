import { anything, callback, either, record, text } from "../internal/kinds.js";
import { checkOptions } from "../internal/options.js";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { InvalidOptionError, MissingApiKeyError } from "../errors.js";
import { objectOf } from "../internal/is-record.js";
import { loadPackage } from "../internal/load-package.js";
import type { FineTunedModel, InferenceTarget } from "../train/backend.js";
import { parseTunedModel } from "./parse-tuned-model.js";

/** Options of {@link chatModel}. */
export interface ChatModelOptions {
  /** The key, or a function that gets a token where the class takes one. Default: the environment variable that the tuned model names. */
  apiKey?: string | (() => Promise<string>);
  /** More fields for the constructor (`temperature`, `maxTokens`, …); they win over the tuned model's. */
  fields?: Record<string, unknown>;
  /** For the models of `@langchain/openai`. @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
}

/** A chat model that takes tools: in LangChain's base class `bindTools` is optional, in its chat models it is there. */
export type TunedChatModel = BaseChatModel & Required<Pick<BaseChatModel, "bindTools">>;

const OPENAI_PACKAGE = "@langchain/openai";

/**
 * Imports the package that a tuned model names. `parseTunedModel` has made sure that it is one of LangChain's scope.
 * The one that most backends need stands as a literal, for bundlers; any other is looked for when the program runs.
 * A template literal here would make them read the whole folder `@langchain`.
 */
function importModels(name: string): Promise<unknown> {
  if (name === OPENAI_PACKAGE) return importOpenAI();
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
}

const importOpenAI = () => import("@langchain/openai");

/**
 * The LangChain chat model of a fine-tuned model, fresh from `fineTune` or read back from JSON: the
 * right class, name and address for its backend. Binds tools, streams and pipes like any other.
 *
 * The JSON says where your key is sent, so read it only from where you would read configuration.
 *
 * @throws `InvalidOptionError` if this is not a tuned model, or must be deployed first.
 * @throws `MissingPackageError` if the LangChain package is not installed, with the install line.
 * @throws `MissingApiKeyError` if there is no key.
 *
 * @example
 * ```ts
 * import { ChatPromptTemplate } from "@langchain/core/prompts";
 * import { chatModel, type FineTunedModel } from "langsmith-finetune";
 *
 * declare const tuned: FineTunedModel;
 *
 * const prompt = ChatPromptTemplate.fromTemplate("{question}");
 * const chain = prompt.pipe(await chatModel(tuned, { fields: { temperature: 0 } }));
 * const answer = await chain.invoke({ question: "What is 6 times 7?" });
 * ```
 */
export async function chatModel(tuned: FineTunedModel, options: ChatModelOptions = {}): Promise<TunedChatModel> {
  checkOptions<ChatModelOptions>("chatModel", options, {
    apiKey: either(text, callback),
    fields: record(anything),
    fetch: callback,
  });
  const inference = inferenceOf(parseTunedModel(tuned));
  const module = objectOf(
    await loadPackage(inference.package, `The chat model of ${tuned.model}`, async () => ({
      ...((await importModels(inference.package)) as object),
    })),
  );
  const Model = Object.hasOwn(module, inference.class) ? module[inference.class] : undefined;
  if (!isChatModelClass(Model)) {
    throw invalid(
      tuned,
      `${inference.package} has no chat model ${inference.class}.`,
      "Update the package, or build the chat model yourself from tuned.inference.",
    );
  }
  return new Model(fieldsOf(inference, options));
}

function inferenceOf(tuned: FineTunedModel): InferenceTarget {
  const { inference, deployment } = tuned;
  if (deployment?.status === "ended") {
    throw invalid(tuned, "Its deployment was torn down.", "Call deploy(tuned, { backend }) again.");
  }
  if (inference !== undefined && deployment?.status !== "required") return inference;
  if (deployment !== undefined) {
    throw invalid(
      tuned,
      "It must be deployed before it can be called.",
      `Call deploy(tuned, { backend }) and use what it returns. ${deployment.billed}`,
    );
  }
  throw invalid(
    tuned,
    "It does not say how it is called.",
    `The backend ${tuned.backend} gives weights or files; see its docs page for how to serve them.`,
  );
}

function fieldsOf(
  inference: InferenceTarget,
  { apiKey, fields = {}, fetch }: ChatModelOptions,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...inference.fields, ...fields };
  const ofOpenAI = inference.package === OPENAI_PACKAGE;
  const configuration = {
    ...objectOf(inference.fields["configuration"]),
    ...objectOf(fields["configuration"]),
    ...(fetch === undefined ? {} : { fetch }),
  };
  if (fetch !== undefined && !ofOpenAI) {
    throw new InvalidOptionError({
      option: "fetch",
      value: fetch,
      message: `The models of ${inference.package} take no fetch.`,
      hint: "Leave it out.",
    });
  }
  if (Object.keys(configuration).length > 0) merged["configuration"] = configuration;
  const { field = "apiKey", variable } = inference.apiKey ?? {};
  if (merged[field] !== undefined) return merged;
  const key = apiKey ?? (variable === undefined ? undefined : process.env[variable]);
  if (key !== undefined && key !== "") merged[field] = key;
  else if (variable !== undefined) {
    throw new MissingApiKeyError({
      variables: [variable],
      message: "No API key for the tuned model.",
      hint: `Pass the option apiKey or set ${variable}.`,
    });
  } else if (ofOpenAI) {
    // A server of one's own asks for no key; without this line it would be sent OPENAI_API_KEY.
    merged[field] = "not-needed";
  }
  return merged;
}

type ChatModelClass = new (fields: Record<string, unknown>) => TunedChatModel;

/** By what every chat model has, since `instanceof` fails between two copies of `@langchain/core`. */
function isChatModelClass(value: unknown): value is ChatModelClass {
  if (typeof value !== "function") return false;
  const { prototype } = value as { prototype?: Partial<BaseChatModel> };
  return (
    typeof prototype?._generate === "function" &&
    typeof prototype.invoke === "function" &&
    typeof prototype._modelType === "function" &&
    typeof prototype.bindTools === "function"
  );
}

function invalid(tuned: FineTunedModel, message: string, hint: string): InvalidOptionError {
  return new InvalidOptionError({
    option: "tuned",
    value: tuned,
    message: `The model ${tuned.model} of ${tuned.backend} cannot be called. ${message}`,
    hint,
  });
}
