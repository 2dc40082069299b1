import { UsageError } from '../usage-error.ts';

const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The instant that `2h` or `7d` before now is, or that a text names. Throws UsageError. */
export function instantOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (unit === 'm' || unit === 'h' || unit === 'd') return new Date(now.getTime() - Number(count) * MS[unit]);
  const instant = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(instant.getTime())) return instant;
  throw new UsageError(`--since: "${text}" is neither a span such as 90m, 2h or 7d nor an instant such as 2027-03-01`);
}
