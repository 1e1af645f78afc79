// A stand-in for LangSmith that holds more runs than the sandbox could: it makes each from its number
// when a page asks for it. In its own process, so that the memory and the time it takes are not those
// of what is measured. It knows the window, the page size and the cursor of a v2 query, and no filters.
//   node runs-server.mjs '{"count": 1000000, "month": "evenly", "latency": 0}'
import { createServer } from "node:http";
import { runWriter } from "./runs.mjs";

const DAY = 24 * 60 * 60_000;
const PROJECT = "00000000-0000-4000-8000-00000000000b";
const {
  count,
  month = "evenly",
  latency = 0,
  until = "2026-11-01T00:00:00Z",
  size = 3000,
} = JSON.parse(process.argv[2]);
const end = Date.parse(until);

/** When the runs of a month start, in the order of their numbers. */
const months = {
  evenly: (index) => end - 30 * DAY + index * ((30 * DAY) / count),
  "in working hours": (index, random) => end - (1 + (index % 30)) * DAY + (8 + 4 * (random() + random())) * 60 * 60_000,
};
let state = 20_261_101;
const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
const starts = Float64Array.from({ length: count }, (_, index) => Math.floor(months[month](index, random))).sort();

const writeRun = runWriter(size);

/** How many runs started before then. */
function before(time) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One page, newest first. The cursor is the number of the last run that was given. */
function query({ min_start_time, max_start_time, page_size, cursor }) {
  const first = before(Date.parse(min_start_time));
  const last = Math.min(
    max_start_time === undefined ? count : before(Date.parse(max_start_time) + 1),
    cursor === undefined ? count : Number(cursor),
  );
  const stop = Math.max(first, last - page_size);
  let items = "";
  for (let index = last - 1; index >= stop; index -= 1)
    items += `${items === "" ? "" : ","}${writeRun(index, starts[index])}`;
  return `{"items":[${items}],"has_more":${stop > first}${stop > first ? `,"next_cursor":"${stop}"` : ""}}`;
}

const server = createServer(async (request, response) => {
  response.setHeader("content-type", "application/json");
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/info") return response.end('{"version":"0.16.20","instance_flags":{"sdb_query_enabled":true}}');
  if (pathname === "/sessions") return response.end(`[{"id":"${PROJECT}","name":"bot"}]`);
  if (pathname !== "/api/v2/runs/query") return response.writeHead(404).end('{"detail":"Not Found"}');
  const received = performance.now();
  let body = "";
  for await (const text of request.setEncoding("utf8")) body += text;
  const page = query(JSON.parse(body));
  setTimeout(() => response.end(page), Math.max(0, latency - (performance.now() - received)));
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`),
);
// Ends with the process that started it.
process.stdin.resume().on("end", () => process.exit(0));
