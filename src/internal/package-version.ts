import { name, version } from "../../package.json";

/** The package as it is installed, for reports and manifests. */
export const packageVersion = { name, version };
