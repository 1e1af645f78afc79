const HOUR = 60 * 60_000;
const HOURS_OF_A_DAY = 24;
const HOURS_OF_A_WEEK = 7 * HOURS_OF_A_DAY;
const WEEK = HOURS_OF_A_WEEK * HOUR;
/** An hour of the week is known by what was read of it; as much as this counts what is known of that hour of other days. */
const PRIOR = 2 * HOUR;
/** How much the pages before count for the choice of the measure, and the most that one page can say: twenty times too many or few. */
const MEMORY = 0.9;
const MOST_MISSED = 3;

/**
 * How busy a project is at which hour of the day and of the week, as far as was read: most have a rhythm. It measures
 * time in busy time, in which runs are spread evenly: an hour of the night is little of it and an hour at noon is much.
 * A week of busy time is as long as a week.
 */
export class Rhythm {
  private readonly runs = new Float64Array(HOURS_OF_A_WEEK);
  private readonly read = new Float64Array(HOURS_OF_A_WEEK);
  private weights: Float64Array | undefined;
  /** Time is measured by the clock, as long as that predicts pages better than the hours do. */
  private byClock = false;
  private readonly missed = { byClock: 0, byHours: 0 };

  /** All runs of a time were read: `starts` are theirs. Milliseconds since 1970. */
  learn(from: number, to: number, starts: readonly number[]): void {
    if (to <= from) return;
    for (const start of starts) add(this.runs, hourOf(start), 1);
    const weeks = Math.floor((to - from) / WEEK);
    if (weeks > 0) for (let hour = 0; hour < HOURS_OF_A_WEEK; hour += 1) add(this.read, hour, weeks * HOUR);
    for (let at = from + weeks * WEEK; at < to;) {
      const end = Math.min(to, nextHour(at));
      add(this.read, hourOf(at), end - at);
      at = end;
    }
    this.weights = undefined;
  }

  /**
   * Compares a page of so many runs with what each measure of time predicts for it, and takes the measure that
   * has been nearer of late: bursts, steps and gaps have no rhythm.
   */
  judge(runs: number, predict: () => number): void {
    const miss = (byClock: boolean) => {
      this.byClock = byClock;
      return Math.min(MOST_MISSED, Math.abs(Math.log(runs / Math.max(1, predict()))));
    };
    this.missed.byClock = MEMORY * this.missed.byClock + miss(true);
    this.missed.byHours = MEMORY * this.missed.byHours + miss(false);
    this.byClock = this.missed.byHours > this.missed.byClock;
  }

  /** How much busy time lies between two times. */
  between(from: number, to: number): number {
    if (to <= from) return 0;
    if (this.byClock) return to - from;
    const weights = this.weigh();
    const weeks = Math.floor((to - from) / WEEK);
    let busy = weeks * WEEK;
    for (let at = from + weeks * WEEK; at < to;) {
      const end = Math.min(to, nextHour(at));
      busy += (end - at) * (weights[hourOf(at)] ?? 1);
      at = end;
    }
    return busy;
  }

  /** The time before which so much busy time lies until `to`. */
  before(to: number, busy: number): number {
    if (busy === Infinity) return -Infinity;
    if (this.byClock) return to - busy;
    const weights = this.weigh();
    const weeks = Math.floor(busy / WEEK);
    let left = busy - weeks * WEEK;
    let at = to - weeks * WEEK;
    for (let steps = 0; left > 0 && steps < 2 * HOURS_OF_A_WEEK; steps += 1) {
      const start = Math.ceil(at / HOUR) * HOUR - HOUR;
      const weight = weights[hourOf(start)] ?? 1;
      const length = at - start;
      if (length * weight >= left) return at - left / weight;
      left -= length * weight;
      at = start;
    }
    return at;
  }

  /** How busy each hour of the week is, 1 on average. */
  private weigh(): Float64Array {
    if (this.weights) return this.weights;
    const mean = sum(this.runs) / Math.max(1, sum(this.read));
    const rates = new Float64Array(HOURS_OF_A_WEEK);
    for (let hour = 0; hour < HOURS_OF_A_DAY; hour += 1) {
      const days = Array.from({ length: 7 }, (_, day) => day * HOURS_OF_A_DAY + hour);
      const ofDay = rate(total(this.runs, days), total(this.read, days), mean);
      for (const day of days) rates[day] = rate(this.runs[day] ?? 0, this.read[day] ?? 0, ofDay);
    }
    const average = sum(rates) / HOURS_OF_A_WEEK;
    return (this.weights = average > 0 ? rates.map((each) => each / average) : rates.fill(1));
  }
}

const add = (values: Float64Array, place: number, value: number) => {
  values[place] = (values[place] ?? 0) + value;
};
const hourOf = (time: number) => Math.floor(time / HOUR) % HOURS_OF_A_WEEK;
const nextHour = (time: number) => (Math.floor(time / HOUR) + 1) * HOUR;
const rate = (runs: number, milliseconds: number, otherwise: number) =>
  (runs + PRIOR * otherwise) / (milliseconds + PRIOR);
const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);
const total = (values: Float64Array, places: readonly number[]) =>
  places.reduce((all, place) => all + (values[place] ?? 0), 0);
