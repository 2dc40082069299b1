import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi, someRelays } from './api.ts';
import { command } from './command.ts';
import { countRow, countsSchema, countsText } from './counts-text.ts';
import { readJsonFile } from './json-file.ts';
import { dataOption } from './local-outputs.ts';

const count = z.int();
const replayAnswer = z.object({
  replay: z.object({
    relayId: z.string(),
    from: z.string(),
    until: z.string(),
    alerts: count,
    wouldStart: count,
    wouldCall: count,
    held: z.object({ alerts: count, released: count, inStorms: count, suppressed: count }),
    storms: z.object({ count, sessions: count, alerts: count }),
    suppressed: countsSchema,
    estimatedCostUsd: z.object({ low: z.number(), median: z.number(), high: z.number() }).nullable(),
    pastSessions: count,
    leftOut: z.string().nullable(),
    byEntry: z.record(z.string(), count),
    catalogueVersion: z.int().nullable(),
  }),
});
type Replay = z.output<typeof replayAnswer>['replay'];

export const replay = command({
  name: 'replay',
  summary: 'Tells what a draft rule would have done with stored alerts, and at what cost. Changes nothing.',
  forms: [['--rule FILE [--since SPAN] [--relay ID]', 'counts by what it would have decided']],
  options: {
    rule: {
      type: 'string',
      value: 'FILE',
      help: 'the rule as JSON, as for its creation: {"name": …, "ruleType": "agent", "config": {…}}',
    },
    since: {
      type: 'string',
      default: '7d',
      value: 'SPAN',
      help: 'how far back: 7d, 12h, or an instant such as 2027-03-01T00:00:00Z',
    },
    relay: { type: 'string', value: 'ID', help: 'the relay; not needed where there is only one' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    if (!values.rule) throw new UsageError('--rule FILE is missing: the draft rule as JSON');
    const rule = await readJsonFile(values.rule, '--rule: ');
    const api = await apiOf(world, values.data);
    const path = `/relay/${encodeURIComponent(values.relay ?? (await onlyRelay(api)))}/replay`;
    const answer = await api.ask('POST', path, replayAnswer, { rule, since: values.since });
    return { text: replayText(answer.replay), done: true };
  },
});

async function onlyRelay(api: ManagementApi): Promise<string> {
  const relays = await someRelays(api);
  const [first, ...others] = relays;
  if (first && others.length === 0) return first.id;
  throw new UsageError(
    `--relay ID is missing, one of:\n${relays.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`,
  );
}

export function replayText(replay: Replay): string {
  const { held, storms, suppressed, leftOut } = replay;
  const total = Object.values(suppressed).reduce((sum, each) => sum + each, 0);
  return [
    `${replay.alerts} alerts of ${replay.relayId}, from ${replay.from} to ${replay.until}`,
    ...(leftOut === null ? [] : [leftOut]),
    '',
    `would have started  ${replay.wouldStart}${storms.sessions > 0 ? `, of which ${storms.sessions} for storms` : ''}`,
    ...(replay.wouldCall > 0 ? [`would have called   ${replay.wouldCall}`] : []),
    ...entriesText(replay),
    `held                ${held.alerts}: ${held.released} released, ${held.inStorms} in storms, ${held.suppressed} suppressed after it`,
    `storms              ${storms.count}, with ${storms.alerts} alerts`,
    `suppressed          ${total}`,
    ...countsText(suppressed),
    `estimated cost      ${costText(replay)}`,
    '',
  ].join('\n');
}

/** Of a draft that asks the catalogue: where it would have sent them, by entry. */
function entriesText({ byEntry, catalogueVersion }: Replay): string[] {
  if (catalogueVersion === null) return [];
  const entries = Object.entries(byEntry).sort(([, one], [, other]) => other - one);
  return [`by catalogue        version ${catalogueVersion}`, ...entries.map(([name, each]) => countRow(name, each))];
}

function costText({ estimatedCostUsd: cost, pastSessions, wouldStart }: Replay): string {
  if (wouldStart === 0) return '$0.00';
  if (!cost) return 'unknown: no past session of the relay has a known cost';
  const basis = `from ${pastSessions} past ${pastSessions === 1 ? 'session' : 'sessions'} of the relay`;
  return `${usd(cost.median)} (${usd(cost.low)} to ${usd(cost.high)}), ${basis}`;
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
