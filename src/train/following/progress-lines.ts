import { formatBytes, formatCount, formatDuration } from "./format.js";
import type { LiveState } from "./live-state.js";
import { plainText } from "./plain-text.js";
import type { AnyProgress } from "./any-progress.js";
import { personalDataWords } from "../preparing/personal-data.js";

/** The line that stays, for what is worth one. */
export function lineOf(progress: AnyProgress, state: LiveState): string | undefined {
  switch (progress.type) {
    case "prepared": {
      const { role, rows, bytes, warnings } = progress;
      const noted = warnings.length > 0 ? `, ${formatCount(warnings.length, "warning")}` : "";
      return `Checked ${formatCount(rows, `${role} row`)}, ${formatBytes(bytes)}${noted}`;
    }
    case "personal-data":
      return `Attention: ${personalDataWords(progress.role, progress)}.`;
    case "repeated-rows":
      return `Attention: ${progress.rows} of ${formatCount(progress.of, "validation row")} are training rows too.`;
    case "uploaded":
      return `Uploaded ${plainText(progress.file.name)} as ${plainText(progress.file.id)}`;
    case "created":
      return `${progress.found ? "Took up" : "Created"} job ${plainText(progress.job.id)} at ${progress.job.backend}`;
    case "status":
      return `Status: ${plainText(progress.rawStatus)}`;
    case "event":
      return `${progress.level === "info" ? "" : `${progress.level}: `}${plainText(progress.message)}`;
    case "retry":
      return `${plainText(progress.error.message)} Asking again in ${formatDuration(progress.wait)}.`;
    case "finished": {
      const { model, trainedTokens } = progress.model;
      const trained = trainedTokens === undefined ? "" : `, ${formatCount(trainedTokens, "token")} trained`;
      const loss = state.lastLoss === undefined ? "" : `, last loss ${state.lastLoss.toFixed(4)}`;
      return `Finished: ${plainText(model)}${trained}${loss}`;
    }
    case "step":
      return progress.finished
        ? `${progress.step}: ${formatCount(progress.done, progress.unit)} in ${formatDuration(progress.elapsed)}`
        : undefined;
    default:
      return undefined;
  }
}
