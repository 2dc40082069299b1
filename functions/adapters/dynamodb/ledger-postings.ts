import * as z from 'zod';
import { reasonCodes } from '../../contract/reason-codes.ts';
import { keys, LEDGER_PARTS } from './keys.ts';
import { type Condition, getRow, type Row } from './rows.ts';
import type { Table } from './table.ts';
import { together } from './together.ts';
import { ACTIONS_PER_TRANSACTION, type Action, transact } from './transact.ts';

/** As long as results and logs are kept by default. */
const KEPT_SECONDS = 90 * 24 * 3_600;
/** Another part of the sums each time, so that two batches seldom meet twice. */
const TRIES = 8;

/** What is known of a delivery or of a move. */
export const accountSchema = z
  .object({
    entries: z.number().int().optional(),
    decisions: z.number().int().optional(),
    reasons: z.unknown().optional(),
    from: z.enum(reasonCodes).optional(),
    to: z.enum(reasonCodes).optional(),
    amount: z.number().int().optional(),
  })
  .transform(({ reasons, from, to, amount, ...account }) => ({
    ...account,
    isDecided: reasons !== undefined,
    move: from && to && amount !== undefined ? { from, to, amount } : undefined,
  }));

/** An account to write, and what is to be added to the sums of its day with it. */
export interface Posting {
  relayId: string;
  day: string;
  name: string;
  account: Row;
  condition: Condition;
  counts: Record<string, number>;
}

/** False: nothing is written, since the condition does not hold. What is posted at once is written together. */
export function postings(table: Table): {
  post(posting: Posting): Promise<boolean>;
  read(account: Pick<Posting, 'relayId' | 'day' | 'name'>): Promise<Row | undefined>;
} {
  return {
    post: together(ACTIONS_PER_TRANSACTION - 1, (all: Posting[]) => postAll(table, all)),
    read: ({ relayId, day, name }) => getRow(table, keys.ledgerAccount(relayId, day, name)),
  };
}

async function postAll(table: Table, all: Posting[]): Promise<boolean[]> {
  const posted = new Map<Posting, boolean>();
  const ofOneDay = Map.groupBy(all, ({ relayId, day }) => `${relayId}#${day}`).values();
  // One after the other: a second posting of one account meets what the first has left.
  for (const ofDay of ofOneDay) for (const part of distinct(ofDay)) await postDay(table, part, posted);
  return all.map((posting) => posted.get(posting) ?? false);
}

/** In parts in which each account stands once. */
function distinct(postings: Posting[]): Posting[][] {
  const parts: Map<string, Posting>[] = [];
  for (const posting of postings) {
    const free = parts.find((part) => !part.has(posting.name));
    if (free) free.set(posting.name, posting);
    else parts.push(new Map([[posting.name, posting]]));
  }
  return parts.map((part) => [...part.values()]);
}

/** All of them in one transaction, and without those whose condition does not hold once more. */
async function postDay(table: Table, postings: Posting[], posted: Map<Posting, boolean>): Promise<void> {
  let open = postings;
  for (let tried = 0; open.length > 0; tried++) {
    if (tried === TRIES + postings.length) throw new Error('The sums of the ledger are written by too many at once');
    const done = await transact(table, [...open.map(accountAction), sumAction(open)]);
    if (done.kind === 'conflict') continue;
    const refused = new Set(done.kind === 'refused' ? done.actions : []);
    for (const [index, posting] of open.entries()) {
      if (done.kind === 'written') posted.set(posting, true);
      else if (refused.has(index)) posted.set(posting, false);
    }
    open = open.filter((posting) => !posted.has(posting));
  }
}

const accountAction = ({ relayId, day, name, account, condition }: Posting): Action => ({
  put: { ...keys.ledgerAccount(relayId, day, name), ...account, expiresAt: expiryOf(day) },
  condition,
});

function sumAction(postings: Posting[]): Action {
  const [{ relayId, day } = { relayId: '', day: '' }] = postings;
  const sums: Record<string, number> = {};
  for (const { counts } of postings) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  const added = Object.entries(sums).filter(([, count]) => count !== 0);
  const add = added.map((_, index) => `#a${index} :a${index}`).join(', ');
  return {
    update: {
      key: keys.ledgerSum(relayId, day, Math.floor(Math.random() * LEDGER_PARTS)),
      expression: `SET expiresAt = :expiresAt${add === '' ? '' : ` ADD ${add}`}`,
      names: Object.fromEntries(added.map(([name], index) => [`#a${index}`, name])),
      values: {
        ':expiresAt': expiryOf(day),
        ...Object.fromEntries(added.map(([, count], index) => [`:a${index}`, count])),
      },
    },
  };
}

const expiryOf = (day: string): number => Math.floor(Date.parse(day) / 1_000) + KEPT_SECONDS;
