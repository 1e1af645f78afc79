// Options with functions, for workers. What it does is said in the environment, which worker threads share.
import { existsSync, writeFileSync } from "node:fs";

export const curate = {
  filter: {
    where(row) {
      const text = row.messages[0].content;
      const { TEST_STEPS_DIE_ONCE: mark, TEST_STEPS_THROW_AT: broken, TEST_STEPS_FILL_MEMORY: filled } = process.env;
      if (filled && text.includes("hoard") && !existsSync(filled)) {
        writeFileSync(filled, "");
        for (const hoard = []; ;) hoard.push(Array(100_000).fill(text));
      }
      if (mark && text.includes("die") && !existsSync(mark)) {
        writeFileSync(mark, "");
        process.exit(9);
      }
      if (broken && text.includes(broken)) throw new Error("The condition cannot read this row.");
      return !text.includes("unwanted");
    },
  },
};
