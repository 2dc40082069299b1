import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import type { Names } from './names.ts';
import type { LedgerView, RelayLedger } from './views.ts';

const daySchema = z.object({
  day: z.string(),
  deliveries: z.number(),
  entries: z.number(),
  accepted: z.number(),
  undecided: z.number(),
  reasons: z.record(z.string(), z.number()),
});
const todayAnswer = z.object({ ledger: daySchema });
const daysAnswer = z.object({ days: z.array(daySchema) });
const limit = z.number().nullable();
const budgetsAnswer = z.object({
  budgets: z.array(
    z.object({
      scope: z.string(),
      name: z.string(),
      sessions: z.number(),
      maxSessions: limit,
      costUsd: z.number(),
      maxCostUsd: limit,
    }),
  ),
});

/** Days that are shown before today. */
const DAYS = 14;
const DAY_MS = 86_400_000;

/** What each relay accepted and what it came to, and what of the budgets of the day is used. */
export async function readLedger(api: ManagementApi, names: Names, now: Date): Promise<LedgerView> {
  const [relays, { budgets }] = await Promise.all([
    Promise.all([...names.relays].map(([id, name]) => relayLedger(api, id, name, now))),
    api.ask('GET', '/budgets', budgetsAnswer),
  ]);
  return { relays, budgets };
}

async function relayLedger(api: ManagementApi, relayId: string, relayName: string, now: Date): Promise<RelayLedger> {
  const path = `/relay/${encodeURIComponent(relayId)}/ledger`;
  const from = new Date(now.getTime() - DAYS * DAY_MS).toISOString().slice(0, 10);
  const [{ ledger }, { days }] = await Promise.all([
    api.ask('GET', path, todayAnswer),
    api.ask('GET', `${path}/days?from=${from}`, daysAnswer),
  ]);
  const before = days.filter(({ day }) => day !== ledger.day).sort((a, b) => b.day.localeCompare(a.day));
  return { relayId, relayName, today: ledger, days: before };
}
