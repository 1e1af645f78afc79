const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** 1,234 or 0.87. */
export const formatNumber = (value: number): string => (Number.isInteger(value) ? whole : fine).format(value);

/** 1.2M */
export const formatCompact = (value: number): string =>
  Math.abs(value) < 10_000 ? formatNumber(value) : compact.format(value);

/** 12 %, below one per cent with a digit more. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "0%";
  const share = (part / whole) * 100;
  return `${share > 0 && share < 1 ? share.toFixed(1) : Math.round(share)}%`;
}

/** $1.20 */
export const formatDollars = (value: number): string =>
  `$${value < 0.01 && value > 0 ? value.toFixed(4) : value.toFixed(2)}`;
