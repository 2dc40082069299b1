import { balanceOf, type LedgerMove, moveOf, totalOf } from '../../domain/decision/ledger.ts';
import type { Ledger } from '../../ports.ts';
import { keys } from './keys.ts';
import { accountSchema, type Posting, postings } from './ledger-postings.ts';
import { readSums } from './ledger-sums.ts';
import { isAbsent } from './rows.ts';
import type { Table } from './table.ts';

/** How often an account may be changed by others between the look at it and its change. */
const TRIES = 3;

/**
 * Each delivery and each move has an account of its own, by name, and its counts stand in the sums of the day: both are
 * written in one transaction, so that a repeat finds the account and adds nothing. Of a day the sums are read, however
 * many deliveries it had. A batch of deliveries is one transaction.
 */
export function createLedger(table: Table): Ledger {
  const { post, read } = postings(table);

  /** Posts an account; where there is one already, changes that, as long as `next` has something to change. */
  async function postOrChange(
    posting: Omit<Posting, 'condition'>,
    next: (before: Account) => AccountChange | undefined,
  ): Promise<void> {
    if (await post({ ...posting, condition: isAbsent })) return;
    for (let tried = 0; tried < TRIES; tried++) {
      const before = await read(posting);
      const changed = before && next(accountSchema.parse(before));
      if (!changed || (await post({ ...posting, ...changed }))) return;
    }
    throw new Error(`The account ${posting.name} of the ledger was changed by others ${TRIES} times`);
  }

  return {
    async accepted({ relayId, day, deliveryId, ...account }) {
      const due = { deliveries: delivered(account), entries: account.entries, accepted: account.decisions };
      await post({ relayId, day, name: `DELIVERY#${deliveryId}`, account, condition: isAbsent, counts: due });
    },

    async decided({ relayId, day, deliveryId, ...decided }) {
      const account = { ...decided, decisions: totalOf(decided.reasons) };
      const reasons = reasonCountsOf(decided.reasons);
      const due = { deliveries: delivered(account), entries: account.entries, accepted: account.decisions };
      const posting = { relayId, day, name: `DELIVERY#${deliveryId}`, account, counts: { ...due, ...reasons } };
      // The first full account is kept: a repeat finds the same decisions, or fewer where moves have been made since.
      await postOrChange(posting, ({ isDecided, entries = 0, decisions = 0 }) =>
        isDecided
          ? undefined
          : {
              condition: {
                expression: 'attribute_not_exists(reasons) AND entries = :entries AND decisions = :decisions',
                values: { ':entries': entries, ':decisions': decisions },
              },
              counts: { entries: account.entries - entries, accepted: account.decisions - decisions, ...reasons },
            },
      );
    },

    async moved({ relayId, day, id, reasons }) {
      const [move] = moveOf(reasons);
      if (!move) return;
      const posting = { relayId, day, name: `MOVE#${id}`, account: { ...move }, counts: moveCountsOf(move) };
      await postOrChange(posting, ({ move: before }) =>
        !before || isSame(before, move)
          ? undefined
          : {
              condition: {
                expression: '#from = :from AND #to = :to AND amount = :amount',
                names: { '#from': 'from', '#to': 'to' },
                values: { ':from': before.from, ':to': before.to, ':amount': before.amount },
              },
              counts: addedUp(moveCountsOf(move), moveCountsOf({ ...before, amount: -before.amount })),
            },
      );
    },

    day: async (relayId, day) => balanceOf(...(await readSums(table, relayId, day))),
  };
}

type Account = ReturnType<typeof accountSchema.parse>;
type AccountChange = Pick<Posting, 'condition' | 'counts'>;
type Counts = Posting['counts'];

/** A further part of a delivery is none of its own. */
const delivered = ({ partOf }: { partOf?: string | undefined }): number => (partOf === undefined ? 1 : 0);

const reasonCountsOf = (reasons: object): Counts =>
  Object.fromEntries(Object.entries(reasons).map(([reason, count]) => [keys.ledgerReason(reason), count]));

const moveCountsOf = ({ from, to, amount }: LedgerMove): Counts => ({ [keys.ledgerMove(from, to)]: amount });

const addedUp = (one: Counts, other: Counts): Counts => {
  const names = [...Object.keys(one), ...Object.keys(other)];
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
};

const isSame = (a: LedgerMove, b: LedgerMove): boolean => a.from === b.from && a.to === b.to && a.amount === b.amount;
