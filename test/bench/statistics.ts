export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** A figure of both sides and the median of their ratios, pair by pair. */
export function compared(what: string, ours: number[], floor: number[], unit: string): string {
  const ratio = median(ours.map((value, index) => value / (floor[index] ?? Number.NaN)));
  const figure = (values: number[]) => `${median(values).toFixed(2)} ${unit}`;
  return `${what.padEnd(44)} ${figure(ours)} against ${figure(floor)}: ${ratio.toFixed(2)} times`;
}
