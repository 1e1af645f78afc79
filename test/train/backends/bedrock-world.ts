import { bedrock, type BedrockOptions } from "langsmith-finetune/backends/bedrock";
import { AMAZON_KEY, AMAZON_SECRET, type AmazonFake } from "../fakes/amazon.js";

/** The backend with Amazon's real clients, which talk to the stand-in. */
export function bedrockOf(fake: AmazonFake, options: Partial<BedrockOptions> = {}) {
  const client = {
    endpoint: fake.server.url,
    credentials: { accessKeyId: AMAZON_KEY, secretAccessKey: AMAZON_SECRET },
    maxAttempts: 1,
  };
  return bedrock({
    model: "amazon.nova-lite-v1:0:300k",
    roleArn: "arn:aws:iam::123456789012:role/tuning",
    bucket: "tuning",
    region: "us-east-1",
    clientOptions: client,
    s3Options: { ...client, forcePathStyle: true },
    pollInterval: 5,
    ...options,
  });
}
