import * as z from 'zod';
import { reasonCodes } from '../../../contract/reason-codes.ts';
import { dayOf } from '../../../domain/decision/ledger.ts';
import type { Clock, Ledger, LedgerDays, RelayStore } from '../../../ports.ts';
import { nothing } from '../fields.ts';
import { notFound } from '../refusal.ts';
import { type Route, route } from '../route.ts';

export interface LedgerDeps {
  relays: Pick<RelayStore, 'get'>;
  ledger: Pick<Ledger, 'day'>;
  ledgerDays: Pick<LedgerDays, 'list'>;
  clock: Pick<Clock, 'now'>;
}

const ledgerQuery = z.strictObject({ day: z.iso.date().optional() });

/** By default the last year. */
const daysQuery = z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() });
const YEAR_MS = 365 * 86_400_000;

const daySchema = z.strictObject({
  day: z.string(),
  deliveries: z.int(),
  entries: z.int(),
  accepted: z.int(),
  reasons: z.partialRecord(z.enum(reasonCodes), z.int()),
  undecided: z.int(),
});
const ledgerSchema = daySchema.extend({ relayId: z.string() });

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
  route({
    method: 'GET',
    path: '/relay/{relayId}/ledger/days',
    operation: 'listLedgerDays',
    summary: 'The same of each day of a span that is over and had deliveries, for two years.',
    envelope: 'days',
    query: daysQuery,
    body: nothing,
    answer: z.array(daySchema),
    run: async ({ parameter, query }) => {
      const relayId = parameter('relayId');
      if (!(await deps.relays.get(relayId, { deleted: true }))) return notFound('relay');
      const now = deps.clock.now();
      const { to = dayOf(now.toISOString()), from = dayOf(new Date(now.getTime() - YEAR_MS).toISOString()) } = query;
      return deps.ledgerDays.list(relayId, from, to);
    },
  }),
];
