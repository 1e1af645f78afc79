import type * as BedrockSdk from "@aws-sdk/client-bedrock";
import type { BedrockClientConfig } from "@aws-sdk/client-bedrock";
import type { AmazonAccess, Loaded } from "../../../../http/amazon.js";
import { loadPackage } from "../../../../internal/load-package.js";

/** Bedrock's client and its package. */
export type LoadedBedrock = Loaded<BedrockSdk.BedrockClient, typeof BedrockSdk>;

/** Loads Bedrock's package and makes its client, which remembers the secrets that it sends. */
export async function loadBedrock(
  { watched }: Pick<AmazonAccess, "watched">,
  purpose: string,
  config: BedrockClientConfig,
): Promise<LoadedBedrock> {
  const sdk = await loadPackage("@aws-sdk/client-bedrock", purpose, () => import("@aws-sdk/client-bedrock"));
  return { sdk, client: watched(new sdk.BedrockClient(config)) };
}
