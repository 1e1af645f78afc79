import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { relabelExamples, sourceOf, type RelabelReport, type TrainingExample } from "langsmith-finetune";
import { askedFor } from "./questions.js";
import { check } from "./report.js";

/** A stand-in for a dear model: it knows the arithmetic, and calls the calculator. */
class Teacher extends BaseChatModel {
  override _llmType(): string {
    return "teacher";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { num1, num2, operation } = askedFor(messages.at(-1)?.text ?? "");
    const args = { num1, num2, operation };
    const message = new AIMessage({ content: "", tool_calls: [{ id: "call_1", name: "Calculator", args }] });
    return { generations: [{ text: "", message }] };
  }
}

/** The rows with the teacher's answers: of the recorded ones, none of which is an answer, only the prompts are used. */
export async function teach(rows: readonly TrainingExample[]): Promise<TrainingExample[]> {
  const prompts = rows.map(({ messages, ...rest }): TrainingExample => ({
    ...rest,
    messages: [...messages.slice(0, -1), { role: "assistant", content: "I do not know." }],
  }));
  const reports: RelabelReport[] = [];
  const taught: TrainingExample[] = [];
  const options = {
    teacher: new Teacher({}),
    name: "teacher",
    onReport: (report: RelabelReport) => reports.push(report),
  };
  for await (const row of relabelExamples(prompts, options)) taught.push(row);
  const [report] = reports;
  console.log(`   ${report?.changed} of ${report?.targets} prompts have the teacher's answer`);
  check(taught.length === rows.length, `the teacher answered ${taught.length} of ${rows.length} prompts`);
  check(
    taught.every((row) => sourceOf(row).teacher === "teacher"),
    "every row names its teacher",
  );
  return taught;
}
