import { describe, expect, it } from "vitest";
import {
  fineTune,
  InvalidOptionError,
  resumeFineTune,
  startFineTune,
  type Checkpoint,
  type CheckpointChoice,
  type FineTuneBackend,
} from "langsmith-finetune";
import { azure } from "langsmith-finetune/backends/azure";
import { crusoe } from "langsmith-finetune/backends/crusoe";
import { fireworks } from "langsmith-finetune/backends/fireworks";
import { nebius } from "langsmith-finetune/backends/nebius";
import { together } from "langsmith-finetune/backends/together";
import { vertex } from "langsmith-finetune/backends/vertex";
import { contractRows } from "./backend-contract.js";
import { base, failureOf, fake, openAIBackend, setUp } from "./fine-tune-setup.js";

setUp();

/** The backend with other checkpoints than the fake's. */
function measuring(...losses: (number | undefined)[]): FineTuneBackend {
  const checkpoints = losses.map((validationLoss, index): Checkpoint => ({
    id: `c${index + 1}`,
    step: index + 1,
    model: `ft:base:org::c${index + 1}`,
    metrics: validationLoss === undefined ? {} : { validationLoss },
  }));
  return { ...openAIBackend(), checkpoints: () => Promise.resolve(checkpoints) };
}

async function finish(backend: FineTuneBackend, checkpoint?: CheckpointChoice) {
  const job = await startFineTune({ ...base(), validation: contractRows, backend, checkpoint });
  fake.setStatus(job.reference.id, "succeeded");
  return job;
}

describe("checkpoint", () => {
  it("best is the one with the lowest validation loss, with the curve", async () => {
    const job = await finish(measuring(0.9, 0.4, Number.NaN, 0.4, 0.6), "best");
    const tuned = await job.wait();
    expect(tuned).toMatchObject({
      model: "ft:base:org::c2",
      checkpoint: { id: "c2", metrics: { validationLoss: 0.4 } },
      inference: { class: "ChatOpenAI", fields: { model: "ft:base:org::c2" } },
      trainedTokens: 1_234,
    });
    expect(tuned.curve?.map(({ id }) => id)).toEqual(["c1", "c2", "c3", "c4", "c5"]);
  });

  it("can be chosen by a function, and another time for the same job", async () => {
    const job = await finish(openAIBackend());
    expect(await job.wait()).not.toHaveProperty("curve");
    const chosen = await job.wait({ checkpoint: ([first]) => first as Checkpoint });
    expect(chosen).toMatchObject({ model: "ft:base:org::ckpt-step-1", checkpoint: { step: 100 } });
    const resumed = resumeFineTune(job.reference, { backend: openAIBackend(), checkpoint: "last" });
    expect((await resumed.wait()).model).toBe(`ft:gpt-4o-mini-2024-07-18:org::${job.reference.id}`);
  });

  it.each([
    ["no checkpoint has a loss", [undefined, undefined], "best", "none of its checkpoints"],
    ["there is no checkpoint", [], "best", "lists no checkpoints"],
    ["a stranger is chosen", [1], () => ({ id: "c9" }), "returned none"],
  ] as const)("says that the job has succeeded where %s", async (_name, losses, choice, reason) => {
    const error = await failureOf((await finish(measuring(...losses), choice)).wait());
    expect(InvalidOptionError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(new RegExp(`has succeeded, but .*${reason}`));
  });

  it("is refused by name before anything is sent where the backend has none", async () => {
    const cases: [FineTuneBackend, CheckpointChoice][] = [
      [together({ model: "m" }), "best"],
      [fireworks({ model: "m", accountId: "a" }), ([first]) => first as Checkpoint],
      [vertex({ model: "gemini-2.5-flash", project: "p", location: "l", bucket: "b" }), "best"],
    ];
    for (const [backend, checkpoint] of cases) {
      const error = await failureOf(fineTune({ ...base(), validation: contractRows, backend, checkpoint }));
      expect(InvalidOptionError.isInstance(error)).toBe(true);
      expect(String(error)).toContain(`The backend ${backend.name} `);
    }
    const error = await failureOf(fineTune({ ...base(), checkpoint: "best" }));
    expect(String(error)).toContain("no validation rows");
    expect(fake.files.size).toBe(0);
  });

  it("is deployed by its own name at hosts that deploy", async () => {
    const reference = { id: "ftjob-1" } as never;
    const parts = async (backend: FineTuneBackend) =>
      backend.checkpointResult?.(reference, { id: "ckpt-2", model: "m:2" }, { status: "succeeded", rawStatus: "" }, {});
    expect(await parts(azure({ model: "m", resource: "r" }))).toMatchObject({ model: "m:2" });
    expect(await parts(nebius({ model: "m" }))).toMatchObject({ model: "ftjob-1:ckpt-2" });
    expect(await parts(crusoe({ model: "m" }))).toMatchObject({ model: "ckpt-2", deployment: { status: "required" } });
  });
});
