import { sageMaker, type SageMakerOptions } from "langsmith-finetune/backends/sagemaker";
import { AMAZON_KEY, AMAZON_SECRET } from "../fakes/amazon-account.js";
import type { SageMakerFake } from "../fakes/sagemaker.js";

/** The backend with Amazon's real clients, which talk to the stand-in. */
export function sageMakerOf(fake: SageMakerFake, options: Partial<SageMakerOptions> = {}) {
  const client = {
    endpoint: fake.server.url,
    credentials: { accessKeyId: AMAZON_KEY, secretAccessKey: AMAZON_SECRET },
    maxAttempts: 1,
  };
  return sageMaker({
    model: "huggingface-llm-qwen2-5-7b-instruct",
    roleArn: "arn:aws:iam::123456789012:role/tuning",
    bucket: "tuning",
    region: "us-east-1",
    modelPackageGroupArn: "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/support",
    clientOptions: client,
    s3Options: { ...client, forcePathStyle: true },
    bedrockOptions: client,
    pollInterval: 5,
    ...options,
  });
}
