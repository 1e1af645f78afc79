import { MissingPackageError } from "../errors.js";

/**
 * Imports an optional package when it is needed. The import itself stands at the caller, as
 * `() => import("name")`, so that bundlers see it.
 */
export async function loadPackage<T>(packageName: string, purpose: string, importIt: () => Promise<T>): Promise<T> {
  try {
    return await importIt();
  } catch (cause) {
    // `@langchain/google/node` is a part of the package `@langchain/google`.
    const installed = packageName
      .split("/")
      .slice(0, packageName.startsWith("@") ? 2 : 1)
      .join("/");
    if (!isMissing(cause, installed)) throw cause;
    throw new MissingPackageError({
      packageName: installed,
      message: `${purpose} needs the package ${installed}, which is not installed.`,
      hint: `Install it: npm install ${installed}`,
      cause,
    });
  }
}

function isMissing(error: unknown, packageName: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  const missing =
    code === "ERR_MODULE_NOT_FOUND" ||
    code === "MODULE_NOT_FOUND" ||
    // What a bundle of Vite throws has no code.
    (code === undefined && (message?.startsWith("Could not resolve ") ?? false));
  return missing && (message?.includes(packageName) ?? false);
}
