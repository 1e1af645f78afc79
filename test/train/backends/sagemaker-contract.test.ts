import { SAGEMAKER_STATES } from "../../../src/train/backends/sagemaker/snapshot.js";
import { testBackend } from "../backend-contract.js";
import { AMAZON_SECRET } from "../fakes/amazon-account.js";
import { startSageMakerFake } from "../fakes/sagemaker.js";
import { sageMakerOf } from "./sagemaker-world.js";

const operation = (name: string) => ({
  method: "POST",
  header: { name: "x-amz-target", value: new RegExp(`^SageMaker\\.${name}$`) },
});

testBackend({
  name: "sagemaker",
  statuses: SAGEMAKER_STATES,
  ends: { succeeded: "Completed", failed: "Failed", cancelled: "Stopped" },
  requests: { create: operation("CreateTrainingJob"), poll: operation("DescribeTrainingJob") },
  reusesFiles: true,
  async start() {
    const fake = await startSageMakerFake();
    return {
      backend: sageMakerOf(fake),
      secret: AMAZON_SECRET,
      setStatus: fake.setStatus,
      addEvents: fake.addEvents,
      jobCount: () => fake.jobs.size,
      uploadCount: () => fake.server.requests.filter(({ method }) => method === "PUT").length,
      fault: fake.server.fault,
      close: () => fake.server.close(),
    };
  },
});
