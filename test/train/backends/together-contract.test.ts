import { together } from "langsmith-finetune/backends/together";
import { TOGETHER_STATES } from "../../../src/train/backends/together/snapshot.js";
import { testBackend } from "../backend-contract.js";
import { startTogetherFake, TOGETHER_SECRET } from "../fakes/together.js";

testBackend({
  name: "together",
  statuses: TOGETHER_STATES,
  ends: { succeeded: "completed", failed: "error", cancelled: "cancelled" },
  requests: {
    create: { method: "POST", path: /\/fine-tunes$/ },
    poll: { method: "GET", path: /\/fine-tunes\/[^/]+$/ },
  },
  reusesFiles: true,
  async start() {
    const fake = await startTogetherFake();
    return {
      backend: together({
        model: "meta-llama/Meta-Llama-3.1-8B-Instruct-Reference",
        apiKey: TOGETHER_SECRET,
        baseURL: `${fake.server.url}/v1`,
        pollInterval: 5,
      }),
      secret: TOGETHER_SECRET,
      setStatus: fake.setStatus,
      addEvents: fake.addEvents,
      jobCount: () => fake.jobs.size,
      uploadCount: () => fake.files.size,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
