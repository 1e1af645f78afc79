import type { CliCommand } from "../command.js";
import { compare } from "./compare.js";
import { curate } from "./curate.js";
import { dataset } from "./dataset.js";
import { deploy, teardown } from "./deploy.js";
import { diff } from "./diff.js";
import { doctor } from "./doctor.js";
import { exportCommand } from "./export.js";
import { jobs } from "./jobs.js";
import { leave } from "./leave.js";
import { render } from "./render.js";
import { report } from "./report.js";
import { rows } from "./rows.js";
import { sandbox } from "./sandbox.js";
import { select } from "./select.js";
import { sweepCommand } from "./sweep.js";
import { tokens } from "./tokens.js";
import { train } from "./train.js";
import { validate } from "./validate.js";

/** The commands in the order of the work, which is the order of the help. */
export const commands: readonly CliCommand[] = [
  doctor,
  select,
  exportCommand,
  rows,
  curate,
  validate,
  tokens,
  render,
  report,
  diff,
  dataset,
  train,
  sweepCommand,
  jobs,
  deploy,
  teardown,
  compare,
  leave,
  sandbox,
];
