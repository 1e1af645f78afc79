import { openAsBlob } from "node:fs";
import type { DatasetFile, DatasetFormat } from "../backend.js";

/** A dataset file for a multipart upload. It stays on the disk and is read as it is sent, again for each attempt. */
export async function datasetBlob({ path, name }: DatasetFile, { mediaType }: DatasetFormat): Promise<File> {
  return new File([await openAsBlob(path)], name, { type: mediaType });
}
