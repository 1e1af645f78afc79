import { ServiceError } from "../errors.js";
import { isRecord } from "../internal/is-record.js";
import type { Connection } from "./connection.js";
import type { RunQuery } from "./run-query.js";

type ProjectChoice = Pick<RunQuery, "projectName" | "projectNames" | "projectId" | "projectIds">;

/** The ids of the projects that a query names, each once. @throws ServiceError `not-found` for a name that no project has. */
export async function resolveProjects(connection: Connection, choice: ProjectChoice, signal?: AbortSignal): Promise<string[]> {
  const { projectName, projectNames = [], projectId, projectIds = [] } = choice;
  const names = [...(projectName === undefined ? [] : [projectName]), ...projectNames];
  const found = await Promise.all(names.map((name) => findProject(connection, name, signal)));
  return [...new Set([...(projectId === undefined ? [] : [projectId]), ...projectIds, ...found])];
}

async function findProject(connection: Connection, name: string, signal: AbortSignal | undefined): Promise<string> {
  const asked = `Looking up the project ${JSON.stringify(name)}`;
  const projects = await listProjects(connection, new URLSearchParams({ name, limit: "1" }), asked, signal).catch((error: unknown) => {
    if (ServiceError.isInstance(error) && error.code === "not-found") return [];
    throw error;
  });
  const project = projects.find((candidate) => candidate.name === name) ?? (projects.length === 1 && !projects[0]?.name ? projects[0] : undefined);
  if (project) return project.id;

  const others = await listProjects(connection, new URLSearchParams({ limit: "100" }), "Listing the projects", signal).catch(() => []);
  const near = nearest(name, others.map((other) => other.name).filter((other) => other !== ""));
  throw new ServiceError({
    service: "LangSmith",
    code: "not-found",
    status: 404,
    request: `GET ${connection.apiUrl}/sessions`,
    message: `LangSmith has no project named ${JSON.stringify(name)} that this key can see.`,
    hint:
      near.length > 0
        ? `Did you mean ${near.map((other) => JSON.stringify(other)).join(" or ")}?`
        : "Check the name, and that the key belongs to the workspace of the project (LANGSMITH_WORKSPACE_ID).",
  });
}

async function listProjects(connection: Connection, query: URLSearchParams, asked: string, signal: AbortSignal | undefined) {
  const answer = await connection.json("GET", "/sessions", { query, asked, signal });
  return (Array.isArray(answer) ? answer : [])
    .filter(isRecord)
    .flatMap(({ id, name }) => (typeof id === "string" ? [{ id, name: typeof name === "string" ? name : "" }] : []));
}

/** Every project that the key can see, newest first, page by page. */
export async function* allProjectIds(connection: Connection, signal: AbortSignal | undefined): AsyncGenerator<string[], void, undefined> {
  const size = 100;
  for (let offset = 0; ; offset += size) {
    const query = new URLSearchParams({ limit: String(size), offset: String(offset) });
    const projects = await listProjects(connection, query, "Listing the projects", signal);
    if (projects.length > 0) yield projects.map(({ id }) => id);
    if (projects.length < size) return;
  }
}

/** Up to three names that are much like the wanted one. */
function nearest(wanted: string, names: readonly string[]): string[] {
  const simple = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const goal = simple(wanted);
  return names
    .map((name) => ({ name, distance: distance(goal, simple(name)) / Math.max(goal.length, simple(name).length, 1) }))
    .filter(({ name, distance }) => distance <= 0.4 || (goal.length > 2 && (simple(name).includes(goal) || goal.includes(simple(name) || wanted))))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
