import { loadPackage } from "../../../internal/load-package.js";

/** A config as YAML, by the package `yaml`, which only backends that write such files need. */
export async function yamlText(config: object): Promise<string> {
  const { stringify } = await loadPackage("yaml", "Writing the trainer's config", () => import("yaml"));
  return stringify(config);
}
