import type * as SageMakerSdk from "@aws-sdk/client-sagemaker";
import { loadPackage } from "../../../internal/load-package.js";
import { amazonAccess, type AmazonAccess, type Loaded } from "../../../http/amazon.js";
import { loadBedrock, type LoadedBedrock } from "../shared/amazon/bedrock-client.js";
import type { SageMakerOptions } from "./options.js";

/** Amazon's packages with a client of each, made on first use: importing the backend loads none. */
export interface SageMakerClients extends Pick<AmazonAccess, "secrets" | "s3"> {
  sageMaker(): Promise<Loaded<SageMakerSdk.SageMakerClient, typeof SageMakerSdk>>;
  /** For `deploy` alone. */
  bedrock(): Promise<LoadedBedrock>;
}

export function sageMakerClients({
  region,
  clientOptions,
  s3Options,
  bedrockOptions,
}: SageMakerOptions): SageMakerClients {
  const access = amazonAccess({ region, clientOptions, s3Options });
  let sageMaker: ReturnType<SageMakerClients["sageMaker"]> | undefined;
  let bedrock: ReturnType<SageMakerClients["bedrock"]> | undefined;
  return {
    secrets: access.secrets,
    s3: access.s3,
    sageMaker: () =>
      (sageMaker ??= loadPackage(
        "@aws-sdk/client-sagemaker",
        "Tuning on Amazon SageMaker",
        () => import("@aws-sdk/client-sagemaker"),
      ).then((sdk) => ({ sdk, client: access.watched(new sdk.SageMakerClient({ region, ...clientOptions })) }))),
    bedrock: () =>
      (bedrock ??= loadBedrock(access, "Importing a model into Amazon Bedrock", {
        region,
        ...(clientOptions?.credentials ? { credentials: clientOptions.credentials } : {}),
        ...bedrockOptions,
      })),
  };
}
