import { localFiles } from "./local.js";
import { s3Files, type S3Settings } from "./s3.js";
import type { FileStore } from "./stored-file.js";

/** What stores need to know that an address does not say. Never a credential: it is sent to workers. */
export interface StoreSettings {
  s3?: S3Settings;
}

/** The store of every kind of address. */
export function createFileStore({ s3 }: StoreSettings): FileStore {
  const stores = [{ scheme: "s3:", store: s3Files(s3) }];
  const storeOf = (address: string) => stores.find(({ scheme }) => address.startsWith(scheme))?.store ?? localFiles;
  return {
    list: (address) => storeOf(address).list(address),
    open: (address, version) => storeOf(address).open(address, version),
  };
}
