import * as z from 'zod';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import { dayOf } from '../../../domain/decision/ledger.ts';
import type { Clock, Ledger, RelayStore } from '../../../ports.ts';
import { nothing } from '../fields.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';

export interface LedgerDeps {
  relays: Pick<RelayStore, 'get'>;
  ledger: Pick<Ledger, 'day'>;
  clock: Pick<Clock, 'now'>;
}

const ledgerQuery = z.strictObject({ day: z.iso.date().optional() });

const ledgerSchema = z.strictObject({
  relayId: z.string(),
  day: z.string(),
  deliveries: z.int(),
  entries: z.int(),
  accepted: z.int(),
  reasons: z.partialRecord(z.enum(reasonCodes), z.int()),
  undecided: z.int(),
});

export const ledgerRoutes = (deps: LedgerDeps): Route[] => [
  route({
    method: 'GET',
    path: '/relay/{relayId}/ledger',
    operation: 'getLedger',
    summary: 'What a relay accepted on a day (UTC, today by default), and what it came to, by reason.',
    envelope: 'ledger',
    query: ledgerQuery,
    body: nothing,
    answer: ledgerSchema,
    run: async ({ parameter, query }) => {
      const relayId = parameter('relayId');
      // Also of a deleted one: its days stay on record.
      if (!(await deps.relays.get(relayId, { deleted: true }))) return notFound('relay');
      const day = query.day ?? dayOf(deps.clock.now().toISOString());
      return { relayId, day, ...(await deps.ledger.day(relayId, day)) };
    },
  }),
];
