// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { curate, withSource } from "../dist/index.js";
import { benchRows } from "./rows.mjs";

const count = Number(process.argv[2]);
const options = JSON.parse(process.argv[3]);

const { report, train } = await curate(benchRows(count, withSource), options);
let trained = 0;
for await (const row of train) if (row !== undefined) trained += 1;
process.stdout.write(JSON.stringify({ rows: report.rows.in, kept: report.rows.kept, trained, megabytes: process.resourceUsage().maxRSS / 1024, seconds: process.cpuUsage().user / 1e6 }));
