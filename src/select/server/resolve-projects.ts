import type { Connection } from "./connection.js";
import { listIds, type NamedKind, resolveName } from "./resolve-name.js";
import type { RunQuery } from "../query/run-query.js";

/** The v1 API calls projects sessions. */
const PROJECT: NamedKind = { noun: "project", path: "/sessions" };

/** The ways to name projects, by name or id, one or several. */
export type ProjectChoice = Pick<RunQuery, "projectName" | "projectNames" | "projectId" | "projectIds">;

/** The ids of the projects that a query names, each once. @throws ServiceError `not-found` for a name that no project has. */
export async function resolveProjects(
  connection: Connection,
  choice: ProjectChoice,
  signal?: AbortSignal,
): Promise<string[]> {
  const { projectName, projectNames = [], projectId, projectIds = [] } = choice;
  const names = [...(projectName === undefined ? [] : [projectName]), ...projectNames];
  const found = await Promise.all(names.map((name) => resolveName(connection, PROJECT, name, signal)));
  return [...new Set([...(projectId === undefined ? [] : [projectId]), ...projectIds, ...found])];
}

/** Every project that the key can see, newest first, page by page. */
export function allProjectIds(
  connection: Connection,
  signal: AbortSignal | undefined,
): AsyncGenerator<string[], void, undefined> {
  return listIds(connection, PROJECT, signal);
}
