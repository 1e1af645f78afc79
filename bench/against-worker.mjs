// Plain JavaScript on the build: a loader for TypeScript takes more memory than what is measured.
import { curate, withSource } from "../dist/index.js";
import { benchRows } from "./rows.mjs";

const [count, questions] = process.argv.slice(2).map(Number);
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Questions of 25 words, most of which no other has, as those of real evaluations: half of them in the words of the rows. */
function* evaluationSet() {
  let state = 99;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const word = () => Array.from({ length: 6 }, () => LETTERS[Math.floor(random() * 26)]).join("");
  const own = benchRows(questions, withSource);
  for (let index = 0; index < questions; index += 1) {
    const { value } = own.next();
    const text = Array.from({ length: 25 }, word).join(" ");
    yield index % 2 === 0 ? { question: text } : { question: `${value.messages[1].content.slice(0, 120)} ${text}` };
  }
}

const seconds = process.cpuUsage();
const options = questions > 0 ? { against: [{ name: "evaluation", rows: evaluationSet() }] } : {};
const { report } = await curate(benchRows(count, withSource), options);
const { user, system } = process.cpuUsage(seconds);
process.stdout.write(
  JSON.stringify({
    rows: report.rows.in,
    found: report.contamination?.[0],
    megabytes: process.resourceUsage().maxRSS / 1024,
    seconds: (user + system) / 1e6,
  }),
);
