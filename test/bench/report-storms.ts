import { countRepeats, countRouting, type RoutingCounts } from '../support/count-routing.ts';

/**
 * us-east-1, per million, in US dollars: on-demand requests, Lambda requests, Standard transitions, requests of SQS.
 */
const prices = { write: 0.625, read: 0.125, transition: 25, queue: 0.4 };
/** A session of 40 polls: begin, create, prompt, collect, publish, outcome and ending, and three transitions a poll. */
const SESSION_TRANSITIONS = 7 + 40 * 3;

const scenarios: [what: string, alerts: number, perDelivery: number, overMs: number][] = [
  ['a single alert', 1, 1, 0],
  ['4 alerts in a minute', 4, 1, 60_000],
  ['a storm of 1,000 in 60 s', 1_000, 10, 60_000],
  ['a storm of 10,000 in 200 deliveries', 10_000, 50, 60_000],
];

/**
 * What routing asks of AWS for alerts of each kind, counted on a table engine; the rest is arithmetic with list prices.
 */
export async function reportStorms(): Promise<void> {
  console.log(
    '\nalerts                                sessions  table calls/alert (write units)  $ per 1,000 alerts: table, sessions',
  );
  for (const [what, ...scenario] of scenarios) console.log(line(what, await countRouting(...scenario)));
  console.log(line('1,000 deliveries of one alert', await countRepeats(1_000, 60_000)));
}

function line(what: string, { alerts, sessions, calls, units }: RoutingCounts): string {
  const all = sum([...calls.values()]);
  const table = (units.writes * prices.write + units.reads * prices.read) / 1e6;
  const running = (sessions * SESSION_TRANSITIONS * prices.transition) / 1e6;
  const perThousand = (usd: number) => `$${((usd * 1_000) / alerts).toFixed(4)}`;
  const counted = `${(all / alerts).toFixed(2)} (${(units.writes / alerts).toFixed(2)})`;
  return `${what.padEnd(36)} ${String(sessions).padStart(8)}  ${counted.padStart(30)}  ${perThousand(table)}, ${perThousand(running)}`;
}

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
