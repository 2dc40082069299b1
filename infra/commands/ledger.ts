import { z } from 'zod';
import { reasonCodes } from '../../functions/contract/reason-codes.ts';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi, someRelays } from './api.ts';
import { command, lines } from './command.ts';
import { countRow, countsSchema, countsText } from './counts-text.ts';
import { dataOption } from './local-outputs.ts';

const daySchema = z.object({
  day: z.string(),
  deliveries: z.int(),
  entries: z.int(),
  accepted: z.int(),
  reasons: countsSchema,
  undecided: z.int(),
});
type LedgerDay = z.output<typeof daySchema>;
const ledgerAnswer = z.object({ ledger: daySchema.extend({ relayId: z.string() }) });
type Ledger = z.output<typeof ledgerAnswer>['ledger'];
const daysAnswer = z.object({ days: z.array(daySchema) });

const DAY_MS = 86_400_000;

export const ledger = command({
  name: 'ledger',
  summary: 'Tells what relays accepted on a day, and what it came to, by reason.',
  forms: [
    ['[--relay ID] [--day DAY]', 'the account of one relay, or of each'],
    ['[--relay ID] --since SPAN', 'a line for each day that is over, and the account of all of them'],
  ],
  options: {
    relay: { type: 'string', value: 'ID', help: 'one relay, also a deleted one (default: each that there is)' },
    day: { type: 'string', value: 'DAY', help: 'in UTC, as 2027-03-01 (default: today)' },
    since: { type: 'string', value: 'SPAN', help: 'days that are over, as 365d; two years at most' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const day = dayOf(values.day);
    const from = fromOf(values.since, values.day, world.now);
    const api = await apiOf(world, values.data);
    const relayIds = values.relay === undefined ? (await someRelays(api)).map(({ id }) => id) : [values.relay];
    const accounts: string[] = [];
    for (const relayId of relayIds) {
      const text =
        from === undefined
          ? ledgerText(await read(api, relayId, day))
          : daysText(relayId, await readDays(api, relayId, { from, to: isoDay(world.now) }));
      accounts.push(lines(text));
    }
    return { text: accounts.join('\n'), done: true };
  },
});

function dayOf(day: string | undefined): string | undefined {
  if (day !== undefined && !z.iso.date().safeParse(day).success) {
    throw new UsageError(`--day must be a day such as 2027-03-01, not "${day}"`);
  }
  return day;
}

function fromOf(since: string | undefined, day: string | undefined, now: Date): string | undefined {
  if (since === undefined) return undefined;
  if (day !== undefined) throw new UsageError('--day and --since exclude each other');
  const { days } = /^(?<days>[1-9]\d{0,2})d$/.exec(since)?.groups ?? {};
  if (days === undefined) throw new UsageError(`--since must be a span of days such as 365d, not "${since}"`);
  return isoDay(new Date(now.getTime() - Number(days) * DAY_MS));
}

const isoDay = (at: Date): string => at.toISOString().slice(0, 10);

async function readDays(api: ManagementApi, relayId: string, span: { from: string; to: string }): Promise<LedgerDay[]> {
  const path = `/relay/${encodeURIComponent(relayId)}/ledger/days?${new URLSearchParams(span)}`;
  return (await api.ask('GET', path, daysAnswer)).days;
}

function daysText(relayId: string, days: LedgerDay[]): string[] {
  const sum = (of: (day: LedgerDay) => number) => days.reduce((total, day) => total + of(day), 0);
  const reasons = Object.fromEntries(
    reasonCodes
      .map((reason) => [reason, sum((day) => day.reasons[reason] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
  return [
    ...days.map(
      ({ day, deliveries, accepted, reasons: { started = 0 } }) =>
        `${day}  ${deliveries} deliveries, ${accepted} accepted, ${started} started`,
    ),
    `Relay ${relayId}, ${days.length} days: ${sum((day) => day.deliveries)} deliveries, ${sum((day) => day.entries)} entries`,
    ...accountRows({ reasons, undecided: sum((day) => day.undecided), accepted: sum((day) => day.accepted) }),
  ];
}

async function read(api: ManagementApi, relayId: string, day: string | undefined): Promise<Ledger> {
  const path = `/relay/${encodeURIComponent(relayId)}/ledger${day === undefined ? '' : `?day=${day}`}`;
  return (await api.ask('GET', path, ledgerAnswer)).ledger;
}

/** What the alerts came to, and the sum that has to come out. */
const accountRows = ({ reasons, undecided, accepted }: Pick<LedgerDay, 'reasons' | 'undecided' | 'accepted'>) => [
  ...countsText(reasons),
  ...(undecided === 0 ? [] : [countRow('(undecided)', undecided)]),
  countRow('accepted', accepted),
];

/** The account of a relay's day. */
function ledgerText({ relayId, day, deliveries, entries, accepted, reasons, undecided }: Ledger): string[] {
  return [
    `Relay ${relayId}, ${day} (UTC): ${deliveries} deliveries, ${entries} entries`,
    ...accountRows({ reasons, undecided, accepted }),
    ...(undecided === 0 ? [] : ['Undecided: on the way, or in the dead-letter queue of deliveries.']),
  ];
}
