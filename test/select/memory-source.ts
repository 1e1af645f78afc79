import type { RunPage, RunPageRequest, RunSource } from "../../src/select/server/run-source.js";
import type { Run } from "../../src/types.js";

/** How a server may treat the ends of a window: the documentation does not say. */
export interface Ends {
  from: boolean;
  to: boolean;
}

/** A source of runs in memory, newest first, with cursors that name a place and not a number. */
export function memorySource(
  starts: readonly string[],
  {
    ends = { from: true, to: true },
    wait = () => Promise.resolve(),
  }: { ends?: Ends; wait?: (request: number) => Promise<void> } = {},
) {
  const runs: Run[] = starts.map((start_time, index) => ({ id: `run-${String(index).padStart(5, "0")}`, start_time }));
  const place = (run: Run) => `${String(run.start_time)} ${run.id}`;
  runs.sort((left, right) => (place(left) < place(right) ? 1 : -1));
  const timeOf = (run: Run) =>
    Date.parse(String(run.start_time)) + Number(`0.${String(run.start_time).slice(23, 26) || "0"}`);
  const times = new Map(runs.map((run) => [run, timeOf(run)]));
  const time = (run: Run) => times.get(run) ?? Number.NaN;
  const requests: RunPageRequest[] = [];
  let underWay = 0;
  let most = 0;
  const source: RunSource = {
    api: "v2",
    maxPageSize: 1000,
    defaultConcurrency: 8,
    async page(request, { signal }): Promise<RunPage> {
      requests.push(request);
      most = Math.max(most, (underWay += 1));
      try {
        await wait(requests.length);
        signal?.throwIfAborted();
      } finally {
        underWay -= 1;
      }
      const { from, to = Infinity, cursor, pageSize } = request;
      const inside = runs.filter((run) => {
        const start = time(run);
        return (ends.from ? start >= from : start > from) && (ends.to ? start <= to : start < to);
      });
      const rest = cursor === undefined ? inside : inside.filter((run) => place(run) < cursor);
      const page = rest.slice(0, pageSize);
      const last = page.at(-1);
      return rest.length > pageSize && last ? { runs: page, cursor: place(last) } : { runs: page };
    },
  };
  return { source, runs, requests, mostUnderWay: () => most };
}
