import type * as BedrockSdk from "@aws-sdk/client-bedrock";
import { loadPackage } from "../../../internal/load-package.js";
import { amazonAccess, type AmazonAccess, type Loaded } from "../../../http/amazon.js";
import type { BedrockOptions } from "./options.js";

/** Amazon's packages with a client of each, made on first use: importing the backend loads neither. */
export interface BedrockClients extends Pick<AmazonAccess, "secrets" | "s3"> {
  bedrock(): Promise<Loaded<BedrockSdk.BedrockClient, typeof BedrockSdk>>;
}

export function bedrockClients({ region, clientOptions, s3Options }: BedrockOptions): BedrockClients {
  const { secrets, watched, s3 } = amazonAccess({ region, clientOptions, s3Options });
  let bedrock: ReturnType<BedrockClients["bedrock"]> | undefined;
  return {
    secrets,
    s3,
    bedrock: () =>
      (bedrock ??= loadPackage(
        "@aws-sdk/client-bedrock",
        "Tuning on Amazon Bedrock",
        () => import("@aws-sdk/client-bedrock"),
      ).then((sdk) => ({
        sdk,
        client: watched(new sdk.BedrockClient({ region, ...clientOptions })),
      }))),
  };
}
