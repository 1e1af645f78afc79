import { yamlText } from "../shared/yaml.js";
import { renderUnpaired } from "./unpaired-texts.js";
import type { TrainingMessage } from "../../../types.js";
import { answerTextOf, isPreference, isUnpaired, textWithRefusals } from "../shared/conversation.js";
import { InconvertibleRowError } from "../shared/conversion.js";
import { defined } from "../shared/read.js";
import { settingsOf, type Trainer, weightIn } from "./trainer.js";

/**
 * axolotl, `type: chat_template`. Arguments and the schemas of tools stay JSON text, which it
 * parses; as structures, the reader of the file would mix the schemas of all rows. Read in
 * `src/axolotl/prompt_strategies/chat_template.py` and https://docs.axolotl.ai/docs/rlhf.html.
 */
export const axolotl: Trainer = {
  title: "axolotl",
  install: "pip install axolotl",
  methods: ["supervised", "preference", "unpaired"],
  loss: ({ trainOn }) => (trainOn === "last" ? "last" : "weights"),
  rules: {},
  measures: true,
  stopsEarly: true,
  labelWeights: (options) => ({
    desirableWeight: weightIn(options, "kto_desirable_weight"),
    undesirableWeight: weightIn(options, "kto_undesirable_weight"),
  }),
  convert(row, _, template) {
    if (isUnpaired(row)) {
      if (template === undefined) {
        throw new InconvertibleRowError(
          "$",
          "template-needed",
          "axolotl's KTO reads prompts and completions as texts, for which the model's chat template is needed: pass chatTemplate.",
        );
      }
      return renderUnpaired(row, template.template);
    }
    if (isPreference(row)) {
      if (row.input.tools !== undefined && row.input.tools.length > 0) {
        throw new InconvertibleRowError(
          "$.input.tools",
          "tools-in-preference",
          "axolotl's preference data has no field for tools.",
        );
      }
      const [chosen, rejected] = [row.preferred_output[0], row.non_preferred_output[0]].map((answer, index) => {
        if (answer.tool_calls !== undefined) {
          const path = index === 0 ? "$.preferred_output[0].tool_calls" : "$.non_preferred_output[0].tool_calls";
          throw new InconvertibleRowError(
            path,
            "tools-in-preference",
            "axolotl's preference data has no field for tool calls.",
          );
        }
        return { role: "assistant", content: answerTextOf(answer) };
      });
      return { messages: row.input.messages.map((message) => turn(message)), chosen, rejected };
    }
    return defined({
      messages: row.messages.map((message) => ({
        ...turn(message),
        train: message.role === "assistant" && message.weight !== 0,
      })),
      tools: row.tools?.map(({ type, function: { name, description, parameters, strict } }) => ({
        type,
        function: {
          name,
          description: description ?? "",
          parameters: JSON.stringify(parameters ?? { type: "object", properties: {} }),
          // Rows without it get null from the reader of the file, which axolotl takes out again.
          ...(strict !== undefined && { strict }),
        },
      })),
    });
  },
  async files(plan) {
    const { options, method, training, validation, output, epochs, seed } = plan;
    const { lora, learningRate, perDeviceBatchSize, gradientAccumulation, maxLength } = settingsOf(plan);
    const dataset = (path: string) =>
      method === "unpaired"
        ? {
            path,
            ds_type: "json",
            split: "train",
            // The rows are rendered: nothing is put around them.
            type: {
              field_prompt: "prompt",
              field_completion: "completion",
              field_label: "label",
              prompt_format: "{prompt}",
              completion_format: "{completion}",
            },
          }
        : method === "preference"
          ? {
              path,
              ds_type: "json",
              split: "train",
              type: "chat_template.default",
              field_messages: "messages",
              field_chosen: "chosen",
              field_rejected: "rejected",
            }
          : {
              path,
              ds_type: "json",
              split: "train",
              type: "chat_template",
              field_messages: "messages",
              message_field_training: "train",
              roles_to_train: [],
            };
    const config = {
      base_model: options.model,
      ...(method === "preference" ? { rl: "dpo" } : {}),
      ...(method === "unpaired" ? { rl: "kto", remove_unused_columns: false } : {}),
      datasets: [dataset(training)],
      ...(validation === undefined ? {} : { test_datasets: [dataset(validation)] }),
      ...(plan.evaluateEvery === undefined ? {} : { eval_steps: plan.evaluateEvery, save_steps: plan.evaluateEvery }),
      // It needs the steps of both, of which eval_steps must divide save_steps.
      ...(plan.earlyStopping === undefined
        ? {}
        : {
            early_stopping_patience: plan.earlyStopping.patience ?? 3,
            eval_steps: plan.evaluateEvery ?? 100,
            save_steps: plan.evaluateEvery ?? 100,
          }),
      output_dir: output,
      num_epochs: epochs,
      seed,
      learning_rate: learningRate,
      micro_batch_size: perDeviceBatchSize,
      gradient_accumulation_steps: gradientAccumulation,
      sequence_len: maxLength,
      optimizer: "adamw_torch",
      lr_scheduler: "cosine",
      bf16: "auto",
      ...(lora === undefined
        ? {}
        : {
            adapter: "lora",
            lora_r: lora.rank,
            lora_alpha: lora.alpha,
            lora_dropout: lora.dropout,
            lora_target_linear: true,
          }),
      ...options.config,
    };
    return { "config.yaml": await yamlText(config) };
  },
  command: () => "axolotl train config.yaml",
};

function turn(message: TrainingMessage): Record<string, unknown> {
  const role = message.role === "developer" ? "system" : message.role;
  if (message.role === "assistant")
    return defined({ role, content: answerTextOf(message), tool_calls: message.tool_calls });
  const shared = { role, content: textWithRefusals(message.content) };
  return message.role === "tool" ? { ...shared, tool_call_id: message.tool_call_id } : shared;
}
