// Families whose models write reasoning of their own before they answer, by the names under which services and hubs have
// them. Their instruct variants without it are left out.
const REASONS =
  /deepseek[-_.]?(?:r1|reasoner|v3\.[1-9]|v[4-9])|r1-distill|qwq|gpt-oss|magistral|glm-?(?:4\.[5-9]|[5-9])|kimi-?k2[-_. ]?thinking|minimax-?m[1-9]|nemotron|thinking|reason(?:er|ing)/i;
const QWEN3 = /qwen-?3(?!.*(?:instruct|coder|embedding|reranker|base))/i;

/** Whether a model is known to reason, by its name. */
export function isReasoningModel(model: string): boolean {
  return REASONS.test(model) || QWEN3.test(model);
}
