import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { reasonOf } from '../../surroundings.ts';
import { type BusEvent, wireTime } from './event.ts';

interface ScheduleOptions {
  clock: Clock;
  region: string;
  account: string;
  /** Aborted when the stack stops. */
  signal: AbortSignal;
  whenUp(start: () => void): void;
}

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const shape = /^rate\((?<amount>[1-9]\d*) (?<unit>minute|hour|day)s?\)$/;

/**
 * Calls the target again and again, for the first time one span after the stack is up, as a rule of a rate does. Throws
 * on any other expression.
 */
export function startSchedule(
  expression: string,
  rule: string,
  target: (event: BusEvent) => Promise<void>,
  options: ScheduleOptions,
): void {
  const everyMs = spanOf(expression);
  options.whenUp(() => void run(everyMs, rule, target, options));
}

function spanOf(expression: string): number {
  const { amount, unit } = shape.exec(expression)?.groups ?? {};
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') {
    throw new Error(`The schedule ${expression} does not run here: it is no rate`);
  }
  return Number(amount) * unitMs[unit];
}

async function run(
  everyMs: number,
  rule: string,
  target: (event: BusEvent) => Promise<void>,
  { clock, region, account, signal }: ScheduleOptions,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(everyMs, signal);
      await target(scheduledEvent(clock.now(), { rule, region, account }));
    } catch (error) {
      if (!signal.aborted) console.error(`The schedule ${rule} failed:`, reasonOf(error));
    }
  }
}

const scheduledEvent = (now: number, { rule, region, account }: { rule: string; region: string; account: string }) => ({
  version: '0' as const,
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: wireTime(now),
  region,
  resources: [`arn:aws:events:${region}:${account}:rule/${rule}`],
  detail: {},
});
