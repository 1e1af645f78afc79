import { amazonAccess, type AmazonAccess } from "../../../http/amazon.js";
import { loadBedrock, type LoadedBedrock } from "../shared/amazon/bedrock-client.js";
import type { BedrockOptions } from "./options.js";

/** Amazon's packages with a client of each, made on first use: importing the backend loads neither. */
export interface BedrockClients extends Pick<AmazonAccess, "secrets" | "s3"> {
  bedrock(): Promise<LoadedBedrock>;
}

export function bedrockClients({ region, clientOptions, s3Options }: BedrockOptions): BedrockClients {
  const access = amazonAccess({ region, clientOptions, s3Options });
  let bedrock: Promise<LoadedBedrock> | undefined;
  return {
    secrets: access.secrets,
    s3: access.s3,
    bedrock: () => (bedrock ??= loadBedrock(access, "Tuning on Amazon Bedrock", { region, ...clientOptions })),
  };
}
