import { z } from 'zod';
import type { ManagementApi } from '../../commands/api.ts';
import { Kept } from './kept.ts';

const relaysAnswer = z.object({ relays: z.array(z.object({ id: z.string(), name: z.string() })) });
const ruleSchema = z.object({
  id: z.string(),
  name: z.string(),
  config: z.object({
    config: z.object({ maxSessionsPerDay: z.number().optional(), maxCostUsdPerDay: z.number().optional() }).optional(),
  }),
});
const rulesAnswer = z.object({ rules: z.array(ruleSchema) });

export type NamedRule = z.infer<typeof ruleSchema> & { relayId: string };

/** Relays and rules by their ids. */
export interface Names {
  relays: Map<string, string>;
  rules: Map<string, NamedRule>;
}

/** People rename them now and then; a page that is open reads them again after so long. */
const KEPT_MS = 5_000;

/** Reads the names of relays and rules, and keeps them for some seconds. */
export function namesReader(api: ManagementApi, now: () => number = Date.now): () => Promise<Names> {
  const kept = new Kept<Names>(1);
  return () => kept.get(String(Math.floor(now() / KEPT_MS)), () => readNames(api));
}

async function readNames(api: ManagementApi): Promise<Names> {
  const { relays } = await api.ask('GET', '/relay', relaysAnswer);
  const rules = await Promise.all(
    relays.map(async ({ id: relayId }) => {
      const answer = await api.ask('GET', `/relay/${encodeURIComponent(relayId)}/rules`, rulesAnswer);
      return answer.rules.map((rule) => ({ ...rule, relayId }));
    }),
  );
  return {
    relays: new Map(relays.map(({ id, name }) => [id, name])),
    rules: new Map(rules.flat().map((rule) => [rule.id, rule])),
  };
}
