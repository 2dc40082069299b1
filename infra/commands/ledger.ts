import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi, someRelays } from './api.ts';
import { command, lines } from './command.ts';
import { countRow, countsSchema, countsText } from './counts-text.ts';
import { dataOption } from './local-outputs.ts';

const ledgerAnswer = z.object({
  ledger: z.object({
    relayId: z.string(),
    day: z.string(),
    deliveries: z.int(),
    entries: z.int(),
    accepted: z.int(),
    reasons: countsSchema,
    undecided: z.int(),
  }),
});
type Ledger = z.output<typeof ledgerAnswer>['ledger'];

export const ledger = command({
  name: 'ledger',
  summary: 'Tells what relays accepted on a day, and what it came to, by reason.',
  forms: [['[--relay ID] [--day DAY]', 'the account of one relay, or of each']],
  options: {
    relay: { type: 'string', value: 'ID', help: 'one relay, also a deleted one (default: each that there is)' },
    day: { type: 'string', value: 'DAY', help: 'in UTC, as 2027-03-01 (default: today)' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const day = dayOf(values.day);
    const api = await apiOf(world, values.data);
    const relayIds = values.relay === undefined ? (await someRelays(api)).map(({ id }) => id) : [values.relay];
    const accounts: string[] = [];
    for (const relayId of relayIds) accounts.push(lines(ledgerText(await read(api, relayId, day))));
    return { text: accounts.join('\n'), done: true };
  },
});

function dayOf(day: string | undefined): string | undefined {
  if (day !== undefined && !z.iso.date().safeParse(day).success) {
    throw new UsageError(`--day must be a day such as 2027-03-01, not "${day}"`);
  }
  return day;
}

async function read(api: ManagementApi, relayId: string, day: string | undefined): Promise<Ledger> {
  const path = `/relay/${encodeURIComponent(relayId)}/ledger${day === undefined ? '' : `?day=${day}`}`;
  return (await api.ask('GET', path, ledgerAnswer)).ledger;
}

/** The account of a relay's day, with the sum that has to come out. */
function ledgerText({ relayId, day, deliveries, entries, accepted, reasons, undecided }: Ledger): string[] {
  return [
    `Relay ${relayId}, ${day} (UTC): ${deliveries} deliveries, ${entries} entries`,
    ...countsText(reasons),
    ...(undecided === 0 ? [] : [countRow('(undecided)', undecided)]),
    countRow('accepted', accepted),
    ...(undecided === 0 ? [] : ['Undecided: on the way, or in the dead-letter queue of deliveries.']),
  ];
}
