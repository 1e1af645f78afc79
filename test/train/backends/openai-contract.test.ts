import { openAI } from "langsmith-finetune/backends/openai";
import { testBackend } from "../backend-contract.js";
import { startOpenAIFake } from "../fakes/openai-fake.js";

testBackend({
  name: "openai",
  async start() {
    const fake = await startOpenAIFake();
    const secret = "sk-test-secret-0123456789";
    return {
      backend: openAI({ model: "gpt-4o-mini-2024-07-18", baseURL: `${fake.url}/v1`, apiKey: secret }),
      secret,
      setStatus: fake.setStatus,
      jobCount: () => fake.jobs.length,
      uploadCount: () => fake.files.size,
      addEvents: fake.addEvents,
      fault: fake.fault,
      close: fake.close,
    };
  },
  statuses: {
    validating_files: "pending",
    queued: "pending",
    running: "running",
    succeeded: "succeeded",
    failed: "failed",
    cancelled: "cancelled",
    paused: "pending",
  },
  ends: { succeeded: "succeeded", failed: "failed", cancelled: "cancelled" },
  requests: {
    create: { method: "POST", path: /fine_tuning\/jobs$/ },
    poll: { method: "GET", path: /fine_tuning\/jobs\/[^/?]+$/ },
  },
  reusesFiles: true,
});
