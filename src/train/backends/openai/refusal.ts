import type { ServiceFailure } from "../../../http/service-failure.js";

const OTHERS =
  'azure, nebius and crusoe speak the same dialect; together, fireworks, vertex, bedrock, sagemaker, alibaba, and trl or portable on your own hardware take the same rows: only "backend" changes.';

const LEAVE =
  "What was tuned there, with its rows and settings, is saved by `langsmith-finetune leave openai` (exportPastJobs).";

/** What ends when. */
export const ANNOUNCEMENT =
  "OpenAI takes no new fine-tuning jobs from 2027-01-06; on 2027-01-14 gpt-4o, gpt-4o-mini, gpt-4.1, gpt-4.1-mini and what was tuned from them are shut down (its deprecations page, as read on 2026-11-22). Export before, and compare while the old model still answers.";

/** From this day on OpenAI starts no job for anybody: its deprecations page, as read on 2026-11-22. */
const CLOSED_FROM = Date.UTC(2027, 0, 6);

/** What to do instead, once OpenAI's own service is closed by its announcement; nothing before. */
export function closedNotice(now = Date.now()): string | undefined {
  if (now < CLOSED_FROM) return undefined;
  return `OpenAI has announced that it takes no new fine-tuning jobs from 2027-01-06, so this job is likely to be refused. Take another backend: ${OTHERS} ${LEAVE}`;
}

/**
 * What a refusal of OpenAI's own service means. Dates from its deprecations page, as read on 2026-11-22:
 * https://developers.openai.com/api/docs/deprecations
 */
export function explainOpenAIRefusal({ status, code, message }: ServiceFailure, now = Date.now()): string | undefined {
  const words = `${code ?? ""} ${message}`;
  if (status === 404 && !/fine[-_ ]?tun/i.test(words)) return undefined;
  const aboutTraining = /fine[-_ ]?tun|training|train\b/i.test(words);
  const closed =
    /not (?:available|allowed|permitted|eligible|enabled|supported)|no longer|unavailable|disabled|deprecated|sunset|access|permission|does not exist|cannot/i.test(
      words,
    );
  if (
    status === 403 ||
    (status !== undefined && status < 500 && status !== 401 && status !== 429 && aboutTraining && closed)
  ) {
    if (now >= CLOSED_FROM)
      return `OpenAI takes no new fine-tuning jobs since 2027-01-06, and gpt-4o, gpt-4o-mini, gpt-4.1, gpt-4.1-mini and what was tuned from them are shut down on 2027-01-14. Take another backend: ${OTHERS} ${LEAVE}`;
    const isAboutModel = /\bmodel\b/i.test(words) && status !== 403;
    return (
      (isAboutModel
        ? "Check the model's name first: a typo is refused too. If the name is right, and the key may fine-tune, this is"
        : "If the key has the right to fine-tune, this is") +
      " OpenAI's sunset: organisations that never tuned a model are shut out since 2026-05-07, " +
      "and those without a call of a tuned model in the last 60 days since 2026-07-02; from 2027-01-06 nobody can start a job, " +
      `and on 2027-01-14 gpt-4o, gpt-4o-mini, gpt-4.1, gpt-4.1-mini and what was tuned from them are shut down. Take another backend: ${OTHERS} ${LEAVE}`
    );
  }
  if (
    /insufficient_quota|billing|quota/i.test(words) &&
    (status === 429 || status === 402 || status === 403 || status === 400)
  ) {
    return "The account has no credit or has reached its limit: see its billing page.";
  }
  return undefined;
}
