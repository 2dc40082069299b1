import * as z from 'zod';

const HOUR_MS = 3_600_000;
const MAX_DAYS = 90;
const unitMs = { d: 24 * HOUR_MS, h: HOUR_MS };
const shape = /^(?<amount>[1-9]\d{0,3})(?<unit>[dh])$/;

/** How far back: a span such as `7d` or `12h`, or an instant. */
export const since = z.string().superRefine((text, context) => {
  if (!shape.test(text) && !z.iso.datetime({ offset: true }).safeParse(text).success) {
    const message = 'must be a span such as "7d" or "12h", or an instant such as "2027-03-01T00:00:00Z"';
    context.addIssue({ code: 'custom', message });
  }
});

/** The instant that `since` stands for, or what is wrong with it. */
export function sinceMs(text: string, nowMs: number): number | { problem: string } {
  const { amount, unit } = shape.exec(text)?.groups ?? {};
  const atMs = unit === 'd' || unit === 'h' ? nowMs - Number(amount) * unitMs[unit] : Date.parse(text);
  if (atMs >= nowMs) return { problem: 'must lie in the past.' };
  return atMs < nowMs - MAX_DAYS * unitMs.d ? { problem: `must be at most ${MAX_DAYS} days ago.` } : atMs;
}
